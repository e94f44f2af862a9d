"""The policy lens: exact where the policy has probabilities, counted and labelled where it has none."""

import numpy as np
import pytest

from straits.agents.base import Policy
from straits.agents.card import Card
from straits.agents.checkpoint import save
from straits.agents.network import Network, NetworkPolicy
from straits.agents.registry import policy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.envs.spec.observation import N_OBSERVATION
from straits.experiments.rollouts.trajectory import record
from straits.experiments.viewer.export.policy_probs import DRAWS, Look, lenses, probabilities

SCENARIO = load_scenario("baseline", horizon=3)


def looks(seats: list[Policy]) -> tuple[list[Look], object]:
    played = record(SCENARIO, seats, 1)
    engine, found = played.begin(), []
    for moves in played.moves:
        found.append(Look(engine.observation[0].copy(), engine.mask[0].copy(), engine.games.copy()))
        engine.step(moves[None])
    return found, played


def biased(deterministic: bool = False) -> NetworkPolicy:
    """A network without weights: it scores every move by its bias, 0 for the idle ones and log 3 for all others."""
    bias = np.full(N_MOVES, np.log(3.0), np.float32)
    bias[list(OFFSETS)] = 0.0
    return NetworkPolicy("biased", Network((np.zeros((N_OBSERVATION, N_MOVES), np.float32),), (bias,), "tanh"), deterministic)


def test_a_network_is_shown_by_its_own_softmax_over_the_legal_moves() -> None:
    found, played = looks([biased()] * 5)
    lens = lenses({"china": biased()}, found, played)["china"]
    assert lens is not None and (lens["source"], lens["draws"]) == ("exact", 0)
    for turn, look in zip(lens["turns"], found, strict=True):
        for channel, offset, size in zip(turn, OFFSETS, SIZES, strict=True):
            legal = int(look.mask[2, offset : offset + size].sum())
            whole = 1 + 3 * (legal - 1)
            shares = [3 / whole] * (legal - 1) + [1 / whole]
            assert channel["legal"] == legal
            assert [share for _, share in channel["top"]] == [round(1000 * share) for share in shares[:6]]
            assert channel["entropy"] == pytest.approx(1000 * -sum(p * np.log2(p) for p in shares), abs=1)


def test_a_scripted_policy_is_asked_and_what_it_never_does_has_no_share() -> None:
    found, played = looks([scripted("dove")] * 5)
    lens = lenses({"japan": scripted("dove")}, found, played)["japan"]
    assert lens is not None and (lens["source"], lens["draws"]) == ("drawn", DRAWS)
    chances = probabilities(scripted("dove"), found[0], 1)
    assert all((chances[o : o + s].sum() == pytest.approx(1)) for o, s in zip(OFFSETS, SIZES, strict=True))
    assert np.array_equal(chances * DRAWS, np.rint(chances * DRAWS))
    assert not chances[found[0].mask[1] == 0].any()


def test_drawn_shares_come_near_the_probabilities() -> None:
    found, _ = looks([scripted("random")] * 5)
    legal = int(found[0].mask[3, OFFSETS[2] :].sum())
    chances = probabilities(scripted("random"), found[0], 3)[OFFSETS[2] :]
    assert np.abs(chances[found[0].mask[3, OFFSETS[2] :] != 0] - 1 / legal).max() < 5 * (legal / DRAWS) ** 0.5 / legal


def test_a_policy_that_draws_nothing_is_sure() -> None:
    found, played = looks([biased(True)] * 5)
    lens = lenses({"usa": biased(True)}, found, played)["usa"]
    assert lens is not None and all(channel["chosen"] == 1000 and channel["entropy"] == 0 for channel in lens["turns"][0])


def test_a_policy_that_did_not_play_the_game_gets_no_lens() -> None:
    found, played = looks([scripted("hawk")] * 5)
    assert lenses({"china": scripted("dove"), "usa": scripted("hawk")}, found, played)["china"] is None
    assert lenses({"usa": scripted("hawk")}, found, played)["usa"] is not None


def test_moves_that_a_dated_event_fixes_do_not_tell_against_the_policy() -> None:
    played = record(load_scenario("replay_2021_11_30", horizon=4), [scripted("default")] * 5, 6)
    engine, found = played.begin(), []
    for moves in played.moves:
        found.append(Look(engine.observation[0].copy(), engine.mask[0].copy(), engine.games.copy()))
        engine.step(moves[None])
    assert all(lens is not None for lens in lenses({a: scripted("default") for a in ACTORS}, found, played).values())


def test_a_trained_policy_is_exact(tmp_path) -> None:
    card = Card("maskable_ppo", [], "tanh", ["taiwan"], "neutral", {}, 0.0, 0, {}, [], "")
    save(tmp_path / "taiwan", biased().network, card)
    saved = policy(str(tmp_path / "taiwan"))
    found, played = looks([saved] * 5)
    lens = lenses({"taiwan": saved}, found, played)["taiwan"]
    assert lens is not None and lens["source"] == "exact"
