/* What the page's address keeps, after the #: the screen, the turn, the episode, the pinned one, the focus. A copied link opens the
   same view of the same file. */

const NUMBERS = ["t", "episode", "pin", "focus"];
const PAUSE = 250; // ms; browsers limit how often an address may change
let timer = 0;

export function readAddress() {
  const read = {};
  for (const [key, value] of new URLSearchParams(location.hash.slice(1))) {
    if (key === "view") read.view = value;
    if (NUMBERS.includes(key) && /^\d{1,6}$/.test(value)) read[key] = Number(value);
  }
  return read;
}

export function writeAddress(state) {
  clearTimeout(timer);
  timer = setTimeout(() => write(state), PAUSE);
}

function write(state) {
  const kept = new URLSearchParams();
  for (const key of ["view", ...NUMBERS]) {
    if (state[key] !== null && state[key] !== undefined) kept.set(key, state[key]);
  }
  try {
    history.replaceState(null, "", `#${kept}`);
  } catch {
    // A frame made from text (srcdoc, in notebooks) has no address to keep.
  }
}
