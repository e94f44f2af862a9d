/* Another recording opened: dropped anywhere on the page, or chosen as a file. It is read here and sent nowhere. */

import { useState } from "preact/hooks";
import { episodesIn } from "./episode.js";
import { textOf } from "./reading.js";

/** The episodes in a file, or an error in one line that names the file. */
async function readEpisodes(file) {
  try {
    return episodesIn(await textOf(file));
  } catch (error) {
    throw new Error(`${file.name}: ${error.message}`);
  }
}

/** Takes files dropped on anything inside it. */
export function Drop({ onEpisodes, onTrouble, children }) {
  const [over, setOver] = useState(false);
  const drop = async (event) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) await readEpisodes(file).then(onEpisodes, (error) => onTrouble(error.message));
  };
  const enter = (event) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div class={`page ${over ? "over" : ""}`} onDragOver={enter} onDragLeave={() => setOver(false)} onDrop={drop}>
      {children}
    </div>
  );
}

/** The same by keyboard: a button that asks for a file. */
export function OpenFile({ label, onEpisodes, onTrouble }) {
  const choose = async (event) => {
    const file = event.target.files[0];
    event.target.value = "";
    if (file) await readEpisodes(file).then(onEpisodes, (error) => onTrouble(error.message));
  };
  return (
    <label class="button file">
      {label}
      <input type="file" accept=".json,.gz,.html,application/json,application/gzip,text/html" onChange={choose} />
    </label>
  );
}
