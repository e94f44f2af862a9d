/* The seven rungs, the highest on top, the current one ringed. */

import { RUNG_COLOURS, RUNG_INKS, capital } from "./format.js";

export function Ladder({ rung, rungs }) {
  const steps = rungs.map((name, n) => ({ name, n })).reverse();
  return (
    <ol class="ladder" reversed aria-label="Ladder of rungs">
      {steps.map(({ name, n }) => (
        <li key={n} class={n === rung ? "now" : ""} aria-current={n === rung ? "step" : undefined}>
          <span class="swatch" style={{ background: RUNG_COLOURS[n], color: RUNG_INKS[n] }}>
            {n}
          </span>
          {capital(name)}
        </li>
      ))}
    </ol>
  );
}
