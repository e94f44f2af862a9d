"""Compute action probabilities: how likely each move was for the policy that chose, before it chose.

Probabilities of a network are exact: the softmax of its scores over the legal moves, from which it samples. A scripted policy has
no explicit probabilities, so it chooses DRAWS times with different random numbers, and the page says so.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.network import NetworkPolicy, choose
from straits.envs.core.rng import GameDraws
from straits.envs.spec.constants import ACTORS, N_CHANNELS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.experiments.rollouts.trajectory import Trajectory

EXACT, DRAWN = "exact", "drawn"
DRAWS: Final = 200
SHOWN: Final = 6  # moves of a channel
LEAST: Final = 5e-4  # probability that rounds to a permille


class Look(NamedTuple):
    """Hold what all actors observed before a turn."""

    observation: NDArray[np.float32]  # (actors, N_OBSERVATION)
    mask: NDArray[np.int8]  # (actors, N_MOVES)
    game: NDArray[Any]  # (1,) the record, which the draws come from


def lenses(seats: Mapping[str, Policy], looks: Sequence[Look], played: Trajectory) -> dict[str, dict[str, Any] | None]:
    """Compute the action probabilities of each actor over the turns of a game.

    Args:
        seats: Actor -> its policy.
        looks: What the actors observed before each turn.
        played: The game.

    Returns:
        Actor -> policy, source, number of draws, and turns; None if another policy must have played. Moves are flat indices.
    """
    lens: dict[str, dict[str, Any] | None] = {}
    for actor, policy in seats.items():
        seat = ACTORS.index(actor)
        if not _same(policy, seat, looks, played):
            lens[actor] = None
            continue
        source, draws = (EXACT, 0) if isinstance(policy, NetworkPolicy) else (DRAWN, DRAWS)
        turns = [
            _channels(probabilities(policy, look, seat), look.mask[seat], played.moves[t, seat]) for t, look in enumerate(looks)
        ]
        lens[actor] = {"policy": policy.name, "source": source, "draws": draws, "turns": turns}
    return lens


def probabilities(policy: Policy, look: Look, seat: int) -> NDArray[np.float64]:
    """Compute the probability of every move before a turn.

    Args:
        policy: The policy.
        look: What the actors observed.
        seat: Index of the actor.

    Returns:
        (N_MOVES,) with sum 1 in each channel. Exact for a network, otherwise the share of DRAWS draws.
    """
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
    """Return whether the policy chooses as the game does, in all turns whose moves are not fixed by the scenario."""
    fixed = played.scenario.replay
    for t, look in enumerate(looks):
        if t < len(fixed) and ACTORS[seat] in fixed[t]:
            continue
        choices = policy.act(look.observation[seat, None], look.mask[seat, None], GameDraws(look.game, seat))
        if not np.array_equal(choices[0], played.moves[t, seat]):
            return False
    return True


def _channels(chances: NDArray[np.float64], mask: NDArray[np.int8], chosen: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Summarise each channel.

    The summary has the likeliest moves and the chosen one in permille, the entropy in thousandths of a bit, and the number of legal
    moves.
    """
    channels = []
    for channel in range(N_CHANNELS):
        part = chances[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]]
        first = [int(n) for n in np.argsort(-part, kind="stable")[:SHOWN] if part[n] >= LEAST]
        positive = part[part > 0]
        channels.append(
            {
                "top": [[OFFSETS[channel] + n, round(1000 * float(part[n]))] for n in first],
                "entropy": round(1000 * float(-(positive * np.log2(positive)).sum())) + 0,
                "legal": int(np.count_nonzero(mask[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]])),
                "chosen": round(1000 * float(part[chosen[channel]])),
            }
        )
    return channels


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the softmax of each channel. Illegal moves have -inf."""
    chances = np.zeros(N_MOVES)
    for offset, size in zip(OFFSETS, SIZES, strict=True):
        part = scores[offset : offset + size]
        mass = np.exp(part - part.max())
        chances[offset : offset + size] = mass / mass.sum()
    return chances


def _shares(choices: NDArray[np.int64]) -> NDArray[np.float64]:
    """Compute how often each move was chosen. choices: (draws, channels)."""
    flat = choices + np.array(OFFSETS)
    shares: NDArray[np.float64] = np.bincount(flat.ravel(), minlength=N_MOVES) / len(choices)
    return shares
