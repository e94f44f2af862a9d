/* What the actor's policy weighed: for each channel a bar of its probabilities, the likeliest moves, what was chosen. */

import { ACTOR_COLOURS, NO_OPS, capital, percent, plainName } from "./format.js";
import { Mark } from "./mark.jsx";
import { SHORT } from "./zones.js";

const SHOWN = 4; // moves named under a bar

export function Lens({ episode, actor, t }) {
  const lens = episode.lens?.[actor.code];
  const row = t > 0 ? lens?.turns[t - 1] : undefined;
  return (
    <section class="lens" aria-label="Policy">
      <h2>
        Action probabilities <Mark index={actor.index} /> {actor.code}{" "}
        <span class="muted small">
          {episode.meta.policies?.[actor.id] ?? ""}
          {lens?.source === "drawn" && `, shares of ${lens.draws} draws`}
          {row && surprise(row)}
        </span>
      </h2>
      {row ? (
        <div class="bars">
          {row.map((weights, channel) => (
            <Channel key={channel} episode={episode} actor={actor} t={t} channel={channel} weights={weights} />
          ))}
        </div>
      ) : (
        <p class="muted small">
          {lens ? "The first choices are made in the first turn." : "This recording holds no probabilities for this actor."}
        </p>
      )}
    </section>
  );
}

/** How unlikely the whole move was, its three choices together. */
function surprise(row) {
  const bits = row.reduce((sum, { chosen }) => sum - Math.log2(chosen / 1000), 0);
  return `; surprise ${Number.isFinite(bits) ? `${bits.toFixed(1)} bits` : "not available"}`;
}

function Channel({ episode, actor, t, channel, weights }) {
  const chosen = chosenIn(episode, actor, t, channel);
  const most = Math.log2(Math.max(1, weights.legal));
  return (
    <div class="weighed">
      <h3>
        {capital(episode.channels[channel])}{" "}
        <span class="muted" title={`Entropy of the choice, of at most ${most.toFixed(1)} bits with ${weights.legal} legal moves`}>
          {(weights.entropy / 1000).toFixed(1)} of {most.toFixed(1)} bits
        </span>
      </h3>
      <Stack weights={weights} chosen={chosen} episode={episode} colour={ACTOR_COLOURS[actor.index % 5]} />
      <ul>
        {weights.top.slice(0, SHOWN).map(([index, part]) => (
          <Weight
            key={index}
            move={episode.table[index]}
            actors={episode.actors}
            areas={episode.areas}
            part={part}
            chosen={isChosen(episode, index, chosen)}
          />
        ))}
      </ul>
    </div>
  );
}

/** All of the probability in one bar: a part for each of the likeliest moves, the rest left blank; the chosen one is underlined. */
function Stack({ weights, chosen, episode, colour }) {
  let x = 0;
  const parts = weights.top.map(([index, part], n) => {
    x += part;
    return { index, part, x: x - part, opacity: 1 - 0.14 * n };
  });
  return (
    <svg class="stack" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">
      <rect class="ground" width="1000" height="14" />
      {parts.map(({ index, part, x: left, opacity }) => (
        <g key={index}>
          <rect x={left} width={Math.max(0, part - 4)} height="14" fill={colour} fill-opacity={opacity} />
          {isChosen(episode, index, chosen) && <rect class="chosenline" x={left} y="16" width={Math.max(6, part - 4)} height="4" />}
        </g>
      ))}
    </svg>
  );
}

function Weight({ move, actors, areas, part, chosen }) {
  const at = move.actor >= 0 ? actors[move.actor].code : "";
  const where = move.area >= 0 ? (SHORT[areas[move.area].id] ?? areas[move.area].label) : "";
  return (
    <li class={chosen ? "chosen" : ""} title={move.words}>
      <span class="move">
        {capital(plainName(move.name))} {at || where}
        {chosen && <span class="hidden"> (chosen)</span>}
      </span>
      <span class="part">{percent(part)}</span>
    </li>
  );
}

/** The index in the table of what the actor did in the channel; -1 where it stayed idle. */
function chosenIn(episode, actor, t, channel) {
  const move = episode.movesAt[t].find(([, who, index]) => who === actor.index && channelIs(episode, index, channel));
  return move ? move[2] : -1;
}

function isChosen(episode, index, chosen) {
  return index === chosen || (chosen < 0 && NO_OPS.includes(episode.table[index].name));
}

function channelIs(episode, index, channel) {
  const named = episode.table[index].channel;
  return named === channel || named === episode.channels[channel];
}
