"""The reduced game: its expectations are those of the games that the engine plays, its moves those that the masks allow."""

import numpy as np
import pytest

from straits.envs.engine import Engine
from straits.envs.moves import choice
from straits.envs.vocabulary import CHINA, CONFLICT, N_ACTORS, N_CHANNELS, PHILIPPINES
from straits.experiments.theory import reduced
from straits.experiments.theory.events import backs_down, escalates
from straits.experiments.theory.grid import CELLS, EXERCISE, FIRM, PATROL, planted

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
    conflict = 1 - survive * (1 - tree.tail_conflict[both])
    ends = level.peace[0, both, 0] + level.war[0, both, 0] + survive * tree.tail[both, 0]
    worth = 0.75 * ends[0] + 0.25 * ends[1]
    played = (engine.outcome == CONFLICT).astype(float)
    assert 0.1 < conflict < 0.9
    assert played.mean() == pytest.approx(conflict, abs=4 * played.std() / GAMES**0.5)
    assert returns.mean() == pytest.approx(worth, abs=4 * returns.std() / GAMES**0.5)


def test_the_chance_of_an_accident_is_how_often_games_have_one() -> None:
    world = planted(CELLS[0], parameters={"incident_rate": 3.0})
    tree = reduced.build(world, {"china": [PATROL], "philippines": [PATROL]}, 1, accidents=True)
    engine = Engine(world, GAMES)
    engine.reset(5)
    moves = np.zeros((GAMES, N_ACTORS, N_CHANNELS), np.int64)
    moves[:, [CHINA, PHILIPPINES]] = choice(PATROL)
    engine.step(moves)
    happens = float(tree.levels[0].chance[0, 1])
    assert 0.02 < happens < 0.98
    assert (engine.games["incidents"] > 0).mean() == pytest.approx(happens, abs=4 * (happens * (1 - happens) / GAMES) ** 0.5)
    assert tree.levels[0].after["fresh"][0, :, CHINA, PHILIPPINES].tolist() == pytest.approx([0.0, 0.6], abs=0.05)


def test_a_kind_that_rests_is_not_legal() -> None:
    tree = reduced.build(planted(CELLS[0]), {"china": FIRM, "philippines": [""]}, 2)
    assert tree.levels[0].legal[0].tolist() == [[True, True, True]]
    assert tree.levels[1].legal[0].tolist() == [[True, True, True], [True, False, True], [True, True, False]]


def test_backing_down_and_entry_are_read_off_the_tree() -> None:
    state = {"audience.philippines.china": 0.4, "force.philippines.china": 0.4}
    tree = reduced.build(planted(CELLS[0], state=state), {"china": [""], "philippines": FIRM}, 1)
    assert backs_down(PHILIPPINES, CHINA)(tree, 0).tolist() == [[True, False, False]]
    assert escalates(PHILIPPINES, CHINA)(tree, 0).tolist() == [[False, True, True]]
    uncommitted = reduced.build(planted(CELLS[0]), {"china": [""], "philippines": FIRM}, 1)
    assert not backs_down(PHILIPPINES, CHINA)(uncommitted, 0).any()


def test_a_tree_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="turns=9 of 9 joint choices: expected at least 1 turn"):
        reduced.build(planted(CELLS[0]), {"china": FIRM, "philippines": FIRM}, 9)
