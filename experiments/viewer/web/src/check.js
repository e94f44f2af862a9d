/* Whether what somebody opens is an episode: columns of their kinds, as long as they should be, so that no screen meets a hole.
   Not a JSON Schema: a validator adds 120 kB, and lengths depend on other values. */

import { CRISIS_ENDS, SCHEMAS } from "./format.js";

const ENDS = CRISIS_ENDS.map(({ name }) => name);

const NEEDED = {
  meta: "map", actors: "list", areas: "list", rungs: "list", channels: "list", tension: "list", pairs: "map", rung: "text", table: "list", moves: "list",
}; // prettier-ignore
const OPTIONAL = {
  components: "list", classes: "list", statuses: "list", events: "list", illegal: "list", hazard: "list", presence: "map", ambassador: "map",
  support: "map", directed: "map", seen: "map", rewards: "map", lens: "map", crises: "list", truces: "list", disputes: "map",
  settlement: "map",
}; // prettier-ignore
const ROWS = ["actors", "areas", "table"]; // lists of maps

/** Throws Error with one line that names the key and what was expected. */
export function check(raw) {
  if (raw?.schema !== SCHEMAS.replay) throw new Error(`schema=${JSON.stringify(raw?.schema ?? null)}: expected ${JSON.stringify(SCHEMAS.replay)}`);
  for (const [key, shape] of Object.entries({ ...NEEDED, ...OPTIONAL })) {
    if (key in OPTIONAL && (raw[key] === undefined || raw[key] === null)) continue;
    if (shapeOf(raw[key]) !== shape) throw new Error(`${key}: expected a ${shape} in a replay`);
  }
  for (const key of ROWS) {
    if (!raw[key].every((row) => shapeOf(row) === "map")) throw new Error(`${key}: expected a list of maps`);
  }
  checkLengths(raw);
  checkMoves(raw);
  checkCrises(raw);
}

function checkLengths(raw) {
  const wanted = raw.tension.length;
  if (wanted < 2) throw new Error("tension: expected the start and at least one turn");
  const columns = [["rung", raw.rung]];
  for (const key of ["pairs", "directed", "seen", "support"]) {
    for (const [name, values] of Object.entries(raw[key] ?? {})) columns.push([`${key}.${name}`, values]);
  }
  for (const [name, values] of columns) {
    if (values?.length !== wanted) throw new Error(`${name}: expected ${wanted} values`);
  }
}

function checkMoves(raw) {
  const known = (row) => Array.isArray(row) && row[0] < raw.tension.length && raw.actors[row[1]] && raw.table[row[2]];
  if (!raw.moves.every(known)) throw new Error("moves: expected turns, actors and moves of this episode");
  if (!(raw.events ?? []).every((row) => Array.isArray(row) && row[0] < raw.tension.length)) {
    throw new Error("events: expected turns of this episode");
  }
}

function checkCrises(raw) {
  const known = (row) => Array.isArray(row) && row[1] < raw.tension.length && raw.actors[row[2]] && raw.actors[row[3]];
  for (const key of ["crises", "truces"]) {
    if (!(raw[key] ?? []).every(known)) throw new Error(`${key}: expected turns and actors of this episode`);
  }
  if (!(raw.crises ?? []).every((row) => raw.actors[row[4]] && ENDS.includes(row[5]))) throw new Error(`crises: expected ends of ${ENDS.join(", ")}`);
  const columns = Object.entries(raw.disputes ?? {});
  if (columns.length && !raw.settlement) throw new Error("settlement: expected a map in a replay");
  for (const [name, { leverage, quiet, offers }] of columns) {
    const all = [leverage, quiet, ...(offers ?? [])];
    if (all.length !== 4 || !all.every((values) => values?.length === raw.tension.length)) throw new Error(`disputes.${name}: expected ${raw.tension.length} values`);
    if (name.split("-").some((code) => !raw.actors.some((actor) => actor.code === code))) throw new Error(`disputes.${name}: expected a pair of actors`);
  }
}

function shapeOf(value) {
  if (Array.isArray(value)) return "list";
  if (typeof value === "string") return "text";
  return value !== null && typeof value === "object" ? "map" : "other";
}
