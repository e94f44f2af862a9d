/* What each turn earned: every actor's total, or the components of the one looked at. Up is gain, down and pale is loss. */

import { ACTOR_COLOURS, share, signed } from "./format.js";
import { LEFT, RIGHT } from "./timeline.jsx";

const HEAD = 17; // px
const ROW = 20;

export function rewardsHeight(episode, focus) {
  return HEAD + ROW * (focus === null ? episode.actors.length : episode.components.length) + 6;
}

export function Rewards({ episode, scale, top, focus }) {
  const rows = focus === null ? totals(episode) : components(episode, focus);
  const most = Math.max(1, ...rows.flatMap((row) => row.values.map(Math.abs)));
  return (
    <g class="rewards" transform={`translate(0 ${top})`}>
      <text class="head" x={LEFT} y="11">
        {focus === null ? "Reward per turn" : `Reward of ${episode.actors[focus].label}`}
        {scale.width < 700
          ? ""
          : `${focus === null ? ", sum of its components" : ", by component"}; full height ${share(most)}, at the right the sum over the game`}
      </text>
      {rows.map((row, n) => (
        <Row key={row.name} row={row} y={HEAD + ROW * n} scale={scale} most={most} />
      ))}
    </g>
  );
}

function Row({ row, y, scale, most }) {
  const middle = y + ROW / 2;
  const width = Math.min(9, Math.max(1.2, scale.step * 0.55));
  const bars = (wanted) =>
    row.values
      .map((value, n) =>
        Math.sign(value) === wanted
          ? `M${(scale.x(n + 1) - width / 2).toFixed(1)} ${middle}v${((-value / most) * (ROW / 2 - 1)).toFixed(1)}h${width.toFixed(1)}V${middle}z`
          : "",
      )
      .join("");
  return (
    <g>
      <path class="rule" d={`M${LEFT} ${middle}H${scale.x(row.values.length)}`} />
      <text class="name" x={LEFT - 10} y={middle + 4}>
        {row.name}
      </text>
      <path d={bars(1)} fill={row.colour} />
      <path d={bars(-1)} fill={row.colour} fill-opacity="0.5" />
      <text class="sum" x={scale.width - RIGHT + 8} y={middle + 4}>
        {signed(row.values.reduce((sum, value) => sum + value, 0))}
      </text>
    </g>
  );
}

function totals(episode) {
  return episode.actors.map((actor) => {
    const parts = Object.values(episode.rewards[actor.code]);
    const values = parts[0].map((_, n) => parts.reduce((sum, part) => sum + part[n], 0));
    return { name: actor.code, colour: ACTOR_COLOURS[actor.index % 5], values };
  });
}

function components(episode, focus) {
  const actor = episode.actors[focus];
  const colour = ACTOR_COLOURS[focus % 5];
  return episode.components.map((name) => ({ name: name.replaceAll("_", " "), colour, values: episode.rewards[actor.code][name] }));
}
