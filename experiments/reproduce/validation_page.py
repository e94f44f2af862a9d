"""docs/validation.md: the measured tables, in words that say what is matched, what is not, and what is assumption."""

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


def write_page(path: Path, found: Validation) -> None:
    """Measure what is not in `found`, and write the page whole or not at all."""
    write_file(path, page(found, contrasts(), mixes()).encode())


def page(found: Validation, teams: Sequence[Contrast], mix: Sequence[Mix]) -> str:
    """The page in Markdown. What is read from the tables is said only of the series that it was read from."""
    known = (SOURCE, READ) if found.sha256 == SHA256 else ("A series that the caller gave.", "")
    parts = {
        "sha": found.sha256,
        "spans": "; ".join(f"{p}: {found.spans[p]}" for p in PARTS),
        "source": known[0],
        "read": known[1],
        "verdicts": markdown(_verdicts(found)),
        "aircraft": markdown(aircraft(found)),
        "others": markdown(others(found)),
        "experts": markdown(_experts(teams)),
        "mix": markdown(_mix(mix)),
        "turns": TURNS,
        "claimed": len(CLAIMED),
    }
    return PAGE.format_map(parts)


def _verdicts(found: Validation) -> Table:
    table = Table()
    for column in ("bands of the", "day turns", "outside", "presence shuffled", "dynamic ones outside", "week turns", "outside"):
        table.add_column(column)
    for part in PARTS:
        played, shuffled, weekly = (found.inside(v, part) for v in (found.played["aircraft"], found.shuffled, found.weekly))
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
        return "no move stands for it" if row.instrument.chosen != (0, 0) else "no move uses force: agrees by construction"
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


SHA256: Final = "862b3c4b70d81ac0fa69a2ab1322fe0814e3c1bb58187330e05d0093292ffdc9"  # of the series that READ is about
SOURCE: Final = """\
The series: daily counts that Taiwan's Ministry of National Defense publishes, 2022-11-16 to 2024-12-31, as collected in the
repository eskim19/taiwan-strait-tracker (MIT licence). It is what one party publishes; 26 of its days are missing, and before
November 2022 the published figure was a different product."""
READ: Final = """\
**Matched** in the part that was fitted to: level, tail, share of zero days, burstiness by day and by week, a short memory, the
shape of a spike; in the part that was kept aside: tail, zero days, burstiness, the first autocorrelation and the spikes. **Not
matched**: the rise of the mean in the later part (the layer has no trend, and in a game without one it should have none); the
full size of the first autocorrelation, which is low and outside the narrower band of the whole; the median, by a hair; the
fourth day of a spike in week turns; the memory of crossings, which lasts weeks in the series and a day here, and their change
of level; the slow part of navy ships. Official ships do not occur in the first part, so nothing could be fitted to them and the
layer emits none. **Assumption**: that flights follow what has just been ordered, that one day's noise is independent of
another's, and on which day of a week an order is carried out.

With presence shuffled the first autocorrelation vanishes and the spikes lose their flanks: the dynamics are presence's. Level
statistics move too, because a surge is a rise above what has become usual, and a shuffled series rises more often. The bands of
the first part hold few spikes and are wide, so that this part alone could not tell the profiles apart; the later part and the
whole can."""
PAGE: Final = """\
# Beside the world

What the simulator's counts and choices look like beside published figures. Written by

```sh
straits calibrate --data SERIES.csv --out experiments/analysis/calibration/fitted.yaml --page docs/validation.md
```

Rewards and rules are never tuned to data: only the observable tempo below is, and no rule reads it. Nothing here says that the
game is right about the world. It says which published numbers it does and does not resemble.

## The tempo layer

Tension is not observed; aircraft and ships are counted.
`straits.experiments.analysis.calibration` emits such counts, a day or a week,
as a function of China's presence in the strait and of noise of its own that one day does not share with the next.
What has just been ordered flies much and soon becomes usual; `layer.py` has the equations.
So every dependence between days comes from presence, and
it must vanish when presence is shuffled in time.

{source} Its sha256 is `{sha}`;
the project does not hold it. What is fitted to is its first part, by simulated moments, while `default` plays the scenario `daily`;
`baseline` then gives week turns with the same parameters. Bands are 95 % of a block bootstrap with blocks of four weeks.
{spans}.

How many of {claimed} statistics of aircraft lie in the bands: daily mean, median, p90, p99, share of zero days, Fano factor,
autocorrelation at 1 and 2 days, the profile around days of 45 or more (all five of its days), and the weekly Fano factor.

{verdicts}

{aircraft}

`in` names the parts whose band holds the value: f the first, l the later, w the whole.

{others}

{read}

```python
>>> from straits.agents.scripted import scripted
>>> from straits.envs.scenarios.scenario import load_scenario
>>> from straits.experiments.analysis.calibration.parameters import read
>>> from straits.experiments.analysis.calibration.observation_model import emit
>>> from straits.experiments.analysis.calibration.observation_model import watch
>>> presence = watch(load_scenario("daily", horizon=14), [scripted("default")] * 5, games=3, seed=1)
>>> emit(read(), presence).shape  # games, days, counts
(3, 14, 4)

```

## Expert teams

21 teams of experts advised the United States in a human game on a crisis with China over Taiwan (Lamparth et al. 2024, repository
ancorso/LLMWargaming, MIT licence); 10 met a China content with the status quo and 11 a revisionist one. Here that is China's
private goal, in the scenario `severe`, and a game counts where an instrument is used within {turns} turns of `default` play. Per
cent, with Wilson intervals.

{experts}

**Matched**: that nobody chooses an attack, which holds by construction; that diplomacy and a military posture are nearly always
chosen. **Not matched**: information operations, which are rarer here; and the contrast itself. The teams were told what the
adversary is after, and answered a revisionist with call-ups, production, economic and clandestine measures; an actor here sees
only what others did, and in {turns} turns a goal hardly shows, so differences are within a percentage point. Economic and
clandestine instruments have no moves. **Assumption**: which moves stand for which option.

## Kinds of events

Shares of the four classes of CAMEO events among the United States, Japan, China and the Philippines: ICEWS dyad-years 2002 to
2014, and moves of `default` in the scenario `calm`, bootstrap over games.

{mix}

**Not matched**, and not meant to be: event data count every routine meeting and call, and the game has moves only for what
matters in a crisis, each of them at a cost. Its mix is that of crisis steps, not of a year's news; only the order of the two
verbal classes agrees. A comparison of rates with event data would need a layer of routine contact, which the game does not have.
"""
