"""Laws that hold in every state: tension, rewards, the price of conflict, the batch. The theory's claims: claims/."""

import numpy as np
import pytest
from numpy.typing import NDArray

from straits.agents.scripted import scripted
from straits.envs import list_scenarios, load_scenario, parallel_env
from straits.envs.core.rng import GameDraws
from straits.envs.rules import rewards as score
from straits.envs.scenarios.build import fixed_points
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, CONFLICT, CONFLICT_REWARD, N_ACTORS, N_CHANNELS, NOWHERE, RUNNING
from straits.envs.spec.moves import KIND_RUNG, KINDS, MOVE_KIND, MOVE_TARGET, MOVES
from straits.experiments.rollouts.rollout import decide
from straits.experiments.theory.claims.laws import CALMED, visited


@pytest.mark.parametrize("name", list_scenarios("all"))
def test_from_rest_or_above_holding_never_raises_tension(name: str) -> None:
    scenario = load_scenario(name).with_(parameters=CALMED, schedule=[])
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
    "ambassador.japan.china": "summoned", **{f"grievance_verbal.{a}.{b}": 0.6 for a in ACTORS for b in ACTORS if a != b},
}  # fmt: skip
ABLE = [{"of": "all", "readiness": 1, "credibility": 1, "capital": 1}]
LEAKING = [{"turn": 0, "event": "leak", "actors": ["usa", "japan"]}]


def test_a_higher_rung_in_the_same_channel_at_the_same_target_never_lowers_its_tension() -> None:
    """Exhaustive over pairs of legal moves, in states that random play visits from starts in which everything is open."""
    compared: set[int] = set()
    for name in ("baseline", "severe", "s4_command_upgrade"):
        scenario = load_scenario(name).with_(state=OPENED, domestic=ABLE, schedule=LEAKING, parameters={"incident_rate": 1})
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
    forked = engine.fork([game], len(legal), resample_rng=False)
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
    engine = Engine(load_scenario(name), 300)
    engine.reset(9)
    params = engine.params[0]
    floor, worst = float(params.peace_floor), 0.0
    while (running := engine.outcome == RUNNING).any():
        left = engine.games["horizon"] - engine.games["turn"]
        for state in engine.games[running][:3]:
            for actor in range(N_ACTORS):
                for share in (1.0, float(params.bystander_share)):
                    assert score.conflict_value(state, params, actor, share) < -floor * left[running][0]
        engine.step(decide(engine, [scripted(policy)] * N_ACTORS))
        peace = engine.components[running][:, :, :CONFLICT_REWARD].sum(axis=2)
        worst = min(worst, float(peace.min()))
        struck = running & (engine.outcome == CONFLICT)
        ended = engine.components[struck][:, :, CONFLICT_REWARD]
        assert (ended < -floor * (left[struck] - 1)[:, None]).all()
    assert -floor < worst < 0


def test_games_depend_on_seed_and_moves_alone_not_on_the_batch_they_run_in() -> None:
    whole, lone = Engine(load_scenario("baseline"), 64), Engine(load_scenario("baseline"), 1)
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
