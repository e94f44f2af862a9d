"""A game as a page shows it: every number is the game's, the same game gives the same bytes."""

import json

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, AREAS, CLASSES, COMPONENTS, CONFLICT, PAIRS
from straits.envs.spec.moves import choice
from straits.experiments.rollouts.trajectory import Trajectory, record
from straits.experiments.viewer.export.replay import ORDERED, episode
from straits.experiments.viewer.export.replay_file import to_bytes
from straits.experiments.viewer.export.schema import check

DEFAULTS = dict.fromkeys(ACTORS, "default")
CODES = ("US", "JP", "CN", "TW", "PH")


def by_hand(*turns: dict[str, tuple[str, ...]], scenario: str = "baseline") -> Trajectory:
    """A game in which everyone idles but those that are named."""
    moves = np.zeros((len(turns), 5, 3), np.int64)
    for t, made in enumerate(turns):
        for actor, names in made.items():
            moves[t, ACTORS.index(actor)] = choice(*names)
    return Trajectory(load_scenario(scenario), 7, 0, moves)


@pytest.fixture(scope="module")
def played() -> Trajectory:
    return record(load_scenario("severe", horizon=12), [scripted("hawk")] * 5, 3)


def records(played: Trajectory) -> list[np.void]:
    engine = played.begin()
    found = [engine.games[0].copy()]
    for moves in played.moves:
        engine.step(moves[None])
        found.append(engine.games[0].copy())
    return found


def test_every_state_is_that_of_the_game(played: Trajectory) -> None:
    shown = episode(played, DEFAULTS)
    for t, game in enumerate(records(played)):
        felt = game["tension"]
        both = [(felt[i, j] + felt[j, i]) / 2 for i, j in PAIRS]
        assert shown["tension"][t] == round(1000 * np.mean(both))
        assert [shown["pairs"][f"{CODES[i]}-{CODES[j]}"][t] for i, j in PAIRS] == [round(1000 * v) for v in both]
        for i, j in ORDERED:
            assert shown["directed"][f"{CODES[i]}>{CODES[j]}"][t] == round(1000 * felt[i, j])
            assert shown["seen"][f"{CODES[i]}>{CODES[j]}"][t] == str(game["rung"][i, j])
        assert [shown["support"][code][t] for code in CODES] == [round(1000 * v) for v in game["support"]]
        assert shown["hazard"][t] == round(10_000 * game["hazard"].sum())
        for n, code in enumerate(CODES):
            for name, value in zip(COMPONENTS, game["reward"][n], strict=True):
                assert t == 0 or shown["rewards"][code][name][t - 1] == round(1000 * value)


def at(changes: list[list[int]], turn: int) -> list[int]:
    """What stands after the last change up to that turn."""
    return [row for row in changes if row[0] <= turn][-1][1:]


def test_what_is_kept_as_changes_is_that_of_the_game_at_every_turn(played: Trajectory) -> None:
    shown = episode(played, DEFAULTS)
    for t, game in enumerate(records(played)):
        for i, j in ORDERED:
            assert at(shown["ambassador"][f"{CODES[i]}>{CODES[j]}"], t) == [game["ambassador"][i, j]]
        for n, code in enumerate(CODES):
            for a, area in enumerate(AREAS):
                kept = at(shown["presence"][code][area], t) if area in shown["presence"][code] else [0] * len(CLASSES)
                assert kept == [10 * round(100 * level) for level in game["presence"][n, a]]
    assert all(row != before for rows in shown["presence"]["CN"].values() for before, row in zip(rows, rows[1:], strict=False))


def test_crises_are_those_of_the_game_at_every_turn(played: Trajectory) -> None:
    shown = episode(played, DEFAULTS)
    pairs = [(2, CODES.index(key.replace("CN", "").strip("-"))) for key in shown["disputes"]]
    for t, game in enumerate(records(played)):
        for pair, (i, j) in zip(shown["disputes"].values(), [tuple(sorted(both)) for both in pairs], strict=True):
            open_rows = [
                row
                for row in shown["crises"]
                if row[2:4] == [i, j] and row[0] <= t and (t < row[1] or row[5] in ("cut", "conflict"))
            ]
            assert bool(open_rows) == (game["crisis_turns"][i, j] > 0)
            assert all(t - row[0] + 1 == game["crisis_turns"][i, j] for row in open_rows)
            assert pair["leverage"][t] == round(1000 * game["leverage"][i, j]) and pair["quiet"][t] == game["quiet_turns"][i, j]
            assert [side[t] for side in pair["terms"]] == [round(1000 * game["terms"][a, b]) for a, b in ((i, j), (j, i))]
    assert shown["crises"] and len(shown["disputes"]) == 4


