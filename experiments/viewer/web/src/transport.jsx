/* Play and pause, events, speed; and the scrubber, which stands exactly above the timeline's cursor. */

import { capital, unitOf } from "./format.js";
import { SPEEDS } from "./player.js";

export function Transport({ player, meta }) {
  const unit = unitOf(meta);
  return (
    <div class="transport">
      <button type="button" class="button" onClick={player.previousEvent} title="p">
        <span aria-hidden="true">{"\u2039"} </span>
        <span class="hidden">Previous </span>event
      </button>
      <button type="button" class="button main" onClick={player.toggle} title="space">
        {player.playing ? "Pause" : "Play"}
      </button>
      <button type="button" class="button" onClick={player.nextEvent} title="n">
        <span class="hidden">Next </span>event<span aria-hidden="true"> {"\u203a"}</span>
      </button>
      <label class="speed">
        Speed{" "}
        <select value={player.speed} onChange={(event) => player.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed} {speed === 1 ? unit : `${unit}s`}/s
            </option>
          ))}
        </select>
      </label>
      <span class="when">
        {capital(unit)} <b>{player.t}</b> of {player.turns}
      </span>
    </div>
  );
}

/** A native range, so that it works by touch, by key and with assistive technology. words: what it says of the turn. */
export function Scrubber({ player, words }) {
  return (
    <div class="scrubber">
      <input
        type="range"
        aria-label="Turn"
        aria-valuetext={words}
        min={0}
        max={player.turns}
        value={player.t}
        onInput={(event) => player.seek(Number(event.target.value))}
      />
    </div>
  );
}
