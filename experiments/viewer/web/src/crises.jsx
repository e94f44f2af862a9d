/* Crises of rival pairs: a bar from onset to end in the colour of its end, the sign of who opened it at the left, of who yielded at
   the right; a thin line while a truce binds. And the crises of one turn in words. */

import { disputesAt } from "./episode.js";
import { ACTOR_COLOURS, CRISIS_ENDS, share, unitOf } from "./format.js";
import { Mark, Sign } from "./mark.jsx";
import { LEFT } from "./timeline.jsx";

const HEAD = 17; // px
export const CRISIS_ROW = 14;
const BAR = 10;
const ENDS = Object.fromEntries(CRISIS_ENDS.map((end) => [end.name, end]));

export function crisesHeight(episode) {
  return episode.rivals.length ? HEAD + CRISIS_ROW * episode.rivals.length + 6 : 0;
}

/** Middle of the row of a pair, px from the top of the track. */
export function crisisRow(n) {
  return HEAD + CRISIS_ROW * n + CRISIS_ROW / 2;
}

export function Crises({ episode, scale, top, focus }) {
  if (!episode.rivals.length) return null;
  const narrow = scale.width < 700;
  return (
    <g class="crises" transform={`translate(0 ${top})`}>
      <text class="head" x={narrow ? 18 : LEFT} y="11">
        {narrow ? "Crises" : "Crises: left sign opened it, right sign yields; line: truce"}
      </text>
      <Key x={narrow ? 64 : LEFT + 345} short={scale.width < 1100} gap={narrow ? 14 : 20} />
      {episode.rivals.map((pair, n) => (
        <Row key={pair.key} episode={episode} pair={pair} y={crisisRow(n)} scale={scale} faded={focus !== null && !pair.actors.includes(focus)} />
      ))}
    </g>
  );
}

/** What the colours of the ends mean. */
function Key({ x, short, gap }) {
  let at = x;
  return CRISIS_ENDS.map(({ name, words, colour }) => {
    const left = at;
    const text = short ? name : words;
    at += gap + 6.1 * text.length;
    return (
      <g key={name}>
        <rect class={`crisis ${name}`} x={left} y="3" width="10" height="9" fill={colour} />
        <text x={left + 14} y="11">
          {text}
        </text>
      </g>
    );
  });
}

function Row({ episode, pair, y, scale, faded }) {
  return (
    <g class={faded ? "faded" : ""}>
      <rect class="lane" x={LEFT} y={y - BAR / 2} width={scale.x(episode.turns) - LEFT} height={BAR} />
      <text class="name" x={LEFT - 10} y={y + 4}>
        {pair.codes[0]} {"\u2013"} {pair.codes[1]}
      </text>
      {pair.truces.map(([first, last, , , breaker]) => (
        <g key={`t${first}`}>
          <title>{truceWords(episode, pair, first, last, breaker)}</title>
          <path class="truce" d={`M${r(scale.x(first))} ${y}H${r(scale.x(last))}`} stroke-dasharray={breaker < 0 ? undefined : "3 2"} />
          {breaker >= 0 && <path class="breach" d={`M${r(scale.x(last))} ${y - 4}v8`} />}
        </g>
      ))}
      {pair.crises.map((crisis) => (
        <Bar key={`c${crisis[0]}`} episode={episode} crisis={crisis} y={y} scale={scale} />
      ))}
    </g>
  );
}

function Bar({ episode, crisis, y, scale }) {
  const [first, last, , , opener, end, loser] = crisis;
  const [from, to] = [scale.x(first - 0.5), Math.max(scale.x(last), scale.x(first - 0.5) + 4)];
  const wide = to - from;
  return (
    <g>
      <title>{crisisWords(episode, crisis)}</title>
      <rect class={`crisis ${end}`} x={r(from)} y={y - BAR / 2} width={r(wide)} height={BAR} fill={ENDS[end].colour} />
      {wide >= 12 && <Dot index={opener} x={from + 6} y={y} />}
      {loser >= 0 && wide >= 24 && <Dot index={loser} x={to - 6} y={y} />}
      {end === "conflict" && wide >= 24 && <path class="broken" d={`M${r(to - 9)} ${y - 3}l6 6m0-6l-6 6`} />}
    </g>
  );
}

function Dot({ index, x, y }) {
  return (
    <g transform={`translate(${r(x)} ${y})`}>
      <circle r="5" class="casing" />
      <Sign index={index} r={3.2} fill={ACTOR_COLOURS[index % 5]} />
    </g>
  );
}

/** The crises and truces after turn t in words, with what both sides hold: an analyst's view. */
export function CrisesNow({ episode, t, focus }) {
  const now = disputesAt(episode, t).filter(({ pair }) => focus === null || pair.actors.includes(focus));
  if (!episode.rivals.length) return null;
  return (
    <section class="crisesnow" aria-label="Crises and truces after this turn">
      <h2>Crises{now.length === 0 && <span class="muted small"> none, and no truce</span>}</h2>
      <ul>
        {now.map((dispute) => (
          <li key={dispute.pair.key}>
            <b class="pairname">
              <Mark index={dispute.pair.actors[0]} size={11} /> {dispute.pair.codes[0]} {"\u2013"} <Mark index={dispute.pair.actors[1]} size={11} />{" "}
              {dispute.pair.codes[1]}
            </b>{" "}
            {stageWords(episode, dispute)}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How a pair stands: since when, who opened it, whether talks can settle it, and what each side holds. */
export function stageWords(episode, { pair, crisis, truce, t }) {
  if (!crisis) return `truce until ${truce[1]}`;
  const { talks_from: talks, fade_turns: fades } = episode.settlement;
  const columns = episode.disputes[pair.key];
  const from = crisis[0] + talks;
  const left = fades - columns.quiet[t];
  const offers = columns.offers.flatMap((open, side) => (open[t] ? [pair.codes[side]] : []));
  const parts = [
    `since ${crisis[0]}, opened by ${episode.actors[crisis[4]].code}`,
    t + 1 >= from ? "talks possible" : `talks from ${from}`,
    `fades after ${left} quiet ${unitOf(episode.meta)}${left === 1 ? "" : "s"}`,
    `leverage ${share(columns.leverage[t])} : ${share(1000 - columns.leverage[t])}`,
  ];
  if (offers.length) parts.push(`offer by ${offers.join(", ")}`);
  return parts.join(" \u00b7 ");
}

function crisisWords(episode, [first, last, one, two, opener, end, loser]) {
  const code = (n) => episode.actors[n].code;
  const how = loser >= 0 ? `${code(loser)} yields` : ENDS[end].words;
  return `${code(one)} \u2013 ${code(two)}, turns ${first} to ${last}: opened by ${code(opener)}; ${how}`;
}

function truceWords(episode, pair, first, last, breaker) {
  return `${pair.codes.join(" \u2013 ")}: truce from turn ${first} to ${last}${breaker >= 0 ? `, broken by ${episode.actors[breaker].code}` : ""}`;
}

function r(value) {
  return Math.round(value * 10) / 10;
}
