/* Numbers and names as they stand on the page. Permille become 0..1 here and nowhere else. */

export const RUNG_COLOURS = ["#f1ede4", "#f6e3b4", "#f0c674", "#dd9a45", "#ad5f24", "#7a3a1c", "#3d160e"];
export const RUNG_INKS = ["#22262b", "#22262b", "#22262b", "#22262b", "#ffffff", "#ffffff", "#ffffff"];
export const ACTOR_COLOURS = ["#6a5fd0", "#6b6620", "#1c4031", "#be4673", "#5a1457"]; // told apart also by shape and code
export const CODES = ["US", "JP", "CN", "TW", "PH"];

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
