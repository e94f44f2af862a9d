"""Define the scripted policies: random, hold, hawk, dove, tit for tat, grim, four further characters, and a default per actor.

They read only observation, mask and random numbers, and neither the scenario's name nor the turn. `default` behaves as the sources
describe (docs/sources.md). Weights are assumptions, one per kind of move and feature (see utility.py). A kind without weights is
never chosen.
"""

from collections.abc import Callable
from typing import Final

from straits.agents.base import Choices, Masks, Observations, Policy, Rng, by_channel, check, idle
from straits.agents.utility import UtilityPolicy, Weights

_ACCEPT: Final = {"one": -0.9, "offer": 2.0}  # accepts a partner's proposal
_ANSWERS: Final[dict[str, dict[str, float]]] = {  # responses to a grievance, equal for all actors
    "denounce": {"one": -0.55, "grievance_verbal": 2.0, "rival": 0.1, "provoked": 0.3},
    "protest": {"one": -0.40, "grievance_verbal": 2.2, "grievance_military": 0.6, "rival": 0.1},
    "summon": {"one": -0.50, "grievance_verbal": 3.2, "grievance_military": 0.5, "rival": 0.05},
    "summon_urgent": {"one": -0.75, "grievance_verbal": 4.6, "grievance_military": 0.4, "rival": 0.05},
    "restore": {"one": -0.72, "grievance_verbal": -2.0, "strained": 0.9, "tension": -0.4},
    "no_comment": {"one": -0.4, "leaked": 1.5},
    "relief": {"one": -0.5, "disaster": 1.2},
}
_TALKS: Final[dict[str, dict[str, float]]] = {  # moves among partners
    "joint_peace": {"one": -0.52, "offer": 2.0, "tension": 0.3, "distrust": 0.25, "rival": -0.5},
    "consult": {"one": -0.50, "offer": 2.0, "distrust": 0.6, "rival": -0.5},
    "plan": {"one": -0.75, "offer": 2.0, "assessment": 0.9, "rival": -1.0},
    "summit": {"one": -0.66, "offer": 2.0, "distrust": 0.5, "rival": -0.12},
    "deal": {
        "one": -1.0, "offer": 1.2, "caused": 0.4, "tension": 0.5, "incident": 0.4, "crisis": 0.8, "edge": 0.8,
        "public_commitment": -0.8, "bound": 0.3,
    },
    "integrate": {"one": -1.1, "offer": 2.2},
    "access": {"one": -1.1, "offer": 2.2},
    "assure_ally": {"one": -0.62, "distrust": 0.9, "tension": 0.2, "rival": -1.0},
}  # fmt: skip
_PRESSES: Final[dict[str, dict[str, float]]] = {  # commitments in a crisis, and grave diplomatic steps
    "threaten": {"one": -1.25, "crisis": 0.7, "resolve": 0.5, "grievance_military": 0.6, "truce": -0.8, "rival": 0.1},
    "close_hotline": {"one": -1.50, "grievance_verbal": 1.8, "crisis": 0.2, "truce": -0.8, "rival": 0.1},
    "recall": {"one": -1.60, "grievance_verbal": 2.0, "crisis": 0.2, "truce": -0.8, "rival": 0.1},
}
_CALMS: Final[dict[str, dict[str, float]]] = {
    "reassure": {
        "one": -0.60, "caused": 1.2, "grievance_military": -1.0, "grievance_verbal": -1.0, "rival": 0.1, "crisis": 0.4,
        "offer": 0.5, "edge": -0.4, "public_commitment": -0.8, "bound": 0.4, "resolve": -0.4,
    },
    "peace_appeal": {"one": -0.60, "caused": 0.8, "incident": 0.4, "grievance_verbal": -0.5},
    "pull_back": {"one": -0.75, "caused": 1.4, "grievance_military": -1.5},
}  # fmt: skip
_STANDS: Final[dict[str, dict[str, float]]] = {  # presence in response to presence; fills gaps as escalation propensity grows
    "patrol": {
        "one": -0.70, "grievance_military": 0.6, "gap": 0.5, "own": -0.4, "propensity": 0.5, "public_commitment": 0.6,
        "truce": -0.8,
    },
    "coast_guard": {
        "one": -0.70, "grievance_verbal": 0.5, "grievance_military": 0.6, "gap": 0.6, "own": -0.4, "propensity": 0.5,
        "public_commitment": 0.6, "truce": -0.8,
    },
    "exercise": {
        "one": -1.60, "grievance_military": 1.9, "gap": 0.4, "own": -0.4, "propensity": 0.4, "public_commitment": 0.8,
        "truce": -0.8, "crisis": 0.5, "resolve": 0.6,
    },
    "mobilise": {
        "one": -1.30, "grievance_military": 1.5, "tension": 0.5, "own": -0.5, "public_commitment": 0.6, "truce": -0.8,
        "crisis": 0.3, "resolve": 0.3,
    },
    "missiles": {
        "one": -1.40, "grievance_military": 1.5, "tension": 0.5, "own": -0.6, "propensity": 0.4, "truce": -0.8, "crisis": 0.4,
        "resolve": 0.3,
    },
    "troops": {
        "one": -1.30, "grievance_military": 1.5, "tension": 0.5, "own": -0.5, "propensity": 0.4, "truce": -0.8, "crisis": 0.4,
        "resolve": 0.3,
    },
    "harden": {"one": -0.80, "tension": 0.8, "grievance_military": 0.5},
}  # fmt: skip
_SHARED: Final = {**_ANSWERS, **_TALKS, **_PRESSES, **_CALMS, **_STANDS}


