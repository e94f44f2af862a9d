/* The teacher's screen: the code, who sits where, the scenario; start, pause, end. */

import { useState } from "preact/hooks";
import { send } from "./connection.js";
import { listed } from "./format.js";
import { Mark } from "./mark.jsx";

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
      {!lobby.started && <Setup welcome={welcome} lobby={lobby} />}
      <Controls lobby={lobby} debriefed={Boolean(known.debrief)} />
      <h2>{lobby.games.length === 1 ? "Seats" : `Seats of ${lobby.games.length} games`}</h2>
      <div class="scrolling" tabIndex={0} role="region" aria-label="Seats">
        <table class="seats">
          <thead>
            <tr>
              <th scope="col">Game</th>
              {actors.map((actor, n) => (
                <th key={actor.id} scope="col">
                  <Mark index={n} /> {actor.label}
                </th>
              ))}
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {lobby.games.map((game, n) => (
              <tr key={n}>
                <th scope="row">{n + 1}</th>
                {actors.map((actor, seat) => (
                  <SeatCell key={actor.id} game={game} number={n} seat={seat} actor={actor} policies={welcome.policies} />
                ))}
                <td>{stateOf(game, lobby, actors)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
          <div class="muted small">Only this machine reaches it. Start with --lan ADDRESS for pupils' own devices.</div>
        )}
      </div>
      <div>
        <div class="muted">Code</div>
        <b class="code">{code}</b>
      </div>
    </div>
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
        <button type="button" class="button main" onClick={() => send({ type: "start" })}>
          Start
        </button>
      )}
      {playing && (
        <button type="button" class="button" onClick={() => send({ type: "pause", on: !lobby.paused })}>
          {lobby.paused ? "Go on" : "Pause"}
        </button>
      )}
      {playing && (
        <button type="button" class="button" onClick={() => send({ type: "end" })}>
          End and debrief
        </button>
      )}
      {!lobby.over && <Timer seconds={lobby.timer} />}
      {lobby.over && debriefed && (
        <label>
          <input type="checkbox" checked={save} onChange={(event) => setSave(event.target.checked)} /> keep the replays on the
          teacher's machine
        </label>
      )}
      {(lobby.over || !lobby.started) && (
        <button type="button" class="button" onClick={() => send({ type: "close", save })}>
          Close the class
        </button>
      )}
    </div>
  );
}

const TIMES = { 0: "no limit", 60: "1 minute", 120: "2 minutes", 180: "3 minutes", 300: "5 minutes", 600: "10 minutes" };

/** Off at first: whoever is late holds, says nothing and takes no step. */
function Timer({ seconds }) {
  return (
    <label>
      Time for a turn{" "}
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

function SeatCell({ game, number, seat, actor, policies }) {
  const policy = game.policies[seat];
  const taken = game.taken[seat];
  const choose = (event) => send({ type: "seat", game: number, seat: actor.id, policy: event.target.value || null });
  return (
    <td>
      <select aria-label={`${actor.label}, game ${number + 1}`} value={policy ?? ""} onChange={choose}>
        <option value="">a person</option>
        {policies.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <div class="small muted seatstate">
        {personState(game, seat)}
        {taken && (
          <button
            type="button"
            class="plain"
            aria-label={`Free the seat of ${actor.label}, game ${number + 1}`}
            onClick={() => send({ type: "kick", game: number, seat: actor.id })}
          >
            Free
          </button>
        )}
      </div>
    </td>
  );
}

function personState(game, seat) {
  if (game.policies[seat] !== null) return "plays by itself";
  if (!game.taken[seat]) return "free";
  if (!game.present.includes(seat)) return "away";
  if (!game.started) return "here";
  return game.waiting.includes(seat) ? "thinking" : "committed";
}

function stateOf(game, lobby, actors) {
  if (game.outcome === "conflict") return `armed conflict in turn ${game.turn}`;
  if (game.outcome === "horizon") return `over after ${game.turn} turns`;
  if (!lobby.started) return "not begun";
  const turn = `turn ${Math.min(game.turn + 1, lobby.turns)} of ${lobby.turns}`;
  if (lobby.over) return `ended in ${turn}`;
  return game.waiting.length ? `${turn}, waiting for ${listed(game.waiting.map((n) => actors[n].code))}` : turn;
}
