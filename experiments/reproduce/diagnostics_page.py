"""Write the diagnostics report, docs/game-report.md, from its JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from straits.envs.spec.constants import ACTORS
from straits.experiments.analysis.diagnostics.learning import CHANNELS, WORLDS
from straits.experiments.analysis.diagnostics.scenario_distance import MEASURES
from straits.experiments.analysis.diagnostics.signalling import THIRDS
from straits.experiments.metrics.crises import ENDS
from straits.experiments.reproduce.docs_tables import fill_template
from straits.experiments.utils.statistics import Interval

CLAIMS: Final[Mapping[str, tuple[str, float, float]]] = {  # headline -> claim, least and most
    "channel_statement_seats": ("seats that need statements against `default`", 4, 5),
    "channel_act_seats": ("seats that need acts against `default`", 4, 5),
    "channel_statement_seats_trained": ("seats that need statements against trained self-play", 3, 5),
    "channel_act_seats_trained": ("seats that need acts against trained self-play", 3, 5),
    "crisis_median_default": ("median length of a crisis, `default`, turns", 3, 15),
    "crisis_median_selfplay": ("median length of a crisis, self-play, turns", 3, 15),
    "crisis_ended_default": ("share of crises that end before the horizon, `default`", 0.5, 1),
    "crisis_ended_selfplay": ("share of crises that end before the horizon, self-play", 0.5, 1),
    "crisis_turns_default": ("share of turns with some pair in a crisis, `default`", 0.1, 0.6),
    "crisis_turns_selfplay": ("share of turns with some pair in a crisis, self-play", 0.1, 0.6),
    "settlements_default": ("deals and yields a game, `default`", 1, float("inf")),
    "settlements_selfplay": ("deals and yields a game, self-play", 1, float("inf")),
    "half_life_default": ("half-life of a spike of tension, `default`, turns", 2, 12),
    "half_life_selfplay": ("half-life of a spike of tension, self-play, turns", 2, 12),
    "least_gain_over_median": ("least gain of a seat, as a share of the median seat's", 1 / 3, float("inf")),
    "least_selfplay_return_per_turn": ("least return of a seat a turn, self-play", -1, float("inf")),
    "scenario_pairs_apart": ("pairs of scenarios apart in three measures or more, of 21", 21, 21),
    "scenario_pairs_apart_late": ("pairs of scenarios apart in two measures or more in the second half, of 21", 21, 21),
    "constant_share": ("best constant play, as a share of the best response's gain", float("-inf"), 0.25),
    "conflict_default": ("share of games with conflict, `default`", 0.01, 0.03),
    "conflict_dove": ("share of games with conflict, doves", 0, 0.01),
    "conflict_random": ("share of games with conflict, random play", 0.05, 0.30),
    "conflict_hawk": ("share of games with conflict, hawks", 0.5, 1),
    "conflict_selfplay": ("share of games with conflict, self-play", 0, 0.05),
    "commitment_effect_default": ("concessions after a commitment, less those without, `default`", 0, 1),
    "commitment_effect_trained": ("concessions after a commitment, less those without, self-play", 0, 1),
    "resolve_information": ("information on resolve beyond chance, bits", 0, float("inf")),
    "peak_rung_values": ("values of the peak rung with 5 % of games or more", 4, 7),
    "tension_gap": ("peak tension of the top ten games, less the median", 0.08, 1),
}


def page(report: Mapping[str, Any]) -> str:
    """Return the report in Markdown.

    Args:
        report: The dictionary that `diagnostics.report` returns, read from its JSON.
    """
    default, selves, effort = report["default"], report["selfplay"], report["effort"]
    populations = {"`default`": default, **{f"self-play {seed}": one for seed, one in selves.items()}}
    tables = {
        "claims": _claims(report["headline"]),
        "arcs": _by_population(populations, "arcs", ("crises", "median", "ended", "turns", "settlements", "half_life", *ENDS)),
        "calming": _by_population(populations, "calming", list(default["calming"])),
        "gains": _gains(report["gains"]),
        "constants": _table(
            ("actor", "moves", "share"), ((a, r["moves"], _show(r["share"])) for a, r in report["constants"].items())
        ),
        "signals": _signals(populations),
        "bluffs": _bluffs(report),
        "scenarios": _scenarios(report["scenarios"]),
        "bounds": _bounds(default),
        "summons": _summons(default["summons"], report["summons_of_responses"]),
        "looks": _looks(populations),
        "curve": _curve(selves),
    }
    return fill_template(
        "game-report",
        **{name: "\n".join(lines) for name, lines in tables.items()},
        **WORLDS,
        seeds=len(effort["training_seeds"]),
        self_play=effort["self_play_decisions"],
        response=effort["response_decisions"],
    )


def holds(name: str, value: float | None) -> bool:
    """Return whether a headline number is within the limits of its claim."""
    _, least, most = CLAIMS[name]
    return value is not None and least <= value <= most


def _claims(headline: Mapping[str, Any]) -> Iterator[str]:
    rows = (
        (f"{words} (`{name}`)", _limits(low, high), _number(headline[name]), "yes" if holds(name, headline[name]) else "**no**")
        for name, (words, low, high) in CLAIMS.items()
    )
    return _table(("claim", "limits", "number", "holds"), rows)


def _limits(low: float, high: float) -> str:
    if high == float("inf"):
        return f"at least {low:.3g}"
    return f"at most {high:.3g}" if low == float("-inf") else f"{low:.3g} to {high:.3g}"


def _by_population(populations: Mapping[str, Any], section: str, names: Iterable[str]) -> Iterator[str]:
    rows = ((n.replace("_", " "), *(_show(one[section][n]) for one in populations.values())) for n in names)
    return _table(("measure", *populations), rows)


def _gains(gains: Mapping[str, Any]) -> Iterator[str]:
    rows = (
        (actor, population, _show(row["gain"]), *(f"{_show(row[c])} ({_seeds(row[f'{c}_by_seed'])})" for c in CHANNELS))
        for population, by in gains.items()
        for actor, row in by.items()
    )
    return _table(("actor", "against", "gain", *(f"lost without {c}s (by seed)" for c in CHANNELS)), rows)


def _seeds(values: Sequence[float | None]) -> str:
    return ", ".join(map(_number, values))


def _signals(populations: Mapping[str, Any]) -> Iterator[str]:
    rows = (
        (name, *map(_show, (one["commitment_effect"], one["information"]["said"], one["information"]["done"])))
        for name, one in populations.items()
    )
    return _table(
        ("population", "concessions after a commitment, less without", "bits in what is said", "bits in what is done"), rows
    )


def _bluffs(report: Mapping[str, Any]) -> Iterator[str]:
    default = {"baseline": report["default"]["bluffs"], **report["default"]["worlds"]}
    first = next(iter(report["selfplay"].values()))["bluffs"]
    rows = (
        (who, audiences, *(_show(row["commits"][third]) for third in THIRDS), _show(row["backs_down"]))
        for who, worlds in (("`default`", default), ("self-play", {"baseline": first, **report["worlds"]}))
        for audiences, row in worlds.items()
    )
    return _table(("population", "audiences", *(f"{t} resolute third commits" for t in THIRDS), "yields after a commitment"), rows)


def _scenarios(scenarios: Mapping[str, Any]) -> Iterator[str]:
    for policy, windows in scenarios.items():
        for window, by in windows.items():
            yield from (f"`{policy}`, {'turns 27 to 52' if window == 'late' else 'all turns'}:", "")
            rows = ((f"`{name}`", *(_show(row[m]) for m in MEASURES)) for name, row in by["measures"].items())
            yield from _table(("scenario", *(m.replace("_", " ") for m in MEASURES)), rows)
            fewest = ", ".join(f"{pair.replace(' ', ' and ')}" for pair, v in by["apart"].items() if len(v) == by["least"])
            yield from ("", f"The pairs that differ in the fewest measures ({by['least']}): {fewest}.", "")


def _bounds(default: Mapping[str, Any]) -> Iterator[str]:
    conflict = {"default": default["arcs"]["conflict"], **default["conflict"]}
    yield from _table(("policy", "share of games with conflict"), ((f"`{n}`", _show(v, 3)) for n, v in conflict.items()))
    exits = default["exits"]
    least = ", ".join(f"{a} {row['least_margin']:.1f} in {row['states']} states" for a, row in exits.items())
    yield from ("", f"States in which an actor's own conflict is worth more than the worst continued play: {_total(exits)}.")
    yield f"Least margins: {least}."


def _total(exits: Mapping[str, Any]) -> int:
    return sum(row["exits"] for row in exits.values())


def _summons(default: Mapping[str, Any], responses: Mapping[str, Any]) -> Iterator[str]:
    rows = {"`default`": default, **{f"response of {a}": responses[a] for a in ACTORS}}
    return _table(("policy", "high demand", "low demand"), ((n, _show(r["high"]), _show(r["low"])) for n, r in rows.items()))


def _looks(populations: Mapping[str, Any]) -> Iterator[str]:
    rungs = next(iter(populations.values()))["looks"]["peak_rungs"]
    rows = (
        (name, *(f"{one['looks']['peak_rungs'][n][0]:.0%}" for n in range(len(rungs))), _show(one["looks"]["tension_gap"]))
        for name, one in populations.items()
    )
    return _table(("population", *(f"peak rung {n}" for n in range(len(rungs))), "gap of tension"), rows)


def _curve(selves: Mapping[str, Any]) -> Iterator[str]:
    rows = (
        (seed, f"{d:,.0f}", f"{conflict:.1%}", f"{mean:.2f}") for seed, one in selves.items() for d, conflict, mean in one["curve"]
    )
    return _table(("training seed", "decisions", "conflict", "mean return"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _show(values: Sequence[float | None], digits: int = 2) -> str:
    estimate, low, high = (float("nan") if value is None else value for value in values)
    return f"{Interval(estimate, low, high):.{digits}f}"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"
