/* Play: who one is decides what one sees: the form to join, a seat, the teacher's lobby, and for all the debrief. */

import { useEffect, useRef, useState } from "preact/hooks";
import { join, useClass } from "./connection.js";
import { Debrief } from "./debrief.jsx";
import { ACTORS } from "./format.js";
import { Lobby } from "./lobby.jsx";
import { Seat } from "./seat.jsx";
import { Story, StoryButton } from "./story.jsx";

export function Play({ page }) {
  const known = useClass();
  const { phase, welcome, trouble } = known;
  if (phase === "join" || (phase === "connecting" && !welcome)) return <Join phase={phase} trouble={trouble} />;
  if (phase === "closed") return <Closed why={trouble} />;
  const teacher = welcome.role === "teacher";
  return (
    <div class="play">
      {phase === "lost" && (
        <p class="trouble" role="alert">
          The connection to the server is lost. This page reconnects by itself, and you keep your seat.
        </p>
      )}
      <Told story={welcome.story} fresh={!teacher && !known.log.length && !known.debrief} commands={teacher || welcome.alone} />
      {known.debrief && <Debrief known={known} open={page.open} />}
      {teacher ? <Lobby known={known} /> : <Seat known={known} />}
    </div>
  );
}

/** The news behind the scenario; `commands` for those who sit at a terminal. It lies over the map, so a seat opens with it where there is room, until it is put away. */
function Told({ story, fresh, commands }) {
  const [open, setOpen] = useState(fresh && innerWidth > ROOM);
  const back = useRef(null);
  useEffect(() => {
    if (!fresh) setOpen(false); // once a turn is played the map is wanted
  }, [fresh]);
  if (!story) return null;
  return (
    <div class="playstory">
      <StoryButton open={open} onToggle={() => setOpen(!open)} back={back} />
      {open && <Story story={story} onClose={() => setOpen(false)} back={back} commands={commands} />}
    </div>
  );
}

const ROOM = 1000; // px

function Join({ phase, trouble }) {
  const [code, setCode] = useState("");
  const [seat, setSeat] = useState("");
  const enter = (event) => {
    event.preventDefault();
    join(code.trim(), seat || null);
  };
  return (
    <div class="card">
      <h1>Join a class</h1>
      <form onSubmit={enter}>
        <label>
          Code on the teacher's screen
          <input
            class="code"
            value={code}
            onInput={(event) => setCode(event.target.value)}
            maxLength={6}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            required
          />
        </label>
        <label>
          Seat
          <select value={seat} onChange={(event) => setSeat(event.target.value)}>
            <option value="">any free seat</option>
            {ACTORS.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button main" disabled={phase === "connecting"}>
          {phase === "connecting" ? "Joining" : "Join"}
        </button>
      </form>
      {trouble && (
        <p class="refused" role="alert">
          {trouble}
        </p>
      )}
      <p class="muted small">
        The game needs no name and stores none. To play alone, open the address that the program printed.
      </p>
    </div>
  );
}

function Closed({ why }) {
  return (
    <div class="card">
      <h1>Closed</h1>
      <p role="status">{why}</p>
      <p class="muted small">You can close this page, or reload it to join again.</p>
    </div>
  );
}
