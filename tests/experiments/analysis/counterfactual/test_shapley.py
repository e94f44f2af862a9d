"""Shapley values: they sum to the whole effect, give nothing to those who change nothing, and are what the definition says."""

from itertools import permutations

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS, CHINA, JAPAN, N_ACTORS, N_CHANNELS, TAIWAN, USA
from straits.envs.spec.moves import choice
from straits.experiments.analysis.counterfactual.futures import run
from straits.experiments.analysis.counterfactual.shapley import COALITIONS, by_actor, by_move, contributions
from straits.experiments.rollouts.trajectory import Trajectory, record

CERTAIN = {"incident_rate": 0, "leak_rate": 0, "disaster_rate": 0, "hazard_rate": 1}


def quarrel(**actors: tuple[str, ...]) -> Trajectory:
    """One turn in a world where nothing is left to chance but conflict, whose chance is certain then."""
    moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
    for actor, names in actors.items():
        moves[0, ACTORS.index(actor)] = choice(*names)
    return Trajectory(load_scenario("baseline", horizon=1, parameters=CERTAIN), 7, 0, moves)


QUARREL = quarrel(
    china=("exercise.taiwan_strait", "threaten.taiwan"), taiwan=("patrol.taiwan_strait",), usa=("patrol.taiwan_strait",)
)


def worth(played: Trajectory, of: set[tuple[int, int]]) -> float:
    """The chance of conflict when only those choices (actor, channel) are made."""
    moves = np.zeros_like(played.moves)
    for actor, channel in of:
        moves[0, actor, channel] = played.moves[0, actor, channel]
    engine = played.begin().fork([0], 1)
    return float(run(engine, lambda turn, _: moves[turn][None])["conflict"][0])


def by_definition(members: list[set[tuple[int, int]]]) -> list[float]:
    """Each member's mean contribution over all orders of joining."""
    shares = np.zeros(len(members))
    orders = list(permutations(range(len(members))))
    for order in orders:
        joined: set[tuple[int, int]] = set()
        for n in order:
            before = worth(QUARREL, joined)
            joined = joined | members[n]
            shares[n] += (worth(QUARREL, joined) - before) / len(orders)
    return list(shares)


def test_what_everyone_adds_alike_is_shared_equally_and_what_one_adds_is_its_own() -> None:
    worth = np.stack([COALITIONS.sum(axis=1) >= 3, COALITIONS[:, CHINA] * 2.0, COALITIONS[:, CHINA] & COALITIONS[:, USA]], axis=1)
    expected = [[0.2] * 5, [0, 0, 2, 0, 0], [0.5, 0, 0.5, 0, 0]]
    assert contributions(worth.astype(float)) == pytest.approx(np.array(expected))


def test_an_actors_share_is_its_mean_contribution_over_all_orders() -> None:
    found = by_actor(QUARREL, "conflict", 2)
    expected = by_definition([{(a, 0), (a, 1)} for a in (USA, CHINA, TAIWAN)])
    assert [found.samples[0, a] for a in (USA, CHINA, TAIWAN)] == pytest.approx(expected, abs=1e-12)
    assert min(expected) > 0


def test_shares_of_actors_sum_to_the_whole_effect_in_every_future() -> None:
    played = record(load_scenario("replay_2021_11_30", horizon=12), [scripted("default")] * N_ACTORS, 6)
    for measure in ("conflict", "peak_tension", "return.japan"):
        found = by_actor(played, measure, 20)
        engine = played.begin().fork([0], 20)
        everything = run(engine, lambda turn, _: np.repeat(played.moves[turn][None], 20, axis=0))[measure]
        engine = played.begin().fork([0], 20)
        nothing = run(engine, lambda turn, _: np.zeros((20, N_ACTORS, N_CHANNELS), np.int64))[measure]
        assert found.samples.sum(axis=1) == pytest.approx(everything - nothing, abs=1e-9)
        assert found.total.estimate == pytest.approx(sum(s.estimate for s in found.shares), abs=1e-9)


def test_who_changes_nothing_gets_nothing_and_who_is_alone_gets_all() -> None:
    found = by_actor(quarrel(japan=("patrol.east_china_sea",)), "conflict", 4)
    assert found.shares[JAPAN] == pytest.approx(found.total) and found.total.estimate > 0
    assert all(found.shares[a] == (0, 0, 0) for a in range(N_ACTORS) if a != JAPAN)


def test_a_moves_share_is_near_its_mean_contribution_over_all_orders() -> None:
    found = by_move(QUARREL, "conflict", 300)
    expected = by_definition([{(USA, 0)}, {(CHINA, 0)}, {(CHINA, 1)}, {(TAIWAN, 0)}])
    assert found.names == ("1 usa patrol.taiwan_strait", "1 china exercise.taiwan_strait", "1 china threaten.taiwan",
                           "1 taiwan patrol.taiwan_strait")  # fmt: skip
    for share, value in zip(by_move(QUARREL, "conflict", 300, confidence=0.999).shares, expected, strict=True):
        assert not share.apart_from(value)


def test_shares_of_moves_sum_to_the_whole_effect_in_every_order() -> None:
    found = by_move(QUARREL, "conflict", 5)
    whole = worth(QUARREL, {(USA, 0), (CHINA, 0), (CHINA, 1), (TAIWAN, 0)}) - worth(QUARREL, set())
    assert found.samples.sum(axis=1) == pytest.approx([whole] * 5, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: by_actor(QUARREL, "anger"), "measure='anger': expected one of conflict"),
        (lambda: by_actor(QUARREL, "conflict", 1), "copies=1: expected at least 2"),
        (lambda: by_move(QUARREL, "conflict", 1), "orders=1: expected at least 2"),
        (lambda: by_move(quarrel(), "conflict"), "moves=0: expected a game with at least one move"),
    ],
)
def test_bad_questions_are_named(call, message) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=message):
        call()
