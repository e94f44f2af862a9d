"""Define random-utility policies: a table weighs each feature of a situation for each kind of move.

The utility of a move is the weighted sum of its features plus noise. The no-op has utility 0. The policy chooses the best legal
move of each channel (a linear random-utility model, McFadden 1974). The scripted policies are such tables, and the search for best
responses varies a table. The sums are explicit Numba loops, so that the choice of a row never depends on the batch.
"""

from collections.abc import Mapping
from typing import Any, Final

import numba
import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Choices, Masks, Observations, Rng, check
from straits.envs.core.jit import kernel, rule
from straits.envs.rules.observations import OFFER_CODE
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_AREAS, N_CHANNELS
from straits.envs.spec.moves import (
    CHANNEL_OFFSET,
    CHANNEL_SIZE,
    DEAL,
    JOINT_PEACE,
    KIND_INDEX,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    N_KINDS,
    N_MOVES,
    REASSURE,
)
from straits.envs.spec.observation import SLICES

FEATURES: Final = (
    "one",  # the bias of the kind
    "grievance_verbal",  # unmet demand to answer the target's words and acts
    "grievance_military",  # unmet demand to answer the target's presence
    "tension",  # felt towards the target
    "caused",  # felt by the target
    "public_commitment",  # the actor's public commitment towards the target
    "gap",  # rivals' strength beyond the actor's in the area
    "own",  # the actor's strength in the area
    "propensity",  # escalation propensity
    "opportunist",  # 1 if the actor's private type is opportunist
    "offer",  # the target has proposed this move
    "leaked",  # a recent leak about the actor
    "disaster",  # severity of a disaster of the target
    "distrust",  # 1 minus the trust that the target has in the actor
    "budget",  # remaining budget of the move's channel
    "rival",  # the target is a rival
    "provoked",  # provocation that the target sent last turn
    "incident",  # severity of the worst recent incident
    "assessment",  # Japan's private assessment
    "revealed",  # a recent leak about another actor
    "strained",  # state of relations with the target's ambassador
    "crisis",  # turns the crisis with the target lasts, of ten
    "truce",  # a settlement with the target binds
    "edge",  # one's leverage beyond the target's
    "bound",  # the target's public commitment towards one
    "resolve",  # own resolve
)
N_FEATURES: Final = len(FEATURES)
FEATURE_INDEX: Final = {name: index for index, name in enumerate(FEATURES)}
GAP, OWN, OFFER, BUDGET = (FEATURE_INDEX[name] for name in ("gap", "own", "offer", "budget"))
SERIAL_BELOW: Final = 128  # rows: below this the threads cost more than they bring
BLOCK: Final = 32  # rows that one thread takes at a time
RIVAL_FROM: Final = 0.25  # hostility from which a policy treats an actor as a rival
Weights = Mapping[str, Mapping[str, float]]  # kind -> feature -> weight

_START: Final = {name: where.start for name, where in SLICES.items()}
(_FACE, _FORCE, _TENSION, _CAUSED, _HOSTILITY, _GIVEN) = (
    _START[n] for n in ("grievance_verbal", "grievance_military", "tension", "tension_caused", "hostility", "trust_given")
)
(_OFFER_ACT, _OFFER_STATEMENT, _PROPENSITY, _GOAL, _READINESS) = (
    _START[n] for n in ("offer_act", "offer_statement", "propensity", "goal", "readiness")
)
(_STRENGTH, _AUDIENCE, _PROVOKED, _LEAKED, _DISASTER, _INCIDENT, _ASSESSMENT, _AMBASSADOR) = (
    _START[n] for n in ("strength", "public_commitment", "provoked", "leaked", "disaster", "incident", "assessment", "ambassador")
)

(_CRISIS, _TRUCE, _LEVERAGE, _RESOLVE, _DEAL_OFFER) = (
    _START[n] for n in ("crisis", "truce", "leverage", "resolve", "deal_offer_received")
)


