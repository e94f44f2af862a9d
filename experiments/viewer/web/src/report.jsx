/* One page of A4: an episode, or a comparison of policies. What is on it prints; what is pressed does not. */

import { EpisodeReport } from "./report-episode.jsx";
import { SuiteReport } from "./report-suite.jsx";
import { clamp } from "./format.js";

export function Report({ page, address, go }) {
  const { episodes, suite } = page;
  const whole = suite && (address.episode === undefined || address.episode === null);
  const index = clamp(address.episode ?? 0, 0, Math.max(0, episodes.length - 1));
  return (
    <div class="report">
      <div class="reporttools">
        <button type="button" class="button main" onClick={() => print()}>
          Print or save as PDF
        </button>
        <Choose suite={suite} episodes={episodes} value={whole ? "" : String(index)} onChange={(value) => go({ episode: value === "" ? null : Number(value) })} />
      </div>
      <article class="sheet">{whole ? <SuiteReport suite={suite} /> : <EpisodeReport episode={episodes[index]} />}</article>
    </div>
  );
}

function Choose({ suite, episodes, value, onChange }) {
  if (episodes.length + (suite ? 1 : 0) < 2) return null;
  return (
    <label>
      Report of{" "}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {suite && <option value="">the comparison</option>}
        {episodes.map((episode, n) => (
          <option key={n} value={n}>
            {n + 1}. {episode.meta.title}, game {episode.meta.game ?? 0}
          </option>
        ))}
      </select>
    </label>
  );
}
