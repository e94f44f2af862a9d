/* How high the games of each policy went: a bar of shares by peak rung, the rung's digit inside. */

import { RUNG_COLOURS, RUNG_INKS, capital } from "./format.js";
import { useSize } from "./hooks.js";
import { Frame, Numbers, interval, whole } from "./panel-frame.jsx";
import { scale } from "./plot.js";

const ROW = 40; // px
const BAR = 26;
const RIGHT = 14;

export function Peaks({ comparison, seeds, paper = 640 }) {
  const [box, width] = useSize([paper, 200]);
  const { labels, rungs, peak, methods, games } = comparison;
  const left = Math.min(150, Math.max(70, width * 0.22));
  const x = scale([0, 1], [left, width - RIGHT]);
  const height = ROW * labels.length + 26;
  return (
    <Frame title="Highest rung reached" words="Share of games by the peak rung of the ladder" labels={labels} n={games} seeds={seeds} note={methods.peak}>
      <div ref={box} class="plot">
        <svg width={width} height={height} role="img" aria-label={spoken(comparison)}>
          {[0, 0.2, 0.4, 0.6, 0.8, 1].map((share) => (
            <g key={share}>
              <path class="rule" d={`M${x(share)} 0V${height - 22}`} />
              <text class="tick" x={x(share)} y={height - 6} text-anchor={share === 1 ? "end" : "middle"}>
                {whole(share)}
              </text>
            </g>
          ))}
          {labels.map((label, n) => (
            <Bar key={label} label={label} shares={peak[n].shares.map(([share]) => share)} x={x} y={ROW * n + 6} />
          ))}
        </svg>
      </div>
      <ul class="rungs">
        {rungs.map((name, n) => (
          <li key={n}>
            <span class="swatch" style={{ background: RUNG_COLOURS[n], color: RUNG_INKS[n] }}>
              {n}
            </span>
            {capital(name)}
          </li>
        ))}
      </ul>
      <Numbers
        caption="Share of games by peak rung"
        head={["Policy", ...rungs.map((name, n) => `${n} ${name}`)]}
        rows={labels.map((label, n) => [label, ...peak[n].shares.map((cell) => interval(cell))])}
      />
    </Frame>
  );
}

function Bar({ label, shares, x, y }) {
  let before = 0;
  return (
    <g>
      <text class="name" x={x(0) - 10} y={y + 18}>
        {label.length > 18 ? `${label.slice(0, 17)}\u2026` : label}
        <title>{label}</title>
      </text>
      {shares.map((share, rung) => {
        const from = before;
        before += share;
        if (share === 0) return null;
        const size = x(before) - x(from);
        return (
          <g key={rung}>
            <title>{`${label}: peak rung ${rung}, ${whole(share)}`}</title>
            <rect class="slice" x={x(from)} y={y} width={size} height={BAR} fill={RUNG_COLOURS[rung]} />
            {size > 14 && (
              <text class="digit" x={x(from) + size / 2} y={y + 18} fill={RUNG_INKS[rung]}>
                {rung}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

function spoken({ labels, peak }) {
  const told = labels.map((label, n) => `${label}: ${peak[n].shares.map(([share], rung) => (share ? `rung ${rung} ${whole(share)}` : "")).filter(Boolean).join(", ")}`);
  return `Share of games by peak rung. ${told.join("; ")}.`;
}
