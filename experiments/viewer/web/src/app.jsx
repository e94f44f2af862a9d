/* The frame of every screen: name, tabs, what the file shows, footer. A screen is a file of its own and a line in SCREENS. */

import { useEffect, useErrorBoundary, useMemo, useRef, useState } from "preact/hooks";
import { readAddress, writeAddress } from "./address.js";
import { Compare } from "./compare.jsx";
import { Drop } from "./drop.jsx";
import { prepare } from "./episode.js";
import { Play } from "./play.jsx";
import { Replay } from "./replay.jsx";
import { Report } from "./report.jsx";
import { isTold, Story, StoryButton } from "./story.jsx";

/* name: what the tab says, the screen, and whether the data have something to show on it. */
const SCREENS = {
  play: { title: "Play", Screen: Play, has: (page) => page.view === "play" },
  replay: { title: "Replay", Screen: Replay, has: (page) => page.episodes.length > 0 },
  compare: { title: "Compare", Screen: Compare, has: (page) => Boolean(page.comparison) },
  report: { title: "Report", Screen: Report, has: (page) => page.episodes.length > 0 || Boolean(page.comparison) },
};

const OPENING = ["replay", "play"]; // the screens that the story opens

const LIMITS =
  "A stylised research model under stated assumptions. It is no forecast. Areas are abstract, positions are for reading only, " +
  "and nothing here takes a view on sovereignty or maritime claims. Coastline: Natural Earth (public domain).";

export function App({ data }) {
  const [raws, setRaws] = useState(data.episodes ?? []);
  const [address, setAddress] = useState(() => ({ view: data.view, ...readAddress() }));
  const [trouble, setTrouble] = useState("");
  const [telling, setTelling] = useState(() => readAddress().t === undefined); // a link to a turn opens at the turn
  const teller = useRef(null);
  const episodes = useMemo(() => raws.map(prepare), [raws]);
  const page = { ...data, episodes, open: (found) => open(found) };
  const tabs = Object.entries(SCREENS).filter(([name, screen]) => name === data.view || screen.has(page));
  const view = tabs.some(([name]) => name === address.view) ? address.view : data.view;
  const go = (change) => setAddress((before) => ({ ...before, ...change }));
  useEffect(() => writeAddress({ ...address, view }), [address, view]);
  const open = (found) => {
    setTrouble("");
    setRaws((before) => [...before, ...found]);
    go({ view: "replay", episode: raws.length, pin: null, t: 0, focus: null });
  };
  const pin = (found) => {
    setTrouble("");
    setRaws((before) => [...before, ...found]);
    go({ view: "replay", pin: raws.length });
  };
  const forget = () => {
    const own = data.episodes ?? [];
    if (raws.length === own.length) {
      setTrouble("This screen cannot be drawn. Load the page again to continue.");
      return;
    }
    setTrouble("That recording cannot be drawn: expected a file from straits replay --json.");
    setRaws(own);
    go({ episode: 0, pin: null, t: 0, focus: null });
  };
  const title = episodes[address.episode ?? 0]?.meta.title;
  useEffect(() => {
    document.title = title ? `${title} \u2013 straits` : "straits";
  }, [title]);
  const { Screen } = SCREENS[view] ?? SCREENS.replay;
  const told = OPENING.includes(view) && isTold(data.story, view === "replay" ? episodes[address.episode ?? 0] : null);
  return (
    <Drop onEpisodes={open} onTrouble={setTrouble}>
      <header class="top">
        <span class="name">straits</span>
        <nav aria-label="Screens">
          {tabs.map(([name, { title }]) => (
            <button
              key={name}
              type="button"
              class="tab"
              aria-current={name === view ? "page" : undefined}
              onClick={() => go({ view: name })}
            >
              {title}
            </button>
          ))}
        </nav>
        <Title episode={episodeOf(view, address, page)} />
        {told && <StoryButton open={telling} onToggle={() => setTelling(!telling)} back={teller} />}
      </header>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}{" "}
          <button type="button" class="plain" onClick={() => setTrouble("")}>
            Close
          </button>
        </p>
      )}
      <main>
        {told && telling && <Story story={data.story} onClose={() => setTelling(false)} back={teller} />}
        <Guard key={raws.length} onError={forget}>
          <Screen page={page} address={address} go={go} pin={pin} trouble={setTrouble} />
        </Guard>
      </main>
      <footer>{LIMITS}</footer>
    </Drop>
  );
}

/** What is inside it is taken away where it cannot be drawn, and the page goes on. */
function Guard({ onError, children }) {
  const [error] = useErrorBoundary(onError);
  return error ? null : children;
}

/** The one that the screen shows; none where it shows a comparison. */
function episodeOf(view, address, { comparison, episodes }) {
  const compared = view === "compare" || (view === "report" && comparison && (address.episode === undefined || address.episode === null));
  return compared ? null : episodes[address.episode ?? 0];
}

function Title({ episode }) {
  if (!episode) return null;
  const { title, scenario, seed } = episode.meta;
  return (
    <span class="about">
      <b>{title}</b> · {scenario} · seed {seed}
    </span>
  );
}
