/* What a report tells of an episode: its peak, the turns that mattered, who stepped against whom, and its turns as rows. */

import { rungAt } from "./episode.js";
import { capital, listed } from "./format.js";

const DEEDS = 3; // told of a turn

/** The turn of the highest mean tension, the first where there are several. */
export function peakOf({ tension }) {
  return tension.indexOf(Math.max(...tension));
}

/** The first turn at each higher rung, with what was done there: [{turn, rung, deeds}]. */
export function turningPoints(episode) {
  const found = [];
  let highest = 0;
  for (let turn = 0; turn <= episode.turns; turn += 1) {
    const rung = rungAt(episode, turn);
    if (rung > highest) found.push({ turn, rung, deeds: deedsAt(episode, turn, rung) });
    highest = Math.max(highest, rung);
  }
  return found;
}

/** The steps of the turn, those that were seen highest first; of a conflict, that it broke out and between whom. */
function deedsAt(episode, turn, rung) {
  const fight = episode.eventsAt[turn].find(([, kind]) => kind === "conflict");
  if (fight && rung === episode.rungs.length - 1) return `${capital(fight[2].replace(/^Rung \d: /, ""))}.`;
  const steps = episode.movesAt[turn].filter(([, , , effective, seen]) => effective && seen > 0);
  const first = steps.toSorted((one, two) => two[4] - one[4]).slice(0, DEEDS);
  const told = first.map(([, actor, index]) => `${episode.actors[actor].code} ${episode.table[index].words}`);
  const more = steps.length - first.length;
  return `${listed(told)}${more > 0 ? `; and ${more} more step${more > 1 ? "s" : ""}` : ""}.`;
}

/** [from][to] sums over the turns of the highest rung of one's steps that the other saw; null on the diagonal. */
export function steppedAgainst({ actors, seen }) {
  const sum = (digits) => [...digits].reduce((total, digit) => total + Number(digit), 0);
  return actors.map((one) => actors.map((two) => (one === two ? null : sum(seen[`${one.code}>${two.code}`] ?? ""))));
}

/** A row a turn for spreadsheets: tension, rungs, hazard, and what each did. */
export function rowsOf(episode) {
  const { actors, pairs, tension, hazard } = episode;
  const keys = Object.keys(pairs);
  const head = ["turn", "tension", "rung", "hazard", ...keys.map((key) => `tension ${key}`), ...actors.map(({ code }) => `moves ${code}`)];
  const rows = tension.map((value, t) => [
    t,
    value / 1000,
    rungAt(episode, t),
    (hazard?.[t] ?? 0) / 10_000,
    ...keys.map((key) => pairs[key][t] / 1000),
    ...actors.map((actor) => movesOf(episode, t, actor.index)),
  ]);
  return [head, ...rows];
}

function movesOf(episode, t, actor) {
  return episode.movesAt[t].filter((row) => row[1] === actor).map(([, , index]) => episode.table[index].name).join("; ");
}
