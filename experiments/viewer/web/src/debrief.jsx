/* The debrief: the class's paths over the band of games that trained policies play from the same start, and the replays. */

import { useEffect, useRef, useState } from "preact/hooks";
import { replay } from "./connection.js";
import { LINES, listed, percent, share } from "./format.js";
import { useSize } from "./hooks.js";

const BOX = { left: 46, right: 90, top: 14, bottom: 28, height: 260 };
const DASHES = ["", "7 4", "2 3", "10 3 2 3"];

export function Debrief({ known, open }) {
  const { band, games } = known.debrief;
  const { setting, game: own = null } = known.welcome;
  const unplayed = own !== null && !games.some(({ game }) => game === own);
  const heading = useRef(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="debrief" aria-labelledby="debrieftitle">
      <h1 id="debrieftitle" ref={heading} tabIndex={-1}>
        Debrief
      </h1>
      {unplayed && <p>Your game ended before its first turn was played.</p>}
      <p class="muted">
        Mean tension over all pairs, turn by turn. The band contains 80 % of {band.rollouts} games of trained policies from the same
        start with the same private types, each with a different future. The dark strip is the 95 % interval of their
        median. {setting.tension}
      </p>
      <Paths band={band} games={games} />
      <ul class="found">
        {games.map((game) => (
          <li key={game.game}>
            <p>
              <b>Game {game.game + 1}</b>, {listed(game.people.map((n) => setting.actors[n].label))} played by people:{" "}
              {ending(game)}. Tension rose to {share(Math.max(...game.tension))}; in {interval(game.reached)} of the trained
              policies' games it rose at least as high in as many turns. The highest rung was {highest(game)},{" "}
              {setting.rungs[highest(game)]}. {apartFrom(band, game)}
            </p>
            <Open game={game.game} open={open} />
          </li>
        ))}
      </ul>
      <p>
        Armed conflict broke out in {interval(band.conflict)} of the trained policies' games. The bands apply to this start and
        these policies, and are no probability of a real event.
      </p>
      <Talk />
      <PathTable band={band} games={games} />
    </section>
  );
}

/** What a class can ask of its own game; none of it has a right answer on this page. */
function Talk() {
  return (
    <div>
      <h2>Questions</h2>
      <ol class="talk">
        <li>Which turn was the most dangerous for your seat, and what did it know then? What did another seat know?</li>
        <li>Find in the replay a move that was meant to make an actor safe. How did the tension of that pair change?</li>
        <li>Is a path above or below the band better? How would another start, or other numbers, change it?</li>
      </ol>
    </div>
  );
}

/** The first turn after which the game lay outside the band, in words. */
function apartFrom(band, { tension }) {
  const turn = tension.findIndex((value, t) => t > 0 && band.turns[t] && (value < band.turns[t][0] || value > band.turns[t][2]));
  if (turn < 0) return "It stayed inside the band.";
  return `It left the band in turn ${turn}, ${tension[turn] > band.turns[turn][2] ? "upwards" : "downwards"}: look there first.`;
}

function highest({ rung }) {
  return Math.max(...[...rung].map(Number));
}

function Open({ game, open }) {
  const [asked, setAsked] = useState(false);
  const ask = () => {
    setAsked(true);
    replay(game, (episode) => open([episode]));
  };
  return (
    <button type="button" class="button" disabled={asked} onClick={ask}>
      Open the replay of game {game + 1}
    </button>
  );
}

