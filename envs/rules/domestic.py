"""Update unmet demand, commitments, support and budgets (phase 6, R6.1-R6.10 and R3.11)."""

from typing import Any, Final

import numpy as np

from straits.envs.core.jit import rule
from straits.envs.core.views import flat
from straits.envs.rules.math import greater, lesser
from straits.envs.rules.signals import chosen
from straits.envs.spec.constants import (
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
from straits.envs.spec.moves import (
    ACCESS,
    ARMS,
    ASSURE_ALLY,
    CONTACT,
    MOVE_KIND,
    MOVE_TARGET,
    N_KINDS,
    PLEDGE,
    PLEDGE_UNOFFICIAL,
    RECALL,
    SUMMON_URGENT,
    THREATEN,
    TRAINERS,
)

# Statements and acts of support to a client.
SUPPORTS: Final = np.isin(np.arange(N_KINDS), (PLEDGE, PLEDGE_UNOFFICIAL, ASSURE_ALLY, ARMS, TRAINERS, CONTACT))


@rule
def answer(game: Any, world: Any) -> None:
    """Let the moves of this turn answer the earlier demand, then check commitments (R6.1, R6.2, R6.5)."""
    for actor in range(N_ACTORS):
        deployed, said, done = chosen(game, actor, DEPLOYMENT), chosen(game, actor, STATEMENT), chosen(game, actor, ACT)
        _honour(game, world, actor, said, done)
        for rival in range(N_ACTORS):
            game.heard[actor, rival] = world.relieves[said, rival]
            game.met[actor, rival] = world.relieves[done, rival]
            game.comforted[actor, rival] = world.demand_relief[MOVE_KIND[deployed]]
    _relieve(game, world)
    for actor in range(N_ACTORS):
        worst = 0.0
        for other in range(N_ACTORS):
            worst = greater(worst, game.threat[actor, other])
        game.excess[actor] = worst


@rule
def _relieve(game: Any, world: Any) -> None:
    """Reduce unmet demand by the moves of this turn, for all pairs at once (R6.1, R6.2, R8.4).

    Statements and acts answer verbal grievance, and deployments answer military grievance. A summons answers
    military grievance at a reduced rate. R8.4: signals beyond the existing demand are excess, towards the most wronged actor
    (F41).
    """
    verbals, militaries, pressed, offended = (
        flat(game.grievance_verbal),
        flat(game.grievance_military),
        flat(game.provocation_presence),
        flat(game.provocation_verbal),
    )
    words, acts, shown, beyond = flat(game.heard), flat(game.met), flat(game.comforted), flat(game.threat)
    full, cross = world.felt_in_full, world.cross_demand_relief
    for pair in range(N_ACTORS * N_ACTORS):
        verbal, military, act = verbals[pair], militaries[pair], acts[pair]
        beyond[pair] = lesser(1.0, pressed[pair] + offended[pair]) - verbal - military
        felt = lesser(1.0, pressed[pair] / full)
        verbals[pair] = greater(0.0, verbal - words[pair] - act)
        militaries[pair] = greater(0.0, military - (shown[pair] * felt + cross * act))


@rule
def domestic(game: Any, world: Any) -> None:
    """Add new demand, then update support, commitments and budgets."""
    _demand(game, world)
    _settle(game)
    for actor in range(N_ACTORS):
        pressing = 0.0
        for rival in range(N_ACTORS):
            pressing = greater(pressing, game.threat[actor, rival])
        _support(game, world, actor, pressing)
        _recover(game, world, actor)
        game.restraint[actor] *= world.commitment_keep
    _trust(game, world)
    _hosting(game, world)


@rule
def _honour(game: Any, world: Any, actor: int, said: int, done: int) -> None:
    """Apply R6.5: an actor that is provoked and not firm loses support in proportion to its public commitment (Fearon 1994).

    A deployment that the rival feels, a threat, an urgent summons or a recall is firm.
    """
    threatened = MOVE_TARGET[said] if MOVE_KIND[said] == THREATEN else NOWHERE
    called = MOVE_TARGET[done] if (MOVE_KIND[done] == SUMMON_URGENT) | (MOVE_KIND[done] == RECALL) else NOWHERE
    for rival in range(N_ACTORS):
        firm = (game.provocation_presence[actor, rival] >= 0.05) | (threatened == rival) | (called == rival)
        provoked = game.grievance_verbal[actor, rival] + game.grievance_military[actor, rival] >= world.provoked
        if (game.public_commitment[actor, rival] >= 0.1) & provoked & (not firm):
            _back_down(game, world, actor, rival)


@rule
def _back_down(game: Any, world: Any, actor: int, rival: int) -> None:
    commitment = game.public_commitment[actor, rival]
    cost = world.audience_cost * world.audience_strength[actor] * commitment
    game.support[actor] = greater(0.0, game.support[actor] - cost)
    game.public_commitment[actor, rival] *= 0.3
    for client in range(N_ACTORS):
        game.trust[actor, client] *= 1.0 - 0.2 * commitment * world.ally[actor, client]


@rule
def _demand(game: Any, world: Any) -> None:
    """Update demand and commitments for all pairs at once (R6.1, R6.4).

    Demand decays and rises with received provocation. Commitments decay, and each public step of rung 3 or more adds to them
    (Fearon 1994).
    """
    verbals, militaries, demands = flat(game.grievance_verbal), flat(game.grievance_military), flat(game.threat)
    heard, met, commitments, rungs = flat(game.heard), flat(game.met), flat(game.public_commitment), flat(game.rung)
    keep, grievance_verbal_gain, grievance_military_gain = (
        world.demand_keep,
        world.grievance_verbal_gain,
        world.grievance_military_gain,
    )
    commitment_keep, entrenched = world.commitment_keep, world.escalation_commitment
    for pair in range(N_ACTORS * N_ACTORS):
        verbal = lesser(1.0, keep * verbals[pair] + grievance_verbal_gain * heard[pair])
        military = lesser(1.0, keep * militaries[pair] + grievance_military_gain * met[pair])
        verbals[pair], militaries[pair], demands[pair] = verbal, military, lesser(1.0, verbal + military)
        commitment = commitment_keep * commitments[pair]
        step = entrenched if rungs[pair] >= CRISIS_RUNG else 0.0
        commitments[pair] = commitment + step * (1.0 - commitment)


@rule
def _settle(game: Any) -> None:
    """Close a summons or an open protest when little demand is left and no new provocation was sent."""
    statuses, sent, verbals = flat(game.ambassador), flat(game.provocation_verbal), flat(game.grievance_verbal)
    for pair in range(N_ACTORS * N_ACTORS):
        status = statuses[pair]
        lapses = (status > NORMAL) & (status <= SUMMONED) & (sent[pair] == 0.0) & (verbals[pair] < 0.1)
        statuses[pair] = NORMAL if lapses else status


@rule
def _support(game: Any, world: Any, actor: int, pressing: float) -> None:
    """Apply R6.3: support returns to its base and decreases under unmet demand towards the most pressing rival."""
    support = game.support[actor]
    support += world.support_rate * (world.support_base - support) - world.demand_drain * pressing * support
    game.support[actor] = lesser(1.0, greater(0.0, support))


@rule
def _recover(game: Any, world: Any, actor: int) -> None:
    """Apply R6.7, R6.8: budgets recover."""
    bound = world.background_pull if actor == USA or actor == JAPAN else 0.0
    game.readiness[actor] = lesser(1.0, game.readiness[actor] + world.readiness_rate * (1.0 - bound))
    game.credibility[actor] = lesser(1.0, game.credibility[actor] + world.credibility_rate)
    gain = world.capital_rate + world.capital_support * game.support[actor]
    game.capital[actor] = lesser(1.0, game.capital[actor] + gain)


@rule
def _trust(game: Any, world: Any) -> None:
    """Apply R6.9: trust returns to its base; support under threat raises it, withheld support lowers it (F18, Snyder 1984)."""
    for patron in range(N_ACTORS):
        noticed = _noticed_by(game, patron)
        said, done = chosen(game, patron, STATEMENT), chosen(game, patron, ACT)
        spoken_for = MOVE_TARGET[said] if SUPPORTS[MOVE_KIND[said]] else NOWHERE
        helped = MOVE_TARGET[done] if SUPPORTS[MOVE_KIND[done]] else NOWHERE
        for client in range(N_ACTORS):
            tie = world.ally[patron, client]
            if tie > 0.0:
                stood_by = ((noticed & world.rivals[client]) != 0) | (spoken_for == client) | (helped == client)
                alone = greater(0.0, _most_felt(game, world, client) - 0.3)
                trust = game.trust[patron, client]
                trust += world.trust_rate * (world.trust_base[patron, client] - trust)
                built, lost = world.presence_trust * tie * (1.0 - trust), world.abandonment * tie * alone * trust
                game.trust[patron, client] = lesser(1.0, greater(0.0, trust + (built if stood_by else -lost)))


@rule
def _noticed_by(game: Any, patron: int) -> int:
    """Return the set of actors that feel the patron's deployment: bit j represents actor j."""
    noticed = 0
    for rival in range(N_ACTORS):
        noticed |= (game.provocation_presence[patron, rival] >= 0.02) << rival
    return noticed


@rule
def _most_felt(game: Any, world: Any, actor: int) -> float:
    most = 0.0
    for rival in range(N_ACTORS):
        if world.rival[actor, rival] > 0.0:
            most = greater(most, game.tension[actor, rival])
    return most


@rule
def _hosting(game: Any, world: Any) -> None:
    """Apply R6.10: hosting reduces the support of residents (F08)."""
    for host in range(N_ACTORS):
        area = NANSEI if host == JAPAN else LUZON
        if host == JAPAN or host == PHILIPPINES:
            hosted = game.presence[USA, area, MISSILES_CLASS] + 0.5 * game.presence[USA, area, TROOPS_CLASS]
            usual = game.standing[USA, area, MISSILES_CLASS] + 0.5 * game.standing[USA, area, TROOPS_CLASS]
            change = world.host_rate * (0.6 - game.host_support[host]) - world.hosting_risk * greater(0.0, hosted - usual)
            game.host_support[host] = lesser(1.0, greater(0.0, game.host_support[host] + change))
            loss = 0.25 * world.hosting_risk * greater(0.0, hosted - usual)
            game.support[host] = greater(0.0, game.support[host] - loss)
            move = game.agreed[host, 1]
            if move >= 0 and MOVE_KIND[move] == ACCESS:
                _open_sites(game, world, host)


@rule
def _open_sites(game: Any, world: Any, host: int) -> None:
    """Apply R3.11: agreed sites open for the next turn and cost the host domestic support (F07, F24)."""
    game.access[host] = lesser(9.0, game.access[host] + world.access_step)
    game.host_support[host] = greater(0.0, game.host_support[host] - world.hosting_cost)
    game.support[host] = greater(0.0, game.support[host] - world.hosting_cost)
