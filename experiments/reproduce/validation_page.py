"""Write docs/validation.md: which published figures the simulator matches, which not, and what is assumed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from rich.table import Table

from straits.envs.io import write_file
from straits.experiments.analysis.calibration.event_mix import Mix, mixes
from straits.experiments.analysis.calibration.expert_games import TURNS, Contrast, contrasts, same_direction
from straits.experiments.analysis.calibration.external_validation import PARTS, Validation, aircraft, others
from straits.experiments.analysis.calibration.moments import CLAIMED, DYNAMIC
from straits.experiments.evaluation.tables import markdown
from straits.experiments.reproduce.docs_tables import fill_template

SHA256: Final = "862b3c4b70d81ac0fa69a2ab1322fe0814e3c1bb58187330e05d0093292ffdc9"  # of the series that the templates describe


def write_page(path: Path, validation: Validation) -> None:
    """Measure what is not in `validation`, and write the page atomically."""
    write_file(path, page(validation, contrasts(), mixes()).encode())


def page(validation: Validation, teams: Sequence[Contrast], mix: Sequence[Mix]) -> str:
    """Return the page in Markdown. The text about one series is included only for that series.

    Args:
        validation: Results on the observation model.
        teams: Comparison with expert teams.
        mix: Comparison with published event classes.
    """
    is_known = validation.sha256 == SHA256
    return fill_template(
        "validation",
        source=fill_template("validation_series").strip() if is_known else "The series was provided by the user.",
        read=fill_template("validation_reading").strip() if is_known else "",
        sha=validation.sha256,
        spans="; ".join(f"{p}: {validation.spans[p]}" for p in PARTS),
        verdicts=markdown(_verdicts(validation)),
        aircraft=markdown(aircraft(validation)),
        others=markdown(others(validation)),
        experts=markdown(_experts(teams)),
        mix=markdown(_mix(mix)),
        turns=TURNS,
        claimed=len(CLAIMED),
    )


def _verdicts(validation: Validation) -> Table:
    table = Table()
    for column in ("bands of the", "day turns", "outside", "presence shuffled", "dynamic ones outside", "week turns", "outside"):
        table.add_column(column)
    for part in PARTS:
        played, shuffled, weekly = (
            validation.inside(v, part) for v in (validation.played["aircraft"], validation.shuffled, validation.weekly)
        )
        dynamic = {name: shuffled[name] for name in DYNAMIC}
        table.add_row(part, _score(played), _outside(played), _score(shuffled), _outside(dynamic), _score(weekly), _outside(weekly))
    return table


def _score(inside: dict[str, bool]) -> str:
    return f"{sum(inside.values())} of {len(inside)}"


def _outside(inside: dict[str, bool]) -> str:
    return ", ".join(name for name, within in inside.items() if not within) or "none"


def _experts(teams: Sequence[Contrast]) -> Table:
    table = Table()
    for column in ("instrument", "teams, status quo", "teams, revisionist", "games, status quo", "games, revisionist", "verdict"):
        table.add_column(column)
    for row in teams:
        here = ["-", "-"] if row.default is None else [_percent(share) for share in row.default]
        table.add_row(row.instrument.name, *(_percent(share) for share in row.experts), *here, _verdict(row))
    return table


def _verdict(row: Contrast) -> str:
    if row.difference is None:
        return "no move represents it" if row.instrument.chosen != (0, 0) else "no move uses force: agrees by construction"
    agree = same_direction(row)
    sign = "no difference beyond its interval" if agree is None else "same sign" if agree else "opposite sign"
    return f"{sign}, {100 * row.difference.estimate:+.1f} points"


def _mix(mix: Sequence[Mix]) -> Table:
    table = Table()
    for column in ("class", "published, %", "`default`, %"):
        table.add_column(column)
    for row in mix:
        table.add_row(row.name, f"{100 * row.published:.1f}", _percent(row.played))
    return table


def _percent(interval: Any) -> str:
    estimate, low, high = interval
    return f"{100 * estimate:.1f} ({100 * low:.1f} to {100 * high:.1f})"
