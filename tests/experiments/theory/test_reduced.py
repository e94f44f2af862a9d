"""The reduced game: its expectations are those of the games that the engine plays, its moves those that the masks allow."""

import numpy as np
import pytest

from straits.envs.rules.rewards import conflict_value
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import CHINA, CONFLICT, N_ACTORS, N_CHANNELS, PHILIPPINES, YIELD_END
from straits.envs.spec.moves import choice
from straits.experiments.theory import reduced
from straits.experiments.theory.chance import conflict, steered_seed
from straits.experiments.theory.claims.events import backs_down, ends, escalates
from straits.experiments.theory.game_tree import by_goal
from straits.experiments.theory.grid import CELLS, EXERCISE, FIRM, PATROL, planted
from straits.experiments.theory.standoff import STAKED, YIELDS, in_crisis, standoff

GAMES = 20_000
DANGEROUS = CELLS[-1]._replace(hazard=0.8)  # so that thousands of games end in conflict


def test_what_a_path_is_worth_is_the_mean_of_games_that_are_played() -> None:
    """Both sides exercise, then nobody moves: conflict in a good share of games, and returns that depend on it."""
    tree = reduced.build(planted(DANGEROUS), {"china": ["", EXERCISE], "philippines": ["", EXERCISE]}, 1, 3)
    engine = Engine(planted(DANGEROUS, horizon=4), GAMES)
    engine.reset(4)
    engine.games["resolve"] = 0.25
    moves = np.zeros((GAMES, N_ACTORS, N_CHANNELS), np.int64)
    moves[:, [CHINA, PHILIPPINES]] = choice(EXERCISE)
    returns = np.zeros(GAMES)
    for _ in range(4):
        alive = engine.outcome == 0
        engine.step(moves)
        returns += np.where(alive, engine.reward[:, CHINA], 0.0)
        moves[:] = 0
    level, both = tree.levels[0], 3
    survive = level.survive[0, both]
    ended = 1 - survive * (1 - tree.tail_conflict[both])
    ends = level.peace[0, both, 0] + level.war[0, both, 0] + survive * tree.tail[both, 0]
    worth = 0.75 * ends[0] + 0.25 * ends[1]
    played = (engine.outcome == CONFLICT).astype(float)
    assert 0.1 < ended < 0.9
    assert played.mean() == pytest.approx(ended, abs=4 * played.std() / GAMES**0.5)
    assert returns.mean() == pytest.approx(worth, abs=4 * returns.std() / GAMES**0.5)


def test_the_chance_of_an_accident_is_how_often_games_have_one() -> None:
    params = planted(CELLS[0], parameters={"incident_rate": 3.0})
    tree = reduced.build(params, {"china": [PATROL], "philippines": [PATROL]}, 1, accidents=True)
    engine = Engine(params, GAMES)
    engine.reset(5)
    moves = np.zeros((GAMES, N_ACTORS, N_CHANNELS), np.int64)
    moves[:, [CHINA, PHILIPPINES]] = choice(PATROL)
    engine.step(moves)
    happens = float(tree.levels[0].chance[0, 1])
    assert 0.02 < happens < 0.98
    assert (engine.games["incidents"] > 0).mean() == pytest.approx(happens, abs=4 * (happens * (1 - happens) / GAMES) ** 0.5)
    assert tree.levels[0].after["recent_incident"][0, :, CHINA, PHILIPPINES].tolist() == pytest.approx([0.0, 0.6], abs=0.05)


def test_a_kind_that_rests_is_not_legal() -> None:
    tree = reduced.build(planted(CELLS[0]), {"china": FIRM, "philippines": [""]}, 2)
    assert tree.levels[0].legal[0].tolist() == [[True, True, True]]
    assert tree.levels[1].legal[0].tolist() == [[True, True, True], [True, False, True], [True, True, False]]


def test_backing_down_and_entry_are_read_off_the_tree() -> None:
    """To reassure in a crisis is to yield, unless one also presses; without a crisis it is no yield. A patrol is no entry."""
    speaks = ("", YIELDS["philippines"], f"{PATROL} {YIELDS['philippines']}")
    seats = {"china": ("",), "philippines": speaks}
    tree = standoff(CELLS[0], seats=seats, turns=1)
    assert backs_down(PHILIPPINES, CHINA)(tree, 0).tolist() == [[False, True, False]]
    assert ends(CHINA, PHILIPPINES, YIELD_END)(tree, 0).tolist() == [[False, True, False]]
    assert not backs_down(PHILIPPINES, CHINA)(reduced.build(planted(CELLS[0]), seats, 1), 0).any()
    calm = reduced.build(planted(CELLS[0]), {"china": ("",), "philippines": FIRM}, 1)
    assert escalates(PHILIPPINES, CHINA)(calm, 0).tolist() == [[False, False, True]]


