/* Every move of the episode: a band an actor, a lane a channel, bar height the rung; hollow where a proposal was not agreed. */

import { channelOf } from "./episode.js";
import { ACTOR_COLOURS } from "./format.js";
import { LEFT } from "./timeline.jsx";

const HEAD = 17; // px
const LANE = 7;
const GAP = 4;
const BAND = 3 * LANE + GAP;

export function movesHeight(episode) {
  return HEAD + BAND * episode.actors.length;
}

export function Moves({ episode, scale, top, focus }) {
  return (
    <g class="moves" transform={`translate(0 ${top})`}>
      <text class="head" x={LEFT} y="11">
        {scale.width < 700
          ? "Moves: height = rung"
          : `Moves: three lanes an actor (${episode.channels.join(", ")}), bar height = rung, hollow = proposed and not agreed`}
      </text>
      {episode.actors.map((actor) => (
        <Band
          key={actor.code}
          episode={episode}
          actor={actor}
          scale={scale}
          y={HEAD + BAND * actor.index}
          faded={focus !== null && focus !== actor.index}
        />
      ))}
    </g>
  );
}

function Band({ episode, actor, scale, y, faded }) {
  const width = Math.min(9, Math.max(1.5, scale.step * 0.55));
  const own = episode.moves.filter(([, who]) => who === actor.index);
  const bars = (effective) =>
    own
      .filter((move) => Boolean(move[3]) === effective)
      .map(([t, , index]) => bar(episode, scale.x(t) - width / 2, width, y, episode.table[index]))
      .join("");
  return (
    <g class={faded ? "faded" : ""}>
      <text class="name" x={LEFT - 10} y={y + 15}>
        {actor.code}
      </text>
      {[1, 2, 3].map((lane) => (
        <path key={lane} class="rule" d={`M${LEFT} ${y + lane * LANE}H${scale.x(episode.turns)}`} />
      ))}
      <path d={bars(true)} fill={ACTOR_COLOURS[actor.index % 5]} />
      <path d={bars(false)} class="hollow" stroke={ACTOR_COLOURS[actor.index % 5]} />
    </g>
  );
}

/** One bar on the floor of its lane, as a piece of a path: one path a band is quick to draw. */
function bar(episode, x, width, y, move) {
  const floor = y + (channelOf(episode, move) + 1) * LANE;
  const height = 1.5 + (move.rung * (LANE - 2.5)) / 5;
  return `M${x.toFixed(1)} ${floor}v${-height.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}z`;
}