def _with(**changes: dict[str, float]) -> Weights:
    """Return the shared table with some kinds changed or added."""
    return {**_SHARED, **changes}


DEFAULT: Final[dict[str, Weights]] = {
    "usa": _with(
        ambiguity={"one": -0.55, "tension": 0.8, "distrust": -0.2},
        arms={"one": -0.66, "distrust": 0.8, "tension": 0.3},
        trainers={"one": -0.95, "distrust": 0.6},
        contact={"one": -0.70, "distrust": 0.6},
        pledge={"one": -1.30, "distrust": 0.7, "tension": 0.6},
        preparedness={"one": -0.7, "grievance_military": 1.2},
    ),
    "japan": _with(
        preparedness={"one": -0.62, "grievance_military": 1.4, "tension": 0.2},
        logistics={"one": -0.80, "tension": 0.9, "own": -0.2},
        asset_protection={"one": -0.85, "tension": 0.6, "incident": 0.6},
        designate={"one": -1.1, "assessment": 2.0},
        undesignate={"one": -0.5, "assessment": -1.2},
    ),
    "china": _with(
        denounce={"one": -0.55, "grievance_verbal": 2.8, "rival": 0.1, "provoked": 0.5},
        oppose={"one": -0.45, "grievance_military": 1.6, "grievance_verbal": 2.0, "revealed": 0.45},
        assert_claim={"one": -0.60, "grievance_verbal": 3.0, "grievance_military": 0.4},
        warn={"one": -0.80, "grievance_verbal": 2.4},
        air_activity={
            "one": -0.58, "grievance_military": 0.6, "grievance_verbal": 0.5, "propensity": 0.5, "own": -0.6,
            "public_commitment": 0.5, "truce": -0.8,
        },
        threaten={"one": -1.25, "grievance_verbal": 1.2, "crisis": 0.7, "resolve": 0.5, "truce": -0.8},
        exercise={  # a grave political act is answered by force too, as in 1995-96
            "one": -1.60, "grievance_verbal": 1.0, "grievance_military": 1.6, "gap": 0.4, "own": -0.4, "propensity": 0.4,
            "public_commitment": 0.8, "truce": -0.8, "crisis": 0.5, "resolve": 0.6,
        },
    ),
    "taiwan": _with(
        oppose={"one": -0.50, "grievance_military": 1.5},
        peace_appeal={"one": -0.55, "tension": 0.6, "incident": 0.4},
        mobilise={"one": -0.95, "grievance_military": 1.6, "tension": 0.6, "own": -0.6},
    ),
    "philippines": _with(
        oppose={"one": -0.50, "grievance_military": 1.5},
        administer={"one": -1.5, "grievance_military": 0.8},
    ),
}  # fmt: skip
HAWK: Final[Weights] = {
    **{k: {"one": 0.2, "gap": 0.6, "own": -0.3, "budget": 0.3} for k in ("patrol", "coast_guard", "air_activity")},
    "exercise": {"one": 0.5, "gap": 0.4, "budget": 0.3},
    "missiles": {"one": 0.4, "own": -0.3},
    "troops": {"one": 0.3, "own": -0.3},
    "mobilise": {"one": 0.2, "own": -0.3},
    "threaten": {"one": 0.3, "rival": 1.0, "tension": 0.3},
    "denounce": {"one": 0.1, "rival": 1.0, "grievance_verbal": 0.5},
    "assert_claim": {"one": 0.6},
    "warn": {"one": 0.7},
    "recall": {"one": 0.2, "rival": 0.4, "grievance_verbal": 0.5},
    "close_hotline": {"one": -0.1, "rival": 0.5},
    "summon_urgent": {"one": 0.0, "rival": 0.4, "grievance_verbal": 0.5},
    "administer": {"one": 0.4},
    "arms": {"one": 0.3},
}
DOVE: Final[Weights] = {
    "pull_back": {"one": 0.6},
    "reassure": {"one": 0.2, "rival": 0.5, "caused": 0.5},
    "peace_appeal": {"one": 0.5},
    "joint_peace": {"one": 0.2, "rival": 0.2, "offer": 1.0},
    "deal": {"one": 0.3, "rival": 0.3, "offer": 1.0},
    "summit": {"one": 0.2, "rival": 0.3, "offer": 1.0},
    "restore": {"one": 0.4, "strained": 0.5},
    "relief": {"one": 0.2},
    "undesignate": {"one": 0.1},
}
TIT_FOR_TAT: Final[Weights] = {  # responds to each step in kind, otherwise reassures
    **{k: {"one": -0.35, "provoked": 2.5, "grievance_military": 0.8, "gap": 0.2} for k in ("patrol", "coast_guard")},
    "exercise": {"one": -1.2, "provoked": 4.0, "grievance_military": 0.5},
    "denounce": {"one": -0.30, "provoked": 2.5},
    "summon": {"one": -0.30, "provoked": 2.5, "grievance_verbal": 0.5},
    "protest": {"one": -0.35, "provoked": 2.5},
    "reassure": {"one": -0.10, "provoked": -4.0, "caused": 1.0},
    "joint_peace": _ACCEPT,
    "deal": _ACCEPT,
    "summit": _ACCEPT,
    "restore": {"one": -0.1, "provoked": -4.0, "strained": 0.8},
}
GRIM: Final[Weights] = {  # continues after a first grievance, because the weights follow its own lasting public commitment
    "threaten": {"one": -0.45, "grievance_verbal": 2.0, "grievance_military": 2.0, "public_commitment": 0.5},
    **{
        k: {"one": -0.45, "grievance_military": 1.5, "public_commitment": 3.0, "gap": 0.3}
        for k in ("patrol", "coast_guard", "exercise")
    },
    "denounce": {"one": -0.40, "grievance_verbal": 1.5, "public_commitment": 2.0},
    "recall": {"one": -0.60, "grievance_verbal": 1.0, "public_commitment": 2.0},
    "summon_urgent": {"one": -0.45, "grievance_verbal": 1.5, "public_commitment": 2.0},
}

