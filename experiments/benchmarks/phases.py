"""Profile a game-turn: play it phase by phase, over a batch that fits the cache, and time each phase."""

import time
from collections.abc import Callable
from typing import Any, Final, cast

import numba
import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import EXACT, borrow, rule
from straits.envs.core.rng import game_seeds
from straits.envs.core.state import GAME, PARAMS, as_bytes, records
from straits.envs.rules import (
    agreements,
    answers,
    conditions,
    conflict,
    crises,
    diplomacy,
    domestic,
    exogenous,
    leaks,
    legality,
    observations,
    perception,
    presence,
    propensity,
    rewards,
    signals,
    step,
)
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import RUNNING
from straits.experiments.benchmarks.throughput import SEED, record

GAMES: Final = 64
IDLE: Final = "nothing"
Phase = Callable[..., None]
IN_PLACE: Final[dict[str, Phase]] = {
    "pact": agreements.update_agreements, "act": presence.act, "signal": signals.signal, "answer": answers.answer,
    "stance": diplomacy.update_diplomacy,
    "leak": leaks.leak, "perceive": perception.perceive, "risk": conflict.risk, "domestic": domestic.domestic,
    "crises": crises.update_crises,
    "exogenous": exogenous.exogenous, "end": step.end, "score": rewards.score, "propensity": propensity.update_propensity,
    "rest": legality.recover_rest, "open gates": conditions.open_gates,
}  # fmt: skip


def nanoseconds(rounds: int) -> dict[str, float]:
    """Measure the time of each phase with one thread, on random legal moves.

    The cost of a call is measured with an empty phase and subtracted.

    Args:
        rounds: Repetitions of the same games. The result is the median.

    Returns:
        Phase to nanoseconds per game-turn.
    """
    engine = Engine(load_scenario("baseline"), GAMES)
    tape, running = record(GAMES, GAMES)
    kernels = {"gate": _reading(legality.gate, engine.illegal)}
    kernels |= {name: _in_place(phase) for name, phase in IN_PLACE.items()}
    kernels |= {"observe": _writing(observations.observe, engine.observation), "masks": _writing(legality.show_legal, engine.mask)}
    kernels[IDLE] = _in_place(_nothing)
    spent: dict[str, list[int]] = {name: [] for name in kernels}
    for _ in range(rounds + 1):
        engine.reset(game_seeds(SEED, GAMES))
        for times in spent.values():
            times.append(0)
        for moves in tape:
            _turn(engine, kernels, moves, spent)
    medians = {name: float(np.median(times[1:])) / running for name, times in spent.items()}  # the first round compiles
    call = medians.pop(IDLE)
    return {name: max(0.0, median - call) for name, median in medians.items()}


def _turn(engine: Engine, kernels: dict[str, Phase], moves: NDArray[np.int64], spent: dict[str, list[int]]) -> None:
    playing = engine.outcome == RUNNING
    memory, constants = as_bytes(engine.games), as_bytes(engine.params)
    for name, run in kernels.items():
        began = time.perf_counter_ns()
        run(memory, constants, playing, moves)
        spent[name][-1] += time.perf_counter_ns() - began


@rule
def _nothing(state: Any, params: Any) -> None:
    """Do nothing, to measure the cost of the clock and of the call."""


def _in_place(phase: Phase) -> Phase:
    @numba.njit(**EXACT)  # type: ignore[untyped-decorator]
    def loop(memory: Any, constants: Any, playing: Any, moves: Any) -> None:
        games, all_params = borrow(records(memory, GAME)), borrow(records(constants, PARAMS))
        for g in range(games.shape[0]):
            if playing[g]:
                phase(games[g], all_params[games[g].scenario])

    return cast(Phase, loop)


def _writing(phase: Phase, out: NDArray[Any]) -> Phase:
    @numba.njit(**EXACT)  # type: ignore[untyped-decorator]
    def loop(memory: Any, constants: Any, playing: Any, out: Any) -> None:
        games, all_params, rows = borrow(records(memory, GAME)), borrow(records(constants, PARAMS)), borrow(out)
        for g in range(games.shape[0]):
            if playing[g]:
                phase(games[g], all_params[games[g].scenario], rows[g])

    return lambda memory, constants, playing, moves: loop(memory, constants, playing, out)


def _reading(phase: Phase, out: NDArray[Any]) -> Phase:
    @numba.njit(**EXACT)  # type: ignore[untyped-decorator]
    def loop(memory: Any, constants: Any, playing: Any, moves: Any, out: Any) -> None:
        games, all_params = borrow(records(memory, GAME)), borrow(records(constants, PARAMS))
        chosen, rows = borrow(moves), borrow(out)
        for g in range(games.shape[0]):
            if playing[g]:
                phase(games[g], all_params[games[g].scenario], chosen[g], rows[g])

    return lambda memory, constants, playing, moves: loop(memory, constants, playing, moves, out)
