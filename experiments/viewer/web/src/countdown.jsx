/* Seconds left of a timed turn. The server tells them with each message; in between the page counts by itself. */

import { useMemo, useState } from "preact/hooks";
import { useInterval } from "./hooks.js";

/** table: as the server tells it; nothing is shown where its time does not run. */
export function Countdown({ table }) {
  const told = useMemo(() => performance.now(), [table]);
  const [now, setNow] = useState(told);
  const running = table.seconds !== null;
  useInterval(() => setNow(performance.now()), 250, running);
  if (!running) return null;
  const gone = Math.max(0, now - told) / 1000;
  return <span class="countdown">{Math.max(0, Math.round(table.seconds - gone))} s left</span>;
}
