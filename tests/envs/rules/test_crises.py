"""Crises of rival pairs: how they open, what leverage they give, how they end, and what binds afterwards.

China and Taiwan are the pair. Nothing happens by chance, and all budgets are full.
"""

import numpy as np
import pytest

from straits.agents.scripted import scripted
from straits.envs.core.rng import GameDraws
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import (
    ACTORS,
    CHINA,
    CLAIMS_REWARD,
    DEAL_END,
    FADE_END,
    NO_END,
    PATROL_CLASS,
    TAIWAN,
    TAIWAN_STRAIT,
    USA,
    YIELD_END,
)
from straits.envs.spec.moves import choice
from straits.envs.spec.observation import named
from straits.envs.spec.parameters import PARAMETER_INDEX

ABLE = [{"of": "all", "readiness": 1, "credibility": 1, "capital": 1}]
STILL = {"leak_rate": 0, "disaster_rate": 0, "incident_rate": 0, "hazard_rate": 0}
FIELDS = ("crisis_turns", "quiet_turns", "truce_turns", "ripeness", "crises")  # of a pair, equal on both sides
EXERCISE = {"china": "exercise.taiwan_strait"}
THREAT = {"china": "threaten.taiwan"}
DEAL, ACCEPT = {"china": "deal.taiwan"}, {"taiwan": "deal.china"}
YIELD = {"taiwan": "reassure.china"}


def default(name):
    return PARAMETER_INDEX[name].default


def start(commitment=0.0, ripeness=1.0, **parameters):
    """A game of the baseline. `commitment`: of China towards Taiwan."""
    engine = Engine(load_scenario("baseline").with_(parameters={**STILL, **parameters}, domestic=ABLE), 1)
    engine.reset(1)
    engine.games["public_commitment"][0, CHINA, TAIWAN] = commitment
    engine.games["ripeness"][0, [CHINA, TAIWAN], [TAIWAN, CHINA]] = ripeness
    return engine


def play(engine, *turns):
    for turn in turns:
        engine.step(np.array([[choice(*turn.get(actor, "").split()) for actor in ACTORS]], np.int64))
        assert not engine.illegal.any(), f"{turn}: expected legal moves"
    return engine


def of(engine, field, one=CHINA, two=TAIWAN):
    return float(engine.games[field][0, one, two])


def support(engine, actor):
    return float(engine.games["support"][0, actor])


def edge(engine):
    return of(engine, "leverage") - of(engine, "leverage", TAIWAN, CHINA)


def pressure(engine, one=CHINA, two=TAIWAN):
    return of(engine, "provocation_presence", one, two) + of(engine, "provocation_verbal", one, two)


@pytest.mark.parametrize(
    ("turn", "opens"),
    [
        ({}, False),
        ({"china": "patrol.taiwan_strait"}, False),  # the usual level of presence
        ({"china": "coast_guard.taiwan_strait"}, False),
        ({"china": "hold denounce.taiwan"}, False),
        ({"china": "patrol.taiwan_strait denounce.taiwan"}, True),  # presence and words add up
        (EXERCISE, True),
        (THREAT, True),
    ],
)
def test_a_crisis_opens_where_one_side_presses_beyond_the_threshold(turn, opens):
    engine = play(start(), turn)
    assert (pressure(engine) >= default("press_open")) == opens
    assert of(engine, "crisis_turns") == of(engine, "crises") == opens
    assert of(engine, "crisis_opener") == opens and of(engine, "crisis_opener", TAIWAN, CHINA) == 0


def test_the_one_that_presses_harder_opens_and_only_its_targets_are_in_it():
    harder = {"taiwan": "exercise.taiwan_strait threaten.china", **THREAT}
    engine = play(start(), harder)
    assert of(engine, "crisis_opener", TAIWAN, CHINA) == 1 and of(engine, "crisis_opener") == 0
    assert pressure(engine) >= default("press_open")  # both pressed
    assert of(engine, "crisis_turns", CHINA, USA) == 0


def test_a_crisis_that_opens_with_little_left_to_settle_costs_its_opener_abroad():
    fresh, spent = (play(start(ripeness=r), EXERCISE).games["excess"][0] for r in (1.0, 0.0))
    left = 1.0 - default("ripeness_rate")
    assert spent[CHINA] - fresh[CHINA] == pytest.approx(default("unripe_cost") * left)
    assert spent[TAIWAN] == fresh[TAIWAN]


