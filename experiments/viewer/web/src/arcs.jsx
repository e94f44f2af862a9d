/* Who acts on whom: an arc from one actor's chip to the other's, in the rung's colour; older turns fade. Dashed: a statement. */

import { ROUTINE, RUNG_COLOURS } from "./format.js";

const STATEMENT = 1;
const OPACITY = [1, 0.7, 0.4]; // by age in turns
const CLEAR = 24; // px left free around a chip
const SPREAD = 0.1; // of the length, between a statement and an act from the same to the same

export function Arcs({ arcs, homes, focus }) {
  return arcs.map((arc, n) => {
    const touched = focus === null || focus === undefined || arc.from === focus || arc.to === focus;
    return <Arc key={`${arc.from}.${arc.to}.${arc.channel}.${arc.age}.${n}`} arc={arc} homes={homes} faint={!touched} />;
  });
}

function Arc({ arc, homes, faint }) {
  const bend = 0.16 + (arc.channel === STATEMENT ? SPREAD : 0);
  const { start, middle, end, angle } = curve(homes[arc.from], homes[arc.to], bend);
  const d = `M${start}Q${middle} ${end}`;
  const width = 2 + 0.5 * arc.rung;
  const colour = arc.rung === 0 ? ROUTINE : RUNG_COLOURS[arc.rung]; // the ramp begins too near the colour of the sea
  const dash = arc.channel === STATEMENT ? "9 5" : undefined;
  return (
    <g class="arc" opacity={OPACITY[arc.age] * (faint ? 0.25 : 1)}>
      {arc.age === 0 && <path d={d} class="casing" stroke-width={dash ? 1 : width + 1.2} />}
      <path d={d} stroke={colour} stroke-width={width} stroke-dasharray={dash} />
      {arc.age === 0 && <path d="M2 0-9-5V5Z" class="head" fill={colour} transform={`translate(${end}) rotate(${angle})`} />}
    </g>
  );
}

/** A curve that bows to the right of its way, so that both directions of a pair stay apart. */
function curve(from, to, bend) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const middle = [(from[0] + to[0]) / 2 - dy * bend, (from[1] + to[1]) / 2 + dx * bend];
  const start = towards(from, middle);
  const end = towards(to, middle);
  const angle = (Math.atan2(end[1] - middle[1], end[0] - middle[0]) * 180) / Math.PI;
  return { start, middle, end, angle };
}

function towards(from, to) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const clear = Math.min(CLEAR, length / 3);
  return [from[0] + ((to[0] - from[0]) * clear) / length, from[1] + ((to[1] - from[1]) * clear) / length];
}
