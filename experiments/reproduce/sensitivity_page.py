"""Write docs/sensitivity.md: which assumptions change the headline numbers, and how robust the findings are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from rich.table import Table

from straits.experiments.analysis.sensitivity.indices import SCREENED, SCREENING, Effort, Indices, Screening
from straits.experiments.analysis.sensitivity.outcomes import MEASURES, Finding, Outcomes
from straits.experiments.evaluation.tables import markdown
from straits.experiments.reproduce.docs_tables import fill_template
from straits.experiments.utils.statistics import Interval

SHOWN: Final = 20  # assumptions in the screening's table
FIRM: Final = 0.9  # a finding that holds in this share of draws is robust
QUANTILES: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Sensitivity:
    """All results of a sensitivity analysis. `defaults`: outcomes at the defaults, one scenario."""

    scenario: str
    effort: Effort
    seed: int
    defaults: Outcomes
    screening: Screening
    indices: Indices
    findings: Sequence[tuple[Finding, Interval]]
    drawn: Outcomes


def page(results: Sensitivity) -> str:
    """Return the page in Markdown."""
    effort = results.effort
    return fill_template(
        "sensitivity",
        scenario=results.scenario,
        factors=len(results.screening.factors),
        screened=SCREENED,
        shown=SHOWN,
        findings=markdown(findings_table(results)),
        reading=reading([(finding.words, share.estimate) for finding, share in results.findings]),
        ranges=markdown(ranges_table(results)),
        screening=markdown(screening_table(results)),
        indices=markdown(indices_table(results)),
        trajectories=effort.trajectories,
        samples=effort.samples,
        draws=effort.draws,
        games=effort.games,
        measures=";\n".join(f"- `{name}`: {definition}" for name, definition in MEASURES.items()) + ".",
    )


def reading(findings: Sequence[tuple[str, float]]) -> str:
    """Describe in words which findings are robust and which are not.

    Args:
        findings: Words of each finding, and the share of draws in which it holds.
    """
    loose = [f'"{words}" ({100 * share:.0f} %)' for words, share in findings if share < FIRM]
    firm = f"{len(findings) - len(loose)} of {len(findings)} findings hold in {100 * FIRM:.0f} % of the draws or more"
    if not loose:
        return f"{firm}: they do not depend on any single number."
    return f"{firm}. The others depend on the defaults, and should be reported only with them: {'; '.join(loose)}."


def findings_table(results: Sensitivity) -> Table:
    """List each finding with its truth at the defaults and the share of draws in which it holds."""
    table = _table("finding", "holds at the defaults", "holds in % of draws [95 %]")
    for finding, share in results.findings:
        low, high = (100 * end for end in share[1:])
        at_defaults = "yes" if finding.holds(results.defaults)[0] else "no"
        table.add_row(finding.words, at_defaults, f"{100 * share.estimate:.0f} \\[{low:.0f}, {high:.0f}]")
    return table


def ranges_table(results: Sensitivity) -> Table:
    """List each outcome at the defaults and over the draws."""
    table = _table("outcome", "at the defaults", *(f"{100 * q:.0f} % quantile" for q in QUANTILES))
    for name, values in results.drawn.items():
        ends = np.quantile(values, QUANTILES)
        table.add_row(f"`{name}`", f"{results.defaults[name][0]:.3f}", *(f"{end:.3f}" for end in ends))
    return table


def screening_table(results: Sensitivity) -> Table:
    """List the assumptions with the largest effects: mu* in % of the outcome at the defaults."""
    table = _table("assumption", "range", *(f"`{name}`" for name in SCREENING))
    screening = results.screening
    for factor in screening.strongest(SHOWN):
        k = screening.factors.index(factor)
        cells = []
        for name in SCREENING:
            reference = abs(results.defaults[name][0]) or np.nan
            cells.append(
                f"{100 * screening.strength[name][k] / reference:.0f}±{100 * screening.uncertain[name][k] / reference:.0f}"
            )
        table.add_row(f"`{factor.name}`", f"{factor.low:.3g} to {factor.high:.3g}", *cells)
    return table


def indices_table(results: Sensitivity) -> Table:
    """List the first-order and total indices of the screened assumptions."""
    table = _table("assumption", *(f"`{name}`" for name in SCREENING))
    indices = results.indices
    for k, factor in enumerate(indices.factors):
        shares = [f"{indices.first[n][k]:.2f} / {indices.total[n][k]:.2f}±{indices.total_uncertain[n][k]:.2f}" for n in SCREENING]
        table.add_row(f"`{factor.name}`", *shares)
    return table


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
