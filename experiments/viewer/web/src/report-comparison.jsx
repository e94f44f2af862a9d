/* A comparison of policies on one page. */

import { Peaks } from "./peaks.jsx";
import { Survival } from "./survival.jsx";
import { Whom } from "./whom.jsx";
import { seedsOf, telling } from "./compare.jsx";
import { RankedTable } from "./ranked.jsx";

const SHOWN = 5; // games worth opening
const HALF = 359; // px, half of the sheet in print

export function ComparisonReport({ comparison }) {
  const shared = { comparison, seeds: seedsOf(comparison), paper: HALF };
  return (
    <>
      <header>
        <h1>{comparison.title}</h1>
        <p class="muted">
          {comparison.labels.length} policies in {games(comparison.games)} of {comparison.turns} turns{comparison.matched ? ", the same games for each" : ""}.
        </p>
        <ul class="who">
          {comparison.labels.map((label, n) => (
            <li key={label}>
              <b>{label}</b> {seated(comparison.seats[n])}
            </li>
          ))}
        </ul>
      </header>
      <div class="halves even">
        <Peaks {...shared} />
        <Survival {...shared} rung={telling(comparison, 6)} onRung={() => {}} />
      </div>
      <Whom {...shared} view="rate" onView={() => {}} />
      <Outliers comparison={comparison} />
      <footer class="basis">
        <div>
          <p>
            <b>Tension.</b> {comparison.tension_definition}
          </p>
          <p>
            <b>Limits.</b> {comparison.limits}
          </p>
          <p class="hashes">
            {comparison.env_version}; scenario {comparison.scenario} <code>{comparison.scenario_hash.slice(0, 12)}</code>; world <code>{comparison.env_source_hash?.slice(0, 12)}</code>; {seedsOf(comparison)}.
          </p>
        </div>
        <div class="notes">Notes</div>
      </footer>
    </>
  );
}

function Outliers({ comparison }) {
  return (
    <section>
      <h2>Games farthest from the median of their policy</h2>
      <RankedTable rows={comparison.ranked.slice(0, SHOWN)} labels={comparison.labels} comparison={comparison} game={(row) => row.game} />
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