@pytest.mark.parametrize("field", ["grievance_military", "grievance_verbal"])
def test_what_the_other_leaves_unanswered_gives_leverage(field):
    shares = []
    for unmet in (0.0, 0.3, 0.6):
        engine = start()
        engine.games[field][0, TAIWAN, CHINA] = unmet
        shares.append(of(play(engine, {}), "leverage"))
    assert shares[0] < shares[1] < shares[2]


def test_leverage_rises_with_ones_own_commitment_towards_any_rival_and_shares_sum_to_one():
    shares = [of(play(start(commitment=c), {}), "leverage") for c in np.linspace(0, 1, 6)]
    assert (np.diff(shares) > 0).all()
    linked = start()
    linked.games["public_commitment"][0, CHINA, USA] = 0.8
    assert shares[0] < of(play(linked, {}), "leverage") < of(play(start(commitment=0.8), {}), "leverage")
    assert of(linked, "leverage") + of(linked, "leverage", TAIWAN, CHINA) == pytest.approx(1)


def test_a_seat_sees_its_own_leverage_and_the_pair_sees_its_offers():
    engine = play(start(), EXERCISE, DEAL)
    seen = [named(engine.observation[0, actor]) for actor in range(len(ACTORS))]
    assert seen[CHINA]["leverage"][TAIWAN] == pytest.approx(of(engine, "leverage"))
    assert seen[TAIWAN]["leverage"][CHINA] == pytest.approx(of(engine, "leverage", TAIWAN, CHINA))
    assert seen[CHINA]["deal_offer_made"][TAIWAN] == seen[TAIWAN]["deal_offer_received"][CHINA] == 1
    assert sum(s["deal_offer_made"].sum() + s["deal_offer_received"].sum() for s in seen) == 2


@pytest.mark.parametrize("turns", [[DEAL] + [{}] * 2, [DEAL | ACCEPT] + [{}], [{}, {}, ACCEPT]])
def test_a_deal_needs_both_sides(turns):
    engine = play(start(fade_turns=20, offer_turns=1), EXERCISE, *turns)
    assert of(engine, "crisis_turns") == len(turns) + 1 and of(engine, "terms") == 0


@pytest.mark.parametrize("wait", range(5))
def test_a_deal_needs_some_turns_of_crisis_first(wait):
    engine = play(start(fade_turns=20), EXERCISE, *[{}] * wait, DEAL | ACCEPT)
    assert (of(engine, "crisis_end") == DEAL_END) == (of(engine, "crisis_turns") == 0) == (wait + 2 > default("talks_from"))


@pytest.mark.parametrize("between", range(4))
def test_an_offer_stands_for_some_turns(between):
    engine = play(start(fade_turns=20), EXERCISE, {}, {}, DEAL, *[{}] * between, ACCEPT)
    assert (of(engine, "crisis_end") == DEAL_END) == (between + 1 < default("offer_turns"))


@pytest.mark.parametrize("commitment", [0.0, 0.4, 0.9])
@pytest.mark.parametrize("ripeness", [1.0, 0.3])
def test_the_terms_of_a_deal_go_by_leverage_and_ripeness(commitment, ripeness):
    engine = start(settle_relief=0, ripeness_rate=0, commitment=commitment, ripeness=ripeness)  # nothing moves after the deal
    play(engine, EXERCISE, {}, {}, DEAL | ACCEPT)
    gain = default("joint_gain") + default("settle_terms") * edge(engine)
    assert of(engine, "terms") == pytest.approx(ripeness * gain)
    assert of(engine, "terms", TAIWAN, CHINA) == pytest.approx(ripeness * (2 * default("joint_gain") - gain))
    assert of(engine, "crisis_end") == of(engine, "crisis_end", TAIWAN, CHINA) == DEAL_END


def test_a_yield_is_banked_in_full_only_against_an_open_offer():
    asked, unasked = (play(start(settle_relief=0), EXERCISE, {}, {}, YIELD | turn) for turn in (DEAL, {}))
    for engine in (asked, unasked):
        assert of(engine, "crisis_end", TAIWAN, CHINA) == YIELD_END and of(engine, "crisis_end") == NO_END
        loss = default("yield_terms") + default("settle_terms") * edge(engine)
        assert of(engine, "terms", TAIWAN, CHINA) == pytest.approx(-loss)
        share = 1 if engine is asked else default("unasked_share")
        assert of(engine, "terms") == pytest.approx(share * loss)


