"""Let the moves of this turn answer unmet demand, and check public commitments (phase 5: R5.1-R5.3)."""

from typing import Any

from straits.envs.core.jit import flat, rule
from straits.envs.rules.math import maximum, minimum
from straits.envs.rules.signals import chosen
from straits.envs.spec.constants import ACT, DEPLOYMENT, N_ACTORS, NOWHERE, STATEMENT
from straits.envs.spec.moves import MOVE_KIND, MOVE_TARGET, RECALL, SUMMON_URGENT, THREATEN


@rule
def answer(state: Any, params: Any) -> None:
    """Let the moves of this turn answer the earlier demand, then check commitments (R5.1-R5.3)."""
    for actor in range(N_ACTORS):
        deployed, said, done = chosen(state, actor, DEPLOYMENT), chosen(state, actor, STATEMENT), chosen(state, actor, ACT)
        _honour(state, params, actor, said, done)
        for rival in range(N_ACTORS):
            state.heard[actor, rival] = params.relieves[said, rival]
            state.met[actor, rival] = params.relieves[done, rival]
            state.comforted[actor, rival] = params.demand_relief[MOVE_KIND[deployed]]
    _relieve(state, params)
    for actor in range(N_ACTORS):
        worst = 0.0
        for other in range(N_ACTORS):
            worst = maximum(worst, state.threat[actor, other])
        state.excess[actor] = worst


@rule
def _relieve(state: Any, params: Any) -> None:
    """Reduce unmet demand by the moves of this turn, for all pairs at once (R5.1, R5.2).

    Statements and acts answer verbal grievance, and deployments answer military grievance. A summons answers
    military grievance at a reduced rate. R5.2: signals beyond the existing demand are excess, towards the most wronged actor
    (F41).
    """
    verbals, militaries, pressed, offended = (
        flat(state.grievance_verbal),
        flat(state.grievance_military),
        flat(state.provocation_presence),
        flat(state.provocation_verbal),
    )
    words, acts, shown, beyond = flat(state.heard), flat(state.met), flat(state.comforted), flat(state.threat)
    full, cross = params.felt_in_full, params.cross_demand_relief
    for pair in range(N_ACTORS * N_ACTORS):
        verbal, military, act = verbals[pair], militaries[pair], acts[pair]
        beyond[pair] = minimum(1.0, pressed[pair] + offended[pair]) - verbal - military
        felt = minimum(1.0, pressed[pair] / full)
        verbals[pair] = maximum(0.0, verbal - words[pair] - act)
        militaries[pair] = maximum(0.0, military - (shown[pair] * felt + cross * act))


@rule
def _honour(state: Any, params: Any, actor: int, said: int, done: int) -> None:
    """Apply R5.3: an actor that is provoked and not firm loses support in proportion to its public commitment (Fearon 1994).

    A deployment that the rival feels, a threat, an urgent summons or a recall is firm.
    """
    threatened = MOVE_TARGET[said] if MOVE_KIND[said] == THREATEN else NOWHERE
    called = MOVE_TARGET[done] if (MOVE_KIND[done] == SUMMON_URGENT) | (MOVE_KIND[done] == RECALL) else NOWHERE
    for rival in range(N_ACTORS):
        firm = (state.provocation_presence[actor, rival] >= 0.05) | (threatened == rival) | (called == rival)
        provoked = state.grievance_verbal[actor, rival] + state.grievance_military[actor, rival] >= params.provoked
        if (state.public_commitment[actor, rival] >= 0.1) & provoked & (not firm):
            _back_down(state, params, actor, rival)


@rule
def _back_down(state: Any, params: Any, actor: int, rival: int) -> None:
    commitment = state.public_commitment[actor, rival]
    cost = params.audience_cost * params.audience_strength[actor] * commitment
    state.support[actor] = maximum(0.0, state.support[actor] - cost)
    state.public_commitment[actor, rival] *= 0.3
    for client in range(N_ACTORS):
        state.trust[actor, client] *= 1.0 - 0.2 * commitment * params.ally[actor, client]
