/* How policies differ over many games of one scenario. All numbers come worked out; here they are drawn. */

import { useState } from "preact/hooks";
import { Around } from "./around.jsx";
import { Endings } from "./endings.jsx";
import { Peaks } from "./peaks.jsx";
import { Ranked } from "./ranked.jsx";
import { Survival } from "./survival.jsx";
import { Answers, Whom } from "./whom.jsx";

export function Compare({ page, go }) {
  const { comparison } = page;
  const [rung, setRung] = useState(() => telling(comparison, 6));
  const [around, setAround] = useState(() => telling(comparison, 5)); // armed conflict ends the game: nothing follows it
  const [view, setView] = useState("rate");
  const [step, setStep] = useState("3");
  const shared = { comparison, seeds: seedsOf(comparison) };
  const total = comparison.games.reduce((sum, n) => sum + n, 0);
  return (
    <div class="compare">
      <h1>Compare policies</h1>
      <p class="muted lead">
        {comparison.title} · {total} games · {comparison.labels.length} {comparison.labels.length === 1 ? "policy" : "policies"} ·{" "}
        {comparison.matched ? "the same games for each" : "other games for each"} · {comparison.turns} turns
      </p>
      <div class="pair">
        <Peaks {...shared} />
        <Survival {...shared} rung={rung} onRung={setRung} />
      </div>
      <Endings {...shared} />
      <Whom {...shared} view={view} onView={setView} />
      <Answers {...shared} rung={step} onRung={setStep} />
      <div class="pair">
        <Around {...shared} rung={around} onRung={setAround} />
        <Ranked {...shared} go={go} />
      </div>
    </div>
  );
}

/** The rung, 3 to `most`, that splits the games of the policies most evenly: the one to show first. */
export function telling({ survival }, most) {
  const split = (k) => survival[k].reduce((sum, { reached, n }) => sum + (reached / n) * (1 - reached / n), 0);
  const rungs = Object.keys(survival).filter((k) => Number(k) >= 3 && Number(k) <= most);
  return rungs.reduce((best, k) => (split(k) > split(best) ? k : best));
}

/** Which games these are, in words. */
export function seedsOf({ seeds, matched }) {
  const runs = [...new Set(seeds.map(({ run }) => run ?? "unknown"))];
  const words = `seeds of run${runs.length > 1 ? "s" : ""} ${runs.join(", ")}`;
  return matched && seeds.length > 1 ? `${words}, the same for each` : words;
}