@pytest.mark.parametrize(
    ("turns", "ends"),
    [
        ([{}, YIELD], False),  # too early
        ([{}, {}, YIELD], True),
        ([{}, {}, {"taiwan": "exercise.taiwan_strait reassure.china"}], False),  # no yield while one presses
        ([{}, {}, {"taiwan": "reassure.usa"}], False),
    ],
)
def test_a_yield_is_a_reassurance_of_a_side_that_does_not_press(turns, ends):
    engine = play(start(fade_turns=20), EXERCISE, *turns)
    assert (of(engine, "crisis_end", TAIWAN, CHINA) == YIELD_END) == (of(engine, "crisis_turns") == 0) == ends


def test_a_crisis_fades_after_quiet_turns_and_its_opener_answers_for_its_commitment():
    quiet = [{}] * int(default("fade_turns"))
    blamed, spared = (play(start(commitment=0.8, fade_blame=b), EXERCISE, *quiet) for b in (default("fade_blame"), 0.0))
    for engine in (blamed, spared):
        assert of(engine, "crisis_end") == of(engine, "crisis_end", TAIWAN, CHINA) == FADE_END
        assert of(engine, "crisis_turns") == 0 and of(engine, "truce_turns") == 0
    assert support(blamed, CHINA) < support(spared, CHINA) and support(blamed, TAIWAN) == support(spared, TAIWAN)
    fresh = play(start(commitment=0.8, ripeness_rate=0), EXERCISE, *quiet)
    assert of(fresh, "ripeness") == default("fade_left")
    assert of(fresh, "terms") == pytest.approx(default("fade_share") * default("settle_terms") * edge(fresh))
    assert of(play(start(), EXERCISE, {}, THREAT, {}, {}), "crisis_turns") == 5  # pressing starts the count again


def test_the_audience_cost_of_a_settlement_falls_on_who_comes_off_worse_by_its_commitment():
    def loss(commitment, *turns):
        """Support of Taiwan that the settlement itself costs, with that commitment of Taiwan."""
        engines = [start(audience_cost=cost) for cost in (default("audience_cost"), 0.0)]
        for engine in engines:
            engine.games["public_commitment"][0, TAIWAN, CHINA] = commitment
            play(engine, EXERCISE | THREAT, {}, {}, *turns)
        assert support(engines[0], CHINA) == support(engines[1], CHINA)
        return support(engines[1], TAIWAN) - support(engines[0], TAIWAN)

    assert loss(0.0, DEAL | ACCEPT) == loss(0.0, YIELD) == 0
    assert 0 < loss(0.1, DEAL | ACCEPT) < loss(0.1, YIELD) < loss(0.2, YIELD)


def test_a_truce_binds_after_a_settlement_and_a_breach_costs_terms_and_support():
    settled = [EXERCISE, {}, {}, DEAL | ACCEPT]
    engine = play(start(), *settled)
    assert of(engine, "truce_turns") == default("truce_turns") and of(engine, "breaches") == 0
    before = engine.fork([0], 1, resample_rng=False)
    play(engine, THREAT)
    play(before, {})
    assert of(engine, "breaches") == 1 and of(engine, "breaches", TAIWAN, CHINA) == 0
    assert of(engine, "truce_turns") == 0 and of(engine, "crisis_turns") == 1
    assert of(engine, "terms") == pytest.approx(of(before, "terms") - default("breach_terms"))
    assert of(engine, "terms", TAIWAN, CHINA) == pytest.approx(of(before, "terms", TAIWAN, CHINA) + default("breach_terms"))
    free = play(start(breach_support=0), *settled, THREAT)
    assert support(free, CHINA) - support(engine, CHINA) == pytest.approx(default("breach_support"))
    held = play(start(), *settled, *[{}] * int(default("truce_turns")))
    assert of(held, "truce_turns") == 0 and of(play(held, THREAT), "breaches") == 0


def test_ripeness_falls_with_a_settlement_and_recovers():
    engine = play(start(), EXERCISE, {}, {}, DEAL | ACCEPT)
    left = [of(engine, "ripeness")]
    assert left[0] == pytest.approx(default("settle_left"))
    left += [of(play(engine, {}), "ripeness") for _ in range(3)]
    assert left == sorted(left) and left[-1] == pytest.approx(1 - (1 - left[0]) * (1 - default("ripeness_rate")) ** 3)
    assert of(play(start(ripeness=0.0), {}), "ripeness") == pytest.approx(default("ripeness_rate"))


