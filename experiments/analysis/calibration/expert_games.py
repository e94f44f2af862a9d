"""Compare the choices of expert teams in a human crisis game with those of `default`, by the adversary's goal.

In Lamparth et al. 2024 (repository ancorso/LLMWargaming, MIT licence) 21 teams of experts advise the United States in a crisis
with China over Taiwan. For 10 teams China accepts the status quo, for 11 it wants to revise it. Here the counterpart is China's
private goal. The teams knew it; an actor of this game never observes another's goal, only its actions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS, N_ACTORS
from straits.envs.spec.moves import MOVES, OFFSETS
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import Interval, paired, wilson

SCENARIO: Final = "severe"
TURNS: Final = 2  # the human game had two moves
TEAMS: Final = (10, 11)  # teams with a status-quo China, and with a revisionist one
PARTNERS: Final = ("japan", "taiwan", "philippines")


@dataclass(frozen=True)
class Instrument:
    """An option of the human game: how many teams chose it, and the moves that represent it here, if any."""

    name: str
    chosen: tuple[int, int]  # of the 10 and of the 11 teams
    by: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


INSTRUMENTS: Final = (
    Instrument("diplomacy", (10, 10), ("usa",),
               ("consult", "summit", "deal", "restore", "reassure", "peace_appeal", "joint_peace", "assure_ally")),
    Instrument("military action, to deter or defend", (9, 11), ("usa",), ("patrol", "exercise", "troops", "missiles", "harden")),
    Instrument("information operations", (8, 10), ("usa",), ("denounce", "oppose", "preparedness", "assert_claim", "disclose")),
    Instrument("civilian reserve or draft", (0, 3), PARTNERS, ("mobilise",)),
    Instrument("surge of defence production", (1, 5), ("usa",), ("arms",)),
    Instrument("economic punishment", (1, 7)),
    Instrument("clandestine and special operations", (0, 6)),
    Instrument("attack", (0, 0)),
)  # fmt: skip


@dataclass(frozen=True)
class Contrast:
    """The use of one instrument by the adversary's goal: status quo, revisionist, and the difference."""

    instrument: Instrument
    experts: tuple[Interval, Interval]
    default: tuple[Interval, Interval] | None  # None where no move represents it
    difference: Interval | None  # paired by seeds


def contrasts(games: int = 2000, seed: int = 1) -> list[Contrast]:
    """Compute the share of teams, and of games, that use each instrument. A game uses it within `TURNS` turns.

    Args:
        games: Games of `default` per goal.
        seed: Seed of games and bootstrap.
    """
    moves = [_played(goal, games, seed) for goal in (0, 1)]
    return [_contrast(instrument, moves, seed) for instrument in INSTRUMENTS]


def same_direction(contrast: Contrast) -> bool | None:
    """Return whether a significant difference here has the sign of the teams' difference; None where either shows none."""
    low, high = (share.estimate for share in contrast.experts)
    if contrast.difference is None or low == high or not contrast.difference.apart_from(0.0):
        return None
    return (contrast.difference.estimate > 0) == (high > low)


def _contrast(instrument: Instrument, moves: list[NDArray[np.int64]], seed: int) -> Contrast:
    experts = tuple(wilson(n, teams) for n, teams in zip(instrument.chosen, TEAMS, strict=True))
    if not instrument.kinds:
        return Contrast(instrument, (experts[0], experts[1]), None, None)
    used = [_used(instrument, each) for each in moves]
    shares = [wilson(int(each.sum()), len(each)) for each in used]
    return Contrast(instrument, (experts[0], experts[1]), (shares[0], shares[1]), paired(used[1], used[0], seed=seed))


def _played(opportunist: int, games: int, seed: int) -> NDArray[np.int64]:
    types: list[Mapping[str, object]] = [{"of": "china", "opportunist": opportunist}]
    scenario = load_scenario(SCENARIO, types=types, horizon=TURNS)
    return play(scenario, [scripted("default")] * N_ACTORS, games, seed, keep_moves=True).moves


def _used(instrument: Instrument, moves: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 1 for games in which an actor used the instrument, (games,). moves: (turns, games, actors, channels)."""
    used = np.zeros(moves.shape[1], np.bool_)
    for move in MOVES:
        if move.kind.name in instrument.kinds:
            seats = [ACTORS.index(actor) for actor in instrument.by]
            chosen = moves[:, :, seats, move.kind.channel] == move.flat - OFFSETS[move.kind.channel]
            used |= chosen.any(axis=(0, 2))
    return used.astype(np.float64)
