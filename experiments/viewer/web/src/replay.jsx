/* One episode, turn by turn: the map, the ladder, the log. */

import { arcsAt, ordersAt, presenceAt, rowsUntil, rungAt } from "./episode.js";
import { Chart } from "./chart.jsx";
import { clamp, share, unitOf } from "./format.js";
import { Ladder } from "./ladder.jsx";
import { Log } from "./log.jsx";

export function Replay({ page, address, go }) {
  const episode = page.episodes[clamp(address.episode ?? 0, 0, page.episodes.length - 1)];
  const t = clamp(address.t ?? 0, 0, episode.turns);
  return (
    <div class="replay">
      <h1 class="hidden">{episode.meta.title}</h1>
      <div class="stage">
        <Chart areas={episode.areas} actors={episode.actors} presence={presenceAt(episode, t)} arcs={arcsAt(episode, t)} orders={ordersAt(episode, t)} focus={null} />
        <div class="side">
          <p class="figure">{share(episode.tension[t])}</p>
          <p>tension, {unitOf(episode.meta)} {t} of {episode.turns}</p>
          <Ladder rung={rungAt(episode, t)} rungs={episode.rungs} />
          <Log rows={rowsUntil(episode, t)} actors={episode.actors} now={t} onTurn={(turn) => go({ t: turn })} />
        </div>
      </div>
      <input type="range" aria-label="Turn" min={0} max={episode.turns} value={t} onInput={(event) => go({ t: Number(event.target.value) })} />
    </div>
  );
}
