"""The layer: a function of presence and its own draws, day by day; bursts come from presence and go when it is shuffled."""

from dataclasses import replace

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import CHINA, PATROL_CLASS, TAIWAN_STRAIT
from straits.experiments.analysis.calibration.moments import autocorrelation
from straits.experiments.analysis.calibration.observation_model import Noise, Presence, Tempo, aircraft_of, emit, surge, watch
from straits.experiments.analysis.calibration.parameters import read

DEFAULTS = [scripted("default")] * 5
TEMPO = Tempo(9.0, 90.0, 0.5, 3.0, 0.04, 0.3, 1.0, 5.0, 0.1, 0.5, 0.2, 0.1)


def steady(games: int = 20, days: int = 400, level: float = 0.2) -> Presence:
    levels = np.full((games, days + 1, 2), level)
    seeds = np.arange(1, games + 1, dtype=np.uint64)
    return Presence(levels, levels.copy(), np.full(2, 0.9), 1, seeds, np.zeros(games, np.int64))


def orders(presence: Presence, every: int = 20) -> Presence:
    """Patrols are ordered on every so many days and fade."""
    levels = presence.levels.copy()
    for day in range(1, levels.shape[1]):
        levels[:, day] = 0.2 + 0.9 * (levels[:, day - 1] - 0.2)
        if day % every == 0:
            levels[:, day] += 0.35 * (1 - levels[:, day])
    return replace(presence, levels=levels)


def test_what_was_ordered_flies_at_once_and_soon_becomes_usual() -> None:
    levels = np.array([[0.2, 0.2, 0.5, 0.5, 0.5, 0.3]])
    assert surge(levels, 0.5)[0] == pytest.approx([0, 0, 0.3, 0.15, 0.075, 0])


def test_means_are_those_of_the_equation() -> None:
    presence = steady()
    flown = aircraft_of(replace(TEMPO, quiet=1e-9), presence, Noise(presence))
    assert flown.mean() == pytest.approx(TEMPO.rate, rel=0.05)
    assert flown.var() == pytest.approx(TEMPO.rate + TEMPO.rate**2 / TEMPO.dispersion, rel=0.15)
    counts = emit(TEMPO, presence)
    assert counts[:, :, 2].mean() == pytest.approx(TEMPO.navy, rel=0.05)
    assert counts[:, :, 1].sum() == pytest.approx(TEMPO.crossing * counts[:, :, 0].sum(), rel=0.1)
    assert (counts[:, :, 1] <= counts[:, :, 0]).all() and counts.min() >= 0
    assert (counts[:, :, 0] == 0).mean() > TEMPO.quiet


def test_navy_ships_stay() -> None:
    ships = emit(TEMPO, steady())[:, :, 2].astype(float)
    assert np.mean([autocorrelation(row, 1) for row in ships]) == pytest.approx(TEMPO.navy_stay, abs=0.05)
    assert np.mean([autocorrelation(row, 2) for row in ships]) == pytest.approx(TEMPO.navy_stay**2, abs=0.05)


def test_the_memory_of_flights_comes_from_presence_alone() -> None:
    played = orders(steady())
    memory = {}
    for name, presence in {"steady": steady(), "orders": played, "shuffled": played.shuffled(1)}.items():
        memory[name] = np.mean([autocorrelation(row, 1) for row in aircraft_of(TEMPO, presence, Noise(presence))])
    assert memory["orders"] > 0.1
    assert abs(memory["steady"]) < 0.03 and memory["shuffled"] < 0.03


def test_a_game_has_the_same_counts_in_any_batch_and_other_games_others() -> None:
    presence = orders(steady(6, 60))
    whole = emit(TEMPO, presence)
    chosen = [4, 1]
    some = replace(presence, levels=presence.levels[chosen], standing=presence.standing[chosen], seeds=presence.seeds[chosen],
                   episodes=presence.episodes[chosen])  # fmt: skip
    np.testing.assert_array_equal(emit(TEMPO, some), whole[chosen])
    assert (whole[0] != whole[1]).any()
    longer = orders(steady(6, 80))
    np.testing.assert_array_equal(emit(TEMPO, longer)[:, :60], whole)  # nothing is read from the days to come


def test_presence_is_that_of_the_game_and_shuffling_keeps_its_levels() -> None:
    scenario = load_scenario("daily", horizon=10)
    presence = watch(scenario, DEFAULTS, 4, 3)
    assert presence.levels.shape == (4, 11, 2) and presence.turn_days == 1
    assert (presence.levels[:, 0, 0] == scenario.record["start"]["presence"][0, CHINA, TAIWAN_STRAIT, PATROL_CLASS]).all()
    mixed = presence.shuffled(2)
    np.testing.assert_array_equal(np.sort(mixed.levels, axis=1), np.sort(presence.levels, axis=1))


def test_a_weeks_orders_come_on_one_of_its_days_and_end_at_the_recorded_level() -> None:
    presence = watch(load_scenario("baseline", horizon=12), DEFAULTS, 30, 3)
    draws = np.random.default_rng(0).random((len(presence.levels), 12))
    days = presence.by_day(draws)
    assert days.shape == (len(presence.levels), 84, 2)
    np.testing.assert_allclose(days[:, 6::7], presence.levels[:, 1:], atol=1e-12)
    early, late = (presence.by_day(np.full_like(draws, at)) for at in (0.0, 0.99))
    ordered = presence.levels[:, 1, 0] > presence.levels[:, 0, 0] + 0.1
    assert ordered.any() and (early[ordered, 3, 0] > late[ordered, 3, 0] + 0.05).all()


def test_games_that_end_in_a_conflict_are_left_out() -> None:
    severe = load_scenario("severe", parameters={"hazard_rate": 0.01}, horizon=8)
    assert 0 < len(watch(severe, [scripted("hawk")] * 5, 40, 1).levels) < 40
    with pytest.raises(ValueError, match="games=5: expected at least one that does not end in a conflict"):
        watch(severe.with_(parameters={"hazard_rate": 1}), [scripted("hawk")] * 5, 5, 1)


def test_the_values_that_ship_are_in_range() -> None:
    assert 1 < read().rate < 50 and 0 < read().settle < 1


@pytest.mark.parametrize(("name", "value"), [("rate", 0.0), ("settle", 1.5), ("quiet", -0.1), ("gain", float("nan"))])
def test_values_out_of_range_are_named(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"tempo.{name}={value}: expected above 0"):
        replace(TEMPO, **{name: value})
