/* What stands beside the map: the figure, the ladder, whom to look at, the log, the policy. */

import { useMemo } from "preact/hooks";
import { CrisesNow } from "./crises.jsx";
import { rowsUntil, rungAt } from "./episode.js";
import { Focus } from "./focus.jsx";
import { Ladder } from "./ladder.jsx";
import { Lens } from "./lens.jsx";
import { Log } from "./log.jsx";
import { Tension } from "./tension.jsx";

export function Panel({ episode, t, focus, onFocus, onTurn }) {
  const all = useMemo(() => rowsUntil(episode, episode.turns), [episode]);
  const rows = all.filter((row) => row.turn <= t && concerns(row, focus));
  return (
    <div class="side">
      <div class="summary">
        <div>
          <Tension episode={episode} t={t} />
          <Focus actors={episode.actors} focus={focus} onFocus={onFocus} />
        </div>
        <Ladder rung={rungAt(episode, t)} rungs={episode.rungs} />
      </div>
      <CrisesNow episode={episode} t={t} focus={focus} />
      <h2>Log</h2>
      <Log rows={rows} actors={episode.actors} now={t} onTurn={onTurn} />
      <Lens episode={episode} actor={episode.actors[focus ?? bold(episode, t)]} t={t} />
    </div>
  );
}

/** What happened to all concerns everybody; what was done concerns who did it and to whom. */
function concerns(row, focus) {
  return focus === null || row.kind !== "move" || row.actor === focus || row.target === focus;
}

/** With nobody looked at, the policy shown is that of whoever took the highest step; of the first with one, in a quiet turn. */
function bold(episode, t) {
  const moves = episode.movesAt[t];
  const highest = Math.max(0, ...moves.map((move) => move[4]));
  return moves.find((move) => move[4] === highest)?.[1] ?? 0;
}
