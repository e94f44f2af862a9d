/* Where the replay stands and how it moves: by clock, by key, by scrubbing. The turn itself lives in the page's address. */

import { useState } from "preact/hooks";
import { clamp } from "./format.js";
import { useInterval, useListener } from "./hooks.js";

export const SPEEDS = [1, 2, 4, 8]; // turns a second
const LEAP = 10; // turns, with shift

/** {t, playing, speed, setSpeed, toggle, seek(t), step(n), nextEvent(), previousEvent()}. turns: the last one; events: their turns. */
export function usePlayer({ t, turns, events, onTurn }) {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(2);
  const seek = (turn) => onTurn(clamp(turn, 0, turns));
  const stop = (turn) => {
    setPlaying(false);
    seek(turn);
  };
  const player = {
    t,
    turns,
    playing,
    speed,
    setSpeed,
    seek: stop,
    step: (n) => stop(t + n),
    nextEvent: () => stop(events.find((turn) => turn > t) ?? turns),
    previousEvent: () => stop(events.findLast((turn) => turn < t) ?? 0),
    toggle: () => {
      if (!playing && t >= turns) seek(0);
      setPlaying(!playing);
    },
  };
  const tick = () => {
    seek(t + 1);
    if (t + 1 >= turns) setPlaying(false);
  };
  useInterval(tick, 1000 / speed, playing);
  useListener("keydown", (event) => press(event, player));
  return player;
}

/** Keys work wherever they mean nothing else already: letters not in a text field, space not on a button. */
function press(event, player) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const action = actionOf(event, player);
  if (!action || taken(event)) return;
  event.preventDefault();
  action();
}

function actionOf({ key, shiftKey }, player) {
  const far = shiftKey ? LEAP : 1;
  return {
    " ": player.toggle,
    ArrowRight: () => player.step(far),
    ArrowLeft: () => player.step(-far),
    Home: () => player.seek(0),
    End: () => player.seek(player.turns),
    n: player.nextEvent,
    p: player.previousEvent,
  }[key];
}

function taken({ key, target }) {
  if (target.matches?.("input:not([type=range]), textarea, select, [contenteditable]")) return true;
  return key === " " && Boolean(target.closest?.("button, summary, a, label"));
}
