"""Phase 6, domestic: unmet demand, commitments, support and budgets."""

from typing import Any

from straits.envs.compiled import rule
from straits.envs.moves import (
    ACCESS,
    ARMS,
    ASSURE_ALLY,
    CHANNEL_OFFSET,
    CONTACT,
    MOVE_KIND,
    MOVE_TARGET,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    RECALL,
    SUMMON_URGENT,
    THREATEN,
    TRAINERS,
)
from straits.envs.rules.stance import commit
from straits.envs.vocabulary import (
    ACT,
    CRISIS_RUNG,
    DEPLOYMENT,
    JAPAN,
    LUZON,
    MISSILES_CLASS,
    N_ACTORS,
    NANSEI,
    NORMAL,
    NOWHERE,
    PHILIPPINES,
    STATEMENT,
    SUMMONED,
    TROOPS_CLASS,
    USA,
)


@rule
def answer(game: Any, world: Any) -> None:
    """R6.1, R6.2, R6.5: this turn's moves answer the demand that stood before it; then commitments are checked."""
    for actor in range(N_ACTORS):
        game.excess[actor] = _excess(game, actor)
        for rival in range(N_ACTORS):
            if rival != actor:
                _honour(game, world, actor, rival)
                _relieve(game, world, actor, rival)


@rule
def domestic(game: Any, world: Any) -> None:
    """New demand arises, support follows, commitments and budgets move on."""
    for actor in range(N_ACTORS):
        pressing = 0.0
        for rival in range(N_ACTORS):
            if rival != actor:
                _demand(game, world, actor, rival)
                pressing = max(pressing, min(1.0, game.face[actor, rival] + game.force[actor, rival]))
                _entrench(game, world, actor, rival)
                _settle(game, actor, rival)
        _support(game, world, actor, pressing)
        _recover(game, world, actor)
        game.restraint[actor] *= world.audience_keep
    _trust(game, world)
    _hosting(game, world)


@rule
def _excess(game: Any, actor: int) -> float:
    """R8.4: provocation sent beyond the demand that stood, towards the one most wronged (F41)."""
    worst = 0.0
    for other in range(N_ACTORS):
        sent = min(1.0, game.pressed[actor, other] + game.offended[actor, other])
        worst = max(worst, sent - game.face[actor, other] - game.force[actor, other])
    return worst


@rule
def _firm(game: Any, actor: int, rival: int) -> bool:
    """A deployment the rival feels, a threat, an urgent summons or a recall is a firm answer."""
    said = CHANNEL_OFFSET[STATEMENT] + game.moves[actor, STATEMENT]
    done = CHANNEL_OFFSET[ACT] + game.moves[actor, ACT]
    spoke = MOVE_KIND[said] == THREATEN and MOVE_TARGET[said] == rival
    acted = (MOVE_KIND[done] == SUMMON_URGENT or MOVE_KIND[done] == RECALL) and MOVE_TARGET[done] == rival
    return game.pressed[actor, rival] >= 0.05 or spoke or acted


@rule
def _honour(game: Any, world: Any, actor: int, rival: int) -> None:
    """R6.5: backing down, provoked and not firm, costs support in proportion to the public commitment (Fearon 1994)."""
    commitment = game.audience[actor, rival]
    demand = game.face[actor, rival] + game.force[actor, rival]
    if commitment < 0.1 or demand < world.provoked or _firm(game, actor, rival):
        return
    cost = world.audience_cost * world.audience_strength[actor] * commitment
    game.support[actor] = max(0.0, game.support[actor] - cost)
    game.audience[actor, rival] *= 0.3
    for client in range(N_ACTORS):
        game.trust[actor, client] *= 1.0 - 0.2 * commitment * world.ally[actor, client]


@rule
def _relieve(game: Any, world: Any, actor: int, rival: int) -> None:
    """R6.1, R6.2: words and acts meet face; deployments meet force; a summons meets force at a part of its rate."""
    said = CHANNEL_OFFSET[STATEMENT] + game.moves[actor, STATEMENT]
    done = CHANNEL_OFFSET[ACT] + game.moves[actor, ACT]
    words = _relief_at(world, said, rival)
    acts = _relief_at(world, done, rival)
    game.face[actor, rival] = max(0.0, game.face[actor, rival] - words - acts)
    deployed = MOVE_KIND[CHANNEL_OFFSET[DEPLOYMENT] + game.moves[actor, DEPLOYMENT]]
    shown = world.relief[deployed] * min(1.0, game.pressed[actor, rival] / world.felt_in_full)
    met = shown + world.cross_relief * acts
    game.force[actor, rival] = max(0.0, game.force[actor, rival] - met)


@rule
def _relief_at(world: Any, move: int, rival: int) -> float:
    """Relief of a statement or act at the rival; one addressed to all counts for each."""
    target = MOVE_TARGET[move]
    kind = MOVE_KIND[move]
    if kind == PLEDGE or kind == PLEDGE_UNOFFICIAL:
        return world.relief[kind] * world.rival[rival, target]
    return world.relief[kind] if target == NOWHERE or target == rival else 0.0


