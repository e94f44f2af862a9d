"""Crises of rival pairs by the fields of the record, and how long they last, on turns written out by hand."""

import numpy as np
import pytest

from straits.envs.spec.constants import CHINA, DEAL_END, FADE_END, JAPAN, N_ACTORS, PAIRS, TAIWAN, USA, YIELD_END
from straits.envs.spec.moves import N_MOVES, choice
from straits.experiments.metrics import crises, survival
from straits.experiments.metrics.types import Series

TURNS = 10


def play(*spans, turns=TURNS, war=None):
    """One game. spans: (pair, first turn, last turn, end, opener, loser); an end of 0 leaves the crisis open; turns from 1."""
    shape = 1, TURNS, N_ACTORS, N_ACTORS
    lasted, end, opener = np.zeros(shape, np.int16), np.zeros(shape, np.int8), np.zeros(shape, bool)
    for (i, j), first, last, how, by, loser in spans:
        for a, b in ((i, j), (j, i)):
            for n, turn in enumerate(range(first, last + 1)):
                over = how and turn == last
                lasted[0, turn - 1, a, b] = 0 if over else n + 1
                end[0, turn - 1, a, b] = how if over and (how != YIELD_END or a == loser) else 0
            opener[0, first - 1 :, a, b] = a == by
    zeros = np.zeros(shape, np.float32)
    played = np.arange(TURNS)[None] < turns
    return Series(
        played=played, conflict=np.array([war is not None]), belligerents=np.array([war or (N_ACTORS, N_ACTORS)]),
        incidents=np.zeros((1, TURNS), np.int64), tension=zeros, rung=np.zeros(shape, np.int8), crisis_turns=lasted, crisis_end=end,
        crisis_opener=opener, terms=zeros.copy(), moves=np.zeros((1, TURNS, N_ACTORS, 3), np.int64),
        effective=np.zeros((1, TURNS, N_ACTORS, 3), bool), returns=np.zeros((1, N_ACTORS)), goals=np.zeros((1, N_ACTORS), np.int64),
        resolve=np.zeros((1, N_ACTORS)),
    )  # fmt: skip


def rows(data):
    found = crises.find_crises(data)
    names = [crises.ENDS[end] for end in found.end]
    return [
        (PAIRS[p], *r)
        for p, *r in zip(found.pair, *map(np.ndarray.tolist, found[2:4]), names, found.opener, found.loser, strict=True)
    ]


def test_a_pair_has_several_crises_with_their_ends_openers_and_losers():
    pair = (JAPAN, CHINA)
    data = play((pair, 1, 4, YIELD_END, CHINA, JAPAN), (pair, 6, 8, DEAL_END, JAPAN, None), (pair, 10, 10, 0, CHINA, None))
    assert rows(data) == [
        (pair, 1, 4, "yield", CHINA, JAPAN),
        (pair, 6, 3, "deal", JAPAN, crises.NO_ACTOR),
        (pair, 10, 1, "open", CHINA, crises.NO_ACTOR),
    ]


def test_crises_of_two_pairs_do_not_mix():
    data = play(((USA, CHINA), 2, 9, FADE_END, USA, None), ((CHINA, TAIWAN), 3, 10, 0, TAIWAN, None))
    assert rows(data) == [((USA, CHINA), 2, 8, "fade", USA, -1), ((CHINA, TAIWAN), 3, 8, "open", TAIWAN, -1)]
    assert crises.in_crisis(data)[0].tolist() == [False] + [True] * 9


def test_conflict_ends_the_crisis_of_the_two_that_fight_and_no_other():
    spans = ((JAPAN, CHINA), 2, 5, 0, CHINA, None), ((USA, CHINA), 4, 5, 0, USA, None)
    found = {pair: end for pair, _, _, end, *_ in rows(play(*spans, turns=5, war=(CHINA, JAPAN)))}
    assert found == {(JAPAN, CHINA): "conflict", (USA, CHINA): "open"}


def test_without_crises_there_is_nothing():
    data = play()
    assert not rows(data) and not crises.in_crisis(data).any()
    assert crises.counts(crises.find_crises(data), 1)["crises"].tolist() == [0]


def test_counts_per_game_and_actor():
    pair = (JAPAN, CHINA)
    found = crises.find_crises(play((pair, 1, 4, YIELD_END, CHINA, JAPAN), (pair, 6, 8, DEAL_END, JAPAN, None)))
    counts = crises.counts(found, 1)
    assert {name: counts[name].item() for name in ("crises", "ended", "settlements", "deal", "fade")} == {
        "crises": 2, "ended": 2, "settlements": 2, "deal": 1, "fade": 0,
    }  # fmt: skip
    assert crises.by_actor(found, found.opener, 1).tolist() == [[0, 1, 1, 0, 0]]
    assert crises.by_actor(found, found.loser, 1).tolist() == [[0, 1, 0, 0, 0]]


