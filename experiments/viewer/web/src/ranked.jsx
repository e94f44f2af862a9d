/* The games farthest from what is usual for their policy; those that came with the page open in Replay. */

import { Badge } from "./mark.jsx";
import { GameTrack } from "./endings.jsx";
import { Frame } from "./panel-frame.jsx";
import { signed } from "./format.js";
import { download } from "./csv.js";

export function Ranked({ comparison, seeds, go }) {
  const { labels, games, ranked, methods, runs } = comparison;
  const tools = runs && (
    <button type="button" class="plain" onClick={() => download(`${comparison.scenario}-games.csv`, rowsOf(comparison))}>
      All games as CSV
    </button>
  );
  return (
    <Frame title="Outlier games" words="For each policy the games whose tension differs most from the median of its games in the same turns" labels={labels} n={games} seeds={seeds} note={methods.ranked} tools={tools}>
      <div class="wide" tabIndex={0} role="region" aria-label="Outlier games">
        <RankedTable rows={ranked} labels={labels} comparison={comparison} game={(row) => <Game row={row} go={go} />} />
      </div>
    </Frame>
  );
}

/** The games that lie farthest from the median of their policy; game(row) is what stands for a game. */
export function RankedTable({ rows, labels, comparison, game }) {
  return (
    <table class="ranked">
      <thead>
        <tr>
          {["Policy", "Game", "Peak", "First at rung 3", "Mean tension", "Gap", "Crises"].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.policy}.${row.game}`}>
            <td>{labels[row.policy]}</td>
            <td>{game(row)}</td>
            <td>
              <Badge rung={row.peak} />
            </td>
            <td>{row.first ?? "never"}</td>
            <td>{row.mean.toFixed(2)}</td>
            <td>{signed(1000 * row.gap)}</td>
            <td>
              <GameTrack row={row} comparison={comparison} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Game({ row, go }) {
  if (row.episode === null) return <span title={`seed ${row.seed}`}>{row.game}</span>;
  return (
    <button type="button" class="plain" title={`seed ${row.seed}`} onClick={() => go({ view: "replay", episode: row.episode, t: row.first ?? 0, pin: null })}>
      <span class="hidden">Replay game </span>
      {row.game}
    </button>
  );
}

function rowsOf({ labels, runs }) {
  const head = ["policy", "game", "seed", "peak_rung", "first_turn_at_rung_3", "mean_tension", "outcome"];
  const { policy, game, seed, peak, first, mean, outcome } = runs;
  return [head, ...game.map((_, n) => [labels[policy[n]], game[n], seed[n], peak[n], first[n] ?? "", mean[n], outcome[n]])];
}
