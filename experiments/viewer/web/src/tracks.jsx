/* Tension over time with its events, and the pairs as rows of heat. */

import { Ambassadors, Pins } from "./events.jsx";
import { RUNG_COLOURS, share } from "./format.js";
import { LEFT } from "./timeline.jsx";

export const PAIR = { head: 16, row: 11 }; // px
const TRACK = { top: 22, height: 54, foot: 22 };
export const tensionHeight = TRACK.top + TRACK.height + TRACK.foot;

export function pairsHeight(episode) {
  return PAIR.head + PAIR.row * episode.pairList.length + 6;
}

/** The mean as an area, every pair as a thin line behind it; events are pins. */
export function TensionTrack({ episode, scale, focus, other }) {
  const most = ceiling([...episode.pairList.map((pair) => pair.values), other ?? []]);
  const y = (permille) => TRACK.top + TRACK.height * (1 - permille / most);
  const line = (values) => `M${values.map((value, t) => `${round(scale.x(t))},${round(y(value))}`).join("L")}`;
  const floor = y(0);
  const mean = line(episode.tension);
  return (
    <g class="tensiontrack">
      {[0, most / 2, most].map((value) => (
        <g key={value}>
          <path class="rule" d={`M${LEFT} ${y(value)}H${scale.x(scale.span)}`} />
          <text class="name" x={LEFT - 10} y={y(value) + 4}>
            {value === most ? "tension " : ""}
            {share(value)}
          </text>
        </g>
      ))}
      {episode.pairList.map((pair) => (
        <path
          key={pair.key}
          class={`pairline ${focus !== null && touches(episode, pair, focus) ? "near" : ""}`}
          d={line(pair.values)}
        />
      ))}
      <path class="meanarea" d={`${mean}L${scale.x(episode.turns)},${floor}L${scale.x(0)},${floor}Z`} />
      <path class="meanline" d={mean} />
      {other && <path class="otherline" d={line(other)} />}
      {other && (
        <text class="otherlabel" x={scale.x(scale.span)} y={TRACK.top + 9}>
          dashed: the other episode
        </text>
      )}
      <Pins episode={episode} scale={scale} top={TRACK.top} floor={floor} />
      <Ambassadors episode={episode} scale={scale} y={floor + TRACK.foot - 7} />
    </g>
  );
}

/** A row a pair, in two stripes: above what the second saw of the first's steps, below the other way round. */
export function Pairs({ episode, scale, top, focus }) {
  return (
    <g transform={`translate(0 ${top})`}>
      <text class="head" x={LEFT} y="11">
        {scale.width < 700
          ? "Pairs: highest step seen, tension"
          : "Pairs: highest step seen, upper stripe by the first, lower by the second; at the right the pair's tension"}
      </text>
      {episode.pairList.map((pair, n) => (
        <PairRow
          key={pair.key}
          episode={episode}
          pair={pair}
          y={PAIR.head + PAIR.row * n}
          scale={scale}
          faded={!touches(episode, pair, focus)}
        />
      ))}
    </g>
  );
}

function PairRow({ episode, pair, y, scale, faded }) {
  const [one, two] = pair.codes;
  const height = (PAIR.row - 2) / 2;
  return (
    <g class={faded ? "faded" : ""}>
      <rect class="lane" x={LEFT} y={y} width={scale.x(episode.turns) - LEFT} height={PAIR.row - 2} />
      <text class="name" x={LEFT - 10} y={y + PAIR.row - 3}>
        {one} {"\u2013"} {two}
      </text>
      {[`${one}>${two}`, `${two}>${one}`].map((way, n) =>
        runs(episode.seen?.[way] ?? "").map(({ from, to, rung }) => (
          <rect
            key={`${way}${from}`}
            x={round(scale.x(from - 0.5))}
            y={y + n * height}
            width={round(scale.x(Math.min(to + 0.5, scale.span)) - scale.x(from - 0.5))}
            height={height}
            fill={RUNG_COLOURS[rung]}
          />
        )),
      )}
    </g>
  );
}

/** Stretches of the same rung above 0, so that a long game draws few rectangles. */
function runs(digits) {
  const found = [];
  for (let from = 0, to = 0; from < digits.length; from = to) {
    to = from;
    while (to < digits.length && digits[to] === digits[from]) to += 1;
    if (digits[from] > "0") found.push({ from, to: to - 1, rung: Number(digits[from]) });
  }
  return found;
}

/** The top of the axis: a quarter, a half, three quarters or 1, so that low tension stays readable and games stay comparable. */
function ceiling(series) {
  const most = Math.max(...series.flat());
  return [250, 500, 750].find((top) => most <= top) ?? 1000;
}

function touches(episode, pair, focus) {
  return focus === null || pair.codes.includes(episode.actors[focus].code);
}

function round(value) {
  return Math.round(value * 10) / 10;
}
