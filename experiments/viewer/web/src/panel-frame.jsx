/* A panel of Compare: a title, what it says, the drawing, what it rests on and how its intervals were made, and its numbers. */

import { capital } from "./format.js";

/** labels and n: a number for each policy; note: how the intervals were made. */
export function Frame({ title, words, labels, n, unit = "games", seeds, note, children, tools, class: name = "" }) {
  return (
    <section class={`frame-panel ${name}`}>
      <div class="panelhead">
        <h2>{title}</h2>
        {tools}
      </div>
      <p class="muted words">{words}</p>
      {children}
      <p class="muted small basis">
        {basis(labels, n, unit)}
        {seeds}. {capital(note)}.
      </p>
    </section>
  );
}

/** The panel's numbers as a table, for those who read it or copy it. rows: [[first, ...values], ...]. */
export function Numbers({ caption, head, rows }) {
  return (
    <details class="numbers">
      <summary>Numbers</summary>
      <div class="wide" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption class="hidden">{caption}</caption>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([first, ...values], n) => (
              <tr key={n}>
                <th scope="row">{first}</th>
                {values.map((value, k) => (
                  <td key={k}>{value}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** A list to choose from, with its name before it. */
export function Menu({ label, value, options, onChange }) {
  return (
    <label class="menu">
      {label}{" "}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** "31 %", of 0.31. */
export function whole(share) {
  return `${Math.round(100 * share)}\u202f%`;
}

/** "31.2 % [27.0, 35.7]", of shares. */
export function interval(cell, digits = 1) {
  if (!cell) return "\u2013";
  const [middle, low, high] = cell.map((value) => (100 * value).toFixed(digits));
  return `${middle} % [${low}, ${high}]`;
}

function basis(labels, n, unit) {
  const same = n.every((count) => count === n[0]);
  const told = same ? `n = ${n[0]} ${unit}${labels.length > 1 ? " each" : ""}` : labels.map((label, k) => `${label} n = ${n[k]}`).join(", ");
  return `${told}${same ? "" : ` ${unit}`}; `;
}
