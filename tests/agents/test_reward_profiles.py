"""The characters of the held-out suite: the one thing that makes each what it is."""

import numpy as np

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, N_ACTORS, TAIWAN, TAIWAN_STRAIT
from straits.envs.spec.moves import MOVES, OFFSETS
from straits.experiments.rollouts.rollout import decide, play

GAMES = 200


def kinds(name: str, channel: int, scenario: str = "baseline") -> dict[str, float]:
    """Share of each kind of move among all choices of a channel when everyone plays the character."""
    moves = play(load_scenario(scenario), [scripted(name)] * N_ACTORS, GAMES, 3, keep_moves=True).moves[..., channel]
    shares: dict[str, float] = {}
    for index, count in zip(*np.unique(moves[moves >= 0], return_counts=True), strict=True):
        kind = MOVES[OFFSETS[channel] + index].kind.name
        shares[kind] = shares.get(kind, 0.0) + count / (moves >= 0).sum()
    return shares


def test_a_bluffer_threatens_and_moves_nobody() -> None:
    assert set(kinds("bluffer", 0)) <= {"hold", "pull_back"}
    said = kinds("bluffer", 1)
    assert said["threaten"] + said["pledge"] > 0.1


def test_a_brinkman_presses_until_something_has_happened() -> None:
    def deployed(incident: float) -> set[str]:
        engine = Engine(load_scenario("baseline"), GAMES)
        engine.reset(1)
        engine.games["presence"][:, CHINA, TAIWAN_STRAIT, 0] = 0.5  # something to pull back
        engine.step(np.zeros((GAMES, N_ACTORS, 3), np.int64))
        engine.games["incident"][:] = 0.0  # whatever the turn brought
        engine.games["incident"][:, TAIWAN_STRAIT] = incident
        engine.observe()
        chosen = decide(engine, [scripted("brinkman")] * N_ACTORS)[:, CHINA, 0]
        return {MOVES[index].kind.name for index in chosen}

    assert deployed(0.0) <= {"patrol", "exercise", "air_activity", "coast_guard"}
    assert deployed(1.0) == {"pull_back"}


def test_an_appeaser_concedes_more_the_more_it_is_pressed() -> None:
    calm = play(load_scenario("baseline"), [scripted("appeaser")] * N_ACTORS, GAMES, 3, keep_moves=True)
    seats = [scripted("hawk" if seat == CHINA else "appeaser") for seat in range(N_ACTORS)]
    pressed = play(load_scenario("baseline"), seats, GAMES, 3, keep_moves=True)
    back = next(m.index for m in MOVES if m.name == "pull_back")

    def conceded(moves: np.ndarray) -> float:
        mine = moves[:, :, TAIWAN]
        said = mine[..., 1][mine[..., 1] >= 0]
        gentle = [m.index for m in MOVES if m.kind.name in ("reassure", "peace_appeal")]
        return float((mine[..., 0] == back).sum() / (mine[..., 0] >= 0).sum() + np.isin(said, gentle).mean())

    assert conceded(pressed.moves) > conceded(calm.moves)
    assert set(kinds("appeaser", 0)) <= {"hold", "pull_back"}


def test_a_noisy_signallers_answers_say_less_about_what_was_done() -> None:
    """How much more often Japan deploys after a provocation by China than without one."""

    def contrast(name: str) -> float:
        rates = []
        for provoked in (0.0, 0.3):
            engine = Engine(load_scenario("baseline"), 1000)
            engine.reset(5)
            engine.games["provocation_presence"][:, CHINA, 1] = provoked
            engine.observe()
            rates.append(float((decide(engine, [scripted(name)] * N_ACTORS)[:, 1, 0] > 0).mean()))
        return rates[1] - rates[0]

    assert 0 < contrast("noisy_signaller") < contrast("tit_for_tat") / 2
