/* How tense it is: the mean over the pairs as a large figure, its change, the tensest pair, the hazard of this turn. */

import { share, signed, unitOf } from "./format.js";

export function Tension({ episode, t }) {
  const { meta, tension } = episode;
  const unit = unitOf(meta);
  const top = [...episode.pairList].sort((one, two) => two.values[t] - one.values[t])[0];
  return (
    <div class="tension">
      <p class="figure" title={meta.tension_definition}>
        {share(tension[t])}
      </p>
      <p>
        tension, {unit} {t} of {episode.turns}
        {t > 0 && <span class="muted"> ({signed(tension[t] - tension[t - 1])})</span>}
      </p>
      {top && (
        <p class="muted small">
          tensest pair {top.codes.join("\u2013")} {share(top.values[t])}
          {episode.hazard && `; hazard of conflict ${(episode.hazard[t] / 100).toFixed(2)}\u202f% this ${unit}`}
        </p>
      )}
    </div>
  );
}

/** What tension is, wherever it is shown. */
export function Definition({ meta }) {
  return (
    <p class="definition muted small">
      <b>Tension</b>: {meta.tension_definition}
    </p>
  );
}
