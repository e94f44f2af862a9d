"""What must come out of the rules: properties of crisis bargaining with planted parameters, and laws that hold in every state.

T8, T11, T12 and T13 are named after the list in docs/model.md, which gives their sources. Whole games are compared under common
random numbers; shares come with 95 % intervals.
"""

from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs import list_scenarios, load, parallel_env
from straits.envs.engine import Engine
from straits.envs.moves import KIND_RUNG, KINDS, MOVE_KIND, MOVE_TARGET, MOVES, OFFSETS, choice
from straits.envs.rules import act, perceive, risk, score
from straits.envs.sampling import GameDraws
from straits.envs.scenario import Scenario
from straits.envs.start import fixed_points
from straits.envs.vocabulary import (
    ACTORS,
    CHINA,
    COAST_GUARD_CLASS,
    CONFLICT,
    CONFLICT_REWARD,
    CRISIS_RUNG,
    N_ACTORS,
    N_CHANNELS,
    NOWHERE,
    OPPORTUNIST,
    PATROL_CLASS,
    RUNNING,
    SECURITY_SEEKER,
    TAIWAN,
    TAIWAN_STRAIT,
)
from straits.experiments.intervals import paired
from straits.experiments.rollout import decide, play

CALMED = {"leak_rate": 0, "disaster_rate": 0, "leadership_rate": 0, "drift": 0, "incident_rate": 0}
RIVALS = [(i, j) for i in range(N_ACTORS) for j in range(i + 1, N_ACTORS) if CHINA in (i, j)]


def visited(scenario: Scenario, policy: str, games: int, turns: int) -> Engine:
    """Games of that policy after those turns, ended ones included."""
    engine = Engine(scenario, games)
    engine.reset(8)
    for _ in range(turns):
        engine.step(decide(engine, [scripted(policy)] * N_ACTORS))
    return engine


# T8 (Schelling 1960): the hazard rises with contact and falls with a channel


def now(measure: Any, game: Any, world: Any, i: int, j: int) -> float:
    """A risk of the pair at full rivalry, from the presence as it stands."""
    act.measure(game, world)
    return float(measure(game, world, i, j, 1.0, risk.contact(game, i, j)))


def test_T8_hazard_and_incidents_rise_with_contact_and_fall_with_a_channel_in_every_visited_state() -> None:
    engine = visited(load("baseline"), "random", 60, 12)
    world = engine.worlds[0]
    for game in engine.games[engine.outcome == RUNNING]:
        for i, j in RIVALS:
            for measure in (risk.hazard, risk.incident_rate):
                game.channel[i, j] = 0
                before = now(measure, game, world, i, j)
                game.channel[i, j] = 1
                assert 0 < now(measure, game, world, i, j) < before
                game.channel[i, j] = 0
                level = game.presence[i, TAIWAN_STRAIT, PATROL_CLASS]
                met = game.presence[j, TAIWAN_STRAIT].any()
                game.presence[i, TAIWAN_STRAIT, PATROL_CLASS] = level + 0.2
                after = now(measure, game, world, i, j)
                assert after > before if met else after == before
                game.presence[i, TAIWAN_STRAIT, PATROL_CLASS] = level


PLAN = (  # what everyone tries, turn after turn: presence alone, so that what is accepted depends on nothing but itself
    {"usa": "patrol.taiwan_strait", "china": "air_activity.taiwan_strait", "taiwan": "patrol.taiwan_strait",
     "japan": "patrol.east_china_sea", "philippines": "coast_guard.south_china_sea"},
    {"usa": "patrol.south_china_sea", "china": "coast_guard.south_china_sea", "taiwan": "coast_guard.taiwan_strait",
     "japan": "coast_guard.east_china_sea", "philippines": "patrol.south_china_sea"},
    {"china": "patrol.east_china_sea"},
)  # fmt: skip


