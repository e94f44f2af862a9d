/* The seats of all games: who sits where, who is awaited, and what the teacher can do about a seat. */

import { send } from "./connection.js";
import { Countdown } from "./countdown.jsx";
import { listed } from "./format.js";
import { Mark } from "./mark.jsx";

export function Seats({ lobby, actors, policies }) {
  return (
    <>
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
                  <SeatCell key={actor.id} game={game} number={n} seat={seat} actor={actor} policies={policies} over={lobby.over} />
                ))}
                <td>
                  {stateOf(game, lobby, actors)}
                  {game.seconds !== null && "; "}
                  <Countdown table={game} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lobby.started && !lobby.over && <Absent games={lobby.games} actors={actors} />}
    </>
  );
}

/** Whom a game waits for though they are away, and what can be done about it. */
function Absent({ games, actors }) {
  const missing = games.flatMap((game, n) =>
    game.waiting
      .filter((actor) => !game.present.includes(actor))
      .map((actor) => (games.length > 1 ? `${actors[actor].label} in game ${n + 1}` : actors[actor].label)),
  );
  if (missing.length === 0) return null;
  return (
    <p class="guide" role="note">
      Waiting for {listed(missing)}, who {missing.length > 1 ? "are" : "is"} away. They keep the seat when they return. To
      continue without them, choose a policy for the seat, free it for another pupil, or set a time per turn.
    </p>
  );
}

function SeatCell({ game, number, seat, actor, policies, over }) {
  const policy = game.policies[seat];
  const taken = game.taken.includes(seat);
  const choose = (event) => send({ type: "seat", game: number, seat: actor.id, policy: event.target.value || null });
  return (
    <td>
      <select aria-label={`${actor.label}, game ${number + 1}`} value={policy ?? ""} disabled={over} onChange={choose}>
        <option value="">a person</option>
        {policies.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <div class="small muted seatstate">
        {personState(game, seat, over)}
        {taken && !over && (
          <button
            type="button"
            class="plain"
            aria-label={`Free the seat of ${actor.label}, game ${number + 1}`}
            onClick={() => send({ type: "kick", game: number, seat: actor.id })}
          >
            Free the seat
          </button>
        )}
      </div>
    </td>
  );
}

function personState(game, seat, over) {
  if (game.policies[seat] !== null) return "policy";
  if (!game.taken.includes(seat)) return "free";
  if (over) return game.present.includes(seat) ? "here" : "away";
  if (!game.present.includes(seat)) return "away";
  if (!game.started) return "here";
  return game.waiting.includes(seat) ? "thinking" : "committed";
}

/** How far a game is, in words. */
export function stateOf(game, lobby, actors) {
  if (game.outcome === "conflict") return `armed conflict in turn ${game.turn}`;
  if (game.outcome === "horizon") return `over after ${game.turn} turns`;
  if (!lobby.started) return "not started";
  const turn = `turn ${Math.min(game.turn + 1, lobby.turns)} of ${lobby.turns}`;
  if (lobby.over) return `ended in ${turn}`;
  return game.waiting.length ? `${turn}, waiting for ${listed(game.waiting.map((n) => actors[n].code))}` : turn;
}