@rule
def _demand(game: Any, world: Any, actor: int, rival: int) -> None:
    face = world.demand_keep * game.face[actor, rival] + world.face_gain * game.offended[rival, actor]
    force = world.demand_keep * game.force[actor, rival] + world.force_gain * game.pressed[rival, actor]
    game.face[actor, rival] = min(1.0, face)
    game.force[actor, rival] = min(1.0, force)


@rule
def _entrench(game: Any, world: Any, actor: int, rival: int) -> None:
    """R6.4: commitments fade, and each public step of rung 3 or more adds to them (Fearon 1994)."""
    game.audience[actor, rival] *= world.audience_keep
    if game.rung[actor, rival] >= CRISIS_RUNG:
        commit(game, world, actor, rival, world.escalation_commitment)


@rule
def _settle(game: Any, actor: int, rival: int) -> None:
    """A summons or an open protest lapses once little is left to answer and nothing new was sent."""
    status = game.ambassador[actor, rival]
    sent = game.offended[actor, rival]
    if status > NORMAL and status <= SUMMONED and sent == 0.0 and game.face[actor, rival] < 0.1:
        game.ambassador[actor, rival] = NORMAL


@rule
def _support(game: Any, world: Any, actor: int, pressing: float) -> None:
    """R6.3: support returns to its base and drains under unmet demand; the most pressing rival counts."""
    support = game.support[actor]
    support += world.support_rate * (world.support_base - support) - world.demand_drain * pressing * support
    game.support[actor] = min(1.0, max(0.0, support))


@rule
def _recover(game: Any, world: Any, actor: int) -> None:
    """R6.7, R6.8: budgets recover."""
    bound = world.background_pull if actor == USA or actor == JAPAN else 0.0
    game.readiness[actor] = min(1.0, game.readiness[actor] + world.readiness_rate * (1.0 - bound))
    game.credibility[actor] = min(1.0, game.credibility[actor] + world.credibility_rate)
    gain = world.capital_rate + world.capital_support * game.support[actor]
    game.capital[actor] = min(1.0, game.capital[actor] + gain)


@rule
def _trust(game: Any, world: Any) -> None:
    """R6.9: trust returns to its base; support under threat builds it, withheld support loses it (F18, Snyder 1984)."""
    for client in range(N_ACTORS):
        threatened = _most_felt(game, world, client)
        for patron in range(N_ACTORS):
            tie = world.ally[patron, client]
            if tie == 0.0:
                continue
            trust = game.trust[patron, client]
            trust += world.trust_rate * (world.trust_base[patron, client] - trust)
            if _stood_by(game, world, patron, client):
                trust += world.presence_trust * tie * (1.0 - trust)
            elif threatened > 0.3:
                trust -= world.abandonment * tie * (threatened - 0.3) * trust
            game.trust[patron, client] = min(1.0, max(0.0, trust))


@rule
def _most_felt(game: Any, world: Any, actor: int) -> float:
    most = 0.0
    for rival in range(N_ACTORS):
        if world.rival[actor, rival] > 0.0:
            most = max(most, game.tension[actor, rival])
    return most


@rule
def _stood_by(game: Any, world: Any, patron: int, client: int) -> bool:
    """A deployment that the client's rivals feel, or a word or act of support to the client."""
    for rival in range(N_ACTORS):
        if world.rival[client, rival] > 0.0 and game.pressed[patron, rival] >= 0.02:
            return True
    said = CHANNEL_OFFSET[STATEMENT] + game.moves[patron, STATEMENT]
    done = CHANNEL_OFFSET[ACT] + game.moves[patron, ACT]
    spoke = MOVE_KIND[said] == PLEDGE or MOVE_KIND[said] == ASSURE_ALLY or MOVE_KIND[said] == PLEDGE_UNOFFICIAL
    acted = MOVE_KIND[done] == ARMS or MOVE_KIND[done] == TRAINERS or MOVE_KIND[done] == CONTACT
    return (spoke and MOVE_TARGET[said] == client) or (acted and MOVE_TARGET[done] == client)


@rule
def _hosting(game: Any, world: Any) -> None:
    """R6.10: hosting wears on residents (F08)."""
    for host in range(N_ACTORS):
        area = NANSEI if host == JAPAN else LUZON
        if host == JAPAN or host == PHILIPPINES:
            hosted = game.presence[USA, area, MISSILES_CLASS] + 0.5 * game.presence[USA, area, TROOPS_CLASS]
            usual = game.standing[USA, area, MISSILES_CLASS] + 0.5 * game.standing[USA, area, TROOPS_CLASS]
            change = world.host_rate * (0.6 - game.host_support[host]) - world.hosting_risk * max(0.0, hosted - usual)
            game.host_support[host] = min(1.0, max(0.0, game.host_support[host] + change))
            loss = 0.25 * world.hosting_risk * max(0.0, hosted - usual)
            game.support[host] = max(0.0, game.support[host] - loss)
            move = game.agreed[host, 1]
            if move >= 0 and MOVE_KIND[move] == ACCESS:
                _open_sites(game, world, host)


@rule
def _open_sites(game: Any, world: Any, host: int) -> None:
    """R3.11: agreed sites open for the next turn and cost the host support at home (F07, F24)."""
    game.access[host] = min(9.0, game.access[host] + world.access_step)
    game.host_support[host] = max(0.0, game.host_support[host] - world.hosting_cost)
    game.support[host] = max(0.0, game.support[host] - world.hosting_cost)