def whole_games(**changes: Any) -> tuple[NDArray[np.float64], list[NDArray[np.int64]]]:
    """Whether each game of PLAN ends in conflict, (games,), and the moves accepted in each turn."""
    engine = Engine(load("severe").with_(**changes), 3000)
    engine.reset(8)
    accepted = []
    for turn in range(int(engine.games["horizon"][0])):
        tried = np.array([[choice(*PLAN[turn % 3].get(a, "").split()) for a in ACTORS]], np.int64)
        engine.step(np.repeat(tried, len(engine), axis=0))
        accepted.append(np.where((engine.outcome == RUNNING)[:, None, None], engine.games["moves"], -1))
    return (engine.outcome == CONFLICT).astype(np.float64), accepted


@pytest.mark.parametrize(
    ("calmer", "tenser"),
    [
        pytest.param({"parameters": {"contact_patrol": 0.5}}, {}, id="contact"),
        pytest.param({"channels": [{"pair": ["china", a], "open": True} for a in ACTORS if a != "china"]}, {}, id="channel"),
    ],
)
def test_T8_whole_games_with_the_same_moves_end_in_conflict_more_often(calmer: dict[str, Any], tenser: dict[str, Any]) -> None:
    (low, moves), (high, same) = whole_games(**calmer), whole_games(**tenser)
    for one, two in zip(moves, same, strict=True):
        both = (one >= 0) & (two >= 0)
        assert (one[both] == two[both]).all()
    assert paired(high, low, seed=8).low > 0


# T11 (Jervis 1978): the same rival posture, two types


def posture(level: float, goal: int, **changes: Any) -> Scenario:
    """US missile units stand in both island chains at that level; every actor has that goal."""
    units = [{"of": "usa", "area": a, "class": "missiles", "standing": level} for a in ("nansei", "luzon")]
    return load("baseline").with_(presence=units, types=[{"of": "all", "opportunist": goal}], parameters=CALMED, **changes)


def test_T11_posture_raises_a_security_seekers_propensity_and_lowers_an_opportunists() -> None:
    levels = (0.0, 0.2, 0.4, 0.6, 0.9)
    for goal, sign in ((SECURITY_SEEKER, 1), (OPPORTUNIST, -1)):
        inclined = [visited(posture(level, goal), "hold", 1, 0).games["propensity"][0, CHINA] for level in levels]
        assert (sign * np.diff(inclined) > 0).all()


def test_T11_defaults_next_deployments_follow() -> None:
    def deployments(level: float, goal: int) -> NDArray[np.float64]:
        """China's deployments of rung 3 or more in ten turns in which nobody else moves, after an affront, (games,)."""
        engine = visited(posture(level, goal, state={"force.china.usa": 0.4}), "hold", 600, 0)
        seats = [scripted("default" if seat == CHINA else "hold") for seat in range(N_ACTORS)]
        steps = np.zeros(len(engine))
        for _ in range(10):
            engine.step(decide(engine, seats))
            steps += KIND_RUNG[MOVE_KIND[engine.games["moves"][:, CHINA, 0]]] >= CRISIS_RUNG
        return steps

    assert paired(deployments(0.9, SECURITY_SEEKER), deployments(0.0, SECURITY_SEEKER), seed=11).low > 0
    assert paired(deployments(0.9, OPPORTUNIST), deployments(0.0, OPPORTUNIST), seed=11).high < 0


# T12 (Richardson 1960): x' = x + k y - a x, y' = y + l x - b y, with x and y presence above what stands


Two = tuple[float, float]  # China's, Taiwan's


