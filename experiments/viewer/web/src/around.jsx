/* Tension around the first turn at a rung: the median of the games and where the middle four fifths lie, a small chart a policy. */

import { useSize } from "./hooks.js";
import { Frame, Menu, Numbers } from "./panel-frame.jsx";
import { colourOf, lineOf, path, scale } from "./plot.js";

const HEIGHT = 220; // px
const [TOP, BOTTOM, LEFT, GAP] = [24, 40, 40, 10];

export function Around({ comparison, seeds, rung, onRung }) {
  const [box, width] = useSize([640, HEIGHT]);
  const { labels, rungs, aligned, methods } = comparison;
  const groups = aligned[rung];
  const most = Math.max(0.1, ...groups.flatMap((group) => group.high.filter((value) => value !== null)));
  const top = Math.ceil(most * 10 + 0.2) / 10;
  const y = scale([0, top], [HEIGHT - BOTTOM, TOP]);
  const columns = width < 480 ? 2 : Math.min(labels.length, 4);
  const lines = Math.ceil(labels.length / columns);
  const size = (width - LEFT - GAP * (columns - 1)) / columns;
  const menu = <Menu label="Rung" value={rung} options={Object.keys(aligned).map((k) => [k, `${k} ${rungs[k]}`])} onChange={onRung} />;
  return (
    <Frame
      title={`Event study at first rung ${rung}`}
      words={"Tension, mean of the pairs, by turns from the first turn at that rung or above: median, and 10\u201390\u202f% of the games"}
      labels={labels}
      n={groups.map((group) => group.games)}
      unit="games that reached it"
      seeds={seeds}
      note={methods.aligned}
      tools={menu}
    >
      <div ref={box} class="plot">
        <svg width={width} height={HEIGHT * lines} role="img" aria-label={spoken(labels, groups, rung)}>
          {labels.map((label, n) => (
            <g key={label} transform={`translate(${LEFT + (n % columns) * (size + GAP)} ${HEIGHT * Math.floor(n / columns)})`}>
              <Small label={label} group={groups[n]} index={n} width={size} y={y} top={top} axis={n % columns === 0} />
            </g>
          ))}
        </svg>
      </div>
      <Numbers
        caption={`Median tension around the first turn at rung ${rung}`}
        head={["Turns from it", ...labels]}
        rows={groups[0].offset.map((at, t) => [at, ...groups.map((group) => told(group, t))])}
      />
    </Frame>
  );
}

function Small({ label, group, index, width, y, top, axis }) {
  const { offset, median, low, high } = group;
  const x = scale([offset[0], offset.at(-1)], [0, width]);
  const to = (values) => values.map((value, t) => [x(offset[t]), value === null ? null : y(value)]);
  const known = offset.map((_, t) => t).filter((t) => low[t] !== null);
  const band = path([...known.map((t) => [x(offset[t]), y(low[t])]), ...known.toReversed().map((t) => [x(offset[t]), y(high[t])])]);
  return (
    <g>
      {Array.from({ length: Math.round(top * 10) + 1 }, (_, n) => n / 10)
        .filter((value) => top <= 0.5 || Math.round(value * 10) % 2 === 0)
        .map((value) => (
          <g key={value}>
            <path class="rule" d={`M0 ${y(value)}H${width}`} />
            {axis && (
              <text class="name" x="-8" y={y(value) + 4}>
                {value.toFixed(1)}
              </text>
            )}
          </g>
        ))}
      {known.length > 0 && <path class="zero" d={`M${x(0)} ${y(top)}V${y(0)}`} />}
      {band && <path d={`${band}Z`} fill={colourOf(index)} fill-opacity="0.13" />}
      <path class="curve" d={path(to(median))} {...lineOf(index)} />
      <text class="smallhead" x={width / 2} y="14">
        {label.length > width / 8 ? `${label.slice(0, Math.floor(width / 8) - 1)}\u2026` : label}
      </text>
      {group.games === 0 && (
        <text class="tick" x={width / 2} y={y(top / 2)}>
          never reached
        </text>
      )}
      {group.games > 0 && known.length === 0 && (
        <text class="tick" x={width / 2} y={y(top / 2)}>
          too few games
        </text>
      )}
      {[offset[0], 0, offset.at(-1)].map((at, n) => (
        <text key={at} class="tick" x={x(at)} y={y(0) + 18} text-anchor={["start", "middle", "end"][n]}>
          {at > 0 ? `+${at}` : String(at).replace("-", "\u2212")}
        </text>
      ))}
    </g>
  );
}

function told({ median, low, high, n }, t) {
  return median[t] === null ? "\u2013" : `${median[t].toFixed(2)} (${low[t].toFixed(2)}\u2013${high[t].toFixed(2)}), n = ${n[t]}`;
}

function spoken(labels, groups, rung) {
  const at = groups[0].offset.indexOf(0);
  const words = labels.map((label, n) => `${label} ${groups[n].median[at] === null ? "too few games" : groups[n].median[at].toFixed(2)}`);
  return `Median tension in the first turn at rung ${rung}: ${words.join(", ")}.`;
}
