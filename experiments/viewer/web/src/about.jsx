/* Where the episode comes from and what its words mean, under the timeline. */

import { capital, unitOf } from "./format.js";
import { Definition } from "./tension.jsx";

export function About({ episode }) {
  const { meta } = episode;
  const played = episode.actors.map(
    (actor) => `${actor.label}: ${meta.policies?.[actor.id] ?? meta.policies?.[actor.code] ?? "unknown"}`,
  );
  const facts = {
    Scenario: `${meta.scenario}, ${meta.date}`,
    Policies: played.join("; "),
    Seed: `${meta.seed}, game ${meta.episode}`,
    Length: `${episode.turns} of ${meta.horizon} ${unitOf(meta)}s; ended by ${meta.outcome}`,
    Sources: episode.sources.join(", "),
    Environment: `${meta.env_version}, scenario ${meta.scenario_hash}, world ${meta.env_source_hash}`,
  };
  return (
    <section class="aboutepisode" aria-label="About this episode">
      <Definition meta={meta} />
      <p class="muted small onscreen">
        <b>Map</b>: a mark's area is the level of presence, the largest of{" "}
        {episode.classes?.map((name) => name.replaceAll("_", " ")).join(", ")}; a tinted area and a ringed mark show a deployment in this
        turn; arcs are acts in the colour of their rung, grey at rung 0, dashed for statements, and fade over three turns.
      </p>
      <p class="muted small onscreen">
        <b>Policy</b>: the bars are the probabilities of the legal moves before the choice, and the line under a bar marks the choice.
        Bits are the entropy of the choice and its maximum. Surprise is the negative log-likelihood of the three choices together. No
        value of the position is shown: policies are stored without a critic, and scripted ones have none.
      </p>
      <p class="muted small onscreen">
        <b>Scenario</b>: {meta.description}
      </p>
      <p class="muted small onscreen">
        <b>Keys</b>: space plays and stops; left and right move by one {unitOf(meta)}, with shift by ten; Home and End move to the ends;
        n and p move to the pins above the tension. Drag over the timeline to scrub. Drop a recording on the page to open it.
      </p>
      <p class="muted small">
        <b>Limits</b>: {meta.limits}
      </p>
      <details>
        <summary>Where this episode comes from</summary>
        <dl>
          {Object.entries(facts).map(([name, value]) => (
            <div key={name}>
              <dt>{capital(name)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