BRINKMAN: Final[Weights] = {  # takes shared risks, and backs down after an incident
    **{k: {"one": 0.4, "gap": 0.4, "own": -0.3, "incident": -2.0} for k in ("patrol", "coast_guard", "air_activity")},
    "exercise": {"one": 0.5, "incident": -3.0},
    "threaten": {"one": 0.2, "rival": 0.8, "incident": -2.0},
    "close_hotline": {"one": -0.2, "rival": 0.6, "incident": -2.0},
    "warn": {"one": 0.3, "incident": -1.5},
    "pull_back": {"one": -0.8, "incident": 3.0},
    "reassure": {"one": -1.0, "rival": 0.3, "incident": 2.5},
    "deal": {"one": -1.0, "offer": 2.0, "rival": 0.3, "incident": 1.5},
}
BLUFFER: Final[Weights] = {  # threatens and pledges without any deployment
    "threaten": {"one": 0.4, "rival": 0.8},
    "pledge": {"one": 0.4},
    "denounce": {"one": 0.1, "rival": 0.8},
    "assert_claim": {"one": 0.4},
    "warn": {"one": 0.5},
    "oppose": {"one": 0.2},
    "protest": {"one": 0.1, "rival": 0.3},
    "summon_urgent": {"one": 0.1, "rival": 0.3},
    "pull_back": {"one": -0.2, "incident": 1.0},
}
APPEASER: Final[Weights] = {  # responds to every step with a concession
    "pull_back": {"one": -0.1, "grievance_military": 2.0, "provoked": 2.0},
    "reassure": {"one": -0.1, "rival": 0.4, "provoked": 2.0, "grievance_verbal": 1.0},
    "peace_appeal": {"one": 0.0, "incident": 0.5},
    "restore": {"one": 0.2, "strained": 0.6},
    "undesignate": {"one": 0.2},
    "joint_peace": {"one": -0.2, "offer": 2.0},
    "summit": {"one": -0.2, "offer": 2.0, "rival": 0.3},
    "deal": {"one": -0.1, "offer": 2.0, "rival": 0.4, "incident": 0.5},
    "relief": {"one": 0.1},
}


