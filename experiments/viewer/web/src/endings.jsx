/* How crises went under each policy: crises a game by how they ended, and when each rival pair was in one; and the track of one game. */

import { CODES, CRISIS_ENDS } from "./format.js";
import { useSize } from "./hooks.js";
import { Frame, Numbers, whole } from "./panel-frame.jsx";
import { scale, stepOf } from "./plot.js";

const ROW = 40; // px
const BAR = 22;
const RIGHT = 14;
const STRIP = 34;
const ENDS = Object.fromEntries(CRISIS_ENDS.map((end) => [end.name, end]));

export function Endings({ comparison, seeds, paper = 640 }) {
  const [box, width] = useSize([paper, 200]);
  const { labels, crises, methods, games } = comparison;
  const left = Math.min(150, Math.max(70, width * 0.22));
  const most = Math.max(1, ...crises.groups.map(({ ends }) => ends.all?.[0] ?? 0));
  const x = scale([0, most], [left, width - RIGHT]);
  const step = stepOf(most);
  const height = ROW * labels.length + 26;
  const strips = height + 22;
  const pairs = crises.pairs.map((pair) => pair.map((n) => CODES[n]).join("-"));
  return (
    <Frame title="Crises and how they ended" words="Crises of rival pairs a game, by how each ended; below, the share of games in which a pair is in crisis, turn by turn" labels={labels} n={games} seeds={seeds} note={methods.crises}>
      <div ref={box} class="plot">
        <svg width={width} height={strips + STRIP * labels.length + 18} role="img" aria-label={spoken(comparison)}>
          {Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step).map((value) => (
            <g key={value}>
              <path class="rule" d={`M${x(value)} 0V${height - 22}`} />
              <text class="tick" x={x(value)} y={height - 6} text-anchor="middle">
                {+value.toFixed(2)}
              </text>
            </g>
          ))}
          {labels.map((label, n) => (
            <Stack key={label} label={label} ends={crises.groups[n].ends} names={crises.ends} x={x} y={ROW * n + 8} />
          ))}
          <Strips labels={labels} groups={crises.groups} pairs={pairs} left={left} right={width - RIGHT} top={strips} />
        </svg>
      </div>
      <ul class="rungs">
        {crises.ends.map((end) => (
          <li key={end}>
            <span class={`swatch crisisend ${end}`} style={{ background: ENDS[end].colour }} />
            {ENDS[end].words}
          </li>
        ))}
      </ul>
      <Numbers caption="Crises a game by how they ended" head={["Policy", "all", ...crises.ends]} rows={labels.map((label, n) => [label, ...["all", ...crises.ends].map((end) => mean(crises.groups[n].ends[end]))])} />
    </Frame>
  );
}

function Stack({ label, ends, names, x, y }) {
  let before = 0;
  return (
    <g>
      <text class="name" x={x(0) - 10} y={y + 16}>
        {cut(label)}
        <title>{label}</title>
      </text>
      {names.map((end) => {
        const [from, count] = [before, ends[end]?.[0] ?? 0];
        before += count;
        if (count === 0) return null;
        const size = x(before) - x(from);
        return (
          <g key={end}>
            <title>{`${label}: ${count.toFixed(2)} crises a game ${ENDS[end].words}`}</title>
            <rect class={`slice crisis ${end}`} x={x(from)} y={y} width={size} height={BAR} fill={ENDS[end].colour} />
            {size > 26 && (
              <text class="digit" x={x(from) + size / 2} y={y + 16} fill={ENDS[end].ink}>
                {count.toFixed(1)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

/** A strip for each policy and pair: share of games in crisis over the turns. */
function Strips({ labels, groups, pairs, left, right, top }) {
  const each = (right - left) / pairs.length;
  return (
    <g transform={`translate(0 ${top})`}>
      {pairs.map((pair, k) => (
        <text key={pair} class="tick" text-anchor="start" x={left + each * k} y="-6">
          {pair.replace("-", " \u2013 ")}
        </text>
      ))}
      {labels.map((label, n) => (
        <g key={label} transform={`translate(0 ${STRIP * n})`}>
          <text class="name" x={left - 10} y={STRIP - 12}>
            {cut(label)}
          </text>
          {pairs.map((pair, k) => (
            <g key={pair}>
              <title>{`${label}, ${pair}: share of games in crisis, turn by turn; the frame is 100 %`}</title>
              <rect class="lane" x={left + each * k} y="2" width={each - 8} height={STRIP - 8} />
              <path class="openshare" d={area(groups[n].open[pair], left + each * k, each - 8, STRIP - 6, STRIP - 8)} />
            </g>
          ))}
        </g>
      ))}
    </g>
  );
}

function area(values, left, width, floor, height) {
  const shown = values.filter((value) => value !== null);
  const step = width / Math.max(1, values.length);
  const steps = shown.map((value, t) => `V${(floor - height * value).toFixed(1)}H${(left + step * (t + 1)).toFixed(1)}`);
  return `M${left.toFixed(1)} ${floor}${steps.join("")}V${floor}Z`;
}

/** The crises of one game, a row for each rival pair. */
export function GameTrack({ row, comparison }) {
  const { turns, crises } = comparison;
  const [width, line] = [132, 6];
  const x = scale([0.5, turns], [0, width]);
  return (
    <svg class="gametrack" width={width} height={line * crises.pairs.length} viewBox={`0 0 ${width} ${line * crises.pairs.length}`} role="img" aria-label={`${row.crises.length} crises`}>
      {crises.pairs.map(([one, two], n) => (
        <g key={n}>
          <rect class="lane" x="0" y={line * n} width={width} height={line - 1} />
          {row.crises
            .filter((crisis) => crisis[2] === one && crisis[3] === two)
            .map(([first, last, , , , end]) => (
              <rect key={first} class={`crisis ${end}`} x={x(first - 0.5)} y={line * n} width={Math.max(2, x(last) - x(first - 0.5))} height={line - 1} fill={ENDS[end].colour}>
                <title>{`${CODES[one]} \u2013 ${CODES[two]}, turns ${first} to ${last}: ${ENDS[end].words}`}</title>
              </rect>
            ))}
        </g>
      ))}
    </svg>
  );
}

function mean(cell) {
  return cell ? `${cell[0].toFixed(2)} [${cell[1].toFixed(2)}, ${cell[2].toFixed(2)}]` : "\u2013";
}

function cut(label) {
  return label.length > 18 ? `${label.slice(0, 17)}\u2026` : label;
}

function spoken({ labels, crises }) {
  const told = labels.map((label, n) => {
    const { all, ...ends } = crises.groups[n].ends;
    const parts = Object.entries(ends).filter(([, cell]) => cell && cell[0] > 0 && all);
    return `${label}: ${(all?.[0] ?? 0).toFixed(1)} crises a game, ${parts.map(([end, cell]) => `${whole(cell[0] / all[0])} ${ENDS[end].words}`).join(", ")}`;
  });
  return `Crises a game and how they ended. ${told.join("; ")}.`;
}
