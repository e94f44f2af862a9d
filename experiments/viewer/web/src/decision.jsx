/* The decision: one choice in each of three channels, said again as one sentence, and one button that commits all of it. */

import { useState } from "preact/hooks";
import { capital, listed, plainName, share } from "./format.js";
import { Badge, Mark } from "./mark.jsx";

const NAMES = ["Deployment", "Statement", "Diplomatic act"];
const IDLE = ["holds its posture", "says nothing", "takes no diplomatic step"];

/* order: {channel: {kind, index}}; index is null while the kind's place or addressee is still to be chosen. */
export function Decision({ welcome, state, table, order, setOrder, committed, onCommit }) {
  const { setting, actor } = welcome;
  const [open, setOpen] = useState(0);
  const moves = welcome.moves.map((move, n) => ({ ...move, price: state.terms[n][0], why: state.terms[n][1] }));
  const chosen = [0, 1, 2].map((channel) =>
    pick(moves, channel, committed && state.mine ? { index: state.mine[channel] } : order[channel]),
  );
  const missing = chosen.findIndex((move) => move === null);
  const ready = missing < 0 && table.started && !table.paused;
  const choose = (channel) => (choice) => setOrder((before) => ({ ...before, [channel]: choice }));
  if (committed) {
    return (
      <p class="order">
        {setting.actors[actor].label} {sentence(chosen)}.
      </p>
    );
  }
  return (
    <form
      class="decision"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onCommit(chosen.map((move) => move.index));
      }}
    >
      {NAMES.map((name, channel) => (
        <Channel
          key={name}
          name={name}
          channel={channel}
          moves={moves.filter((move) => move.channel === channel)}
          choice={order[channel]}
          chosen={chosen[channel]}
          setting={setting}
          budget={`${setting.budgets[channel]} ${share(state.own[setting.budgets[channel]])}`}
          open={open === channel}
          onOpen={(opened) => setOpen(opened ? channel : -1)}
          onChoose={choose(channel)}
        />
      ))}
      <div class="commit">
        <button type="submit" class="button main" disabled={!ready}>
          Commit this turn
        </button>
        <p class="order" aria-live="polite">
          {missing < 0 ? `${setting.actors[actor].label} ${sentence(chosen)}.` : ask(moves, order[missing])}
        </p>
      </div>
    </form>
  );
}

/** One channel: a heading that says what is chosen and opens the list; one list is open at a time, so that the form stays short. */
function Channel({ name, channel, moves, choice, chosen, setting, budget, open, onOpen, onChoose }) {
  const kinds = byKind(moves);
  const legal = kinds.filter((kind) => kind.moves.some((move) => !move.why));
  const closed = kinds.filter((kind) => kind.moves.every((move) => move.why));
  const kind = choice?.kind ?? kinds[0].kind;
  const pickKind = (one) => onChoose({ kind: one.kind, index: only(one.moves)?.index ?? null });
  return (
    <fieldset class={`channel ${open ? "open" : ""}`}>
      <legend>
        <button
          type="button"
          class="channelhead"
          aria-expanded={open}
          aria-controls={`channel${channel}`}
          onClick={() => onOpen(!open)}
        >
          <b>{name}</b>
          <span class="now">{chosen ? brief(chosen, setting) : "choose"}</span>
          <span class="muted small">{budget}</span>
        </button>
      </legend>
      <div id={`channel${channel}`} hidden={!open}>
        {legal.map((one) => (
          <Option
            key={one.kind}
            channel={channel}
            kind={one}
            checked={one.kind === kind}
            index={choice?.index ?? null}
            setting={setting}
            onKind={() => pickKind(one)}
            onTarget={(index) => onChoose({ kind: one.kind, index })}
          />
        ))}
        {closed.length > 0 && <Closed kinds={closed} channel={channel} setting={setting} />}
      </div>
    </fieldset>
  );
}

