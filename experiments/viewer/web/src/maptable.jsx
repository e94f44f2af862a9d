/* The map's twin as a table, for those who do not see the drawing: what stands where, in hundredths. */

import { capital } from "./format.js";

export function MapTable({ areas, actors, presence, shown = false }) {
  return (
    <div class={shown ? "twin" : "hidden twin"}>
      <table>
        <caption>Presence in each area, 0 to 1: the largest of patrols, coast guard, troops and missiles</caption>
        <thead>
          <tr>
            <th scope="col">Area</th>
            {actors.map((actor) => (
              <th key={actor.code} scope="col">
                {actor.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {areas.map((area) => (
            <tr key={area.id}>
              <th scope="row">{capital(area.label)}</th>
              {actors.map((actor) => (
                <td key={actor.code}>{(presence[actor.code]?.[area.id] ?? 0).toFixed(2)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
