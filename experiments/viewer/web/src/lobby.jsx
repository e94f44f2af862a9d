/* The teacher's screen: the code, who sits where, the scenario; start, pause, end. */

import { useState } from "preact/hooks";
import { send } from "./connection.js";
import { Seats, stateOf } from "./seats.jsx";
import { Sure } from "./sure.jsx";

const HERE = ["127.0.0.1", "localhost", "[::1]"];

export function Lobby({ known }) {
  const { welcome, lobby, refused } = known;
  if (!lobby) return null;
  const actors = welcome.setting.actors;
  return (
    <div class="lobby">
      <h1>{lobby.started ? welcome.setting.title : "Lobby"}</h1>
      {refused && (
        <p class="refused" role="alert">
          {refused}
        </p>
      )}
      {!lobby.over && <Invitation code={lobby.code} />}
      {!lobby.started && <Guide lobby={lobby} />}
      {!lobby.started && <Setup welcome={welcome} lobby={lobby} />}
      <Controls lobby={lobby} debriefed={Boolean(known.debrief)} />
      <Seats lobby={lobby} actors={actors} policies={welcome.policies} />
      <p class="hidden" role="status" aria-live="polite">
        {lobby.games.map((game, n) => `Game ${n + 1}: ${stateOf(game, lobby, actors)}.`).join(" ")}
      </p>
    </div>
  );
}

function Invitation({ code }) {
  return (
    <div class="invitation">
      <div>
        <div class="muted">Open</div>
        <b class="url">{location.origin}</b>
        {HERE.includes(location.hostname) && (
          <div class="muted small">Only this machine can open it. Start with --lan ADDRESS for the devices of pupils.</div>
        )}
      </div>
      <div>
        <div class="muted">Code</div>
        <b class="code">{code}</b>
      </div>
    </div>
  );
}

/** What to do now, and what becomes of seats that nobody takes. */
function Guide({ lobby }) {
  const seats = lobby.games.flatMap((game) => game.policies.filter((policy) => policy === null));
  const taken = lobby.games.reduce((sum, game) => sum + game.taken.length, 0);
  return (
    <p class="guide">
      <b>
        {taken} of {seats.length} seats taken.
      </b>{" "}
      Show the class the address and the code; each person who joins takes a seat. Then press Start: trained policies play the
      free seats, and games without people are removed.
    </p>
  );
}

function Setup({ welcome, lobby }) {
  const [turns, setTurns] = useState(lobby.turns);
  return (
    <form
      class="setup"
      onSubmit={(event) => {
        event.preventDefault();
        send({ type: "setup", scenario: lobby.scenario, turns: Number(turns) });
      }}
    >
      <label>
        Scenario{" "}
        <select
          value={lobby.scenario}
          onChange={(event) => send({ type: "setup", scenario: event.target.value, turns: Number(turns) })}
        >
          {welcome.scenarios.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Turns <input type="number" min="1" max="520" value={turns} onInput={(event) => setTurns(event.target.value)} />
      </label>
      <button type="submit" class="button" disabled={Number(turns) === lobby.turns}>
        Set
      </button>
      <p class="muted small">{welcome.setting.description}</p>
    </form>
  );
}

function Controls({ lobby, debriefed }) {
  const [save, setSave] = useState(false);
  const playing = lobby.started && !lobby.over;
  return (
    <div class="controls">
      {!lobby.started && (
        <button type="button" class="button main" disabled={!lobby.games.some((game) => game.taken.length)} onClick={() => send({ type: "start" })}>
          Start
        </button>
      )}
      {playing && (
        <button type="button" class="button" onClick={() => send({ type: "pause", on: !lobby.paused })}>
          {lobby.paused ? "Continue" : "Pause"}
        </button>
      )}
      {playing && (
        <Sure words="End and debrief" ask="End the game for all?" onSure={() => send({ type: "end" })} />
      )}
      {!lobby.over && <Timer seconds={lobby.timer} />}
      {lobby.over && debriefed && (
        <label>
          <input type="checkbox" checked={save} onChange={(event) => setSave(event.target.checked)} /> keep the replays on the
          teacher's machine
        </label>
      )}
      {(lobby.over || !lobby.started) && (
        <Sure words="Close the class" ask={closing(lobby, save)} onSure={() => send({ type: "close", save })} />
      )}
    </div>
  );
}

function closing(lobby, save) {
  if (!lobby.over) return "Close the class before its start?";
  return save ? "Close the class and keep the replays?" : "Close the class? Nothing is kept.";
}

const TIMES = { 0: "no limit", 60: "1 minute", 120: "2 minutes", 180: "3 minutes", 300: "5 minutes", 600: "10 minutes" };

/** Off at first: whoever is late holds, says nothing and takes no step. */
function Timer({ seconds }) {
  return (
    <label>
      Time per turn{" "}
      <select value={seconds} onChange={(event) => send({ type: "timer", seconds: Number(event.target.value) })}>
        {Object.entries(TIMES).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
