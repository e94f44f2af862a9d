/* A seat: the map of what the actor sees, its situation, its decision, and what it can tell of the turns so far. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Chart } from "./chart.jsx";
import { send } from "./connection.js";
import { Countdown } from "./countdown.jsx";
import { Decision } from "./decision.jsx";
import { capital, listed, percent, share } from "./format.js";
import { Ladder } from "./ladder.jsx";
import { Log } from "./log.jsx";
import { Mark } from "./mark.jsx";
import { Situation } from "./situation.jsx";
import { Aim, Standing } from "./standing.jsx";

const FELT = 20; // permille of provocation from which the map shows an arc
const FRESH = 300; // permille of an incident's severity that the map shows

export function Seat({ known }) {
  const { welcome, state, table } = known;
  const { setting, actor } = welcome;
  const [order, setOrder] = useState({});
  const [focus, setFocus] = useState(null);
  const heading = useRef(null);
  const turn = state?.turn ?? 0;
  useEffect(() => {
    setOrder({});
    if (turn > 0 && (document.activeElement === document.body || document.activeElement === null)) heading.current?.focus();
  }, [turn]);
  const actors = useMemo(() => setting.actors.map((one, index) => ({ ...one, index })), [setting]);
  if (!state || !table) return null;
  const place = placeable(welcome, state, order);
  const committed = state.running && table.started && table.people.includes(actor) && !table.waiting.includes(actor);
  const me = actors[actor];
  return (
    <div class="seat">
      <h1 class="hidden">
        {setting.title}: you are {me.label}
      </h1>
      <div class="seatmap">
        <Chart
          areas={setting.areas}
          actors={actors}
          presence={presenceOf(setting, state)}
          arcs={arcsOf(state)}
          orders={[]}
          incidents={state.incident.map((level, n) => (level >= FRESH ? n : -1)).filter((n) => n >= 0)}
          focus={focus}
          onFocus={(index) => setFocus(index === focus ? null : index)}
          onArea={(id) => place.choose(id, setOrder)}
          selectable={committed ? [] : place.ids}
          chosen={place.chosen}
        />
      </div>
      <div class="seatside">
        <div class="summary">
          <Feeling setting={setting} state={state} me={me} />
          <Ladder rung={state.outcome === "conflict" ? 6 : Math.max(...state.rung)} rungs={setting.rungs} />
        </div>
        <Waiting table={table} actors={actors} me={actor} />
        {known.refused && (
          <p class="refused" role="alert">
            {known.refused}
          </p>
        )}
        <h2 ref={heading} tabIndex={-1} class="turnhead">
          <Mark index={actor} /> {headline(state, table, committed)}
        </h2>
        {state.running && <Aim welcome={welcome} state={state} />}
        {state.running && <Standing welcome={welcome} state={state} actors={actors} />}
        {state.running && !table.over && (
          <Decision
            key={turn}
            welcome={welcome}
            state={state}
            table={table}
            order={order}
            setOrder={setOrder}
            committed={committed}
            onCommit={(choices) => send({ type: "commit", turn, choices })}
          />
        )}
        {known.log.length > 0 && <Last known={known} actors={actors} me={actor} />}
        <Situation welcome={welcome} state={state} actors={actors} />
        {known.log.length > 0 && <h2>Log, as you can see it</h2>}
        {known.log.length > 0 && <Log rows={rowsOf(known.log, actor)} actors={actors} now={turn} label="Log of what you can see" />}
        {welcome.alone && !known.debrief && turn > 0 && <Ending />}
        <p class="hidden" role="status" aria-live="polite">
          {spoken(known, actors, committed)}
        </p>
      </div>
    </div>
  );
}

/** The figure: how threatened one feels, at most. */
function Feeling({ setting, state, me }) {
  const felt = state.towards.tension;
  const from = felt.indexOf(Math.max(...felt));
  return (
    <div class="feeling">
      <div class="figure">{share(felt[from])}</div>
      <div class="muted">
        tension you feel, most of all from {setting.actors[from].label}
        <br />
        turn {state.turn} of {setting.horizon} · you are <b>{me.label}</b>
      </div>
    </div>
  );
}

