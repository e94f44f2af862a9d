/* What the charts of Compare share: scales, paths, and how a policy is told apart: hue and dash, and its name beside the line.
   Not d3-scale: it adds 27 kB to the bundle for linear scales. */

import { LINES } from "./format.js";

const DASHES = ["none", "6 3", "2 3", "9 3 2 3", "none", "1 4", "12 4", "4 2 1 2"]; // eight policies at most

export function lineOf(index) {
  return { stroke: LINES[index % LINES.length], "stroke-dasharray": DASHES[index % DASHES.length] };
}

export function colourOf(index) {
  return LINES[index % LINES.length];
}

/** value -> px. */
export function scale([from, to], [low, high]) {
  const range = to - from || 1;
  return (value) => low + ((value - from) / range) * (high - low);
}

export function steps(values, x, y) {
  return values.map((value, t) => (t === 0 ? `M${r(x(0))},${r(y(value))}` : `H${r(x(t))}V${r(y(value))}`)).join("");
}

/** The area between two step lines. */
export function stepBand(low, high, x, y) {
  const back = high.map((value, t) => [t, value]).reverse();
  const upper = back.map(([t, value], n) => (n === 0 ? `L${r(x(t))},${r(y(value))}` : `V${r(y(value))}H${r(x(t))}`)).join("");
  return `${steps(low, x, y)}${upper}Z`;
}

/** Lines through the points that are known: gaps stay gaps. points: [[x, y or null], ...] in px. */
export function path(points) {
  let pen = "M";
  return points
    .map(([x, y]) => {
      if (y === null) {
        pen = "M";
        return "";
      }
      const part = `${pen}${r(x)},${r(y)}`;
      pen = "L";
      return part;
    })
    .join("");
}

/** Heights for labels at these heights, at least `gap` apart and inside low..high, in the same order. */
export function apart(heights, gap, low, high) {
  const order = heights.map((height, n) => [height, n]).sort((one, two) => one[0] - two[0]);
  const placed = [];
  order.forEach(([height], n) => placed.push(Math.max(height, n ? placed[n - 1] + gap : low)));
  for (let n = placed.length - 1; n >= 0; n -= 1) placed[n] = Math.min(placed[n], n === placed.length - 1 ? high : placed[n + 1] - gap);
  const found = [];
  order.forEach(([, index], n) => (found[index] = placed[n]));
  return found;
}

/** A round step of about a fifth of the range. */
export function stepOf(range) {
  const raw = range / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= raw);
}

function r(value) {
  return Math.round(value * 100) / 100;
}
