"""Crises and truces of a game as stretches of turns, each with its opener and its end."""

from typing import Any

import numpy as np
import pytest

from straits.envs.core.state import GAME
from straits.envs.spec.constants import CHINA, CONFLICT, DEAL_END, FADE_END, TAIWAN, YIELD_END
from straits.experiments.rollouts.crises import Crisis, Truce, list_crises, list_truces

PAIR = (CHINA, TAIWAN)


def game(crisis: list[int], ends: dict[int, int] | None = None, truce: dict[int, int] | None = None) -> np.ndarray[Any, Any]:
    """Records in which the pair has lasted in crisis for these turns, its crises end so, and Taiwan opened them."""
    records = np.zeros(len(crisis), GAME)
    records["turn"] = np.arange(len(crisis))
    for i, j in (PAIR, PAIR[::-1]):
        records["crisis_turns"][:, i, j] = crisis
        for turn, left in (truce or {}).items():
            records["truce_turns"][turn, i, j] = left
    records["crisis_opener"][:, TAIWAN, CHINA] = 1
    for turn, end in (ends or {}).items():
        records["crisis_end"][turn, CHINA, TAIWAN] = end
        records["crisis_end"][turn, TAIWAN, CHINA] = 0 if end == YIELD_END else end
    return records


@pytest.mark.parametrize(("end", "kind", "loser"), [(DEAL_END, "deal", -1), (YIELD_END, "yield", CHINA), (FADE_END, "fade", -1)])
def test_a_crisis_runs_from_its_onset_to_the_turn_that_ends_it(end: int, kind: str, loser: int) -> None:
    assert list_crises(game([0, 1, 2, 0, 0], {3: end})) == [Crisis(1, 3, CHINA, TAIWAN, TAIWAN, kind, loser)]


def test_a_crisis_that_outlasts_the_game_is_cut_and_one_that_a_conflict_ends_says_so() -> None:
    records = game([0, 0, 1, 2])
    assert list_crises(records) == [Crisis(2, 3, CHINA, TAIWAN, TAIWAN, "cut", -1)]
    records["outcome"][-1], records["belligerents"][-1] = CONFLICT, PAIR
    assert list_crises(records)[0].end == "conflict"
    records["belligerents"][-1] = (0, CHINA)  # of another pair
    assert list_crises(records)[0].end == "cut"


def test_columns_of_a_recording_give_the_same_crises() -> None:
    records = game([0, 1, 2, 3, 0, 1], {4: FADE_END})
    names = ("crisis_turns", "crisis_end", "crisis_opener", "outcome", "belligerents")
    assert list_crises({name: records[name] for name in names}) == list_crises(records)
    assert [crisis.end for crisis in list_crises(records)] == ["fade", "cut"]


def test_a_truce_runs_from_the_settlement_until_it_lapses_or_is_broken() -> None:
    records = game([0] * 6, truce={1: 3, 2: 2, 3: 1})
    assert list_truces(records) == [Truce(1, 4, CHINA, TAIWAN, -1)]
    records["breaches"][4:, TAIWAN, CHINA] = 1
    assert list_truces(records) == [Truce(1, 4, CHINA, TAIWAN, TAIWAN)]