class RandomLegal:
    """Choose uniformly among the legal moves of each channel."""

    name = "random"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Draw one number per move, and choose the legal move with the highest.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8, 1 where legal.
            rng: Source of random numbers.

        Returns:
            (rows, channels) int64, an index in each channel.
        """
        check(observation, mask)
        return by_channel(rng.random(mask.shape), mask)


class Hold:
    """Choose the no-op in every channel."""

    name = "hold"

    def act(self, observation: Observations, mask: Masks, rng: Rng) -> Choices:
        """Return no-ops for every row.

        Args:
            observation: (rows, N_OBSERVATION) float32.
            mask: (rows, N_MOVES) int8.
            rng: Not used.

        Returns:
            (rows, channels) int64, all 0.
        """
        check(observation, mask)
        return idle(len(observation))


SCRIPTED: Final[dict[str, Callable[[], Policy]]] = {
    "random": RandomLegal,
    "hold": Hold,
    "hawk": lambda: UtilityPolicy("hawk", HAWK, noise=0.3),
    "dove": lambda: UtilityPolicy("dove", DOVE, noise=0.2),
    "tit_for_tat": lambda: UtilityPolicy("tit_for_tat", TIT_FOR_TAT, noise=0.1),
    "grim": lambda: UtilityPolicy("grim", GRIM, noise=0.1),
    "brinkman": lambda: UtilityPolicy("brinkman", BRINKMAN, noise=0.2),
    "bluffer": lambda: UtilityPolicy("bluffer", BLUFFER, noise=0.2),
    "noisy_signaller": lambda: UtilityPolicy("noisy_signaller", TIT_FOR_TAT, noise=1.2),  # tit for tat with more noise
    "appeaser": lambda: UtilityPolicy("appeaser", APPEASER, noise=0.2),
    "default": lambda: UtilityPolicy("default", DEFAULT, noise=0.35),
}


def scripted(name: str) -> Policy:
    """Create a scripted policy.

    Args:
        name: Key of SCRIPTED.

    Returns:
        The policy.

    Raises:
        ValueError: If the name is unknown. The message lists the names.
    """
    if name not in SCRIPTED:
        raise ValueError(f"policy={name!r}: expected one of {', '.join(SCRIPTED)}")
    return SCRIPTED[name]()
