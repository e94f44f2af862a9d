"""The policy lens: how likely each move was, for the policy that chose, before it chose.

A network's probabilities are exact: the softmax of its scores over the legal moves, from which it draws. A scripted policy tells
nobody its probabilities, so it is asked DRAWS times with other random numbers, and the page says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.network import NetworkPolicy, choose
from straits.envs.core.sampling import GameDraws
from straits.envs.spec.constants import ACTORS, N_CHANNELS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.experiments.rollouts.trajectory import Trajectory

EXACT, DRAWN = "exact", "drawn"
DRAWS: Final = 200
SHOWN: Final = 6  # moves of a channel
LEAST: Final = 5e-4  # probability that rounds to a permille


class Look(NamedTuple):
    """What everyone saw and could do before a turn."""

    observation: NDArray[np.float32]  # (actors, N_OBSERVATION)
    mask: NDArray[np.int8]  # (actors, N_MOVES)
    game: NDArray[Any]  # (1,) the record, which the draws come from


def lenses(seats: Mapping[str, Policy], looks: Sequence[Look], played: Trajectory) -> dict[str, dict[str, Any] | None]:
    """For each actor of `seats` its lens over the game's turns, None where another policy must have played. Moves are flat."""
    found: dict[str, dict[str, Any] | None] = {}
    for actor, policy in seats.items():
        seat = ACTORS.index(actor)
        if not _same(policy, seat, looks, played):
            found[actor] = None
            continue
        source, draws = (EXACT, 0) if isinstance(policy, NetworkPolicy) else (DRAWN, DRAWS)
        turns = [
            _channels(probabilities(policy, look, seat), look.mask[seat], played.moves[t, seat]) for t, look in enumerate(looks)
        ]
        found[actor] = {"policy": policy.name, "source": source, "draws": draws, "turns": turns}
    return found


def probabilities(policy: Policy, look: Look, seat: int) -> NDArray[np.float64]:
    """Of every move, summing to 1 in each channel, (N_MOVES,): exact for a network, else a share of DRAWS draws."""
    observation, mask = look.observation[seat, None], look.mask[seat, None]
    if isinstance(policy, NetworkPolicy):
        scores = policy.network.scores(observation)
        if policy.deterministic or scores.shape[1] != N_MOVES:  # it draws nothing
            return _shares(choose(scores, mask, np.random.default_rng(0), policy.deterministic))
        return _softmax(np.where(mask[0] != 0, scores[0], -np.inf))
    game = look.game[0]
    rng = np.random.default_rng([int(game["seed"]), int(game["episode"]), int(game["turn"]), seat])
    return _shares(policy.act(np.repeat(observation, DRAWS, axis=0), np.repeat(mask, DRAWS, axis=0), rng))


def _same(policy: Policy, seat: int, looks: Sequence[Look], played: Trajectory) -> bool:
    """Whether the policy chose as the game has it, wherever the scenario did not fix the moves."""
    fixed = played.scenario.replay
    for t, look in enumerate(looks):
        if t < len(fixed) and ACTORS[seat] in fixed[t]:
            continue
        choices = policy.act(look.observation[seat, None], look.mask[seat, None], GameDraws(look.game, seat))
        if not np.array_equal(choices[0], played.moves[t, seat]):
            return False
    return True


def _channels(chances: NDArray[np.float64], mask: NDArray[np.int8], chosen: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Summarize how likely each move was, channel by channel.

    Of each channel the likeliest moves in permille, the entropy in thousandths of a bit, how many were legal, and what was chosen.
    """
    found = []
    for channel in range(N_CHANNELS):
        part = chances[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]]
        first = [int(n) for n in np.argsort(-part, kind="stable")[:SHOWN] if part[n] >= LEAST]
        positive = part[part > 0]
        found.append(
            {
                "top": [[OFFSETS[channel] + n, round(1000 * float(part[n]))] for n in first],
                "entropy": round(1000 * float(-(positive * np.log2(positive)).sum())) + 0,
                "legal": int(np.count_nonzero(mask[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]])),
                "chosen": round(1000 * float(part[chosen[channel]])),
            }
        )
    return found


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """In each channel by itself; masked moves have -inf."""
    found = np.zeros(N_MOVES)
    for offset, size in zip(OFFSETS, SIZES, strict=True):
        part = scores[offset : offset + size]
        mass = np.exp(part - part.max())
        found[offset : offset + size] = mass / mass.sum()
    return found


def _shares(choices: NDArray[np.int64]) -> NDArray[np.float64]:
    """How often each move was chosen. choices: (draws, channels)."""
    flat = choices + np.array(OFFSETS)
    found: NDArray[np.float64] = np.bincount(flat.ravel(), minlength=N_MOVES) / len(choices)
    return found
