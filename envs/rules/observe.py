"""Phase 9b, observe: what each actor sees, and which moves it may choose next.

Writes float32 in the order of `observation.SCHEMA`: own private state in full, others' public state, nothing else.
"""

from typing import Any

import numpy as np

from straits.envs.compiled import rule
from straits.envs.moves import (
    ACCESS,
    CHANNEL_OFFSET,
    CONSULT,
    DEAL,
    INTEGRATE,
    KIND_CHANNEL,
    MOVE_AREA,
    MOVE_KIND,
    MOVE_TARGET,
    N_KINDS,
    N_OWN,
    OWN_MOVES,
    PLAN,
    SUMMIT,
)
from straits.envs.observation import N_PRIVATE, N_PUBLIC
from straits.envs.philox import uniforms
from straits.envs.rules.draws import NOISE
from straits.envs.rules.gate import budget, open_to, price
from straits.envs.vocabulary import (
    JAPAN,
    N_ACTORS,
    N_AREAS,
    N_CHANNELS,
    TAIWAN,
    USA,
)


@rule
def observe(game: Any, world: Any, out: Any) -> None:
    """Fill out, (actors, N_OBSERVATION) float32."""
    _public(game, out[0])
    for actor in range(1, N_ACTORS):
        for n in range(N_PUBLIC):
            out[actor, N_PRIVATE + n] = out[0, N_PRIVATE + n]
    for actor in range(N_ACTORS):
        _private(game, world, actor, out[actor])
    if world.observation_noise > 0.0:
        for actor in range(N_ACTORS):
            _blur(game, world, actor, out[actor])


@rule
def allow(game: Any, world: Any, out: Any) -> None:
    """Fill out, (actors, N_MOVES) int8: 1 where the move is legal. The kind's rest and price are looked up once."""
    ready = np.zeros(N_KINDS, np.bool_)
    for actor in range(N_ACTORS):
        for kind in range(N_KINDS):
            rested = game.rest[actor, kind] == 0
            ready[kind] = rested and price(game, world, actor, kind) <= budget(game, actor, KIND_CHANNEL[kind])
        for n in range(out.shape[1]):
            out[actor, n] = 0
        for n in range(N_OWN[actor]):
            move = OWN_MOVES[actor, n]
            kind = MOVE_KIND[move]
            if ready[kind] and world.legal[actor, move]:
                out[actor, move] = open_to(game, world, actor, kind, MOVE_TARGET[move], MOVE_AREA[move])
        for channel in range(N_CHANNELS):
            out[actor, CHANNEL_OFFSET[channel]] = 1


@rule
def _bounded(x: float) -> float:
    return x / (1.0 + x)


@rule
def _public(game: Any, out: Any) -> None:
    n = N_PRIVATE
    out[n] = (game.horizon - game.turn) / game.horizon
    n += 1
    for actor in range(N_ACTORS):
        for area in range(N_AREAS):
            out[n] = _bounded(game.strength[actor, area])
            n += 1
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            out[n] = game.ambassador[i, j] / 5.0
            n += 1
    for i in range(N_ACTORS):
        for j in range(i + 1, N_ACTORS):
            out[n] = game.channel[i, j]
            n += 1
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            out[n] = game.audience[i, j]
            out[n + N_ACTORS * N_ACTORS] = min(1.0, game.pressed[i, j] + game.offended[i, j])
            n += 1
    n += N_ACTORS * N_ACTORS
    for i in range(N_ACTORS):
        rung = 0
        for j in range(N_ACTORS):
            rung = max(rung, game.rung[i, j])
        out[n] = rung / 6.0
        n += 1
    for area in range(N_AREAS):
        out[n] = game.incident[area]
        n += 1
    _arrangements(game, out, n)


@rule
def _arrangements(game: Any, out: Any, n: int) -> None:
    for actor in range(N_ACTORS):
        out[n] = game.access[actor] / 9.0
        out[n + 5] = game.plan_known[actor, USA] / 3.0
        out[n + 10] = game.leaked[actor, USA] / 2.0
        n += 1
    n += 10
    out[n] = game.command
    out[n + 1] = game.designation / 2.0
    out[n + 2] = game.logistics
    out[n + 3] = game.protection
    n += 4
    for actor in range(N_ACTORS):
        out[n] = game.host_support[actor]
        out[n + 5] = game.hardened[actor]
        n += 1
    n += 5
    out[n] = game.trainers_known[USA]
    n += 1
    for actor in range(N_ACTORS):
        out[n] = game.capability[actor] / 1.5
        out[n + 5] = game.disaster[actor]
        n += 1


