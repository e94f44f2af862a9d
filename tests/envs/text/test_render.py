"""Pictures and words for spectators: right shapes, the same each time, without touching the game, and they show what is there."""

import subprocess
import sys

import numpy as np
import pytest

from straits.envs import load_scenario, parallel_env
from straits.envs.spec.constants import TAIWAN_STRAIT, USA
from straits.envs.spec.moves import choice
from straits.envs.text.raster import ADVANCE, SIZE, canvas, fill, frame, wide, write
from straits.envs.text.render import _COLOURS, HEIGHT, WIDTH, ansi, picture

ALARM = (200, 30, 30)


def started(mode=None, scenario="baseline", turns=3):
    game_env = parallel_env(scenario, render_mode=mode)
    game_env.reset(seed=5)
    for _ in range(turns):
        game_env.step({agent: np.array(choice("patrol.taiwan_strait")) for agent in game_env.agents})
    return game_env


def pixels(image, colour):
    return int((image == np.array(colour, np.uint8)).all(axis=2).sum())


def test_a_picture_is_an_array_of_colours_and_the_same_each_time():
    game_env = started("rgb_array")
    image = game_env.render()
    assert image.shape == (HEIGHT, WIDTH, 3) and image.dtype == np.uint8
    assert np.array_equal(image, game_env.render()) and image is not game_env.render()
    assert np.array_equal(image, started("rgb_array").render())
    game_env.step({agent: np.zeros(3, int) for agent in game_env.agents})
    assert not np.array_equal(image, game_env.render())


def test_rendering_never_changes_the_game():
    for mode in ("ansi", "rgb_array"):
        game_env = started(mode)
        before = game_env.get_state()
        game_env.render()
        assert game_env.get_state() == before


def test_a_fresh_incident_is_framed_in_red_the_wider_the_graver():
    game = started(scenario=load_scenario("baseline", parameters={"incident_rate": 0})).engine.games[0]
    drawn = []
    for severity in (0.0, 0.3, 1.0):
        game["incident"][TAIWAN_STRAIT] = severity
        drawn.append(pixels(picture(game, load_scenario("baseline")), ALARM))
    assert drawn[0] == 0 < drawn[1] < drawn[2]


def test_bars_grow_with_presence():
    game = started().engine.games[0]
    drawn = []
    for strength in (0.0, 0.2, 0.8):
        game["strength"][USA] = strength
        drawn.append(pixels(picture(game, load_scenario("baseline")), _COLOURS[USA]))
    assert drawn[0] < drawn[1] < drawn[2]


@pytest.mark.parametrize("scenario", ["baseline", "anonymous", "daily"])
def test_the_ends_of_a_game_and_every_kind_of_label_can_be_drawn(scenario):
    content = load_scenario(scenario)
    game = parallel_env(content).engine.games[0].copy()
    game["horizon"], game["turn"], game["outcome"], game["belligerents"] = 9999, 9999, 1, (0, 4)
    game["strength"], game["tension"], game["incident"] = 50.0, 1.0, 1.0
    game["rung"], game["peak_rung"] = 5, 6
    image, words = picture(game, content), ansi(game, content)
    assert image.shape == (HEIGHT, WIDTH, 3) and "armed conflict between" in words.splitlines()[0]


def test_words_say_where_the_game_stands_what_was_done_and_who_feels_threatened():
    game_env = started("ansi")
    words = game_env.render()
    lines = words.splitlines()
    assert lines[0] == f"{game_env.scenario.title}: turn 3 of 52, running"
    assert sum(line.split()[0] in ("The", "Japan", "China", "Taiwan") for line in lines[1:6]) == 5
    tension = game_env.state_dict()["tension"]
    row = next(line for line in lines if line.strip().startswith("CN "))
    assert row.split()[1:] == ["." if n == 2 else f"{100 * tension[2, n]:.0f}" for n in range(5)]


def test_an_anonymous_picture_in_words_keeps_its_labels():
    game_env = started("ansi", "anonymous", turns=0)
    assert not any(code in game_env.render().split() for code in ("US", "JP", "CN", "TW", "PH"))


def test_human_mode_prints_the_words(capsys):
    game_env = started("human")
    assert game_env.render() is None
    assert capsys.readouterr().out.rstrip() == ansi(game_env.engine.games[0], game_env.scenario)


def test_without_a_mode_render_warns_and_gives_nothing():
    with pytest.warns(UserWarning, match="render_mode=None: expected one of ansi, rgb_array, human"):
        assert started(None).render() is None


def test_rendering_needs_no_display_and_no_imaging_library():
    code = (
        "import os, sys; os.environ.pop('DISPLAY', None)\n"
        "from straits.envs import parallel_env\n"
        "game_env = parallel_env(render_mode='rgb_array'); game_env.reset(seed=1); game_env.render()\n"
        "print([name for name in ('matplotlib', 'PIL', 'pygame', 'tkinter') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_box_is_painted_where_it_says_and_cut_at_the_edge():
    image = canvas(10, 6, (0, 0, 0))
    fill(image, (2, 1, 3, 2), (255, 0, 0))
    assert {(int(y), int(x)) for y, x in np.argwhere(image[:, :, 0] == 255)} == {(y, x) for y in (1, 2) for x in (2, 3, 4)}
    fill(image, (-5, -5, 100, 100), (9, 9, 9))
    assert pixels(image, (9, 9, 9)) == 60
    frame(image, (0, 0, 10, 6), (1, 1, 1))
    assert pixels(image, (1, 1, 1)) == 2 * 10 + 2 * 4


def test_letters_are_drawn_dot_by_dot():
    image = canvas(ADVANCE, 7 * SIZE, (0, 0, 0))
    write(image, 0, 0, "t", (255, 255, 255))
    dots = image[::SIZE, ::SIZE, 0][:7, :5] // 255
    assert dots.tolist() == [[1, 1, 1, 1, 1], *[[0, 0, 1, 0, 0]] * 6]
    assert wide("two") == 3 * ADVANCE
    small = canvas(4, 4, (0, 0, 0))
    write(small, 0, 0, "Ω and more than fits", (255, 255, 255))
    assert small.any()