def test_weeks_of_crisis_weigh_less_on_the_resolute_and_nearly_in_proportion() -> None:
    """The payoff of a type in between is interpolated; the bound on a turn's loss (R13.9) bends it a little."""
    tree = standoff(CELLS[0], seats={"china": ("",), "philippines": ("",)}, turns=1)
    assert tree.levels[0].war[0, 0, 1, 1] > tree.levels[0].war[0, 0, 1, 0]
    middle = Engine(planted(CELLS[0], state=STAKED), 1)
    middle.reset(0)
    middle.games[:] = in_crisis(planted(CELLS[0], state=STAKED))
    middle.games["resolve"], middle.games["seed"] = 0.5, steered_seed(0)
    middle.step(np.zeros((1, N_ACTORS, N_CHANNELS), np.int64))
    firm, weak = (tree.levels[0].war[0, 0, 1, at] - conflict(middle, [PHILIPPINES])[1][0, 0, at] for at in (1, 0))
    between = tree.levels[0].peace[0, 0, 1] + 0.5 * (firm + weak)
    assert middle.reward[0, PHILIPPINES] == pytest.approx(between, abs=0.05)


def test_a_tree_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="turns=9 of 9 joint choices: expected at least 1 turn"):
        reduced.build(planted(CELLS[0]), {"china": FIRM, "philippines": FIRM}, 9)


def test_a_menu_says_who_may_do_what_in_a_turn() -> None:
    menus = [{"china": ("", PATROL)}, {"philippines": ("", PATROL)}]
    tree = reduced.build(planted(CELLS[0]), {"china": FIRM, "philippines": FIRM}, 2, menus=menus)
    assert tree.levels[0].legal[0].tolist() == [[True, True, False]] and tree.levels[0].legal[1].tolist() == [[True, False, False]]
    reached = [0, 3]  # after China's two choices; what no menu held is in the tree too, where nobody comes
    assert not tree.levels[1].legal[0][reached, 1:].any() and tree.levels[1].legal[1][reached, 1].all()


def test_a_private_goal_earns_what_each_goal_earns() -> None:
    seats = {"china": ["", PATROL], "philippines": ["", PATROL]}
    low, high = (reduced.build(planted(cell), seats, 1, 2) for cell in (CELLS[0], CELLS[0]._replace(opportunist=1)))
    tree = by_goal(low, high, CHINA, 0.5)
    for goal, of in enumerate((low, high)):
        alone = of.levels[0].peace[..., 0] + of.levels[0].war[..., 0, :].mean(axis=-1)
        assert tree.levels[0].peace[..., 0] + tree.levels[0].war[..., 0, goal] == pytest.approx(alone)
        assert tree.tail[:, 0, goal] == pytest.approx(of.tail[:, 0].mean(axis=-1))
    assert (tree.levels[0].war[..., 1, :] == low.levels[0].war[..., 1, :]).all()


@pytest.mark.parametrize("resolve", [0.0, 1.0])
def test_prices_charged_apart_are_those_that_the_engine_charges(resolve: float) -> None:
    """R13.9: a threat at a price worth 4, of which full resolve spares nine tenths; beyond what a turn can otherwise lose."""
    parameters = {"move_cost": 4.0, "price_apart": 1.0, "price_reduction": 0.9}
    params = planted(CELLS[0], parameters=parameters, moves={"threaten": {"cost": 1.0}})
    level = reduced.build(params, {"china": [""], "philippines": ["", "threaten.china"]}, 1).levels[0]
    engine = Engine(params.with_(horizon=1), 1)
    engine.reset(0)
    engine.games["resolve"], engine.games["seed"] = resolve, steered_seed(0)
    moves = np.zeros((1, N_ACTORS, N_CHANNELS), np.int64)
    moves[0, PHILIPPINES] = choice("threaten.china")
    engine.step(moves)
    war = level.war[0, :, 1, int(resolve)] - level.war[0, :, 1, 0]
    expected = level.peace[0, 1, 1] + (war[1] - war[0])  # what a conflict is worth beside it hangs on resolve alike in both
    assert engine.reward[0, PHILIPPINES] == pytest.approx(expected, abs=0.02)
    assert level.peace[0, 1, 1] < -4.0


def test_capability_apart_leaves_strength_and_weighs_in_conflict() -> None:
    """R3.10, R13.9; and neither where it is 0."""
    for apart in (0.0, 1.0):
        engine = Engine(planted(CELLS[0], parameters={"capability_apart": apart}, state={"capability.china": 1.5}), 1)
        engine.reset(0)
        engine.step(np.zeros((1, N_ACTORS, N_CHANNELS), np.int64))
        strong, usual = (engine.games["strength"][0, a].sum() for a in (CHINA, PHILIPPINES))
        state, params = engine.games[0], engine.params[0]
        state["resolve"], params["peace_floor"] = 0.0, 0.1
        worth, other = (conflict_value(state, params, a, 1.0) for a in (CHINA, PHILIPPINES))
        left = 0.1 * (state["horizon"] - state["turn"])
        assert strong == pytest.approx(usual * (1.5 if apart == 0 else 1.0))
        assert worth + left == pytest.approx((other + left) * (1.0 if apart == 0 else 0.5))
