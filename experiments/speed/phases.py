"""Where a game-turn's time goes: the turn is played phase by phase, over a batch that stays in the cache, and each is timed."""

import time
from collections.abc import Callable
from typing import Any, Final, cast

import numba
import numpy as np
from numpy.typing import NDArray

from straits.envs.compiled import EXACT
from straits.envs.engine import Engine
from straits.envs.memory import borrow
from straits.envs.philox import game_seeds
from straits.envs.rules import (
    act,
    domestic,
    exogenous,
    gate,
    leak,
    observe,
    pact,
    perceive,
    propensity,
    risk,
    score,
    signal,
    stance,
    step,
)
from straits.envs.scenario import load
from straits.envs.state import GAME, WORLD, as_bytes, records
from straits.envs.vocabulary import RUNNING
from straits.experiments.speed.world import SEED, record

GAMES: Final = 64
Phase = Callable[..., None]
IN_PLACE: Final[dict[str, Phase]] = {
    "pact": pact.pact, "act": act.act, "signal": signal.signal, "answer": domestic.answer, "stance": stance.stance,
    "leak": leak.leak, "perceive": perceive.perceive, "risk": risk.risk, "domestic": domestic.domestic,
    "exogenous": exogenous.exogenous, "end": step.end, "score": score.score, "propensity": propensity.propensity,
    "rest": gate.recover_rest, "open gates": gate.open_gates,
}  # fmt: skip


def nanoseconds(rounds: int) -> dict[str, float]:
    """Nanoseconds of one core a game-turn, by phase, on random legal moves; `rounds` times the same games."""
    engine = Engine(load("baseline"), GAMES)
    tape, running = record(GAMES, GAMES)
    kernels = {"gate": _reading(gate.gate, engine.illegal)}
    kernels |= {name: _in_place(phase) for name, phase in IN_PLACE.items()}
    kernels |= {"observe": _writing(observe.observe, engine.observation), "masks": _writing(gate.show_legal, engine.mask)}
    for timed in (False, True):  # the first time compiles
        spent = dict.fromkeys(kernels, 0)
        for _ in range(rounds if timed else 1):
            engine.reset(game_seeds(SEED, GAMES))
            for moves in tape:
                _turn(engine, kernels, moves, spent)
    return {name: total / (running * rounds) for name, total in spent.items()}


def _turn(engine: Engine, kernels: dict[str, Phase], moves: NDArray[np.int64], spent: dict[str, int]) -> None:
    playing = engine.outcome == RUNNING
    memory, constants = as_bytes(engine.games), as_bytes(engine.worlds)
    for name, run in kernels.items():
        began = time.perf_counter_ns()
        run(memory, constants, playing, moves)
        spent[name] += time.perf_counter_ns() - began


def _in_place(phase: Phase) -> Phase:
    @numba.njit(**EXACT)  # type: ignore[untyped-decorator]
    def loop(memory: Any, constants: Any, playing: Any, moves: Any) -> None:
        games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
        for g in range(games.shape[0]):
            if playing[g]:
                phase(games[g], worlds[games[g].scenario])

    return cast(Phase, loop)


def _writing(phase: Phase, out: NDArray[Any]) -> Phase:
    @numba.njit(**EXACT)  # type: ignore[untyped-decorator]
    def loop(memory: Any, constants: Any, playing: Any, out: Any) -> None:
        games, worlds, rows = borrow(records(memory, GAME)), borrow(records(constants, WORLD)), borrow(out)
        for g in range(games.shape[0]):
            if playing[g]:
                phase(games[g], worlds[games[g].scenario], rows[g])

    return lambda memory, constants, playing, moves: loop(memory, constants, playing, out)


def _reading(phase: Phase, out: NDArray[Any]) -> Phase:
    @numba.njit(**EXACT)  # type: ignore[untyped-decorator]
    def loop(memory: Any, constants: Any, playing: Any, moves: Any, out: Any) -> None:
        games, worlds = borrow(records(memory, GAME)), borrow(records(constants, WORLD))
        chosen, rows = borrow(moves), borrow(out)
        for g in range(games.shape[0]):
            if playing[g]:
                phase(games[g], worlds[games[g].scenario], chosen[g], rows[g])

    return lambda memory, constants, playing, moves: loop(memory, constants, playing, moves, out)