function Paths({ band, games }) {
  const [box, width] = useSize([760, BOX.height]);
  const last = Math.max(1, band.turns.length - 1, ...games.map((game) => game.tension.length - 1));
  const most = Math.ceil(Math.max(...band.turns.map((row) => row[2]), ...games.flatMap((game) => game.tension)) / 100) * 100;
  const x = (turn) => BOX.left + ((width - BOX.left - BOX.right) * turn) / last;
  const y = (value) => BOX.top + (BOX.height - BOX.top - BOX.bottom) * (1 - value / most);
  const line = (values) => values.map((value, turn) => `${turn ? "L" : "M"}${x(turn).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const area = (low, high) =>
    `${line(band.turns.map((row) => row[high]))}${[...band.turns.keys()]
      .reverse()
      .map((turn) => `L${x(turn).toFixed(1)} ${y(band.turns[turn][low]).toFixed(1)}`)
      .join("")}Z`;
  const label = `Tension of ${games.length} ${games.length === 1 ? "game" : "games"} over the band of the trained policies; the table below has the numbers.`;
  return (
    <div ref={box} class="paths">
      <svg width={width} height={BOX.height} role="img" aria-label={label}>
        {[0, most / 2, most].map((value) => (
          <g key={value}>
            <path class="rule" d={`M${BOX.left} ${y(value)}H${x(last)}`} />
            <text x={BOX.left - 8} y={y(value) + 4} text-anchor="end">
              {share(value)}
            </text>
          </g>
        ))}
        <path class="band" d={area(0, 2)} />
        <path class="bandmiddle" d={area(3, 4)} />
        <path class="bandline" d={line(band.turns.map((row) => row[1]))} />
        {games.map((game, n) => (
          <path key={game.game} class="path" d={line(game.tension)} stroke={LINES[n % 4]} stroke-dasharray={DASHES[n % 4]} />
        ))}
        {labels(games, y).map(({ game, at }) => (
          <text key={game.game} class="pathname" x={x(game.tension.length - 1) + 7} y={at}>
            Game {game.game + 1}
          </text>
        ))}
        {ticks(last).map((turn) => (
          <text key={turn} x={x(turn)} y={BOX.height - 6} text-anchor="middle">
            {turn || "start"}
          </text>
        ))}
        <text x={x(last) + 18} y={BOX.height - 6}>
          turn
        </text>
      </svg>
    </div>
  );
}

/** Some turns of the axis, the first and the last among them. */
function ticks(last) {
  const every = Math.max(1, Math.ceil(last / 12));
  return Array.from({ length: Math.ceil(last / every) }, (_, n) => n * every).filter((turn) => last - turn >= every / 2).concat(last);
}

/** Labels at the ends of the lines, kept apart. */
function labels(games, y) {
  const rows = games.map((game) => ({ game, at: y(game.tension.at(-1)) + 4 })).sort((one, two) => one.at - two.at);
  for (let n = 1; n < rows.length; n += 1) rows[n].at = Math.max(rows[n].at, rows[n - 1].at + 15);
  return rows;
}

function PathTable({ band, games }) {
  return (
    <details>
      <summary>The numbers as a table</summary>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Tension by turn">
        <table>
          <thead>
            <tr>
              <th scope="col">Turn</th>
              {games.map((game) => (
                <th key={game.game} scope="col">
                  Game {game.game + 1}
                </th>
              ))}
              <th scope="col">Trained: 10 %</th>
              <th scope="col">Median [95 %]</th>
              <th scope="col">90 %</th>
              <th scope="col">Games</th>
            </tr>
          </thead>
          <tbody>
            {band.turns.map(([low, median, high, from, to, n], turn) => (
              <tr key={turn}>
                <th scope="row">{turn}</th>
                {games.map((game) => (
                  <td key={game.game}>{turn < game.tension.length ? share(game.tension[turn]) : ""}</td>
                ))}
                <td>{share(low)}</td>
                <td>
                  {share(median)} [{share(from)}, {share(to)}]
                </td>
                <td>{share(high)}</td>
                <td>{n}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function interval([estimate, low, high]) {
  return `${percent(estimate)} [${percent(low)}, ${percent(high)}]`;
}

function ending(game) {
  if (game.outcome === "conflict") return `armed conflict in turn ${game.turns}`;
  return `${game.turns} ${game.turns === 1 ? "turn" : "turns"}`;
}
