/* A comparison of policies on one page. */

import { Peaks } from "./peaks.jsx";
import { Survival } from "./survival.jsx";
import { Whom } from "./whom.jsx";
import { seedsOf, telling } from "./compare.jsx";
import { RankedTable } from "./ranked.jsx";

const SHOWN = 5; // games worth opening
const HALF = 359; // px, half of the sheet in print

export function SuiteReport({ suite }) {
  const shared = { suite, seeds: seedsOf(suite), paper: HALF };
  return (
    <>
      <header>
        <h1>{suite.title}</h1>
        <p class="muted">
          {suite.labels.length} policies in {games(suite.games)} of {suite.turns} turns{suite.matched ? ", the same games for each" : ""}.
        </p>
        <ul class="who">
          {suite.labels.map((label, n) => (
            <li key={label}>
              <b>{label}</b> {seated(suite.seats[n])}
            </li>
          ))}
        </ul>
      </header>
      <div class="halves even">
        <Peaks {...shared} />
        <Survival {...shared} rung={telling(suite, 6)} onRung={() => {}} />
      </div>
      <Whom {...shared} view="rate" onView={() => {}} />
      <Outliers suite={suite} />
      <footer class="basis">
        <div>
          <p>
            <b>Tension.</b> {suite.tension_definition}
          </p>
          <p>
            <b>Limits.</b> {suite.limits}
          </p>
          <p class="hashes">
            {suite.env_version}; scenario {suite.scenario} <code>{suite.scenario_hash.slice(0, 12)}</code>; world <code>{suite.env_source_hash?.slice(0, 12)}</code>; {seedsOf(suite)}.
          </p>
        </div>
        <div class="notes">Notes</div>
      </footer>
    </>
  );
}

function Outliers({ suite }) {
  return (
    <section>
      <h2>Games farthest from the median of their policy</h2>
      <RankedTable rows={suite.ranked.slice(0, SHOWN)} labels={suite.labels} game={(row) => row.game} />
    </section>
  );
}

function games(counts) {
  return counts.every((count) => count === counts[0]) ? `${counts[0]} games` : `${counts.join(", ")} games`;
}

/** Who sits where, where not everyone is the policy itself. */
function seated(seats) {
  const names = [...new Set(Object.values(seats))];
  return names.length === 1 ? `(${names[0]} in all seats)` : `(${Object.entries(seats).map(([actor, name]) => `${actor}: ${name}`).join(", ")})`;
}
