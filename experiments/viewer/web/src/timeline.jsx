/* All series over one axis of time, with one cursor: tension with its events, the crises, the pairs, the moves, the rewards. Drag anywhere to
   scrub. It is hidden from assistive technology: the scrubber above and the log say the same. The series are drawn once; a step
   moves the cursor and rewrites the values beside the rows. */

import { useMemo } from "preact/hooks";
import { Crises, crisesHeight, crisisRow } from "./crises.jsx";
import { disputesAt } from "./episode.js";
import { share, unitOf } from "./format.js";
import { useSize } from "./hooks.js";
import { Moves, movesHeight } from "./moves.jsx";
import { Rewards, rewardsHeight } from "./rewards.jsx";
import { PAIR, Pairs, TensionTrack, pairsHeight, tensionHeight } from "./tracks.jsx";

export const LEFT = 84; // px for the names of rows
export const RIGHT = 48; // px for the values at the cursor
const AXIS = 22;
const UNIT = { day: "d", week: "wk", turn: "t" };

/** span: turns on the axis, where a longer episode stands beside this one; other: the tension of that one, drawn dashed; paper: px
    that it is wide in print. */
export function Timeline({ episode, player, focus, span = episode.turns, other = null, rewards = true, paper = 1404 }) {
  const [box, width] = useSize([paper, 400]);
  const scale = useMemo(() => scaleOf(width, span), [width, span]);
  const parts = useMemo(() => layout(episode, focus, rewards), [episode, focus, rewards]);
  return (
    <div class="timeline" ref={box} aria-hidden="true" style={{ "--paper-height": `${parts.axis + AXIS}px` }}>
      <svg width={width} height={parts.height} viewBox={`0 0 ${width} ${parts.height}`} {...drag(scale, player)}>
        <Series episode={episode} scale={scale} parts={parts} focus={focus} other={other} />
        <Values episode={episode} t={Math.min(player.t, episode.turns)} x={width - RIGHT + 8} parts={parts} />
        <Cursor x={scale.x(player.t)} t={player.t} parts={parts} />
      </svg>
    </div>
  );
}

/** x(turn) and turnAt(x) in px; step: px a turn. Values stand on turns: moves of turn t are drawn around x(t). */
function scaleOf(width, span) {
  const plot = Math.max(100, width - LEFT - RIGHT);
  const step = plot / Math.max(1, span);
  return { x: (turn) => LEFT + turn * step, turnAt: (x) => Math.round((x - LEFT) / step), step, width, span };
}

/** Where each part begins, px from the top. */
function layout(episode, focus, rewards) {
  const pairs = tensionHeight + crisesHeight(episode);
  const moves = pairs + pairsHeight(episode);
  const axis = moves + movesHeight(episode);
  const below = axis + AXIS;
  const more = rewards && episode.rewards;
  return {
    tension: 0,
    crises: tensionHeight,
    pairs,
    moves,
    axis,
    rewards: more ? below : null,
    height: more ? below + rewardsHeight(episode, focus) : below,
  };
}

function Series({ episode, scale, parts, focus, other }) {
  return useMemo(
    () => (
      <g>
        <TensionTrack episode={episode} scale={scale} focus={focus} other={other} />
        <Crises episode={episode} scale={scale} top={parts.crises} focus={focus} />
        <Pairs episode={episode} scale={scale} top={parts.pairs} focus={focus} />
        <Moves episode={episode} scale={scale} top={parts.moves} focus={focus} />
        <Axis scale={scale} y={parts.axis} unit={unitOf(episode.meta)} />
        {parts.rewards !== null && <Rewards episode={episode} scale={scale} top={parts.rewards} focus={focus} />}
      </g>
    ),
    [episode, scale, parts, focus, other],
  );
}

/** The numbers of the current turn at the right of their rows. */
function Values({ episode, t, x, parts }) {
  return (
    <g class="values">
      <text x={x} y={parts.crises - 9}>
        {episode.strained[t]}
      </text>
      {disputesAt(episode, t).map(({ pair, crisis }) => (
        <text key={pair.key} x={x} y={parts.crises + crisisRow(episode.rivals.indexOf(pair)) + 4}>
          {crisis ? `${t - crisis[0] + 1} ${UNIT[unitOf(episode.meta)]}` : "truce"}
        </text>
      ))}
      {episode.pairList.map((pair, n) => (
        <text key={pair.key} x={x} y={parts.pairs + PAIR.head + PAIR.row * (n + 1) - 3}>
          {share(pair.values[t])}
        </text>
      ))}
    </g>
  );
}

function Cursor({ x, t, parts }) {
  return (
    <g class="cursor" transform={`translate(${x} 0)`}>
      <path d={`M0 0V${parts.height}`} />
      <rect x="-18" y={parts.axis + 1} width="36" height="19" rx="4" />
      <text y={parts.axis + 15}>{t}</text>
    </g>
  );
}

function Axis({ scale, y, unit }) {
  const every = [1, 2, 4, 5, 10, 13, 20, 26, 50, 100, 200, 500].find((n) => n * scale.step >= 46) ?? 1000;
  const ticks = Array.from({ length: Math.floor(scale.span / every) + 1 }, (_, n) => n * every);
  return (
    <g class="axis">
      <text class="name" x={LEFT - 24} y={y + 15}>
        {unit}
      </text>
      {ticks.map((turn) => (
        <text key={turn} x={scale.x(turn)} y={y + 15}>
          {turn}
        </text>
      ))}
    </g>
  );
}

/** Pointer handlers: press and drag anywhere; the pointer is kept while it is down. */
function drag(scale, player) {
  const seek = (event) => player.seek(scale.turnAt(event.clientX - event.currentTarget.getBoundingClientRect().left));
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      seek(event);
    },
    onPointerMove: (event) => event.buttons & 1 && event.currentTarget.hasPointerCapture(event.pointerId) && seek(event),
  };
}
