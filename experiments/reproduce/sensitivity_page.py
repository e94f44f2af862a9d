"""docs/sensitivity.md: what drives the headline numbers, and how firm the findings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.table import Table

from straits.experiments.analysis.sensitivity.claims import Finding
from straits.experiments.analysis.sensitivity.indices import SCREENED, SCREENING, Effort, Indices, Screening
from straits.experiments.analysis.sensitivity.outcomes import MEASURES, Outcomes
from straits.experiments.evaluation.tables import markdown
from straits.experiments.utils.statistics import Interval

SHOWN: Final = 20  # assumptions of the screening's table
FIRM: Final = 0.9  # share of draws from which the page calls a finding firm
QUANTILES: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Sensitivity:
    """All that was measured. `defaults`: outcomes at the defaults, one scenario."""

    scenario: str
    effort: Effort
    seed: int
    defaults: Outcomes
    screening: Screening
    indices: Indices
    findings: Sequence[tuple[Finding, Interval]]
    drawn: Outcomes


def page(found: Sensitivity) -> str:
    """The page in Markdown."""
    effort = found.effort
    return PAGE.format(
        scenario=found.scenario,
        factors=len(found.screening.factors),
        screened=SCREENED,
        shown=SHOWN,
        findings=markdown(findings_table(found)),
        reading=reading([(finding.words, share.estimate) for finding, share in found.findings]),
        ranges=markdown(ranges_table(found)),
        screening=markdown(screening_table(found)),
        indices=markdown(indices_table(found)),
        trajectories=effort.trajectories,
        samples=effort.samples,
        draws=effort.draws,
        games=effort.games,
        measures="; ".join(f"`{name}`, {what}" for name, what in MEASURES.items()),
    )


def reading(findings: Sequence[tuple[str, float]]) -> str:
    """Which findings are firm and which are not, in a sentence or two. findings: words, share of draws in which they hold."""
    loose = [f'"{words}" ({100 * share:.0f} %)' for words, share in findings if share < FIRM]
    firm = f"{len(findings) - len(loose)} of {len(findings)} findings hold in {100 * FIRM:.0f} % of the draws or more"
    if not loose:
        return f"{firm}: they do not hang on any one number."
    return f"{firm}. The others are about these very defaults, and should be told only with them: {'; '.join(loose)}."


def findings_table(found: Sensitivity) -> Table:
    """Each finding with the share of draws in which it holds, and whether it does at the defaults."""
    table = _table("finding", "holds at the defaults", "holds in % of draws [95 %]")
    for finding, share in found.findings:
        low, high = (100 * end for end in share[1:])
        at_defaults = "yes" if finding.holds(found.defaults)[0] else "no"
        table.add_row(finding.words, at_defaults, f"{100 * share.estimate:.0f} \\[{low:.0f}, {high:.0f}]")
    return table


def ranges_table(found: Sensitivity) -> Table:
    """Each outcome at the defaults and over the draws."""
    table = _table("outcome", "at the defaults", *(f"{100 * q:.0f} % quantile" for q in QUANTILES))
    for name, values in found.drawn.items():
        ends = np.quantile(values, QUANTILES)
        table.add_row(f"`{name}`", f"{found.defaults[name][0]:.3f}", *(f"{end:.3f}" for end in ends))
    return table


def screening_table(found: Sensitivity) -> Table:
    """The assumptions that move outcomes most: mu* in % of the outcome at the defaults."""
    table = _table("assumption", "range", *(f"`{name}`" for name in SCREENING))
    screening = found.screening
    for factor in screening.strongest(SHOWN):
        k = screening.factors.index(factor)
        cells = []
        for name in SCREENING:
            whole = abs(found.defaults[name][0]) or np.nan
            cells.append(f"{100 * screening.strength[name][k] / whole:.0f}±{100 * screening.uncertain[name][k] / whole:.0f}")
        table.add_row(f"`{factor.name}`", f"{factor.low:.3g} to {factor.high:.3g}", *cells)
    return table


def indices_table(found: Sensitivity) -> Table:
    """First-order and total indices of the screened assumptions."""
    table = _table("assumption", *(f"`{name}`" for name in SCREENING))
    indices = found.indices
    for k, factor in enumerate(indices.factors):
        shares = [f"{indices.first[n][k]:.2f} / {indices.total[n][k]:.2f}±{indices.total_uncertain[n][k]:.2f}" for n in SCREENING]
        table.add_row(f"`{factor.name}`", *shares)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column)
    return table


PAGE: Final = """\
# What drives it

Nearly every number of the model is an assumption. This page says which of them the results hang on, and how often a finding holds
when all of them are drawn anew. Written by

```sh
straits sensitivity --page docs/sensitivity.md
```

in the scenario `{scenario}`, with every actor playing the same scripted policy. Varied are {factors} assumptions: each parameter
of the rules whose source in [the table](model.md#parameters) says "assumption", also for its size alone, from half to one and a
half of its default within its own range, and scales of columns of the scenario (`relations.rival`, ...) and of the move table
(`moves.cost`, ...). That width is itself an assumption. Parameters that are 0 by default are mechanisms that are off, and stay
off. Measures: {measures}. All points play the same {games} games from the same seeds, so that they differ by their assumptions
alone; conflict is the conditional chance, summed over turns, not a count.

## How firm the findings are

Over {draws} random draws (Latin hypercube) of all assumptions at once. A finding that holds in few draws is one about these
defaults.

{findings}

{reading}

{ranges}

## Which assumptions matter

Morris screening, {trajectories} trajectories over a grid of four levels: mu*, the mean size of what a step of an assumption over
its whole range does, in per cent of the outcome at the defaults, with 95 % half-intervals. Shown are the {shown} with the highest
mean rank over all outcomes, in the order of the tables.

{screening}

## How much each explains

Sobol indices of the {screened} first in that ranking, {samples} base samples, the others at their defaults: the share of an
outcome's variance that goes back to the assumption alone / with its interactions, the latter with its 95 % half-interval. What is
left to the other assumptions is not in these shares.

{indices}
"""
