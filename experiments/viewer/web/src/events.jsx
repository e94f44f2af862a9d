/* What happened, on the axis of time: pins over the tension for what nobody chose and for new rungs; ambassadors come and
   go often, so theirs is a lane of bars, and crises have a track of their own. */

import { EVENTS } from "./format.js";
import { Glyph } from "./glyph.jsx";
import { LEFT } from "./timeline.jsx";

const OFTEN = "ambassador";
const TRACKED = [OFTEN, "deal", "yield", "fade", "breach"]; // told elsewhere on the axis
const LANE = 11; // px
const STEP = 9; // px between events of the same turn

/** Turns at which a pin stands, for "next event". */
export function pinTurns(episode) {
  const turns = episode.events.filter(([, kind]) => !TRACKED.includes(kind)).map((event) => event[0]);
  return [...new Set(turns)].sort((one, two) => one - two);
}

/** top, floor: px of the tension track. */
export function Pins({ episode, scale, top, floor }) {
  const pins = spread(
    episode.events.filter(([, kind]) => !TRACKED.includes(kind) && kind !== "crisis"),
    scale.span,
  );
  return pins.map(({ event: [t, kind, text], shift }, n) => (
    <g key={n} class={`pin ${kind}`}>
      <title>{`${t}: ${text} (${EVENTS[kind] ?? kind})`}</title>
      {shift === 0 && <path d={`M${scale.x(t)} ${top - 6}V${floor}`} />}
      <Glyph kind={kind} r={5} x={scale.x(t) + shift} y={top - 12} />
    </g>
  ));
}

/** How many relations stand with an ambassador summoned, recalled or gone, turn by turn: bars on the line at y. */
export function Ambassadors({ episode, scale, y }) {
  const most = Math.max(1, ...episode.strained);
  const width = Math.min(9, Math.max(1.5, scale.step * 0.55));
  const bars = episode.strained.map((count, t) => {
    const height = ((count * LANE) / most).toFixed(1);
    return count ? `M${(scale.x(t) - width / 2).toFixed(1)} ${y}v${-height}h${width.toFixed(1)}v${height}z` : "";
  });
  return (
    <g>
      <title>Relations with an ambassador summoned, recalled or gone</title>
      <path class="rule" d={`M${LEFT} ${y}H${scale.x(episode.turns)}`} />
      <text class="name" x={LEFT - 10} y={y}>
        ambassadors
      </text>
      <path class="strained" d={bars.join("")} />
    </g>
  );
}

/** Events of one turn stand beside one another, to the left near the end of the axis. */
function spread(events, span) {
  const seen = {};
  return events.map((event) => {
    const turn = event[0];
    seen[turn] = (seen[turn] ?? -1) + 1;
    return { event, shift: STEP * seen[turn] * (turn > 0.9 * span ? -1 : 1) };
  });
}
