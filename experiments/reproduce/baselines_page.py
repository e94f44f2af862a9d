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
        "After this page you know the return of each scripted and trained policy in each seat of six scenarios, and can measure it"
        f" again with:\n\n```sh\n{COMMAND}  # trains the policies that `make zoo` has not trained\n```\n\n"
        "The policy plays one seat and `default` the other four, with the scenario's own reward weights. A cell is the mean return"
        f" of an episode over {found.games:,} games, the same for all policies, with its 95 % interval. For a scripted policy and"
        " for `league`, which was trained once, the interval is a bootstrap over games. For PPO and MaskablePPO it is Student's t"
        " over 3 training seeds.\n\n"
        "Each trained policy learned in one seat, on the mix of the six scenarios. `league` is the mixture of [the league]"
        "(league.md) for the seat, trained in the baseline. Returns of different actors are not comparable."
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
        f"## Gains of training\n\nReturn of {method} minus the return of another policy in the same games. The best scripted"
        " policy is the one with the highest return in these games, its name in brackets. The interval is above 0"
        f" {said} pairs of seat and scenario.\n\n"
        f"{_table(['scenario', 'over', *ACTORS], rows)}"
    )


def _masks(found: Baselines, scenarios: Sequence[str]) -> str:
    one, other = methods(found)[:2]
    rows = [[scenario, *(f"{found.gain(scenario, one, other, seat):.1f}" for seat in ACTORS)] for scenario in scenarios]
    return (
        f"## Masks\n\nReturn of {one} minus that of {other}, whose illegal choices become no-ops. Settings, training seeds,"
        f" decisions and, in China's seat, the no-op bias are the same.\n\n"
        f"{_table(['scenario', *ACTORS], rows)}"
    )


def _channels(found: Baselines, scenarios: Sequence[str]) -> str:
    rows = [
        [scenario, channel, *(f"{found.loss(scenario, channel, seat):.1f}" for seat in ACTORS)]
        for scenario in scenarios
        for channel in CHANNELS
    ]
    return (
        f"## Value of each channel\n\nReturn of {methods(found)[0]} minus that of the same policy restricted to the no-op in one"
        f" channel.\n\n{_table(['scenario', 'without', *ACTORS], rows)}"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))
