/* The crises of a seat: how each stands, what would end it, and what that would bring the seat at its own leverage. */

import { signed, share } from "./format.js";
import { Mark } from "./mark.jsx";

const WEIGHED = [
  "little tension with rivals and a balance of forces near you count most, terms and shares of what is disputed less",
  "terms from settlements and a larger share of what is disputed count most, tension and the forces near you less",
];

/** What the seat is after: its private type, and what its rewards count. */
export function Aim({ welcome, state }) {
  const { own } = state;
  const goal = own.goal > 500 ? 1 : 0;
  return (
    <p class="aim">
      <b>Your aim.</b> You are {article(welcome.setting.goals[goal])} with resolve {share(own.resolve)}, which no other player sees: {WEIGHED[goal]}. Support at
      home and trust of partners count too. Moves, forward forces and crises cost, a conflict most of all; resolve makes the last two cheaper.
    </p>
  );
}

export function Standing({ welcome, state, actors }) {
  const me = welcome.actor;
  const own = state.crises.filter((row) => row.own);
  const inCrisis = own.filter((row) => row.turns > 0);
  const truces = own.filter((row) => row.turns === 0 && row.truce > 0);
  const others = state.crises.filter((row) => !row.own && row.turns > 0);
  return (
    <section class="standing" aria-label="Crises">
      {inCrisis.map((row) => (
        <Crisis key={`${row.one}.${row.two}`} row={row} alone={inCrisis.length === 1} welcome={welcome} me={me} actors={actors} turn={state.turn} />
      ))}
      {inCrisis.length === 0 && <p class="muted">You are in no crisis. It takes pressure by one side, with forces, words or acts, to open one.</p>}
      {truces.map((row) => (
        <p key={`${row.one}.${row.two}`}>
          Truce with {actors[rivalOf(row, me)].label} for {turns(row.truce)}. To press it now breaks the truce and costs terms and support.
        </p>
      ))}
      {others.length > 0 && (
        <p class="muted small">
          Also in crisis: {others.map((row) => `${actors[row.one].label} and ${actors[row.two].label} since turn ${row.since}`).join("; ")}.
        </p>
      )}
    </section>
  );
}

function Crisis({ row, alone, welcome, me, actors, turn }) {
  const rival = rivalOf(row, me);
  const { label } = actors[rival];
  const { own } = row;
  const open = turn + 1 >= row.talks;
  const [mine, theirs] = [row.offers.includes(me), row.offers.includes(rival)];
  return (
    <details class="crisiscard" open={alone}>
      <summary>
        <b>
          <Mark index={rival} /> Crisis with {label}
        </b>{" "}
        since turn {row.since}, opened by {row.opener === me ? "you" : label}
        {theirs ? <b> {"\u00b7"} offers a deal</b> : ""}
      </summary>
      <p class="small">
        Your share of the leverage is {share(own.leverage)}; {share(row.ripeness)} of the dispute is left to settle; you hold terms of{" "}
        {signed(row.terms[row.one === me ? 0 : 1])}. {open ? "It can be settled now." : `It can be settled from turn ${row.talks} on.`}
      </p>
      <table class="ends">
        <caption class="hidden">What would end the crisis</caption>
        <thead>
          <tr>
            <th scope="col">What would end it</th>
            <th scope="col">Your terms</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              <b>A deal:</b> {dealWords(mine, theirs, label, welcome.setting.offer_turns)}
            </th>
            <td>{signed(own.deal)}</td>
          </tr>
          <tr>
            <th scope="row">
              <b>You yield:</b> reassure {label} and do not press it{own.support > 0 ? `; costs ${share(own.support)} of support` : ""}
            </th>
            <td>{signed(own.yield)}</td>
          </tr>
          <tr>
            <th scope="row">
              <b>{label} yields:</b> {mine ? "your offer stands" : "more if your offer of a deal stands"}
            </th>
            <td>{signed(own.gain)}</td>
          </tr>
          <tr>
            <th scope="row">
              <b>It fades:</b> {turns(row.fades_in)} in which neither side presses
            </th>
            <td>little</td>
          </tr>
        </tbody>
      </table>
    </details>
  );
}

function dealWords(mine, theirs, label, stands) {
  if (theirs) return `${label} offers one; offer it too`;
  if (mine) return `your offer stands; ${label} has to offer it too`;
  return `both offer it (act: deal); an offer stands for ${stands} turns`;
}

function rivalOf(row, me) {
  return row.one === me ? row.two : row.one;
}

function turns(count) {
  return `${count} more turn${count === 1 ? "" : "s"}`;
}

function article(words) {
  return `${"aeiou".includes(words[0]) ? "an" : "a"} ${words}`;
}
