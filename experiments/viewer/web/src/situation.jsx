/* What the actor knows of itself and of each other: its support, tension both ways, demands, relations, offers. */

import { capital, share } from "./format.js";
import { Mark } from "./mark.jsx";

const OFFERS = [
  "",
  "a meeting of ministers",
  "a joint plan",
  "a summit",
  "a deal",
  "closer command",
  "wider access",
];

export function Situation({ welcome, state, actors }) {
  const { setting, actor } = welcome;
  const { own, towards } = state;
  return (
    <details class="situation">
      <summary>Your situation and what you know of the others</summary>
      <p>Domestic support is {share(own.support)}, and your share of what is disputed {share(own.share)}.</p>
      <div class="scrolling" tabIndex={0} role="region" aria-label="The other actors">
        <table>
          <thead>
            <tr>
              <th scope="col">Actor</th>
              <th scope="col">Tension you feel</th>
              <th scope="col">Tension it feels from you</th>
              <th scope="col">Demand to answer its words</th>
              <th scope="col">Demand to answer its forces</th>
              <th scope="col">Its relations with you</th>
              <th scope="col">Offers you</th>
            </tr>
          </thead>
          <tbody>
            {actors
              .filter((other) => other.index !== actor)
              .map(({ index, label }) => (
                <tr key={index}>
                  <th scope="row">
                    <Mark index={index} /> {label}
                  </th>
                  {[towards.tension, towards.tension_caused, towards.grievance_verbal, towards.grievance_military].map((values, n) => (
                    <td key={n}>{share(values[index])}</td>
                  ))}
                  <td>{capital(setting.statuses[state.ambassador[index][actor]])}</td>
                  <td>{offered(state, index)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
      <p class="muted small">{setting.tension}</p>
    </details>
  );
}

function offered(state, other) {
  const found = [OFFERS[state.offers.act[other]], state.offers.statement[other] > 0 ? "a joint statement" : ""].filter(Boolean);
  return found.join(", ") || "nothing";
}
