/* The turn in words for assistive technology: said politely, only while paused, and once the scrubbing has come to rest. */

import { useEffect, useState } from "preact/hooks";
import { rungAt } from "./episode.js";
import { capital, share, unitOf } from "./format.js";

const REST = 400; // ms

export function turnWords(episode, t) {
  const rung = rungAt(episode, t);
  return `${capital(unitOf(episode.meta))} ${t} of ${episode.turns}, tension ${share(episode.tension[t])}, rung ${rung}, ${episode.rungs[rung]}`;
}

export function Live({ episode, t, playing }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (playing) return undefined;
    const timer = setTimeout(() => setSaid(told(episode, t)), REST);
    return () => clearTimeout(timer);
  }, [episode, t, playing]);
  return (
    <p class="hidden" role="status" aria-live="polite">
      {said}
    </p>
  );
}

function told(episode, t) {
  const deeds = episode.movesAt[t].map(([, actor, index]) => `${episode.actors[actor].label} ${episode.table[index].words}`);
  const happened = episode.eventsAt[t].map((event) => event[2]);
  return [turnWords(episode, t), ...happened, ...deeds].map((part) => `${capital(part)}.`).join(" ");
}
