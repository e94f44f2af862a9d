"""The game report as a page in Markdown, made of its JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from straits.experiments.analysis.diagnostics.checks import percent
from straits.experiments.analysis.diagnostics.report import SECTIONS
from straits.experiments.analysis.diagnostics.responses import RIVALS
from straits.experiments.utils.statistics import Interval

HEAD: Final = """\
# Is the game worth learning?

Made by `make diagnose`. Intervals are 95 %: Wilson for shares, bootstrap over games for means, paired by common
random numbers for differences. A best response is the better of a cross-entropy search over utility tables and of
MaskablePPO, scored on fresh seeds: a lower bound, with the budget that the JSON states.
"""
TOP: Final = 6  # moves of a channel that are named


def page(found: Mapping[str, Any]) -> str:
    """The report in Markdown. found: what `report` gives, read back from its JSON; it needs every section."""
    parts = (_claims(found["verdicts"]), _alike(found["outcomes"]), _responses(found["responses"]), _chosen(found), _curve(found))
    return HEAD + "\n" + "\n\n".join("\n".join(part) for part in parts) + "\n"


def _claims(verdicts: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| claim | holds | numbers |", "|---|---|---|")
    for v in (v for section in SECTIONS for v in verdicts.get(section, [])):
        yield f"| {v['name']} | {'yes' if v['holds'] else '**no**'} | {v['detail']} |"


def _alike(outcomes: Mapping[str, Any]) -> Iterator[str]:
    yield "## When everyone plays the same policy"
    for name, rows in outcomes.items():
        yield from ("", f"### {name}", "", "| policy | conflict | peak tension | incidents |", "|---|---|---|---|")
        for policy, row in rows.items():
            yield f"| {policy} | {percent(row['conflict'])} | {_show(row['peak_tension'])} | {_show(row['incidents'])} |"


def _responses(responses: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Best responses", "")
    yield "| seat | others | found by | return | over hold | over hawk | over default | nearest constant |"
    yield "|" + "---|" * 8
    for r in responses["rows"]:
        over = " | ".join(_show(r["gain_over"][n]) for n in RIVALS)
        constant = f"{r['constant']}: {_show(r['gain_over_constant'])}"
        yield f"| {r['actor']} | {r['against']} | {r['found_by']} | {_show(r['return'])} | {over} | {constant} |"


def _chosen(found: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## What best responses and self-play choose", "")
    for who, shares in {**found["responses"]["usage"], **found["self_play"]["usage"]}.items():
        for channel, moves in shares.items():
            top = sorted(moves.items(), key=lambda m: -m[1])[:TOP]
            yield f"- {who}, {channel}: " + ", ".join(f"`{m}` {s:.0%}" for m, s in top)


def _curve(found: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Self-play", "", "| steps | conflict | peak tension |", "|---|---|---|")
    for u in found["self_play"]["curve"]:
        yield f"| {u['timesteps']:,} | {u['conflict_rate']:.1%} | {u['peak_tension']:.3f} |"


def _show(values: tuple[float, float, float]) -> str:
    return f"{Interval(*values):.2f}"
