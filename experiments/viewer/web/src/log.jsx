/* What was done and what happened, in plain words, newest first. A turn's number goes there. */

import { useState } from "preact/hooks";
import { capital } from "./format.js";
import { GlyphMark } from "./glyph.jsx";
import { Badge, Mark } from "./mark.jsx";

const SHOWN = 40; // rows drawn at first, so that a step stays quick in a long episode

/** rows: {id, turn, kind, words, actor, rung, effective}, newest first; actors: of the episode; now: the current turn. */
export function Log({ rows, actors, now, onTurn, label = "Log" }) {
  const [all, setAll] = useState(false);
  const shown = all ? rows : rows.slice(0, SHOWN);
  return (
    <div class="logbox" tabIndex={0} role="region" aria-label={label}>
      <ol class="log" reversed>
        {shown.map((row, n) => (
          <Row key={row.id ?? n} row={row} actors={actors} fresh={row.turn === now} onTurn={onTurn} />
        ))}
      </ol>
      {rows.length === 0 && <p class="muted">Nothing has been done yet.</p>}
      {rows.length > shown.length && (
        <button type="button" class="plain" onClick={() => setAll(true)}>
          Show all {rows.length} entries
        </button>
      )}
    </div>
  );
}

function Row({ row, actors, fresh, onTurn }) {
  const actor = actors[row.actor];
  return (
    <li class={`row ${fresh ? "fresh" : ""} ${row.kind}`}>
      {onTurn ? (
        <button type="button" class="turn" onClick={() => onTurn(row.turn)} title={`Go to turn ${row.turn}`}>
          {row.turn}
        </button>
      ) : (
        <span class="turn">{row.turn}</span>
      )}
      {row.kind === "move" && actor ? (
        <>
          <Mark index={actor.index ?? row.actor} />
          <b>{actor.code}</b>
        </>
      ) : (
        <span class="glyph">
          <GlyphMark kind={row.kind} />
        </span>
      )}
      <span class="words">
        {row.kind === "move" ? row.words : capital(row.words)}
        {row.kind === "move" && row.effective === 0 && <span class="muted"> (proposed, not agreed)</span>}
      </span>
      {row.rung >= 0 && <Badge rung={row.rung} />}
    </li>
  );
}