class UtilityPolicy:
    """Choose the legal move with the highest noisy utility in each channel."""

    def __init__(self, name: str, weights: Weights | Mapping[str, Weights], noise: float = 0.1) -> None:
        """Create the policy.

        Args:
            name: Name in tables.
            weights: Kind -> feature -> weight for all actors, or actor -> such a table.
            noise: Half-width of the uniform noise on each utility.

        Raises:
            ValueError: If a kind or feature is unknown. The message names it.
        """
        self.name = name
        self.noise = noise
        tables = weights if set(weights) <= set(ACTORS) else dict.fromkeys(ACTORS, weights)
        self.table = np.zeros((N_ACTORS, N_KINDS, N_FEATURES))  # (actors, kinds, features)
        self.table[:, :, 0] = -1.0e9  # a kind that the table does not name is not chosen
        self.bias = np.zeros((N_ACTORS, N_MOVES))  # (actors, moves): added to one move alone; the search uses it
        for actor, table in tables.items():
            self.table[ACTORS.index(actor)] = weight_matrix(table)  # type: ignore[arg-type]

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Choose the best legal move of each channel under noisy utility.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Source of random numbers, one per row and move.

        Returns:
            (rows, channels) int64, an index in each channel.

        Raises:
            ValueError: If the shapes do not fit.
        """
        check(observation, mask)
        noise = self.noise * (2.0 * rng.random((len(observation), N_MOVES)) - 1.0)
        out = np.zeros((len(observation), N_CHANNELS), np.int64)
        run = _choose_serial if len(observation) < SERIAL_BELOW else _choose_parallel
        run(np.ascontiguousarray(observation), np.ascontiguousarray(mask), self.table, self.bias, noise, out)
        return out


def weight_matrix(weights: Weights) -> NDArray[np.float64]:
    """Convert a table of weights to an array.

    Args:
        weights: Kind -> feature -> weight.

    Returns:
        (kinds, features) float64. The bias of a kind without weights is -1e9, so that it is never chosen.

    Raises:
        ValueError: If a kind or feature is unknown. The message names it.
    """
    matrix = np.zeros((N_KINDS, N_FEATURES))
    matrix[:, 0] = -1.0e9
    for kind, row in weights.items():
        if kind not in KIND_INDEX:
            raise ValueError(f"weights.{kind}: expected a kind of the move table")
        matrix[KIND_INDEX[kind], 0] = 0.0
        for feature, weight in row.items():
            if feature not in FEATURE_INDEX:
                raise ValueError(f"weights.{kind}.{feature}: expected one of {', '.join(FEATURES)}")
            matrix[KIND_INDEX[kind], FEATURE_INDEX[feature]] = weight
    return matrix


@kernel
def _choose_serial(observation: Any, mask: Any, table: Any, bias: Any, noise: Any, out: Any) -> None:
    used, counts = _weighed(table)
    _choose(0, observation.shape[0], observation, mask, table, bias, noise, used, counts, out)


@kernel(parallel=True)
def _choose_parallel(observation: Any, mask: Any, table: Any, bias: Any, noise: Any, out: Any) -> None:
    used, counts = _weighed(table)
    rows = observation.shape[0]
    for block in numba.prange((rows + BLOCK - 1) // BLOCK):
        _choose(block * BLOCK, min((block + 1) * BLOCK, rows), observation, mask, table, bias, noise, used, counts, out)


@rule
def _weighed(table: Any) -> Any:
    """List the features with a weight: their indices (actors, kinds, features) and their number (actors, kinds)."""
    used, counts = np.zeros(table.shape, np.int64), np.zeros(table.shape[:2], np.int64)
    for actor in range(table.shape[0]):
        for kind in range(table.shape[1]):
            for n in range(table.shape[2]):
                if table[actor, kind, n] != 0.0:
                    used[actor, kind, counts[actor, kind]] = n
                    counts[actor, kind] += 1
    return used, counts


@rule
def _choose(
    first: int, last: int, observation: Any, mask: Any, table: Any, bias: Any, noise: Any, used: Any, counts: Any, out: Any
) -> None:
    """Choose the moves of rows `first` to `last`.

    Features that many moves share are computed once per row. The utility is summed inline, because passing arrays to a function
    per feature takes four times as long.
    """
    about, near = np.zeros((N_ACTORS + 1, N_FEATURES)), np.zeros((N_AREAS, 2))
    for row in range(first, last):
        seen = observation[row]
        actor = _seat(seen)
        _describe_areas(seen, actor, near)
        for target in range(-1, N_ACTORS):  # the last row is about all
            _describe(seen, actor, target, about[target])
        for channel in range(N_CHANNELS):
            best = 0.0
            out[row, channel] = 0
            for index in range(1, CHANNEL_SIZE[channel]):
                move = CHANNEL_OFFSET[channel] + index
                kind, target, area = MOVE_KIND[move], MOVE_TARGET[move], MOVE_AREA[move]
                if mask[row, move] == 0 or table[actor, kind, 0] < -1.0e8:
                    continue
                utility = noise[row, move] + bias[actor, move]
                for k in range(counts[actor, kind]):
                    n = used[actor, kind, k]
                    feature = about[target, n]
                    if n == GAP or n == OWN:
                        feature = near[area, n - GAP] if area >= 0 else 0.0
                    elif n == OFFER:
                        feature = _offer(seen, kind, target)
                    elif n == BUDGET:
                        feature = seen[_READINESS + channel]
                    utility += table[actor, kind, n] * feature
                if utility > best:
                    best = utility
                    out[row, channel] = index


@rule
def _seat(seen: Any) -> int:
    """Return the observing actor. An observation starts with a one-hot vector of the actor."""
    actor = 0
    for other in range(N_ACTORS):
        if seen[other] > 0.5:
            actor = other
    return actor


@rule
def _describe_areas(seen: Any, actor: int, near: Any) -> None:
    """Fill `near` (areas, 2): the rivals' strength beyond the actor's in each area, and the actor's strength."""
    for area in range(N_AREAS):
        own = float(seen[_STRENGTH + actor * N_AREAS + area])
        rivals = 0.0
        for other in range(N_ACTORS):
            if seen[_HOSTILITY + other] > RIVAL_FROM:
                rivals += seen[_STRENGTH + other * N_AREAS + area]
        near[area, 0] = rivals - own
        near[area, 1] = own