/** Who is a person, who has committed, who is still thinking; nothing where one plays alone. */
function Waiting({ table, actors, me }) {
  const shared = table.people.length > 1;
  if (table.over || (!shared && table.seconds === null)) return null;
  return (
    <ul class="waiting" aria-label="People at this table">
      {(shared ? table.people : []).map((n) => (
        <li key={n} class={table.waiting.includes(n) ? "" : "done"}>
          <Mark index={n} /> {actors[n].code}
          {n === me ? " (you)" : ""}:{" "}
          {doing(table, n)}
        </li>
      ))}
      {table.seconds !== null && (
        <li>
          <Countdown table={table} />
        </li>
      )}
    </ul>
  );
}

function doing(table, n) {
  if (!table.taken.includes(n)) return "free";
  if (table.started && !table.waiting.includes(n)) return "committed";
  if (!table.present.includes(n)) return "away";
  return table.started ? "thinking" : "here";
}

/** After the turn: one's own order, and what the trained policy would have chosen. */
function Last({ known, actors, me }) {
  const last = known.log.at(-1);
  return (
    <div class="lastturn">
      <p>
        <b>Turn {last.turn}.</b> {actors[me].label} {listed(last.own)}.
      </p>
      {known.advice && (
        <p>
          The most likely choice of the trained policy in your seat:{" "}
          {known.advice.channels.map((top, n) => (
            <span key={n}>
              {n > 0 && "; "}
              <b>{top[0][0]}</b> ({percent(top[0][1])})
            </span>
          ))}
          . It learned the rewards of this model; this is no advice.
        </p>
      )}
    </div>
  );
}

function Ending() {
  return (
    <p>
      <button type="button" class="button" onClick={() => send({ type: "end" })}>
        End here and see the debrief
      </button>
    </p>
  );
}

function headline(state, table, committed) {
  if (state.outcome === "conflict") return "Armed conflict has ended the game for all";
  if (!state.running) return `The game is over after ${state.turn} turns`;
  if (table.over) return "The class has stopped playing";
  if (!table.started) return "Your seat. The teacher starts the class";
  if (table.paused) return "The teacher has paused the class";
  return committed ? "Committed. Others are still thinking" : `Turn ${state.turn + 1}: your decision`;
}

function spoken(known, actors, committed) {
  if (committed) return "Your order is committed.";
  const last = known.log.at(-1);
  if (!last) return "";
  return [
    `Turn ${last.turn} was played.`,
    ...last.news.map((row) => `${row.actor >= 0 ? `${actors[row.actor].label} ` : ""}${row.words}.`),
  ].join(" ");
}

/** Strength is x / (1 + x) of weighted presence; the map's marks stand for x. */
function presenceOf(setting, state) {
  const levels = (row) => setting.areas.map((area, n) => [area.id, Math.min(1, row[n] / Math.max(1, 1000 - row[n]))]);
  return Object.fromEntries(setting.actors.map((actor, n) => [actor.code, Object.fromEntries(levels(state.strength[n]))]));
}

/** Who put pressure on whom in the last turn. */
function arcsOf(state) {
  const pairs = state.provoked.flatMap((row, from) => row.map((sent, to) => ({ from, to, sent })));
  return pairs
    .filter(({ sent, from, to }) => from !== to && sent >= FELT)
    .map(({ from, to }) => ({ from, to, rung: state.rung[from], channel: 2, age: 0, effective: 1 }));
}

/** Areas that the chosen deployment may go to, and what a click on one does. */
function placeable({ moves, setting }, state, order) {
  const kind = order[0]?.kind;
  const there = kind
    ? moves
        .map((move, n) => ({ ...move, why: state.terms[n]?.[1] ?? "" }))
        .filter((move) => move.kind === kind && move.area >= 0 && !move.why)
    : [];
  const ids = there.map((move) => setting.areas[move.area].id);
  const chosen = there.find((move) => move.index === order[0]?.index);
  return {
    ids,
    chosen: chosen ? setting.areas[chosen.area].id : null,
    choose: (id, setOrder) => {
      const move = there[ids.indexOf(id)];
      if (move) setOrder((before) => ({ ...before, 0: { kind, index: move.index } }));
    },
  };
}

function rowsOf(log, me) {
  return [...log]
    .reverse()
    .flatMap((entry) => [
      { turn: entry.turn, kind: "move", words: capital(listed(entry.own)), actor: me, rung: entry.rung, effective: 1 },
      ...entry.news.map((row) => ({
        turn: entry.turn,
        kind: row.actor >= 0 ? "move" : (row.kind ?? "event"),
        words: row.words,
        actor: row.actor,
        rung: row.rung,
        effective: 1,
      })),
    ]);
}
