/* Numbers and names as they stand on the page. Permille become 0..1 here and nowhere else. */

import vocabulary from "../../../utils/vocabulary.json"; // colours and words, shared with the figures

export const { schemas: SCHEMAS, actors: ACTORS, no_ops: NO_OPS, statuses: STATUSES, events: EVENTS } = vocabulary;
export const { crisis_ends: CRISIS_ENDS } = vocabulary;
export const { routine_move: ROUTINE, lines: LINES, shades: SHADES } = vocabulary;
export const RUNG_COLOURS = vocabulary.rungs.map(({ colour }) => colour);
export const RUNG_INKS = vocabulary.rungs.map(({ ink }) => ink);
export const ACTOR_COLOURS = ACTORS.map(({ colour }) => colour); // actors also differ in shape and code
export const CODES = ACTORS.map(({ code }) => code);

const UNITS = { 1: "day", 7: "week" };

/** What a turn of the episode is called: day, week or turn. */
export function unitOf(meta) {
  return UNITS[meta.turn_days] ?? "turn";
}

/** 0.62 of 620. */
export function share(permille) {
  return (permille / 1000).toFixed(2);
}

/** +0.04, −0.04 or 0.00, with a real minus. */
export function signed(permille) {
  const text = (Math.abs(permille) / 1000).toFixed(2);
  if (text === "0.00") return text;
  return permille < 0 ? `\u2212${text}` : `+${text}`;
}

/** 23 % of 230; what is there but rounds to nothing says so. */
export function percent(permille) {
  if (permille > 0 && permille < 5) return "<1\u202f%";
  return `${Math.round(permille / 10)}\u202f%`;
}

export function capital(words) {
  return words ? words[0].toUpperCase() + words.slice(1) : "";
}

/** A name of the move table as words: "air activity" of "air_activity.taiwan_strait". */
export function plainName(name) {
  return name.split(".")[0].replaceAll("_", " ");
}

export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}

/** "one", "one and two", "one, two and three". */
export function listed(parts) {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
