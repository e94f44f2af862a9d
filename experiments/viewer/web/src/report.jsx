/* One page of A4: an episode, or a comparison of policies. What is on it prints; what is pressed does not. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { EpisodeReport } from "./report-episode.jsx";
import { ComparisonReport } from "./report-comparison.jsx";
import { clamp } from "./format.js";

const PAPER = [733, 1050]; // px inside the margins of A4

export function Report({ page, address, go }) {
  const { episodes, comparison } = page;
  const whole = comparison && (address.episode === undefined || address.episode === null);
  const index = clamp(address.episode ?? 0, 0, Math.max(0, episodes.length - 1));
  const sheet = useFit();
  return (
    <div class="report">
      <div class="reporttools">
        <button type="button" class="button main" onClick={() => print()}>
          Print or save as PDF
        </button>
        <Choose comparison={comparison} episodes={episodes} value={whole ? "" : String(index)} onChange={(value) => go({ episode: value === "" ? null : Number(value) })} />
      </div>
      <article class="sheet" ref={sheet}>{whole ? <ComparisonReport comparison={comparison} /> : <EpisodeReport episode={episodes[index]} />}</article>
    </div>
  );
}

/** Tells the style sheet how much smaller what is on the sheet must print to stay on one page. */
function useFit() {
  const sheet = useRef(null);
  useLayoutEffect(() => {
    fit(sheet.current); // a page may be printed as soon as it is there
    const observer = new ResizeObserver(() => fit(sheet.current));
    observer.observe(sheet.current);
    return () => observer.disconnect();
  }, []);
  return sheet;
}

/** Measured at the width of the paper, whatever the window's. */
function fit(sheet) {
  const { width } = sheet.style;
  sheet.style.width = `${PAPER[0]}px`;
  const height = sheet.scrollHeight;
  sheet.style.width = width;
  sheet.style.setProperty("--fit", Math.min(1, PAPER[1] / height).toFixed(3));
}

function Choose({ comparison, episodes, value, onChange }) {
  if (episodes.length + (comparison ? 1 : 0) < 2) return null;
  return (
    <label>
      Report of{" "}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {comparison && <option value="">the comparison</option>}
        {episodes.map((episode, n) => (
          <option key={n} value={n}>
            {n + 1}. {episode.meta.title}, game {episode.meta.game ?? 0}
          </option>
        ))}
      </select>
    </label>
  );
}