def test_moves_say_who_did_what_and_whether_it_took_effect() -> None:
    played = by_hand(
        {"japan": ("summit.usa",), "china": ("exercise.taiwan_strait", "denounce.japan")},
        {"japan": ("summit.usa",), "usa": ("summit.japan",)},
    )
    shown = episode(played, DEFAULTS)
    said = [(t, ACTORS[a], shown["table"][n]["name"], works, rung) for t, a, n, works, rung in shown["moves"]]
    assert (1, "japan", "summit.usa", 0, 0) in said  # it waits for the other side
    assert (2, "usa", "summit.japan", 1, 0) in said  # and takes effect with it
    assert (1, "china", "exercise.taiwan_strait", 1, 5) in said and (1, "china", "denounce.japan", 1, 1) in said
    table = {entry["name"]: entry for entry in shown["table"]}
    assert table["denounce.japan"] == {
        "name": "denounce.japan",
        "words": "denounces Japan",
        "channel": 1,
        "rung": 1,
        "actor": 1,
        "area": -1,
    }
    assert table["exercise.taiwan_strait"]["area"] == AREAS.index("taiwan_strait")
    assert len(shown["table"]) == len(table)


def test_events_tell_what_nobody_chose_who_arrived_and_how_it_ended() -> None:
    fight = record(load_scenario("severe", parameters={"hazard_rate": 1}), [scripted("hawk")] * 5, 0)
    shown = episode(fight, DEFAULTS)
    kinds = [kind for _, kind, *_ in shown["events"]]
    assert kinds.count("conflict") == 1 and shown["events"][-1][0] == fight.turns and shown["meta"]["outcome"] == "conflict"
    assert shown["rung"][-1] == "6" and len(shown["rung"]) == fight.turns + 1
    i, j = shown["meta"]["belligerents"]
    assert records(fight)[-1]["belligerents"].tolist() == [i, j]
    turns = [turn for turn, *_ in shown["events"]]
    assert turns == sorted(turns)
    calm = episode(by_hand({}, {}), DEFAULTS)
    assert calm["meta"]["outcome"] == "running" and calm["meta"]["belligerents"] is None
    assert not [e for e in calm["events"] if e[1] in ("rung", "crisis", "conflict", "end")]


def test_a_summons_and_its_end_are_marked() -> None:
    grievance = {"japan": ("denounce.china", "patrol.east_china_sea")}
    shown = episode(by_hand(grievance, {"china": ("summon.japan",)}, {"china": ("restore.japan",)}), DEFAULTS)
    assert [2, "ambassador", "China has summoned the ambassador of Japan", 2, -1] in shown["events"]
    assert [3, "ambassador", "Relations of China with Japan are back to normal", 2, -1] in shown["events"]


def test_the_same_game_gives_the_same_bytes_and_they_are_sound(played: Trajectory) -> None:
    seats = {actor: scripted("hawk") for actor in ACTORS}
    first = to_bytes(episode(played, DEFAULTS, seats=seats, seed=3))
    assert first == to_bytes(episode(played, DEFAULTS, seats=seats, seed=3))
    assert check(json.loads(first))["meta"]["seed"] == "3"


def test_a_game_among_others_is_the_same_game(played: Trajectory) -> None:
    engine = Engine(played.scenario, 3)
    engine.reset(np.array([1, played.seed, 2], np.uint64))
    for moves in played.moves:
        engine.step(np.broadcast_to(moves, (3, 5, 3)).copy())
    assert engine.games["outcome"][1] != CONFLICT or episode(played, DEFAULTS)["meta"]["outcome"] == "conflict"
    assert [round(1000 * v) for v in engine.games["support"][1]] == [
        episode(played, DEFAULTS)["support"][code][-1] for code in CODES
    ]


def test_actors_go_by_their_labels() -> None:
    played = by_hand({"china": ("denounce.japan",)}, scenario="anonymous")
    shown = episode(played, DEFAULTS)
    assert [actor["code"] for actor in shown["actors"]] == ["C", "E", "B", "A", "D"]
    assert "denounces e" in [entry["words"] for entry in shown["table"]]
    check(json.loads(to_bytes(shown)))


def test_choices_that_were_turned_down_are_told() -> None:
    illegal = np.zeros((2, 5, 3), np.bool_)
    illegal[1, 2, 0] = True
    assert episode(by_hand({}, {}), DEFAULTS, illegal=illegal)["illegal"] == [[2, 2, 0]]
