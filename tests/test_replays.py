"""Every dated event of the sources, replayed: a start at the day, moves that are legal when played, and what followed.

Reactions marked "reported" are in a source, "model" ones are assumptions (docs/sources.md). `default` reads observation, mask and
its draws alone, so the same reaction must come when the event comes ten turns later, and not without the event.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs import list_scenarios, load_scenario, parallel_env
from straits.envs.scenarios.scenario import Scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import (
    ACTORS,
    CHINA,
    JAPAN,
    LUZON,
    MISSILES_CLASS,
    N_ACTORS,
    N_CHANNELS,
    NANSEI,
    PHILIPPINES,
    TAIWAN,
    USA,
)
from straits.envs.spec.moves import MOVES, choice
from straits.envs.spec.observation import N_OBSERVATION, label
from straits.experiments.rollouts.rollout import decide
from straits.experiments.utils.statistics import paired

ENTRY = {label(n): n for n in range(N_OBSERVATION)}
QUIET = {"leak_rate": 0, "disaster_rate": 0}  # the event itself, and nothing else by chance
LATER = 10  # turns
LONGEST = {  # turns that the moves may take
    "replay_2021_03_16": 2, "replay_2021_03_20": 2, "replay_2021_04": 1, "replay_2021_10": 1, "replay_2021_11": 2,
    "replay_2021_11_30": 2, "replay_2021_12_23": 2, "replay_2022_01": 1, "replay_2023_02": 2, "replay_2024_04_summit": 3,
    "replay_2024_04_coast_guard": 2, "replay_2024_11_24": 2, "replay_2024_12": 1, "replay_after_2024_12": 4,
}  # fmt: skip

Only = Callable[[str, str], bool]  # (actor, move) -> whether it is played


def at(name: str, delay: int = 0, event: bool = True, **changes: Any) -> Scenario:
    """The start of a replay, its scheduled events moved by `delay` turns, or without them."""
    schedule = [{"turn": t + delay, "event": e, "actors": list(who)} for t, e, who in load_scenario(name).document["schedule"]]
    changes["parameters"] = {**QUIET, **changes.get("parameters", {})}
    return load_scenario(name).with_(**{"schedule": schedule if event else [], **changes})


def replay(name: str, delay: int = 0, event: bool = True, only: Only = lambda a, m: True, rest: int = 0, **changes: Any) -> Any:
    """A strict PettingZoo environment after `delay` idle turns, the event's own and `rest` idle ones. Strict raises on what is
    illegal."""
    env = parallel_env(at(name, delay, event, **changes), on_illegal="raise")
    env.reset(seed=2021)
    turns = load_scenario(name).replay if event else ()
    for turn in [*[{}] * delay, *turns, *[{}] * (length(name) - len(turns) + rest)]:
        played = {a: [m for m in turn.get(a, ()) if only(a, m)] for a in ACTORS}
        env.step({a: np.array(choice(*moves)) for a, moves in played.items()})
    return env


def length(name: str) -> int:
    return max(1, len(load_scenario(name).replay))


def change(name: str, what: Callable[[Mapping[str, Any]], float], **how: Any) -> float:
    """What the event changes in a number of the state, against the same game without it."""
    return what(replay(name, **how).state_dict()) - what(replay(name, event=False, **how).state_dict())


def view(env: Any, actor: str) -> NDArray[np.float32]:
    """What the actor sees now."""
    seen: NDArray[np.float32] = env.observe()[0][actor]
    return seen


def tension(of: int, towards: int) -> Callable[[Mapping[str, Any]], float]:
    return lambda state: float(state["tension"][of, towards])


# Moves: named, legal, in time


def test_every_dated_event_has_a_scenario() -> None:
    assert set(LONGEST) == set(list_scenarios("replay"))


@pytest.mark.parametrize("name", LONGEST)
def test_its_moves_are_legal_when_played_and_take_no_longer_than_they_may(name: str) -> None:
    assert length(name) <= LONGEST[name]
    assert replay(name).episode_stats()["turn"] == length(name)


# Reactions of the default policies


def reacted(name: str, move: str, games: int, others: str, delay: int, event: bool) -> NDArray[np.float64]:
    """In which games `default` China made the move (a name, or its beginning) from the event to two turns after it, (games,)."""
    engine = Engine(at(name, delay, event), games)
    engine.reset(11)
    seats = [scripted("default" if seat == CHINA else others) for seat in range(N_ACTORS)]
    turns = load_scenario(name).replay if event else ()
    wanted = [m for m in MOVES if m.name.startswith(move)]
    found = np.zeros(games, np.bool_)
    for turn in range(delay + length(name) + 2):
        moves = decide(engine, seats) if turn >= delay else np.zeros((games, N_ACTORS, N_CHANNELS), np.int64)
        for actor, names in (turns[turn - delay] if 0 <= turn - delay < len(turns) else {}).items():
            for m in (m for m in MOVES if m.name in names and m.kind.name != "relief"):  # needs have faded ten turns later
                moves[:, ACTORS.index(actor), m.kind.channel] = m.index
        engine.step(moves)
        if turn >= delay:
            done = engine.games["moves"][:, CHINA]
            found |= np.any([done[:, m.kind.channel] == m.index for m in wanted], axis=0)
    return found.astype(np.float64)


REACTIONS = [
    ("replay_2021_03_20", "oppose"),  # model
    ("replay_2021_11", "oppose"),  # reported, as its standing position
    ("replay_2021_11", "assert_claim"),  # reported, as its standing position
    ("replay_2021_11_30", "denounce.japan"),  # reported
    ("replay_2021_11_30", "summon_urgent.japan"),  # reported
    ("replay_2021_12_23", "denounce."),  # model
    ("replay_2023_02", "denounce."),  # model
    ("replay_2023_02", "coast_guard.south_china_sea"),  # model
    ("replay_2024_04_summit", "denounce."),  # model
    ("replay_2024_11_24", "oppose"),  # reported
]


@pytest.mark.parametrize(("name", "move"), REACTIONS)
@pytest.mark.parametrize("delay", [0, LATER])
def test_china_reacts_whenever_the_event_comes_and_hardly_without_it(name: str, move: str, delay: int) -> None:
    with_it, without = (reacted(name, move, 1000, "hold", delay, event) for event in (True, False))
    assert paired(with_it, without, seed=1).low > 0
    assert without.mean() < with_it.mean() / 2


@pytest.mark.parametrize(("name", "move"), [r for r in REACTIONS if not r[1].startswith("coast_guard")])
def test_china_reacts_among_default_policies_too(name: str, move: str) -> None:
    with_it, without = (reacted(name, move, 600, "default", 0, event) for event in (True, False))
    assert paired(with_it, without, seed=1).low > 0


def test_japan_declines_to_comment_on_the_leaked_draft_by_default() -> None:
    def commented(event: bool) -> float:
        engine = Engine(at("replay_2021_12_23", 0, event), 200)
        engine.reset(11)
        said = np.zeros(200, np.bool_)
        for _ in range(3):
            engine.step(decide(engine, [scripted("default" if seat == JAPAN else "hold") for seat in range(N_ACTORS)]))
            said |= engine.games["moves"][:, JAPAN, 1] == choice("no_comment")[1]
        return float(said.mean())

    assert commented(True) > 0.5 and commented(False) == 0


# What the events change


@pytest.mark.parametrize("delay", [0, LATER])
def test_2021_03_16_china_sees_the_public_part_only(delay: int) -> None:
    whole = replay("replay_2021_03_16", delay)
    public = replay("replay_2021_03_16", delay, only=lambda actor, move: move.startswith("joint_peace"))
    np.testing.assert_array_equal(view(whole, "china"), view(public, "china"))
    assert view(whole, "china")[ENTRY["reassurance.japan"]] > 0
    assert (view(whole, "usa") != view(public, "usa")).any()
    assert whole.state_dict()["talk"][USA, JAPAN] > 0 and whole.state_dict()["plan"].max() == 0


@pytest.mark.parametrize("delay", [0, LATER])
def test_2021_03_20_tension_of_china_steps_up_when_the_talk_leaks(delay: int) -> None:
    for side in (USA, JAPAN):
        assert change("replay_2021_03_20", tension(CHINA, side), delay=delay) > 0


@pytest.mark.parametrize("delay", [0, LATER])
def test_2021_04_a_joint_statement_changes_little(delay: int) -> None:
    for side in (USA, JAPAN):
        assert -0.05 < change("replay_2021_04", tension(CHINA, side), delay=delay) < 0


@pytest.mark.parametrize("delay", [0, LATER])
def test_2021_10_preparedness_brings_a_small_rise(delay: int) -> None:
    small = change("replay_2021_10", tension(CHINA, JAPAN), delay=delay)
    assert 0 < small < change("replay_2021_11_30", tension(CHINA, JAPAN), delay=delay)


@pytest.mark.parametrize("delay", [0, LATER])
def test_2021_11_the_trainers_are_public_from_then_on(delay: int) -> None:
    env = replay("replay_2021_11", delay)
    assert view(env, "china")[ENTRY["trainers_known"]] > 0
    assert change("replay_2021_11", tension(CHINA, TAIWAN), delay=delay) > 0


@pytest.mark.parametrize("delay", [0, LATER])
def test_2021_12_23_support_for_hosting_in_nansei_falls(delay: int) -> None:
    assert change("replay_2021_12_23", lambda s: s["host_support"][JAPAN], delay=delay) < 0
    assert change("replay_2021_12_23", tension(CHINA, JAPAN), delay=delay) > 0


@pytest.mark.parametrize(("name", "stage"), [("replay_2022_01", 2), ("replay_2024_12", 3)])
def test_2022_01_and_2024_12_the_plan_advances_only_when_both_choose_it(name: str, stage: int) -> None:
    assert replay(name).state_dict()["plan"][USA, JAPAN] == stage
    for one in ("usa", "japan"):
        assert replay(name, only=lambda actor, move, one=one: actor == one).state_dict()["plan"][USA, JAPAN] == stage - 1


@pytest.mark.parametrize("delay", [0, LATER])
def test_2023_02_nine_sites_and_less_support_near_them(delay: int) -> None:
    assert replay("replay_2023_02", delay).state_dict()["access"][PHILIPPINES] == 9
    assert change("replay_2023_02", lambda s: s["host_support"][PHILIPPINES], delay=delay) < 0
    assert change("replay_2023_02", tension(CHINA, PHILIPPINES), delay=delay) > 0


def test_2024_04_the_depot_alone_never_raises_tension() -> None:
    depot = replay("replay_2024_04_summit", only=lambda actor, move: move.startswith("relief"))
    assert (depot.state_dict()["tension"] <= replay("replay_2024_04_summit", event=False).state_dict()["tension"]).all()
    rest = change("replay_2024_04_summit", tension(CHINA, USA), only=lambda actor, move: not move.startswith("relief"))
    assert rest > 0
    assert replay("replay_2024_04_summit").state_dict()["command"] > 0


@pytest.mark.parametrize(("other", "area"), [("philippines", "south_china_sea"), ("taiwan", "taiwan_strait")])
def test_2024_04_coast_guards_meet_and_an_open_channel_makes_it_less_dangerous(other: str, area: str) -> None:
    def danger(is_open: bool) -> tuple[float, float]:
        scenario = at("replay_2024_04_coast_guard", channels=[{"pair": ["china", other], "open": is_open}])
        engine = Engine(scenario, 2000)
        engine.reset(11)
        seen = 0.0
        for turn in (*load_scenario(scenario.name).replay, {}, {}):
            engine.step(np.repeat(np.array([[choice(*turn.get(a, ())) for a in ACTORS]], np.int64), 2000, axis=0))
            seen += float((engine.observation[:, CHINA, ENTRY[f"incident.{area}"]] > 0).sum())
        return seen, float(engine.games["hazard"][:, CHINA, ACTORS.index(other)].mean())

    closed, calmed = danger(False), danger(True)
    assert 0 < calmed[0] < closed[0] and 0 < calmed[1] < closed[1]


@pytest.mark.parametrize("delay", [0, LATER])
def test_2024_11_24_the_leak_tempts_early_action_unless_sites_are_hardened(delay: int) -> None:
    hard = {f"hardened.{a}": 1 for a in ("usa", "japan", "philippines")}

    def temptation(event: bool, **changes: Any) -> float:
        """Hazard between China and the US over what it would be without the incentive to act early."""
        tempted, calm = (
            replay("replay_2024_11_24", delay, event, parameters={**QUIET, "level_keep": 1, **off}, **changes)
            for off in ({}, {"early_action": 0})
        )
        return float(tempted.state_dict()["hazard"][USA, CHINA] / calm.state_dict()["hazard"][USA, CHINA]) - 1.0

    assert temptation(True) > temptation(False)
    assert temptation(True) - temptation(False) > 2 * (temptation(True, state=hard) - temptation(False, state=hard)) >= 0


def test_after_2024_12_missile_units_deter_one_type_and_provoke_the_other() -> None:
    def inclined(opportunist: int) -> float:
        types = [{"of": "all", "opportunist": opportunist}]
        return change("replay_after_2024_12", lambda s: s["propensity"][CHINA], types=types)

    assert inclined(0) > 0 > inclined(1)
    state = replay("replay_after_2024_12", rest=1).state_dict()
    assert state["presence"][USA, NANSEI, MISSILES_CLASS] > 0 and state["presence"][USA, LUZON, MISSILES_CLASS] > 0
    assert state["logistics"] > 0 and state["designation"] == 1
