/* Two episodes side by side at the same turn. One that has ended stays at its last turn and says so. */

import { useMemo } from "preact/hooks";
import { arcsAt, ordersAt, presenceAt, rowsUntil, rungAt } from "./episode.js";
import { Chart } from "./chart.jsx";
import { Log } from "./log.jsx";
import { Badge } from "./mark.jsx";
import { capital, share, unitOf } from "./format.js";

export function Pinned({ episodes, t, focus, onFocus, onTurn, onUnpin }) {
  return (
    <div class="pinned">
      {episodes.map((episode, n) => (
        <One
          key={n}
          episode={episode}
          t={t}
          focus={focus}
          onFocus={onFocus}
          onTurn={onTurn}
          onUnpin={n > 0 ? onUnpin : null}
          letter={"AB"[n]}
        />
      ))}
    </div>
  );
}

function One({ episode, t, focus, onFocus, onTurn, onUnpin, letter }) {
  const now = Math.min(t, episode.turns);
  const rows = useMemo(() => rowsUntil(episode, now), [episode, now]);
  const rung = rungAt(episode, now);
  return (
    <section class="one" aria-label={`Episode ${letter}`}>
      <div class="heading">
        <p class="figure">{share(episode.tension[now])}</p>
        <div class="names">
          <h2>
            {letter}: {episode.meta.title}
          </h2>
          <p class="muted small">
            seed {episode.meta.seed}
            {t > episode.turns && `, ended at ${unitOf(episode.meta)} ${episode.turns}`}
          </p>
        </div>
        <Badge rung={rung} label={capital(episode.rungs[rung])} />
        {onUnpin && (
          <button type="button" class="button" onClick={onUnpin}>
            Unpin
          </button>
        )}
      </div>
      <Chart
        areas={episode.areas}
        actors={episode.actors}
        presence={presenceAt(episode, now)}
        arcs={arcsAt(episode, now)}
        orders={ordersAt(episode, now)}
        incidents={incidentsAt(episode, now)}
        focus={focus}
        onFocus={onFocus}
      />
      <Log rows={rows} actors={episode.actors} now={now} onTurn={onTurn} label={`Log of ${letter}`} />
    </section>
  );
}

/** The areas in which an incident happened this turn. */
export function incidentsAt(episode, t) {
  return episode.eventsAt[t].filter(([, kind, , , area]) => kind === "incident" && area >= 0).map((event) => event[4]);
}