function Option({ channel, kind, checked, index, setting, onKind, onTarget }) {
  const several = kind.moves.length > 1;
  return (
    <div class={`option ${checked ? "on" : ""}`}>
      <label>
        <input type="radio" name={`kind${channel}`} checked={checked} onChange={onKind} />
        <Badge rung={kind.rung} />
        <span class="what">
          <b>{capital(plainName(kind.kind))}</b>
          <span class="muted">{capital(several ? kind.help : kind.moves[0].words)}</span>
        </span>
        {kind.price > 0 && <span class="muted small price">costs {share(kind.price)}</span>}
      </label>
      {checked && several && <Targets channel={channel} kind={kind} index={index} setting={setting} onTarget={onTarget} />}
      {checked && kind.moves.some((move) => move.two) && (
        <p class="muted small hint">
          {kind.kind === "deal"
            ? "Takes effect once the other side offers it too. In a crisis it settles the terms."
            : "Takes effect once the other side chooses it too, this turn or the next."}
        </p>
      )}
      {checked && kind.kind === "reassure" && (
        <p class="muted small hint">In a crisis that can be settled, to reassure a rival without pressing it is to yield.</p>
      )}
      {checked && kind.moves.some((move) => move.private) && (
        <p class="muted small hint">In private: others learn of it only if it leaks.</p>
      )}
    </div>
  );
}

/** Where to, or to whom. */
function Targets({ channel, kind, index, setting, onTarget }) {
  const shut = kind.moves.filter((move) => move.why);
  return (
    <fieldset class="targets">
      <legend>{kind.moves[0].area >= 0 ? "Where" : "To whom"}</legend>
      {kind.moves.map((move) => (
        <label key={move.index} class={`choice ${move.index === index ? "on" : ""} ${move.why ? "shut" : ""}`}>
          <input
            type="radio"
            name={`target${channel}`}
            checked={move.index === index}
            disabled={move.why !== ""}
            onChange={() => onTarget(move.index)}
          />
          {move.actor >= 0 && <Mark index={move.actor} />}
          {targetName(move, setting)}
        </label>
      ))}
      {shut.map((move) => (
        <p key={move.index} class="muted small why">
          {targetName(move, setting)}: {move.why}
        </p>
      ))}
    </fieldset>
  );
}

/** What cannot be chosen now, and why. */
function Closed({ kinds, channel, setting }) {
  return (
    <details class="closed">
      <summary>{kinds.length === 1 ? "One is" : `${kinds.length} are`} not possible now, and why</summary>
      {kinds.map((kind) => (
        <div key={kind.kind} class="option shut">
          <label>
            <input type="radio" name={`kind${channel}`} disabled />
            <Badge rung={kind.rung} />
            <span class="what">
              <b>{capital(plainName(kind.kind))}</b>
              {reasons(kind, setting).map((why) => (
                <span key={why} class="muted">
                  {why}
                </span>
              ))}
            </span>
          </label>
        </div>
      ))}
    </details>
  );
}

/** The reasons of a kind: each once, with the targets that share it, or alone where all do. */
function reasons(kind, setting) {
  const found = new Map();
  for (const move of kind.moves) found.set(move.why, [...(found.get(move.why) ?? []), targetName(move, setting)]);
  if (found.size === 1) return [kind.moves[0].why];
  return [...found].map(([why, targets]) => `${targets.join(", ")}: ${why}`);
}

/** The moves of a channel by kind, lowest rung first; the idle one stands at the top. */
function byKind(moves) {
  const found = new Map();
  for (const move of moves) found.set(move.kind, [...(found.get(move.kind) ?? []), move]);
  const kinds = [...found].map(([kind, of]) => ({ kind, moves: of, rung: of[0].rung, price: of[0].price, help: of[0].help }));
  return [kinds[0], ...kinds.slice(1).sort((one, two) => one.rung - two.rung)];
}

/** The move that is chosen in a channel; the idle one at first, null where its target is missing or no longer legal. */
function pick(moves, channel, choice) {
  const found = moves.find((move) => move.channel === channel && move.index === (choice ? choice.index : 0));
  return found && (!found.why || choice?.kind === undefined) ? found : null;
}

function only(moves) {
  const legal = moves.filter((move) => !move.why);
  return moves.length === 1 || legal.length === 1 ? legal[0] : null;
}

function brief(move, setting) {
  const target = targetName(move, setting);
  return capital(plainName(move.kind)) + (target ? `: ${target}` : "");
}

function targetName(move, setting) {
  if (move.actor >= 0) return setting.actors[move.actor].label;
  return move.area >= 0 ? capital(setting.areas[move.area].label) : "";
}

function sentence(chosen) {
  return chosen.every((move) => move.index === 0) ? listed(IDLE) : listed(chosen.map((move) => move.words));
}

function ask(moves, choice) {
  const move = moves.find((one) => one.kind === choice.kind);
  return `Choose ${move.area >= 0 ? "where" : "to whom"}: ${plainName(move.kind)}.`;
}
