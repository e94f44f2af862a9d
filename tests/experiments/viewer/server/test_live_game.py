"""Live games: people commit, policies choose, a turn is played; what cannot be is refused and changes nothing."""

import numpy as np
import pytest
from serving import trained

from straits.agents.scripted import scripted
from straits.envs import load_scenario
from straits.envs.spec.constants import CHINA, JAPAN, USA
from straits.envs.spec.moves import OFFSETS, SIZES
from straits.experiments.rollouts.rollout import decide
from straits.experiments.viewer.server.live_game import LiveGame, RequestError


def live(people=(JAPAN,), turns=4, other="default"):
    seats = [None if actor in people else scripted(other) for actor in range(5)]
    return LiveGame(load_scenario("baseline", horizon=turns), 9, seats)


def test_a_turn_is_played_once_all_people_have_committed():
    game = live(people=(JAPAN, CHINA))
    game.commit(JAPAN, 0, (0, 0, 0))
    assert game.waiting == [CHINA]
    with pytest.raises(ValueError, match=r"waiting=\['china'\]"):
        game.play()
    game.commit(CHINA, 0, (0, 0, 0))
    game.play()
    assert game.turn == 1 and game.waiting == [JAPAN, CHINA] and game.by_people == [[JAPAN, CHINA]]


def test_policies_choose_as_they_do_in_any_game_of_that_seed():
    game, seats = live(people=(), other="hawk"), [scripted("hawk")] * 5
    while game.running:
        game.play()
    engine = game.played().begin()
    for moves in game.choices:
        assert (decide(engine, seats)[0] == moves).all()
        engine.step(moves[None])


@pytest.mark.parametrize(
    ("turn", "choices", "message"),
    [
        (1, (0, 0, 0), "turn=1: expected 0, the turn that is being played"),
        (0, (0, 0), "expected three"),
        (0, (0, SIZES[1], 0), f"choices.statement={SIZES[1]}: expected 0..{SIZES[1] - 1}"),
        (0, (-1, 0, 0), "choices.deployment=-1"),
        (0, "illegal", "expected a move that is legal now"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_changes_nothing(turn, choices, message):
    game = live()
    if choices == "illegal":
        closed = np.flatnonzero(game.engine.mask[0, JAPAN, OFFSETS[2] :] == 0)
        choices = (0, 0, int(closed[0]))
    with pytest.raises(RequestError, match=message):
        game.commit(JAPAN, turn, choices)
    assert game.pending == {} and game.turn == 0


def test_a_commitment_is_for_good_and_only_of_people():
    game = live()
    game.commit(JAPAN, 0, (0, 0, 0))
    with pytest.raises(RequestError, match="you have committed"):
        game.commit(JAPAN, 0, (0, 0, 0))
    with pytest.raises(RequestError, match="seat=usa: expected a seat that a person plays"):
        game.commit(USA, 0, (0, 0, 0))


def test_nothing_is_taken_after_the_end():
    game = live(turns=1)
    game.commit(JAPAN, 0, (0, 0, 0))
    game.play()
    assert not game.running and game.waiting == [] and game.outcome in ("horizon", "conflict")
    with pytest.raises(RequestError, match="has not ended"):
        game.commit(JAPAN, 1, (0, 0, 0))


def test_whoever_is_late_holds():
    game = live()
    game.play(idle_missing=True)
    assert game.choices[0][JAPAN].tolist() == [0, 0, 0]


def test_a_room_is_brought_back_by_its_choices():
    game = live(people=(JAPAN,))
    for turn in range(3):
        legal = [int(np.flatnonzero(game.engine.mask[0, JAPAN, o : o + s])[-1]) for o, s in zip(OFFSETS, SIZES, strict=True)]
        game.commit(JAPAN, turn, legal)
        game.play()
    again = live(people=(JAPAN,))
    again.replay([moves.tolist() for moves in game.choices], game.by_people)
    assert again.engine.games.tobytes() == game.engine.games.tobytes()
    assert np.array_equal(again.seen, game.seen) and np.array_equal(again.mask_before, game.mask_before)


@pytest.mark.parametrize("choices", [[[[0, 0, 0]] * 4], [[[0, 0, 500]] * 5], [[[0, 0, 0.5]] * 5], [[[0, 0, 0]] * 5] * 9])
def test_choices_that_are_no_games_are_refused(choices):
    with pytest.raises(ValueError, match="choices of turn"):
        live().replay(choices, [[]] * len(choices))


def test_names_say_who_plays():
    game = LiveGame(load_scenario("baseline"), 1, [None, *trained()[1:]])
    assert game.names()["usa"] == "a person" and game.names()["china"] == "zoo/china"