@rule
def _describe(seen: Any, actor: int, target: int, features: Any) -> None:
    """Fill the features of a move about the target, except those of its area, its offer and its budget.

    A move addressed to all actors (-1) takes the highest value over actors.
    """
    features[0] = 1.0
    features[1] = _towards(seen, _FACE, target)
    features[2] = _towards(seen, _FORCE, target)
    features[3] = _towards(seen, _TENSION, target)
    features[4] = _towards(seen, _CAUSED, target)
    features[5] = _towards(seen, _AUDIENCE + actor * N_ACTORS, target)
    features[8] = seen[_PROPENSITY]
    features[9] = seen[_GOAL]
    features[11] = seen[_LEAKED + actor]
    features[12] = seen[_DISASTER + target] if target >= 0 else 0.0
    features[13] = 1.0 - seen[_GIVEN + target] if target >= 0 else 0.0
    features[15] = 1.0 if target >= 0 and seen[_HOSTILITY + target] > RIVAL_FROM else 0.0
    features[16] = 0.0
    for other in range(N_ACTORS):
        if target < 0 or other == target:
            features[16] = max(features[16], seen[_PROVOKED + other * N_ACTORS + actor])
    features[17] = 0.0
    for place in range(N_AREAS):
        features[17] = max(features[17], seen[_INCIDENT + place])
    features[18] = seen[_ASSESSMENT]
    features[19] = 0.0
    for other in range(N_ACTORS):
        if other != actor:
            features[19] = max(features[19], seen[_LEAKED + other])
    features[20] = seen[_AMBASSADOR + actor * N_ACTORS + target] if target >= 0 else 0.0
    features[21] = _pairwise(seen, _CRISIS, actor, target)
    features[22] = 1.0 if _pairwise(seen, _TRUCE, actor, target) > 0.0 else 0.0
    features[23] = 2.0 * seen[_LEVERAGE + target] - 1.0 if target >= 0 else 0.0
    features[24] = seen[_AUDIENCE + target * N_ACTORS + actor] if target >= 0 else 0.0
    features[25] = seen[_RESOLVE]


@rule
def _pairwise(seen: Any, start: int, actor: int, target: int) -> float:
    """Return the value of the pair with the target, or the highest over pairs of the actor if the move has no target."""
    highest = 0.0
    for other in range(N_ACTORS):
        if other != actor and (target < 0 or other == target):
            i, j = min(actor, other), max(actor, other)
            highest = max(highest, seen[start + i * (2 * N_ACTORS - i - 1) // 2 + j - i - 1])
    return highest


@rule
def _towards(seen: Any, start: int, target: int) -> float:
    if target >= 0:
        return seen[start + target]
    highest = 0.0
    for other in range(N_ACTORS):
        highest = max(highest, seen[start + other])
    return highest


@rule
def _offer(seen: Any, kind: int, target: int) -> float:
    if target < 0:
        return 0.0
    if kind == JOINT_PEACE:
        return seen[_OFFER_STATEMENT + target]
    if (kind == DEAL or kind == REASSURE) and seen[_DEAL_OFFER + target] > 0.0:
        return 1.0
    code = OFFER_CODE[kind]
    return 1.0 if code > 0.0 and abs(seen[_OFFER_ACT + target] - code) < 1.0 / 12.0 else 0.0