def richardson(reactions: Two, fatigues: Two, start: Two, turns: int, shock: float = 0.0) -> NDArray[np.float64]:
    """Two sides that order presence in proportion to the tension they feel above its rest, as real levels: (turns + 1, 2).

    Fatigue is what fades of presence (R2.1), reaction what tension makes of the other's (R4.1, R4.2), by the rules' own
    functions. ValueError where a bound binds.
    """
    sides = ((CHINA, TAIWAN, PATROL_CLASS), (TAIWAN, CHINA, COAST_GUARD_CLASS))
    stands = [{"of": ACTORS[i], "area": "taiwan_strait", "class": c, "standing": 0.4} for i, _, c in _named(sides)]
    numbers = {"keep_patrol": 1 - fatigues[0], "keep_coast_guard": 1 - fatigues[1], "tension_rate": 1}
    engine = Engine(load("baseline").with_(parameters=numbers, presence=stands), 1)
    engine.reset(12)
    game, world = engine.games[0], engine.worlds[0]
    weight = {PATROL_CLASS: float(world.threat_patrol), COAST_GUARD_CLASS: float(world.threat_coast_guard)}
    felt = [world.tension_slope * game.hostility[i, j] * world.proximity[i, TAIWAN_STRAIT] for i, j, _ in sides]
    order = [reactions[0] / (felt[0] * weight[COAST_GUARD_CLASS]), reactions[1] / (felt[1] * weight[PATROL_CLASS])]
    shocks = shock * np.random.default_rng(12).standard_normal((turns, 2))
    path = np.zeros((turns + 1, 2))
    path[0] = start
    for n, (i, _, c) in enumerate(sides):
        game.presence[i, TAIWAN_STRAIT, c] = game.standing[i, TAIWAN_STRAIT, c] + start[n]
    act.measure(game, world)
    perceive.perceive(game, world)
    for turn in range(turns):
        wanted = [order[n] * (game.tension[i, j] - game.resting[i, j]) + shocks[turn, n] for n, (i, j, _) in enumerate(sides)]
        act.fade(game, world)
        for n, (i, _, c) in enumerate(sides):
            game.presence[i, TAIWAN_STRAIT, c] += wanted[n]
            path[turn + 1, n] = game.presence[i, TAIWAN_STRAIT, c] - game.standing[i, TAIWAN_STRAIT, c]
        act.measure(game, world)
        perceive.perceive(game, world)
        if abs(path[turn + 1]).max() > 0.4 or max(game.tension[i, j] for i, j, _ in sides) >= 1.0:
            raise ValueError(f"turn={turn}: a bound binds")
    return path


def _named(sides: Any) -> list[tuple[int, int, str]]:
    return [(i, j, {PATROL_CLASS: "patrol", COAST_GUARD_CLASS: "coast_guard"}[c]) for i, j, c in sides]


def test_T12_fitted_coefficients_recover_planted_ones() -> None:
    reactions, fatigues = (0.2, 0.15), (0.45, 0.2)
    path = richardson(reactions, fatigues, start=(0.1, -0.05), turns=3000, shock=0.02)
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / 4)  # the four intervals hold together at 95 %
    for own in range(2):
        seen = np.column_stack([path[:-1, 1 - own], -path[:-1, own], np.ones(3000)])
        fitted, (squares,), *_ = np.linalg.lstsq(seen, np.diff(path[:, own]), rcond=None)
        error = np.sqrt(np.diag(np.linalg.inv(seen.T @ seen)) * squares / (3000 - 3))
        for n, planted in enumerate((reactions[own], fatigues[own])):
            assert abs(fitted[n] - planted) < z * error[n]
            assert error[n] < 0.15 * planted  # the interval says something


@pytest.mark.parametrize("a", [0.15, 0.45])
@pytest.mark.parametrize("product", [0.5, 0.9, 1.1, 2.0])
def test_T12_the_race_diverges_exactly_when_reactions_outweigh_fatigues(product: float, a: float) -> None:
    b = 0.25
    both = (product * a * b) ** 0.5
    try:
        path = richardson((1.5 * both, both / 1.5), (a, b), start=(0.004, 0.001), turns=300)
        grows = bool(np.hypot(*path[-1]) > np.hypot(*path[100]))
    except ValueError:  # it grew until a bound bound
        grows = True
    assert grows == (product > 1)


# T13 (Kahn 1965): actors that could jump go step by step


