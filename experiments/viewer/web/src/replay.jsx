/* One episode, turn by turn: the map, what was done, what the policy weighed, and every series over one axis of time. A second
   episode can be pinned beside it. */

import { useMemo, useState } from "preact/hooks";
import { About } from "./about.jsx";
import { Chart } from "./chart.jsx";
import { OpenFile } from "./drop.jsx";
import { arcsAt, ordersAt, presenceAt } from "./episode.js";
import { pinTurns } from "./events.jsx";
import { clamp } from "./format.js";
import { Live, turnWords } from "./live.jsx";
import { MapTable } from "./maptable.jsx";
import { Panel } from "./panel.jsx";
import { Pinned, incidentsAt } from "./pinned.jsx";
import { usePlayer } from "./player.js";
import { Timeline } from "./timeline.jsx";
import { Scrubber, Transport } from "./transport.jsx";
import { TurnTable } from "./turntable.jsx";

export function Replay({ page, address, go, pin, trouble }) {
  const { episodes } = page;
  const episode = episodes[clamp(address.episode ?? 0, 0, episodes.length - 1)];
  const other = address.pin === undefined || address.pin === null ? null : (episodes[address.pin] ?? null);
  const span = Math.max(episode.turns, other?.turns ?? 0);
  const t = clamp(address.t ?? 0, 0, span);
  const focus =
    address.focus !== undefined && address.focus !== null && address.focus < episode.actors.length ? address.focus : null;
  const events = useMemo(
    () => [...new Set([...pinTurns(episode), ...(other ? pinTurns(other) : [])])].sort((a, b) => a - b),
    [episode, other],
  );
  const player = usePlayer({ t, turns: span, events, onTurn: (turn) => go({ t: turn }) });
  const shared = { focus, onFocus: (index) => go({ focus: index === focus ? null : index }), onTurn: player.seek };
  const now = Math.min(t, episode.turns);
  return (
    <div class={`replay ${other ? "two" : ""}`}>
      <h1 class="hidden">Replay: {episode.meta.title}</h1>
      {other ? (
        <Pinned episodes={[episode, other]} t={t} onUnpin={() => go({ pin: null })} {...shared} />
      ) : (
        <Stage episode={episode} t={now} {...shared} />
      )}
      <div class="bar">
        <Transport player={player} meta={episode.meta} />
        <Scrubber player={player} words={turnWords(episode, now)} />
        <div class="tools">
          <Choose episodes={episodes} address={address} go={go} />
          <OpenFile label="Open a recording" onEpisodes={page.open} onTrouble={trouble} />
          <OpenFile label="Pin a second" onEpisodes={pin} onTrouble={trouble} />
        </div>
      </div>
      <div class="dock">
        <Timeline episode={episode} player={player} focus={focus} span={span} other={other?.tension ?? null} rewards={!other} />
        {other && <Timeline episode={other} player={player} focus={focus} span={span} other={episode.tension} rewards={false} />}
      </div>
      <Live episode={episode} t={now} playing={player.playing} />
      <About episode={episode} />
    </div>
  );
}

function Stage({ episode, t, focus, onFocus, onTurn }) {
  const [table, setTable] = useState(false);
  const presence = presenceAt(episode, t);
  const where = { areas: episode.areas, actors: episode.actors, presence };
  return (
    <div class="stage">
      <div class="mapside">
        <Chart
          {...where}
          arcs={arcsAt(episode, t)}
          orders={ordersAt(episode, t)}
          incidents={incidentsAt(episode, t)}
          focus={focus}
          onFocus={onFocus}
          twin={!table}
        />
        {table && (
          <div class="tabletop" tabIndex={0} role="region" aria-label="The turn as tables">
            <MapTable {...where} shown />
            <div class="twin">
              <TurnTable episode={episode} t={t} />
            </div>
          </div>
        )}
        {!table && (
          <div class="hidden">
            <TurnTable episode={episode} t={t} />
          </div>
        )}
        <button type="button" class="button astable" aria-pressed={table} onClick={() => setTable(!table)}>
          {table ? "Map" : "Table"}
        </button>
      </div>
      <Panel episode={episode} t={t} focus={focus} onFocus={onFocus} onTurn={onTurn} />
    </div>
  );
}

/** Which of the page's episodes is shown, and which stands beside it. */
function Choose({ episodes, address, go }) {
  if (episodes.length < 2) return null;
  const names = episodes.map((episode, n) => `${n + 1}. ${episode.meta.title}, seed ${episode.meta.seed}`);
  return (
    <>
      <label>
        Episode{" "}
        <select value={address.episode ?? 0} onChange={(event) => go({ episode: Number(event.target.value), t: 0 })}>
          {names.map((name, n) => (
            <option key={n} value={n}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        next to{" "}
        <select
          value={address.pin ?? ""}
          onChange={(event) => go({ pin: event.target.value === "" ? null : Number(event.target.value) })}
        >
          <option value="">none</option>
          {names.map((name, n) => (
            <option key={n} value={n}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
