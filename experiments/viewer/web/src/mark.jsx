/* The sign of an actor, shape and hue, always beside its code; and the digit of a rung. */

import { ACTOR_COLOURS, CODES, RUNG_COLOURS, RUNG_INKS } from "./format.js";

const SHAPES = [
  <circle r="0.95" />, // the five look equally large: their areas are near the circle's
  <rect x="-0.85" y="-0.85" width="1.7" height="1.7" rx="0.1" />,
  <path d="M0-1.15 1.15 0 0 1.15-1.15 0Z" />,
  <path d="M0-1.2 1.2 0.9H-1.2Z" />,
  <path d="M0-1.1 1.1-0.25 0.68 1H-0.68L-1.1-0.25Z" />,
];

/** The sign as a group of its own for an SVG, at (x, y), radius r. index: the actor's place in the world. */
export function Sign({ index, r, ...rest }) {
  return (
    <g fill={ACTOR_COLOURS[index % 5]} {...rest}>
      <g transform={`scale(${r})`}>{SHAPES[index % 5]}</g>
    </g>
  );
}

/** The sign in a line of text. It is decoration: the code or the name stands beside it. */
export function Mark({ code, index = Math.max(0, CODES.indexOf(code)), size = 12 }) {
  return (
    <svg class="mark" width={size} height={size} viewBox="-1.25 -1.25 2.5 2.5" aria-hidden="true">
      <Sign index={index} r={1} />
    </svg>
  );
}

/** The digit of a rung on its colour. */
export function Badge({ rung, label }) {
  return (
    <span class="badge" style={{ background: RUNG_COLOURS[rung], color: RUNG_INKS[rung] }}>
      <span class="hidden">rung </span>
      {rung}
      {label ? ` ${label}` : ""}
    </span>
  );
}
