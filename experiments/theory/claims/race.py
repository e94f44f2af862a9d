"""Test T12 (Richardson 1960): an arms race of two sides, x' = x + k y - a x and y' = y + l x - b y.

x and y are presence above the standing level.
"""

from statistics import NormalDist
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.rules import perception, presence
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CHINA, CLASSES, COAST_GUARD_CLASS, PATROL_CLASS, TAIWAN, TAIWAN_STRAIT
from straits.experiments.theory.verdict import Verdict

Two = tuple[float, float]  # China's, Taiwan's
SIDES: Final = ((CHINA, TAIWAN, PATROL_CLASS), (TAIWAN, CHINA, COAST_GUARD_CLASS))  # actor, rival, class that it deploys


def richardson(reactions: Two, fatigues: Two, start: Two, turns: int, shock: float = 0.0) -> NDArray[np.float64]:
    """Simulate two sides that deploy in proportion to their tension above its baseline, with the functions of the rules.

    Fatigue is the decay of presence (R3.1). Reaction is how tension responds to the other's presence (R8.1, R8.2).

    Args:
        reactions: Reaction of each side per turn.
        fatigues: Decay of each side's presence per turn, 0..1.
        start: Initial presence above the standing level.
        turns: Number of turns.
        shock: Standard deviation of random deployments.

    Returns:
        Presence above the standing level, (turns + 1, 2).

    Raises:
        ValueError: If presence or tension reaches a bound.
    """
    engine = _engine(fatigues)
    state, params = engine.games[0], engine.params[0]
    order = _orders(state, params, reactions)
    shocks = shock * np.random.default_rng(12).standard_normal((turns, 2))
    path = np.zeros((turns + 1, 2))
    path[0] = start
    for n, (i, _, c) in enumerate(SIDES):
        state.presence[i, TAIWAN_STRAIT, c] = state.standing[i, TAIWAN_STRAIT, c] + start[n]
    _feel(state, params)
    for turn in range(turns):
        wanted = [
            order[n] * (state.tension[i, j] - state.baseline_tension[i, j]) + shocks[turn, n] for n, (i, j, _) in enumerate(SIDES)
        ]
        presence.fade(state, params)
        for n, (i, _, c) in enumerate(SIDES):
            state.presence[i, TAIWAN_STRAIT, c] += wanted[n]
            path[turn + 1, n] = state.presence[i, TAIWAN_STRAIT, c] - state.standing[i, TAIWAN_STRAIT, c]
        _feel(state, params)
        if abs(path[turn + 1]).max() > 0.4 or max(state.tension[i, j] for i, j, _ in SIDES) >= 1.0:
            raise ValueError(f"turn={turn}: a bound binds")
    return path


def _engine(fatigues: Two) -> Engine:
    """Return a game in which each side has one class of presence in the strait, and tension follows threat at once."""
    stands = [{"of": ACTORS[i], "area": "taiwan_strait", "class": CLASSES[c], "standing": 0.4} for i, _, c in SIDES]
    numbers = {"keep_patrol": 1 - fatigues[0], "keep_coast_guard": 1 - fatigues[1], "tension_rate": 1}
    engine = Engine(load_scenario("baseline").with_(parameters=numbers, presence=stands), 1)
    engine.reset(12)
    return engine


def _orders(state: Any, params: Any, reactions: Two) -> Two:
    """Return the deployment per unit of tension that produces the requested reactions."""
    felt = [params.tension_slope * state.hostility[i, j] * params.proximity[i, TAIWAN_STRAIT] for i, j, _ in SIDES]
    return reactions[0] / (felt[0] * float(params.threat_coast_guard)), reactions[1] / (felt[1] * float(params.threat_patrol))


def _feel(state: Any, params: Any) -> None:
    presence.measure(state, params)
    perception.perceive(state, params)


REACTIONS: Final = (0.2, 0.15)
FATIGUES: Final = (0.45, 0.2)
PRODUCTS: Final = (0.5, 0.9, 1.1, 2.0)  # product of the reactions relative to that of the fatigues
FATIGUE_B: Final = 0.25


def fitted(turns: int = 3000) -> list[tuple[float, float, float]]:
    """Estimate each reaction and fatigue by least squares on one path with shocks.

    Returns:
        (planted, estimate, standard error) of the four coefficients.
    """
    path = richardson(REACTIONS, FATIGUES, start=(0.1, -0.05), turns=turns, shock=0.02)
    rows = []
    for own in range(2):
        seen = np.column_stack([path[:-1, 1 - own], -path[:-1, own], np.ones(turns)])
        estimate, (squares,), *_ = np.linalg.lstsq(seen, np.diff(path[:, own]), rcond=None)
        error = np.sqrt(np.diag(np.linalg.inv(seen.T @ seen)) * squares / (turns - 3))
        rows += [(planted, float(estimate[n]), float(error[n])) for n, planted in enumerate((REACTIONS[own], FATIGUES[own]))]
    return rows


def grows(product: float, a: float) -> bool:
    """Return whether the distance from rest grows.

    Args:
        product: Product of the reactions relative to the product of the fatigues.
        a: Fatigue of the first side.
    """
    both = (product * a * FATIGUE_B) ** 0.5
    try:
        path = richardson((1.5 * both, both / 1.5), (a, FATIGUE_B), start=(0.004, 0.001), turns=300)
    except ValueError:
        return True
    return bool(np.hypot(*path[-1]) > np.hypot(*path[100]))


def t12() -> Verdict:
    """Test T12: fitted coefficients recover planted ones, and the race diverges exactly when reactions outweigh fatigues."""
    rows = fitted()
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / len(rows))  # the four intervals hold together at 95 %
    within = sum(abs(estimate - planted) < z * error < 0.15 * z * planted for planted, estimate, error in rows)
    right = [grows(product, a) == (product > 1) for a in (0.15, 0.45) for product in PRODUCTS]
    listed = ", ".join(f"{estimate:.3f} for {planted:g}" for planted, estimate, _ in rows)
    return Verdict(
        "T12", "Richardson 1960",
        "fitted coefficients recover planted ones; distance grows exactly when reactions outweigh fatigues",
        f"reactions {REACTIONS}, fatigues {FATIGUES}, 3,000 transitions; products {PRODUCTS} times those of the fatigues",
        f"{listed}; {within} of {len(rows)} inside their joint intervals; {sum(right)} of {len(right)} races as predicted",
        None, None, within == len(rows) and all(right),
    )  # fmt: skip
