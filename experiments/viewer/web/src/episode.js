/* An episode as it comes (straits-replay/1, columns and changes) and as the screens read it: everything of turn t at index t. */

import { check } from "./check.js";
import { SCHEMAS, STATUSES } from "./format.js";


/** What screens read. Throws Error with one line for people where the text is no episode. */
export function prepare(raw) {
  check(raw);
  const turns = raw.tension.length - 1;
  const actors = raw.actors.map((actor, index) => ({ ...actor, index }));
  const episode = { ...raw, turns, actors, illegal: raw.illegal ?? [], events: raw.events ?? [], sources: raw.meta.sources ?? [] };
  episode.levels = actors.map((actor) => raw.areas.map((area) => unfold(raw.presence?.[actor.code]?.[area.id] ?? [], turns)));
  episode.movesAt = byTurn(raw.moves, turns);
  episode.eventsAt = byTurn(episode.events, turns);
  episode.pairList = pairsOf(episode);
  episode.rivals = rivalsOf(episode);
  episode.strained = strainedOf(episode);
  return episode;
}

/** Level of every actor in every area after turn t, 0..1: {US: {nansei: 0.4}}. The largest of the four classes. */
export function presenceAt(episode, t) {
  const all = {};
  for (const actor of episode.actors) {
    all[actor.code] = {};
    episode.areas.forEach((area, n) => {
      all[actor.code][area.id] = Math.max(...episode.levels[actor.index][n][t]) / 1000;
    });
  }
  return all;
}

/** What was done to somebody in the last turns up to t: {from, to, rung, channel, age}, indices of actors; age 0 is turn t. */
export function arcsAt(episode, t, ages = 3) {
  const arcs = [];
  for (let age = Math.min(ages, t) - 1; age >= 0; age -= 1) {
    for (const [, actor, index, effective] of episode.movesAt[t - age]) {
      const move = episode.table[index];
      if (move.actor < 0 || move.actor === actor) continue;
      arcs.push({ from: actor, to: move.actor, rung: move.rung, channel: channelOf(episode, move), age, effective });
    }
  }
  return arcs;
}

/** Where somebody deployed in turn t: {actor, area, rung}, indices. */
export function ordersAt(episode, t) {
  const chosen = (episode.movesAt[t] ?? []).map(([, actor, index]) => ({ actor, ...pick(episode.table[index]) }));
  return chosen.filter((order) => order.area >= 0);
}

/** The rival pairs in a crisis or a truce after turn t: {pair, crisis, truce, t}; a crisis that ends in turn t is over then. */
export function disputesAt(episode, t) {
  return episode.rivals.flatMap((pair) => {
    const crisis = pair.crises.find(([first, last, , , , end]) => first <= t && (t < last || (t === last && (end === "cut" || end === "conflict"))));
    const truce = pair.truces.find(([first, last]) => first <= t && t < last);
    return crisis || truce ? [{ pair, crisis, truce, t }] : [];
  });
}

/** The rows of the log up to t, newest turn first; what happened to all stands above what each did. */
export function rowsUntil(episode, t) {
  const rows = [];
  for (let turn = t; turn >= 0; turn -= 1) {
    episode.eventsAt[turn].forEach(([, kind, words, actor], n) =>
      rows.push({ id: `${turn}e${n}`, turn, kind, words, actor, rung: -1 }),
    );
    episode.movesAt[turn].forEach(([, actor, index, effective, seen], n) => {
      const move = episode.table[index];
      rows.push({
        id: `${turn}m${n}`,
        turn,
        kind: "move",
        words: move.words,
        actor,
        target: move.actor,
        rung: seen ?? move.rung,
        effective,
      });
    });
  }
  return rows;
}

export function rungAt(episode, t) {
  return Number(episode.rung[t] ?? 0);
}

export function channelOf(episode, move) {
  return typeof move.channel === "number" ? move.channel : episode.channels.indexOf(move.channel);
}

/** An episode, a page or a file of either, as text: the raw episodes in it. */
export function episodesIn(text) {
  let found;
  try {
    found = JSON.parse(text.trimStart().startsWith("<") ? dataOfPage(text) : text);
  } catch {
    throw new Error("expected a replay as JSON, or a page of straits");
  }
  const episodes = found?.schema === SCHEMAS.page ? (found.episodes ?? []) : [found];
  if (episodes.length === 0) throw new Error("expected a page with an episode in it");
  episodes.forEach(drawable);
  return episodes;
}

/** Throws Error with one line where an episode cannot be laid out; its columns are checked first, so that this is rare. */
function drawable(raw) {
  check(raw);
  try {
    prepare(raw);
  } catch {
    throw new Error("expected the rows of a replay");
  }
}

/** DOMParser runs no script and loads nothing. */
function dataOfPage(html) {
  return new DOMParser().parseFromString(html, "text/html").getElementById("data").textContent;
}

/** Changes [[t, a, b, ...], ...] as the values after every turn; zero before the first. */
function unfold(changes, turns) {
  const values = [];
  let now = [0, 0, 0, 0];
  let next = 0;
  for (let t = 0; t <= turns; t += 1) {
    while (next < changes.length && changes[next][0] <= t) now = changes[next++].slice(1);
    values.push(now);
  }
  return values;
}

/** After each turn, how many relations stand with an ambassador summoned or worse. */
function strainedOf({ ambassador = {}, turns, statuses = STATUSES }) {
  const worst = Object.values(ambassador).map((changes) => unfold(changes, turns));
  const least = statuses.indexOf("summoned");
  return Array.from({ length: turns + 1 }, (_, t) => worst.filter((values) => values[t][0] >= least).length);
}

function byTurn(rows, turns) {
  const lists = Array.from({ length: turns + 1 }, () => []);
  for (const row of rows) lists[row[0]]?.push(row);
  return lists;
}

/** The pairs, those with most tension over the episode first. */
function pairsOf(episode) {
  const total = (values) => values.reduce((sum, value) => sum + value, 0);
  const pairs = Object.entries(episode.pairs).map(([key, values]) => ({
    key,
    codes: key.split("-"),
    values,
    total: total(values),
  }));
  return pairs.sort((one, two) => two.total - one.total || (one.key < two.key ? -1 : 1));
}

/** The rival pairs with their crises and truces, in the order of the file. */
function rivalsOf({ actors, crises = [], truces = [], disputes = {} }) {
  return Object.keys(disputes).map((key) => {
    const codes = key.split("-");
    const sides = codes.map((code) => actors.findIndex((actor) => actor.code === code));
    const own = ([, , one, two]) => one === sides[0] && two === sides[1];
    return { key, codes, actors: sides, crises: crises.filter(own), truces: truces.filter(own) };
  });
}

function pick({ area, rung }) {
  return { area, rung };
}