@rule
def _private(game: Any, world: Any, actor: int, out: Any) -> None:
    for other in range(N_ACTORS):
        out[other] = 1.0 if other == actor else 0.0
    out[5] = game.goal[actor]
    out[6] = game.resolve[actor]
    out[7] = game.readiness[actor]
    out[8] = game.credibility[actor]
    out[9] = game.capital[actor]
    out[10] = game.support[actor]
    n = 11
    for other in range(N_ACTORS):
        out[n] = game.face[actor, other]
        out[n + 5] = game.force[actor, other]
        out[n + 10] = game.tension[actor, other]
        out[n + 15] = game.tension[other, actor]
        out[n + 20] = game.hostility[actor, other]
        out[n + 25] = game.trust[actor, other]
        out[n + 30] = game.trust[other, actor]
        out[n + 35] = game.plan[actor, other] / 3.0
        out[n + 40] = _offered(game, actor, other)
        out[n + 45] = 1.0 if _offers_to(game, actor, other, 0) else 0.0
        out[n + 50] = game.warmed[other, actor]
        n += 1
    _standing(game, world, actor, out, n + 50)


@rule
def _standing(game: Any, world: Any, actor: int, out: Any, n: int) -> None:
    out[n] = game.order_amount[actor]
    out[n + 1] = game.assessment if actor == JAPAN else 0.0
    out[n + 2] = game.trainers[USA] if actor == USA or actor == TAIWAN else 0.0
    out[n + 3] = game.custom[actor]
    out[n + 4] = game.restraint[actor]
    out[n + 5] = game.propensity[actor]
    out[n + 6] = game.share[actor]
    out[n + 7] = _bounded(game.outweighed[actor])
    n += 8
    for other in range(N_ACTORS):
        near = 0.0
        for area in range(N_AREAS):
            near += world.claim[actor, area] * game.strength[other, area]
        out[n] = _bounded(near)
        n += 1


@rule
def _offers_to(game: Any, actor: int, other: int, c: int) -> bool:
    move = game.proposal[other, c]
    return move >= 0 and MOVE_TARGET[move] == actor


@rule
def _offered(game: Any, actor: int, other: int) -> float:
    """Which act the other side waits for: a code in sixths, 0 for none."""
    if not _offers_to(game, actor, other, 1):
        return 0.0
    kind = MOVE_KIND[game.proposal[other, 1]]
    if kind == CONSULT:
        return 1.0 / 6.0
    if kind == PLAN:
        return 2.0 / 6.0
    if kind == SUMMIT:
        return 3.0 / 6.0
    if kind == DEAL:
        return 4.0 / 6.0
    if kind == INTEGRATE:
        return 5.0 / 6.0
    return 1.0 if kind == ACCESS else 0.0


@rule
def _blur(game: Any, world: Any, actor: int, out: Any) -> None:
    """R9.3: noise on what one sees of others' presence, fresh each turn. One's share, balance and propensity stay exact: they
    are one's own reckoning, and rewards follow from them."""
    start = N_PRIVATE + 1
    for other in range(N_ACTORS):
        if other == actor:
            continue
        for area in range(N_AREAS):
            cell = other * N_AREAS + area
            drawn = uniforms(game.seed, game.episode, game.turn, NOISE, actor * 64 + cell // 4)[cell % 4]
            seen = out[start + cell] + world.observation_noise * (2.0 * drawn - 1.0)
            out[start + cell] = min(0.99, max(0.0, seen))
        near = 0.0  # what follows from what one sees, as one sees it
        for area in range(N_AREAS):
            seen = float(out[start + other * N_AREAS + area])  # in float64, compiled or not
            near += world.claim[actor, area] * seen / (1.0 - seen)
        out[N_PRIVATE - N_ACTORS + other] = _bounded(near)
