/* How long the games of each policy stayed below a rung: Kaplan-Meier curves with their band, named at their ends. */

import { capital } from "./format.js";
import { useSize } from "./hooks.js";
import { Frame, Menu, Numbers, interval, whole } from "./panel-frame.jsx";
import { apart, colourOf, lineOf, scale, stepBand, stepOf, steps } from "./plot.js";

const HEIGHT = 252; // px
const [TOP, BOTTOM, LEFT] = [10, 40, 44];
const LONGEST = 18; // letters of a label

export function Survival({ comparison, seeds, rung, onRung, paper = 640 }) {
  const [box, width] = useSize([paper, HEIGHT]);
  const { labels, rungs, survival, turns, methods } = comparison;
  const curves = survival[rung];
  const right = Math.min(width * 0.45, 72 + 7 * Math.max(...labels.map((label) => Math.min(label.length, LONGEST))));
  const x = scale([0, turns], [LEFT, width - right]);
  const y = scale([0, 1], [HEIGHT - BOTTOM, TOP]);
  const menu = <Menu label="Rung" value={rung} options={Object.keys(survival).map((k) => [k, `${k} ${rungs[k]}`])} onChange={onRung} />;
  const ends = curves.map(({ share }) => share.at(-1));
  const heights = apart(ends.map(y), 15, TOP + 4, HEIGHT - BOTTOM + 2);
  return (
    <Frame
      title={`Time to ${rungs[rung]}`}
      words={`Share of games that have stayed below rung ${rung} (Kaplan\u2013Meier)`}
      labels={labels}
      n={curves.map(({ n }) => n)}
      seeds={seeds}
      note={methods.survival}
      tools={menu}
    >
      <div ref={box} class="plot">
        <svg width={width} height={HEIGHT} role="img" aria-label={spoken(labels, ends, rung)}>
          <Axes x={x} y={y} turns={turns} unit={comparison.turn_days === 7 ? "week" : comparison.turn_days === 1 ? "day" : "turn"} />
          {curves.map(({ low, high }, n) => (
            <path key={n} d={stepBand(low, high, x, y)} fill={colourOf(n)} fill-opacity="0.1" />
          ))}
          {curves.map(({ share }, n) => (
            <path key={n} class="curve" d={steps(share, x, y)} {...lineOf(n)} />
          ))}
          {labels.map((label, n) => (
            <g key={label}>
              <path class="curve" d={`M${x(turns) + 6} ${heights[n]}h20`} {...lineOf(n)} />
              <text class="end" x={x(turns) + 31} y={heights[n] + 4}>
                {short(label, Math.floor((right - 72) / 7))} {whole(ends[n])}
                <title>{label}</title>
              </text>
            </g>
          ))}
        </svg>
      </div>
      <Numbers
        caption={`Share of games below rung ${rung}`}
        head={["Turn", ...labels]}
        rows={shown(turns).map((t) => [t, ...curves.map(({ share, low, high }) => interval([share[t], low[t], high[t]]))])}
      />
    </Frame>
  );
}

function Axes({ x, y, turns, unit }) {
  const every = Math.max(1, stepOf(turns));
  const ticks = Array.from({ length: Math.floor(turns / every) + 1 }, (_, n) => n * every);
  return (
    <g>
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => (
        <g key={share}>
          <path class="rule" d={`M${x(0)} ${y(share)}H${x(turns)}`} />
          <text class="name" x={x(0) - 8} y={y(share) + 4}>
            {whole(share)}
          </text>
        </g>
      ))}
      {ticks.map((turn) => (
        <text key={turn} class="tick" x={x(turn)} y={y(0) + 18}>
          {turn}
        </text>
      ))}
      <text class="tick" x={x(turns / 2)} y={y(0) + 34}>
        {capital(unit)}
      </text>
    </g>
  );
}

/** Some ten turns of the horizon, its end among them. */
function shown(turns) {
  const every = Math.max(1, Math.ceil(turns / 10));
  return Array.from({ length: Math.ceil(turns / every) }, (_, n) => n * every).concat(turns);
}

function short(label, most) {
  return label.length > most ? `${label.slice(0, most - 1)}\u2026` : label;
}

function spoken(labels, ends, rung) {
  return `Share of games that stayed below rung ${rung} to the horizon: ${labels.map((label, n) => `${label} ${whole(ends[n])}`).join(", ")}.`;
}
