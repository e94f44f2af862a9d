"""Crises in words: how a pair stands, and what a turn changed, from public state alone."""

import numpy as np
import pytest

from straits.envs import load_scenario, parallel_env
from straits.envs.core.state import STATE_FIELDS
from straits.envs.spec.constants import ACTORS, CHINA, DEAL_END, FADE_END, TAIWAN, YIELD_END
from straits.envs.spec.moves import choice
from straits.envs.text.crises import changes, dispute_words, disputes

QUIET = load_scenario("baseline", parameters={"hazard_rate": 0, "incident_rate": 0, "leak_rate": 0, "disaster_rate": 0})


@pytest.fixture
def game():
    game_env = parallel_env(QUIET)
    game_env.reset(seed=1)
    return game_env


def step(game_env, **moves):
    """Play a turn in which the actors make the given moves; return the records before and after it."""
    before = game_env.engine.games[0].copy()
    game_env.step({actor: np.array(choice(*moves.get(actor, ()))) for actor in ACTORS})
    return before, game_env.engine.games[0].copy()


def told(now, before=None):
    """The changes between China and Taiwan."""
    return [change for change in changes(now, before) if {change.actor, change.other} == {CHINA, TAIWAN}]


def of_pair(game_env, one=CHINA, two=TAIWAN):
    found = disputes(game_env.engine.games[0], game_env.engine.params[0])
    return next(dispute for dispute in found if (dispute.one, dispute.two) == (one, two))


def test_a_crisis_is_told_from_its_opening_to_its_deal(game):
    before, now = step(game, china=("exercise.taiwan_strait",))
    assert [change.words for change in told(now, before)] == ["China opens a crisis with Taiwan"]
    dispute = of_pair(game)
    assert (dispute.turns, dispute.since, dispute.opener, dispute.talks, dispute.fades_in) == (1, 1, CHINA, 4, 3)
    step(game)
    step(game, china=("deal.taiwan",))
    assert of_pair(game).offers == (CHINA,) and of_pair(game).fades_in == 1
    before, now = step(game, taiwan=("deal.china",))
    (deal,) = told(now, before)
    assert (deal.kind, deal.words) == ("deal", "a deal ends the crisis of China and Taiwan")
    assert dispute_words(of_pair(game)) == "China - Taiwan: truce for 10 more turns"


def test_a_yield_names_the_side_that_yields_and_a_breach_the_side_that_breaks(game):
    step(game, china=("exercise.taiwan_strait",))
    step(game, china=("denounce.taiwan",))
    step(game, china=("threaten.taiwan",))
    before, now = step(game, taiwan=("reassure.china",))
    assert [change[:3] for change in told(now, before)] == [("yield", TAIWAN, CHINA)]
    before, now = step(game, taiwan=("exercise.taiwan_strait",))
    breach = told(now, before)[0]
    assert (breach.kind, breach.actor, breach.words) == ("breach", TAIWAN, "Taiwan breaks the truce with China")
    assert not [change for change in changes(now) if change.kind == "breach"]


@pytest.mark.parametrize(("end", "kind"), [(DEAL_END, "deal"), (YIELD_END, "yield"), (FADE_END, "fade")])
def test_the_end_of_a_crisis_is_read_from_the_record(game, end, kind):
    now = game.engine.games[0].copy()
    now["crisis_end"][TAIWAN, CHINA] = end
    now["crisis_end"][CHINA, TAIWAN] = 0 if kind == "yield" else end
    (change,) = changes(now)
    assert change.kind == kind and change.actor == (TAIWAN if kind == "yield" else CHINA)


def test_a_crisis_in_words_says_since_when_and_what_would_end_it(game):
    step(game, china=("exercise.taiwan_strait",))
    assert dispute_words(of_pair(game)) == (
        "China - Taiwan: in crisis since turn 1, opened by China; a settlement is possible from turn 4; "
        "fades after 3 more quiet turns"
    )


def test_words_on_crises_rest_on_public_state_only(game):
    step(game, china=("exercise.taiwan_strait",))
    record, params = game.engine.games[0], game.engine.params[0]
    before = disputes(record, params), changes(record)
    for field in (field for field in STATE_FIELDS if field.seen_by in ("owner", "nobody") and field.dtype == "f8"):
        record[field.name] = np.random.default_rng(1).random(field.shape)
    assert (disputes(record, params), changes(record)) == before
