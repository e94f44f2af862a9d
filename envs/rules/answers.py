"""Let the moves of this turn answer unmet demand, and check public commitments (phase 5: R5.1-R5.3)."""

from straits.envs.core.jit import rule
from straits.envs.core.records import Params, State
from straits.envs.rules.math import maximum, minimum
from straits.envs.rules.signals import chosen
from straits.envs.spec.constants import ACT, DEPLOYMENT, N_ACTORS, NOWHERE, STATEMENT
from straits.envs.spec.moves import MOVE_KIND, MOVE_TARGET, RECALL, SUMMON_URGENT, THREATEN


@rule
def answer(state: State, params: Params) -> None:
    """Check the commitments of every actor, then let the moves of this turn answer the earlier demand (R5.1-R5.3)."""
    for actor in range(N_ACTORS):
        deployed, said, done = chosen(state, actor, DEPLOYMENT), chosen(state, actor, STATEMENT), chosen(state, actor, ACT)
        _honour(state, params, actor, said, done)
        _relieve(state, params, actor, deployed, said, done)


@rule
def _relieve(state: State, params: Params, actor: int, deployed: int, said: int, done: int) -> None:
    """Reduce unmet demand by the moves of this turn (R5.1, R5.2).

    Statements and acts answer verbal grievance, and deployments answer military grievance. A summons answers military
    grievance at a reduced rate. R5.2: signals beyond the existing demand are excess, towards the most wronged actor (F41).
    """
    shown, worst = params.demand_relief[MOVE_KIND[deployed]], 0.0
    for rival in range(N_ACTORS):
        verbal, military = state.grievance_verbal[actor, rival], state.grievance_military[actor, rival]
        pressed, act = state.provocation_presence[actor, rival], params.relieves[done, rival]
        sent = minimum(1.0, pressed + state.provocation_verbal[actor, rival])
        worst = maximum(worst, sent - verbal - military)
        felt = minimum(1.0, pressed / params.felt_in_full)
        state.grievance_verbal[actor, rival] = maximum(0.0, verbal - params.relieves[said, rival] - act)
        state.grievance_military[actor, rival] = maximum(0.0, military - (shown * felt + params.cross_demand_relief * act))
    state.excess[actor] = worst


@rule
def _honour(state: State, params: Params, actor: int, said: int, done: int) -> None:
    """Apply R5.3: an actor that is provoked and not firm loses support in proportion to its public commitment (Fearon 1994).

    A deployment that the rival feels, a threat, an urgent summons or a recall is firm.
    """
    threatened = MOVE_TARGET[said] if MOVE_KIND[said] == THREATEN else NOWHERE
    called = MOVE_TARGET[done] if (MOVE_KIND[done] == SUMMON_URGENT) | (MOVE_KIND[done] == RECALL) else NOWHERE
    for rival in range(N_ACTORS):
        firm = (state.provocation_presence[actor, rival] >= params.firm_presence) | (threatened == rival) | (called == rival)
        provoked = state.grievance_verbal[actor, rival] + state.grievance_military[actor, rival] >= params.provoked
        if (state.public_commitment[actor, rival] >= params.committed_from) & provoked & (not firm):
            _back_down(state, params, actor, rival)


@rule
def _back_down(state: State, params: Params, actor: int, rival: int) -> None:
    commitment = state.public_commitment[actor, rival]
    cost = params.audience_cost * params.audience_strength[actor] * commitment
    state.support[actor] = maximum(0.0, state.support[actor] - cost)
    state.public_commitment[actor, rival] *= params.back_down_keep
    for client in range(N_ACTORS):
        state.trust[actor, client] *= 1.0 - params.back_down_trust * commitment * params.ally[actor, client]
