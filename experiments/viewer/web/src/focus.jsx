/* One actor looked at, or all: a row of native radios. The others' marks, arcs and rows step back. */

import { Mark } from "./mark.jsx";

export function Focus({ actors, focus, onFocus }) {
  return (
    <fieldset class="focus">
      <legend class="hidden">Actor looked at</legend>
      <Choice label="All" checked={focus === null} onChoose={() => onFocus(null)} />
      {actors.map((actor) => (
        <Choice
          key={actor.code}
          label={actor.label}
          index={actor.index}
          checked={focus === actor.index}
          onChoose={() => onFocus(actor.index)}
        />
      ))}
    </fieldset>
  );
}

function Choice({ label, index, checked, onChoose }) {
  return (
    <label class={`choice ${checked ? "on" : ""}`}>
      <input type="radio" class="hidden" name="focus" checked={checked} onChange={onChoose} />
      {index !== undefined && <Mark index={index} />}
      {label}
    </label>
  );
}