def steps(scenario: str, policy: str) -> tuple[NDArray[np.int64], float]:
    """The highest rung that each actor chose in each round, (actors and games, rounds), and the share of turns in which an actor
    could have jumped. A round is two turns, because most deployments rest for one: turn by turn every patrol would look like a
    jump up and a jump down."""
    rung, jump = KIND_RUNG[MOVE_KIND], []
    chosen = []

    def watch(engine: Engine, moves: NDArray[np.int64], running: NDArray[np.bool_]) -> None:
        high = np.max([rung[OFFSETS[c] + moves[..., c]] for c in range(N_CHANNELS)], axis=0)
        reach = np.where(engine.mask != 0, rung, 0).max(axis=2)
        chosen.append(np.where(running[:, None], high, -1))
        jump.append((np.maximum(reach - high, high) >= 2)[running].mean())

    play(load(scenario), [scripted(policy)] * N_ACTORS, 500, 13, watch=watch)
    turns = np.array(chosen)[: len(chosen) // 2 * 2]
    whole = turns[:, (turns >= 0).all(axis=(0, 2))]
    rounds = whole.reshape(-1, 2, *whole.shape[1:]).max(axis=1)
    return rounds.reshape(len(rounds), -1).T, float(np.mean(jump))


def one_step(rounds: NDArray[np.int64]) -> float:
    """Share of changes of rung that are by one."""
    change = np.abs(np.diff(rounds, axis=1))
    return float((change == 1).sum() / (change > 0).sum())


@pytest.mark.parametrize(
    ("scenario", "policy", "climbs"),
    [("baseline", "default", True), ("calm", "default", True), ("severe", "default", True), ("baseline", "random", False)],
)
def test_T13_rungs_change_by_one_step_more_often_than_in_a_shuffled_order(scenario: str, policy: str, climbs: bool) -> None:
    rounds, could_jump = steps(scenario, policy)
    rng = np.random.default_rng(13)
    null = [one_step(rng.permuted(rounds, axis=1)) for _ in range(200)]
    assert could_jump > 0.9
    if climbs:
        assert one_step(rounds) > np.quantile(null, 0.975)
    else:  # random play, which has no order, shows none
        assert one_step(rounds) <= max(null)


# Laws


@pytest.mark.parametrize("name", list_scenarios("all"))
def test_from_rest_or_above_holding_never_raises_tension(name: str) -> None:
    scenario = load(name).with_(parameters=CALMED, schedule=[])
    assert (scenario.record["start"]["tension"][0] >= fixed_points(scenario.record) - 1e-12).all()
    engine = Engine(scenario, 1)
    engine.reset(1)
    before = engine.games["tension"].copy()
    while engine.outcome[0] == RUNNING:
        engine.step(np.zeros((1, N_ACTORS, N_CHANNELS), np.int64))
        after = engine.games["tension"].copy()
        assert (after <= before + 1e-12).all()
        before = after


OPENED = {
    "access.japan": 2, "access.philippines": 7, "designation": 1, "plan.usa.japan": 1, "plan.usa.philippines": 1,
    "talk.usa.japan": 1, "trainers.usa": 0.5, "disaster.taiwan": 1, "disaster.japan": 1, "disaster.china": 1,
    "ambassador.japan.china": "summoned", **{f"face.{a}.{b}": 0.6 for a in ACTORS for b in ACTORS if a != b},
}  # fmt: skip
ABLE = [{"of": "all", "readiness": 1, "credibility": 1, "capital": 1}]
LEAKING = [{"turn": 0, "event": "leak", "actors": ["usa", "japan"]}]


def test_a_higher_rung_in_the_same_channel_at_the_same_target_never_lowers_its_tension() -> None:
    """Exhaustive over pairs of legal moves, in states that random play visits from starts in which everything is open."""
    compared: set[int] = set()
    for name in ("baseline", "severe", "s4_command_upgrade"):
        scenario = load(name).with_(state=OPENED, domestic=ABLE, schedule=LEAKING, parameters={"incident_rate": 1})
        for turns in (0, 1, 6):
            engine = visited(scenario, "random", 6, turns)
            others = decide(engine, [scripted("random")] * N_ACTORS)
            for game in np.flatnonzero(engine.outcome == RUNNING):
                for actor in range(N_ACTORS):
                    compared |= check_pairs(engine, int(game), actor, others[game])
    unseen = {KINDS[k].name for k in range(len(KINDS)) if KIND_RUNG[k] > 0} - {KINDS[k].name for k in compared}
    assert not unseen, f"{unseen}: expected every kind above rung 0 to be compared"


def check_pairs(engine: Engine, game: int, actor: int, others: NDArray[np.int64]) -> set[int]:
    """Try every legal move of the actor beside the same moves of the others; compare within channel and target."""
    legal = np.flatnonzero(engine.mask[game, actor])
    forked = engine.fork([game], len(legal), future="same")
    moves = np.repeat(others[None], len(legal), axis=0)
    for row, flat in enumerate(legal):
        moves[row, actor] = others[actor]
        moves[row, actor, MOVES[flat].kind.channel] = MOVES[flat].index
    forked.step(moves)
    assert not forked.illegal.any()
    felt = forked.games["tension"][:, :, actor]  # (moves, others)
    compared = set()
    for low, one in enumerate(legal):
        for high, two in enumerate(legal):
            first, second = MOVES[one], MOVES[two]
            same = first.target == second.target or first.index == 0
            if first.kind.channel == second.kind.channel and same and second.kind.rung > first.kind.rung:
                whom = MOVE_TARGET[two]
                at = slice(None) if whom == NOWHERE else slice(whom, whom + 1)
                assert (felt[high, at] >= felt[low, at] - 1e-12).all(), (first.name, second.name, game, actor)
                compared.add(int(MOVE_KIND[two]))
    return compared


def test_reward_components_sum_to_the_reward() -> None:
    env = parallel_env("severe")
    _, infos = env.reset(seed=3)
    rng = np.random.default_rng(3)
    while env.agents:
        tried = {a: np.array([rng.choice(np.flatnonzero(m)) for m in infos[a]["action_mask"]]) for a in env.agents}
        _, rewards, _, _, infos = env.step(tried)
        for agent, reward in rewards.items():
            assert reward == pytest.approx(sum(infos[agent]["reward_components"].values()), abs=1e-12)


@pytest.mark.parametrize("policy", ["random", "hawk"])
@pytest.mark.parametrize("name", ["baseline", "severe", "daily"])
def test_every_peaceful_turn_is_worth_more_than_the_floor_and_conflict_less_than_all_that_may_follow(
    name: str, policy: str
) -> None:
    engine = Engine(load(name), 300)
    engine.reset(9)
    world = engine.worlds[0]
    floor, worst = float(world.peace_floor), 0.0
    while (running := engine.outcome == RUNNING).any():
        left = engine.games["horizon"] - engine.games["turn"]
        for game in engine.games[running][:3]:
            for actor in range(N_ACTORS):
                for share in (1.0, float(world.bystander_share)):
                    assert score.conflict_value(game, world, actor, share) < -floor * left[running][0]
        engine.step(decide(engine, [scripted(policy)] * N_ACTORS))
        peace = engine.components[running][:, :, :CONFLICT_REWARD].sum(axis=2)
        worst = min(worst, float(peace.min()))
        struck = running & (engine.outcome == CONFLICT)
        ended = engine.components[struck][:, :, CONFLICT_REWARD]
        assert (ended < -floor * (left[struck] - 1)[:, None]).all()
    assert -floor < worst < 0


def test_games_depend_on_seed_and_moves_alone_not_on_the_batch_they_run_in() -> None:
    whole, lone = Engine(load("baseline"), 64), Engine(load("baseline"), 1)
    whole.reset(5)
    lone.reset(whole.games["seed"][[63]].copy())
    for _ in range(20):
        moves = np.stack([_random_legal(whole, seat) for seat in range(N_ACTORS)], axis=1)
        whole.step(moves)
        lone.step(moves[[63]])
    assert whole.games[[63]].tobytes() == lone.games.tobytes()
    assert whole.observation[63].tobytes() == lone.observation[0].tobytes()


def _random_legal(engine: Engine, seat: int) -> NDArray[np.int64]:
    return scripted("random").act(engine.observation[:, seat], engine.mask[:, seat], GameDraws(engine.games, seat))
