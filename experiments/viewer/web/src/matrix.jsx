/* Who towards whom, as small tables on one scale: the row acts, the column is acted on. */

import { SHADES } from "./format.js";
import { Mark } from "./mark.jsx";

/* Slate for amounts, grey to teal for differences: the sand of the rungs would make a share of turns look like a rung. */

/** cells: [from][to] {value, text, title} or null; fill(value): {background, color}. */
export function Matrix({ codes, cells, fill, caption, heading }) {
  return (
    <div class="matrix">
      {heading && <h3>{heading}</h3>}
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            <td />
            {codes.map((code) => (
              <th key={code} scope="col">
                {code}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {codes.map((code, i) => (
            <tr key={code}>
              <th scope="row">
                <Mark index={i} size={11} /> {code}
              </th>
              {codes.map((_, j) => (
                <Cell key={j} cell={cells[i][j]} same={i === j} fill={fill} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell, same, fill }) {
  if (same) return <td class="same" />;
  if (!cell) return <td class="few">{"\u00b7"}</td>;
  return (
    <td style={fill(cell.value)} title={cell.title}>
      {cell.text}
    </td>
  );
}

/** Fill by share of the largest amount. */
export function amount(most) {
  return (value) => {
    const step = most > 0 ? Math.min(6, Math.round((6 * value) / most)) : 0;
    return { background: SHADES.more[step], color: step < 4 ? "#22262b" : "#ffffff" };
  };
}

/** Fill by sign and size of a difference; white where it is about nothing. */
export function difference(most) {
  return (value) => {
    const step = most > 0 ? Math.min(2, Math.ceil((3 * Math.abs(value)) / most) - 1) : -1;
    if (step < 0) return { background: "#ffffff", color: "#22262b" };
    return { background: (value < 0 ? SHADES.below : SHADES.above)[step], color: step === 2 ? "#ffffff" : "#22262b" };
  };
}

/** The largest absolute value of these matrices of [estimate, low, high]. */
export function largest(matrices) {
  return Math.max(0, ...matrices.flat(2).filter(Boolean).map(([value]) => Math.abs(value)));
}
