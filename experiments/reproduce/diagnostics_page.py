"""Write the diagnostics report, docs/game-report.md, from its JSON."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from straits.experiments.analysis.diagnostics.checks import percent
from straits.experiments.analysis.diagnostics.report import SECTIONS
from straits.experiments.analysis.diagnostics.responses import RIVALS
from straits.experiments.utils.statistics import Interval

HEAD: Final = """\
# Environment diagnostics

After this page you know which claims on the game as a learning problem hold. It is the output of `make diagnose`. Intervals are
95 %: Wilson for shares, bootstrap over games for means, paired by common random numbers for differences. An approximate best
response is the better of a cross-entropy search over utility tables and of MaskablePPO, scored on fresh seeds. It is a lower bound
with the budget that the JSON states.
"""
TOP: Final = 6  # moves listed per channel


def page(report: Mapping[str, Any]) -> str:
    """Return the report in Markdown.

    Args:
        report: The dictionary that `diagnostics.report` returns, read from its JSON. It needs all sections.
    """
    parts = (
        _claims(report["verdicts"]),
        _alike(report["outcomes"]),
        _responses(report["responses"]),
        _chosen(report),
        _curve(report),
    )
    return HEAD + "\n" + "\n\n".join("\n".join(part) for part in parts) + "\n"


def _claims(verdicts: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| claim | holds | numbers |", "|---|---|---|")
    for v in (v for section in SECTIONS for v in verdicts.get(section, [])):
        yield f"| {v['name']} | {'yes' if v['holds'] else '**no**'} | {v['detail']} |"


def _alike(outcomes: Mapping[str, Any]) -> Iterator[str]:
    yield "## All actors play the same policy"
    for name, rows in outcomes.items():
        yield from ("", f"### {name}", "", "| policy | conflict | peak tension | incidents |", "|---|---|---|---|")
        for policy, row in rows.items():
            yield f"| {policy} | {percent(row['conflict'])} | {_show(row['peak_tension'])} | {_show(row['incidents'])} |"


def _responses(responses: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Best responses", "")
    yield "| seat | opponents | method | return | over hold | over hawk | over default | nearest constant |"
    yield "|" + "---|" * 8
    for r in responses["rows"]:
        over = " | ".join(_show(r["gain_over"][n]) for n in RIVALS)
        constant = f"{r['constant']}: {_show(r['gain_over_constant'])}"
        yield f"| {r['actor']} | {r['against']} | {r['found_by']} | {_show(r['return'])} | {over} | {constant} |"


def _chosen(report: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Moves of best responses and self-play", "")
    for who, shares in {**report["responses"]["usage"], **report["self_play"]["usage"]}.items():
        for channel, moves in shares.items():
            top = sorted(moves.items(), key=lambda m: -m[1])[:TOP]
            yield f"- {who}, {channel}: " + ", ".join(f"`{m}` {s:.0%}" for m, s in top)


def _curve(report: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## Self-play", "", "| steps | conflict | peak tension |", "|---|---|---|")
    for u in report["self_play"]["curve"]:
        yield f"| {u['timesteps']:,} | {u['conflict_rate']:.1%} | {u['peak_tension']:.3f} |"


def _show(values: tuple[float, float, float]) -> str:
    return f"{Interval(*values):.2f}"