def test_a_settlement_meets_demands_lowers_tension_and_frees_of_commitments():
    kept, settled = (start(commitment=0.5, settle_relief=r, settle_calm=c) for r, c in ((0, 0), (0.7, 0.5)))
    for engine in (kept, settled):
        engine.games["tension"][0, TAIWAN, CHINA] = 0.9
        play(engine, EXERCISE | THREAT, {}, {}, DEAL | ACCEPT)
    for field in ("grievance_verbal", "grievance_military"):
        assert of(settled, field, TAIWAN, CHINA) == pytest.approx(0.3 * of(kept, field, TAIWAN, CHINA))
    assert of(settled, "public_commitment") == pytest.approx(0.3 * of(kept, "public_commitment"))
    assert of(settled, "tension", TAIWAN, CHINA) < of(kept, "tension", TAIWAN, CHINA)


def test_terms_are_a_claim_that_pays_and_fade():
    engines = [start(), start()]
    engines[1].games["terms"][0, CHINA, TAIWAN] = 0.5
    for engine in engines:
        play(engine, {})
    assert of(engines[1], "terms") == pytest.approx(0.5 * default("terms_keep"))
    gains = [engine.components[0, CHINA, CLAIMS_REWARD] for engine in engines]
    assert gains[1] > gains[0]


def test_constant_presence_pays_once():
    """A share that is held becomes the usual one, so that its reward fades while the presence stays."""

    def claims(**parameters):
        engine = start(**parameters)
        engine.games["standing"][0, CHINA, TAIWAN_STRAIT, PATROL_CLASS] = 0.8
        return [float(play(engine, {}).components[0, CHINA, CLAIMS_REWARD]) for _ in range(50)]

    paid, forever = claims(), claims(accustom_rate=0)
    assert max(paid) > 0 and paid[-1] < 0.1 * max(paid)
    assert forever[-1] == pytest.approx(max(forever), rel=0.05) and sum(paid) < 0.5 * sum(forever)


@pytest.mark.parametrize("name", ["random", "default", "hawk"])
def test_every_game_keeps_to_the_rules_of_crises(name):
    games, turns = 60, 26
    scenario = load_scenario("severe", horizon=turns)
    engine, policy, params = Engine(scenario, games), scripted(name), scenario.record[0]
    engine.reset(4)
    one, two = np.indices((len(ACTORS), len(ACTORS)))
    rivals = ((one == CHINA) | (two == CHINA)) & (one != two)
    endings = set()
    for _ in range(turns):
        before = engine.games.copy()
        chosen = [policy.act(engine.observation[:, s], engine.mask[:, s], GameDraws(engine.games, s)) for s in range(len(ACTORS))]
        engine.step(np.stack(chosen, axis=1))
        after = engine.games
        going = (before["outcome"] == 0) & (after["turn"] == before["turn"] + 1)
        was, now = before[going], after[going]
        for field in FIELDS:
            assert (now[field] == now[field].swapaxes(1, 2)).all(), field
        assert (np.abs(now["terms"]) <= 1).all()
        for field in ("crisis_turns", "crises", "terms", "truce_turns", "breaches", "crisis_end"):
            assert not now[field][:, ~rivals].any(), field  # partners have no crisis
        assert np.allclose((now["leverage"] + now["leverage"].swapaxes(1, 2))[:, rivals], 1)
        press = now["provocation_presence"] + now["provocation_verbal"]
        hardest = np.maximum(press, press.swapaxes(1, 2))
        opened = (was["crisis_turns"] == 0) & (now["crisis_turns"] == 1)
        assert (opened == ((was["crisis_turns"] == 0) & (hardest >= params["press_open"]) & rivals)).all()
        assert (now["crises"] - was["crises"] == opened).all()
        assert (np.where(opened, now["crisis_opener"] + now["crisis_opener"].swapaxes(1, 2), 1) == 1).all()
        ended = (was["crisis_turns"] > 0) & (now["crisis_turns"] == 0)
        either = np.maximum(now["crisis_end"], now["crisis_end"].swapaxes(1, 2))
        assert ((either != NO_END) == ended).all()
        settled = (either == DEAL_END) | (either == YIELD_END)
        assert (was["crisis_turns"][settled] >= params["talks_from"]).all()
        assert (now["truce_turns"][settled] == params["truce_turns"]).all()
        endings |= set(np.unique(either[ended]).tolist())
    assert endings or name == "hawk"
