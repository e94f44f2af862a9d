/* The timeline's twin as a table: what its rows say of the current turn. */

import { stageWords } from "./crises.jsx";
import { disputesAt } from "./episode.js";
import { share, signed } from "./format.js";

export function TurnTable({ episode, t }) {
  return (
    <>
      <table>
        <caption>The pairs after this turn: tension, and the highest step that each saw of the other</caption>
        <thead>
          <tr>
            {["Pair", "Tension", "First's step", "Second's step"].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {episode.pairList.map(({ key, codes: [one, two], values }) => (
            <tr key={key}>
              <th scope="row">
                {one} {"\u2013"} {two}
              </th>
              <td>{share(values[t])}</td>
              <td>{episode.seen?.[`${one}>${two}`]?.[t] ?? ""}</td>
              <td>{episode.seen?.[`${two}>${one}`]?.[t] ?? ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {episode.rivals.length > 0 && <Disputes episode={episode} t={t} />}
      {t > 0 && episode.rewards && <Earned episode={episode} t={t} />}
    </>
  );
}

function Disputes({ episode, t }) {
  const now = disputesAt(episode, t);
  return (
    <table>
      <caption>Crises and truces after this turn</caption>
      <thead>
        <tr>
          <th scope="col">Pair</th>
          <th scope="col">How it stands</th>
        </tr>
      </thead>
      <tbody>
        {now.map((dispute) => (
          <tr key={dispute.pair.key}>
            <th scope="row">
              {dispute.pair.codes[0]} {"\u2013"} {dispute.pair.codes[1]}
            </th>
            <td>{stageWords(episode, dispute)}</td>
          </tr>
        ))}
        {now.length === 0 && (
          <tr>
            <th scope="row">All</th>
            <td>no crisis, no truce</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Earned({ episode, t }) {
  return (
    <table>
      <caption>What this turn earned, by component</caption>
      <thead>
        <tr>
          <th scope="col">Actor</th>
          {episode.components.map((name) => (
            <th key={name} scope="col">
              {name.replaceAll("_", " ")}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {episode.actors.map((actor) => (
          <tr key={actor.code}>
            <th scope="row">{actor.label}</th>
            {episode.components.map((name) => (
              <td key={name}>{signed(episode.rewards[actor.code][name][t - 1])}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