def test_signals_before_an_end_and_the_rates_of_ends_after_them():
    pair = (JAPAN, CHINA)
    data = play((pair, 1, 6, YIELD_END, CHINA, JAPAN))
    data.moves[0, 4, JAPAN] = choice("summon.china")  # turn 5
    data.moves[0, 1, CHINA] = choice("threaten.japan")  # turn 2, too early
    marks = crises.sent(data.moves, np.zeros((N_ACTORS, N_MOVES, N_ACTORS), bool))
    found = crises.find_crises(data)
    assert [crises.before_end(found, marks[name]).item() for name in crises.SIGNALS] == [True, False, False, False]
    rates = crises.end_rates(data, marks, talks_from=3)  # turns 3, 4 and 5 count
    assert {name: counts.tolist() for name, counts in rates.items()} == {
        "summons": [[1, 1]], "commitment": [[0, 0]], "offer": [[0, 0]], "pull-back": [[0, 0]], "no signal": [[0, 2]],
    }  # fmt: skip


def test_who_concedes_by_a_yield_or_by_a_deal_against_it():
    pair = (JAPAN, CHINA)
    data = play((pair, 1, 4, YIELD_END, CHINA, JAPAN), (pair, 6, 8, DEAL_END, JAPAN, None))
    data.terms[0, 7, CHINA, JAPAN] = -0.1
    turn, loser, winner = np.nonzero(crises.concessions(data, 0.96)[0])
    assert list(zip(turn, loser, winner, strict=True)) == [(3, JAPAN, CHINA), (7, CHINA, JAPAN)]


def test_the_time_to_the_first_crisis_of_any_pair():
    zeros = np.zeros(3, np.int64)
    found = crises.Crises(np.array([0, 0, 2]), zeros, np.array([5, 3, 2]), zeros, zeros, zeros, zeros)
    durations, observed = crises.time_to_crisis(found, np.array([8, 8, 8]))
    assert durations.tolist() == [3, 8, 2] and observed.tolist() == [True, False, True]


def test_the_median_duration_by_hand_and_without_one():
    # Lengths 2, 4, 4 and one censored at 6: after turn 4 a quarter is left; after turn 2 three quarters.
    at = np.array([0, 0, 1, 1]), np.array([2, 4, 4, 6])
    median = survival.median_interval(*at, np.array([True, True, True, False]), 2, 10, seed=1)
    assert median.estimate == 4.0
    assert survival.median_interval(*at, np.zeros(4, bool), 2, 10, seed=1).estimate == np.inf


def test_kaplan_meier_by_hand():
    # Of 5 games one ends in turn 1 (4/5 left), one is censored in turn 2, one of the 3 that are left ends in turn 3.
    curve = survival.kaplan_meier([1, 2, 3, 4, 4], [True, False, True, False, False], 4)
    assert curve.survival == pytest.approx([1, 0.8, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3])
    assert curve.restricted_mean == pytest.approx(1 + 0.8 + 0.8 + 0.8 * 2 / 3)
    assert (curve.low <= curve.survival).all() and (curve.survival <= curve.high).all()


def test_competing_risks_by_hand():
    # Turn 1: 1 of 4 by cause 1. Turn 2: of 3 left, 1 by cause 2. Turn 3: of 2, 1 by cause 1, 1 censored.
    shares = survival.aalen_johansen([1, 2, 3, 3], [1, 2, 1, 0], 2, 3)
    assert shares[:, 0] == pytest.approx([0, 0.25, 0.25, 0.25 + 0.5 * 0.5])
    assert shares[:, 1] == pytest.approx([0, 0, 0.25, 0.25])


def test_competing_risks_agree_with_lifelines_where_nothing_ties():
    lifelines = pytest.importorskip("lifelines")
    rng = np.random.default_rng(5)
    durations, causes = rng.permutation(200) + 1, rng.integers(0, 3, 200)
    ours = survival.aalen_johansen(durations, causes, 2, 200)
    for cause in (1, 2):
        fitted = lifelines.AalenJohansenFitter(calculate_variance=False).fit(durations, causes, cause)
        theirs = fitted.cumulative_density_.iloc[:, 0].reindex(np.arange(201), method="ffill").to_numpy()
        assert ours[:, cause - 1] == pytest.approx(theirs, abs=1e-9)
