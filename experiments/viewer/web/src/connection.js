/* The line to the server of a class: one socket for the page, kept while screens come and go, which comes back by itself.

   A token comes in the address after the # (seat=..., teacher=...), which browsers send to nobody, or as the answer to a join code. It
   is kept for this tab only and said as the first message. */

import { useEffect, useState } from "preact/hooks";

const KEY = "straits.token";
const PAUSES = [300, 1000, 2000, 4000]; // ms before the next attempt
const EMPTY = {
  phase: "join",
  trouble: "",
  welcome: null,
  state: null,
  table: null,
  lobby: null,
  debrief: null,
  log: [],
  advice: null,
  refused: "",
};

let now = { ...EMPTY };
let socket = null;
let attempts = 0;
let waiting = {}; // what is asked for once: replay of a game -> who wants it
const listeners = new Set();

/** The class as this page knows it; opens the line at the first use. */
export function useClass() {
  const [known, setKnown] = useState(now);
  useEffect(() => {
    listeners.add(setKnown);
    setKnown(now);
    if (!socket && now.phase === "join" && token()) open({ type: "hello", token: token() });
    return () => listeners.delete(setKnown);
  }, []);
  return known;
}

export function join(code, seat) {
  open({ type: "join", code, seat });
}

export function send(message) {
  change({ refused: "" });
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** The replay of a game, once the server has told it. */
export function replay(game, use) {
  waiting[game] = use;
  send({ type: "replay", game });
}

function open(first) {
  change({ phase: now.welcome ? "lost" : "connecting", trouble: "" });
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/socket`);
  let over = false; // said goodbye: no coming back by itself
  socket.onopen = () => socket.send(JSON.stringify(first));
  socket.onmessage = (event) => {
    over = hear(JSON.parse(event.data)) || over;
  };
  socket.onclose = () => {
    socket = null;
    if (over) return;
    if (!token()) return change({ phase: "join", trouble: now.trouble || "The server cannot be reached." });
    change({ phase: now.welcome ? "lost" : "connecting" });
    setTimeout(() => socket ?? open({ type: "hello", token: token() }), PAUSES[Math.min(attempts, PAUSES.length - 1)]);
    attempts += 1;
  };
}

const HEARD = {
  seated: (message) => keep(message.token),
  welcome: (message) => {
    attempts = 0;
    change({ phase: "open", trouble: "", refused: "", welcome: message, log: message.history ?? [] });
  },
  state: ({ view, last, advice, table }) => {
    const log = last && now.log.at(-1)?.turn !== last.turn ? [...now.log, last] : now.log;
    change({ state: view, advice, table, log });
  },
  table: ({ table }) => change({ table }),
  lobby: ({ lobby }) => change({ lobby }),
  debrief: (message) => change({ debrief: message }),
  replay: ({ game, episode }) => {
    waiting[game]?.(episode);
    delete waiting[game];
  },
};

/** Whether that was the last word. */
function hear(message) {
  HEARD[message.type]?.(message);
  if (message.type === "refused" && now.phase !== "open") {
    if (message.again) return void change({ trouble: message.why });
    forget();
    change({ ...EMPTY, trouble: message.why });
    return true;
  }
  if (message.type === "refused") change({ refused: message.why });
  if (message.type !== "bye" || message.again) return false;
  forget();
  change({ ...EMPTY, phase: "closed", trouble: message.why });
  return true;
}

function change(some) {
  now = { ...now, ...some };
  for (const listener of listeners) listener(now);
}

/** The token of the address, taken out of it and kept for this tab, or the one that was kept. */
function token() {
  const given = /^#(?:seat|teacher)=([\w-]{16,64})$/.exec(location.hash);
  if (given) {
    keep(given[1]);
    history.replaceState(null, "", location.pathname);
  }
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing: the address must be opened again
  }
}

function keep(value) {
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // Then a reload asks for the address again.
  }
}

function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
