/* What happened, on the axis of time: pins over the tension for what nobody chose and for new rungs, and a lane of its own for
   ambassadors, who come and go often. */

import { Glyph, KINDS } from "./glyph.jsx";
import { LEFT } from "./timeline.jsx";

const OFTEN = "ambassador";
const STEP = 9; // px between events of the same turn

/** Turns at which a pin stands, for "next event". */
export function pinTurns(episode) {
  const turns = episode.events.filter(([, kind]) => kind !== OFTEN).map((event) => event[0]);
  return [...new Set(turns)].sort((one, two) => one - two);
}

/** top, floor: px of the tension track. */
export function Pins({ episode, scale, top, floor }) {
  const pins = spread(episode.events.filter(([, kind]) => kind !== OFTEN));
  return pins.map(({ event: [t, kind, text], shift }, n) => (
    <g key={n} class={`pin ${kind}`}>
      <title>{`${t}: ${text} (${KINDS[kind] ?? kind})`}</title>
      {shift === 0 && <path d={`M${scale.x(t)} ${top - 6}V${floor}`} />}
      <Glyph kind={kind} r={5} x={scale.x(t) + shift} y={top - 12} />
    </g>
  ));
}

export function Ambassadors({ episode, scale, y }) {
  const marks = spread(episode.events.filter(([, kind]) => kind === OFTEN));
  return (
    <g class="ambassadors">
      <text class="name" x={LEFT - 10} y={y + 4}>
        ambassadors
      </text>
      {marks.map(({ event: [t, kind, text], shift }, n) => (
        <g key={n}>
          <title>{`${t}: ${text}`}</title>
          {shift < scale.step && <Glyph kind={kind} r={3.6} x={scale.x(t) + shift} y={y} />}
        </g>
      ))}
    </g>
  );
}

/** Events of one turn stand beside one another. */
function spread(events) {
  const seen = {};
  return events.map((event) => {
    seen[event[0]] = (seen[event[0]] ?? -1) + 1;
    return { event, shift: STEP * seen[event[0]] };
  });
}
