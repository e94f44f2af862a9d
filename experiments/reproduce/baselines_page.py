"""The page of the baselines, docs/baselines.md: returns by scenario, what training gains, what each channel is worth."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from straits.envs.spec.constants import ACTORS, CHANNELS

if TYPE_CHECKING:
    from straits.experiments.reproduce.baselines import Baselines

COMMAND: Final = "make baselines"
BEST: Final = "best scripted"


def render(found: Baselines) -> str:
    """The page in Markdown."""
    scenarios = list(dict.fromkeys(scenario for scenario, _, _ in found.returns))
    parts = [_head(found), *(_scenario(found, scenario) for scenario in scenarios), _gains(found, scenarios)]
    parts += [_masks(found, scenarios), _channels(found, scenarios)]
    return "\n\n".join(parts) + "\n"


def methods(found: Baselines) -> list[str]:
    """Those with several training seeds, in the order they were measured."""
    return list(dict.fromkeys(name for (_, name, _), returns in found.returns.items() if len(returns) > 1))


def gains(found: Baselines, scenario: str, method: str, seat: str) -> dict[str, tuple[str, object]]:
    """Rival -> its name and what the method gains over it."""
    best = found.best_scripted(scenario, seat)
    return {
        "random": ("random", found.gain(scenario, method, "random", seat)),
        "hold": ("hold", found.gain(scenario, method, "hold", seat)),
        BEST: (best, found.gain(scenario, method, best, seat)),
    }


def _head(found: Baselines) -> str:
    return (
        "# Baselines\n\n"
        "What a policy earns in one seat while `default` plays the other four, with the scenario's own reward weights: the return"
        f" of an episode, a mean over {found.games:,} games that are the same for all policies, and its 95 % interval. For a"
        " scripted policy and for `league`, which was trained once, the interval is a bootstrap over games; for PPO and MaskablePPO"
        " it is Student's t over 3 training seeds."
        " Each trained policy learned in one seat, on the mix of the six scenarios; `league` is the one of [the league](league.md),"
        " which grew in the baseline and whose mixture plays the seat. Actors' returns are not comparable with one another. Made by"
        f" `{COMMAND}`, which trains what `make zoo` has not."
    )


def _scenario(found: Baselines, scenario: str) -> str:
    names = list(dict.fromkeys(name for where, name, _ in found.returns if where == scenario))
    rows = [
        [f"`{name}`" if name.islower() else name, *(f"{found.cell((scenario, name, a)):.1f}" for a in ACTORS)] for name in names
    ]
    return f"## {scenario}\n\n{_table(['policy', *ACTORS], rows)}"


def _gains(found: Baselines, scenarios: Sequence[str]) -> str:
    method = methods(found)[0]
    rows, held = [], {rival: 0 for rival in ("random", "hold", BEST)}
    for scenario in scenarios:
        told = {seat: gains(found, scenario, method, seat) for seat in ACTORS}
        for rival in held:
            cells = [f"{told[s][rival][1]:.1f}" + (f" ({told[s][rival][0]})" if rival == BEST else "") for s in ACTORS]
            rows.append([scenario, rival, *cells])
            held[rival] += sum(told[s][rival][1].low > 0 for s in ACTORS)  # type: ignore[attr-defined]
    of = len(scenarios) * len(ACTORS)
    said = ", ".join(f"over {rival} in {n} of {of}" for rival, n in held.items())
    return (
        f"## What training gains\n\n{method} less a rival in the same games; the best scripted policy is the one that earns most in"
        f" these very games, its name in brackets. The interval lies above 0 {said} pairs of seat and scenario.\n\n"
        f"{_table(['scenario', 'over', *ACTORS], rows)}"
    )


def _masks(found: Baselines, scenarios: Sequence[str]) -> str:
    one, other = methods(found)[:2]
    rows = [[scenario, *(f"{found.gain(scenario, one, other, seat):.1f}" for seat in ACTORS)] for scenario in scenarios]
    return (
        f"## Masks\n\n{one} less {other}, which may choose what is illegal and is then idle in that channel; the same settings and"
        f" training seeds, decisions and, in China's seat, start near idleness.\n\n"
        f"{_table(['scenario', *ACTORS], rows)}"
    )


def _channels(found: Baselines, scenarios: Sequence[str]) -> str:
    rows = [
        [scenario, channel, *(f"{found.loss(scenario, channel, seat):.1f}" for seat in ACTORS)]
        for scenario in scenarios
        for channel in CHANNELS
    ]
    return (
        f"## What each channel is worth to the trained\n\n{methods(found)[0]} less the same policy when it must be idle in one"
        f" channel.\n\n{_table(['scenario', 'without', *ACTORS], rows)}"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))
