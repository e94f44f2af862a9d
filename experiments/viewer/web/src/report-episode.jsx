/* An episode on one page: its course, where everyone stood at its peak, who stepped against whom, and the turns that mattered. */

import { Chart } from "./chart.jsx";
import { Matrix, amount } from "./matrix.jsx";
import { Badge, Mark } from "./mark.jsx";
import { Timeline } from "./timeline.jsx";
import { arcsAt, ordersAt, presenceAt } from "./episode.js";
import { capital, share, unitOf } from "./format.js";
import { download } from "./csv.js";
import { peakOf, rowsOf, steppedAgainst, turningPoints } from "./digest.js";

const PAPER = 733; // px, the width of the sheet in print
const MAP = [430, 330]; // px, of it
const STILL = { seek: () => {} }; // a printed timeline is not scrubbed

export function EpisodeReport({ episode }) {
  const { meta, actors } = episode;
  const peak = peakOf(episode);
  const unit = unitOf(meta);
  return (
    <>
      <header>
        <h1>{meta.title}</h1>
        <p class="muted">{summary(episode, peak)}</p>
        <ul class="who">
          {actors.map((actor) => (
            <li key={actor.code}>
              <Mark index={actor.index} /> <b>{actor.code}</b> {actor.label}: <code>{meta.policies?.[actor.id] ?? "unknown"}</code>
            </li>
          ))}
        </ul>
      </header>
      <section>
        <h2>
          Course of the game, the line at its peak in {unit} {peak}
        </h2>
        <Timeline episode={episode} player={{ ...STILL, t: peak }} focus={null} rewards={false} paper={PAPER} />
      </section>
      <section>
        <h2>
          Presence and steps at the peak, {unit} {peak}
        </h2>
        <div class="sheetmap">
          <Chart areas={episode.areas} actors={actors} presence={presenceAt(episode, peak)} arcs={arcsAt(episode, peak)} orders={ordersAt(episode, peak)} focus={null} paper={MAP} beside />
        </div>
      </section>
      <div class="halves">
        <section class="left">
          <TurningPoints episode={episode} unit={unit} />
          <div class="notes">Notes</div>
        </section>
        <section>
          <Directed episode={episode} />
        </section>
      </div>
      <Basis episode={episode} />
    </>
  );
}

function Directed({ episode }) {
  const sums = steppedAgainst(episode);
  const cells = sums.map((row) => row.map((value) => value !== null && { value, text: value }));
  return (
    <>
      <h2>Escalatory steps by dyad</h2>
      <Matrix codes={episode.actors.map(({ code }) => code)} cells={cells} fill={amount(Math.max(...sums.flat()))} caption="Sum of the rungs of the row's steps that the column saw" />
      <p class="muted tiny">Sum over the turns of the highest rung of the row's steps that the column saw. It depends on opportunity, and is no measure of blame.</p>
    </>
  );
}

function TurningPoints({ episode, unit }) {
  const points = turningPoints(episode);
  return (
    <>
      <h2>Turning points</h2>
      <ol class="turning">
        {points.map(({ turn, rung, deeds }) => (
          <li key={turn}>
            <b>
              {capital(unit)} {turn}
            </b>{" "}
            <Badge rung={rung} label={episode.rungs[rung]} /> {deeds}
          </li>
        ))}
        {points.length === 0 && <li class="muted">The ladder stayed at rung 0.</li>}
      </ol>
    </>
  );
}

/** What the page rests on. */
function Basis({ episode }) {
  const { meta } = episode;
  return (
    <footer class="basis whole">
      <div>
        <p>
          <b>Tension.</b> {meta.tension_definition}
        </p>
        <p>
          <b>Limits.</b> {meta.limits}
        </p>
        <p class="hashes">
          {meta.env_version}; scenario {meta.scenario} <code>{meta.scenario_hash?.slice(0, 12)}</code>; world <code>{meta.env_source_hash?.slice(0, 12)}</code>; game <code>{meta.digest}</code>;
          sources {(meta.sources ?? []).map((source) => source.split(":")[0]).join(", ")}.{" "}
          <button type="button" class="plain" onClick={() => download(`${meta.scenario}-${meta.seed}.csv`, rowsOf(episode))}>
            The turns as CSV
          </button>
        </p>
      </div>
    </footer>
  );
}

function summary(episode, peak) {
  const { meta, rungs } = episode;
  const highest = Math.max(...episode.rung.split("").map(Number));
  const end = { conflict: "ended in armed conflict", horizon: "reached its horizon", running: "still under way" }[meta.outcome];
  const game = meta.game ? `, game ${meta.game}` : "";
  const unit = unitOf(meta);
  return (
    `Scenario ${meta.scenario}, seed ${meta.seed}${game}. ${capital(end ?? "played")} after ${episode.turns} ${unit}${episode.turns === 1 ? "" : "s"}. ` +
    `Mean tension of the pairs peaked at ${share(episode.tension[peak])} in ${unit} ${peak}; highest rung ${highest}, ${rungs[highest]}.`
  );
}
