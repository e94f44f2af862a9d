"""Nobody sees what is another's: changing any hidden field of B changes nothing that A gets in that turn, for every pair."""

import itertools

import numpy as np
import pytest

from straits.agents.base import by_channel
from straits.envs import load_scenario, parallel_env
from straits.envs.core.state import STATE_FIELDS
from straits.envs.simulator.global_state import RANGES
from straits.envs.spec.constants import ACTORS, JAPAN, N_ACTORS, TAIWAN, USA
from straits.envs.spec.moves import MOVE_AT, MOVE_TARGET, N_MOVES, SUMMIT

PAIRS = list(itertools.permutations(range(N_ACTORS), 2))
SHARED_WITH = {"trainers": {USA, TAIWAN}}  # dyadic fields with one row an actor: who knows of the row beside its owner
OWNERS = {"assessment": JAPAN}  # private fields without a row
# Nothing that rivals feel follows from these in the same turn, as long as everyone holds.
INERT = (
    "goal", "resolve", "support", "readiness", "credibility", "capital", "leverage", "restraint", "propensity", "cooldown",
    "spent", "excess", "share", "outweighed", "usual_share", "usual_outweighed", "start_felt", "start_traded", "reward",
)  # fmt: skip
QUIET = load_scenario(
    "baseline",
    parameters={"hazard_rate": 0, "incident_rate": 0, "leak_rate": 0, "disaster_rate": 0, "leadership_rate": 0},
)


def played(scenario, turns, seed):
    """A game after legal random play."""
    game_env, rng = parallel_env(scenario), np.random.default_rng(seed)
    game_env.reset(seed=seed)
    for _ in range(turns):
        masks = np.stack([game_env.action_mask(agent) for agent in ACTORS])
        game_env.step(dict(zip(ACTORS, by_channel(rng.random((N_ACTORS, N_MOVES)), masks), strict=True)))
    return game_env


def hidden_entries(field, a, b):
    """Indices of what belongs to B, or to nobody, and is hidden from A."""
    if field.seen_by == "nobody":
        return [()] if not field.shape else list(np.ndindex(field.shape))
    if field.seen_by == "owner":
        if not field.shape:
            return [()] if OWNERS[field.name] == b else []
        return [at for at in np.ndindex(field.shape) if at[0] == b]
    if field.seen_by == "dyad" and field.shape == (N_ACTORS, N_ACTORS):
        return [at for at in np.ndindex(field.shape) if b in at and a not in at]
    if field.seen_by == "dyad" and field.shape == (N_ACTORS,):
        return [] if a in SHARED_WITH[field.name] else [(b,)]
    return []  # proposals, agreements and moves stand below


def changed(field, value, rng):
    """Another value that the field may take."""
    limits = RANGES[field.name]
    if field.dtype in ("u8", "i8", "i1"):
        top = limits.high if np.isfinite(limits.high) else limits.low + 9
        options = [n for n in range(int(limits.low), int(top) + 1) if n != value]
        return options[rng.integers(len(options))]
    return float(rng.random())


def told(game_env, agent):
    """All that an agent gets."""
    observations, infos = game_env.observe()
    info = infos[agent]
    masks = b"".join(mask.tobytes() for mask in info["action_mask"])
    return observations[agent].tobytes(), masks, game_env.rewards()[agent], info["reward_components"], info["illegal_channels"]


@pytest.mark.parametrize(("a", "b"), PAIRS, ids=lambda n: ACTORS[n])
@pytest.mark.parametrize("turns", [0, 10])
def test_no_hidden_field_of_b_shows_in_what_a_gets(a, b, turns):
    game_env, rng = played("baseline", turns, seed=b), np.random.default_rng(a)
    before = told(game_env, ACTORS[a])
    tried = set()
    for field in STATE_FIELDS:
        for at in hidden_entries(field, a, b):
            fork = game_env.fork(1, resample_rng=False)[0]
            values = fork.engine.games[field.name]
            values[0, *at] = changed(field, values[0, *at], rng)
            fork.engine.observe()
            assert told(fork, ACTORS[a]) == before, field.name
            tried.add(field.name)
    hidden = {f.name for f in STATE_FIELDS if f.seen_by != "all"} - {
        "proposal",
        "agreed",
        "moves",
        "assessment",
        "trainers",
    }
    assert tried - {"assessment", "trainers"} == hidden


@pytest.mark.parametrize(("a", "b"), PAIRS, ids=lambda n: ACTORS[n])
def test_an_open_proposal_to_another_an_agreement_and_a_move_are_hidden(a, b):
    game_env = played("baseline", 4, seed=3)
    before = told(game_env, ACTORS[a])
    third = next(n for n in range(N_ACTORS) if n not in (a, b))
    fork = game_env.fork(1, resample_rng=False)[0]
    game = fork.engine.games[0]
    for column in range(2):
        if game["proposal"][b, column] < 0 or MOVE_TARGET[game["proposal"][b, column]] != a:
            game["proposal"][b, column] = MOVE_AT[SUMMIT, third]
    game["agreed"][b] = MOVE_AT[SUMMIT, third]
    game["moves"][b] = (1, 2, 3)
    fork.engine.observe()
    assert told(fork, ACTORS[a]) == before


@pytest.mark.parametrize(("a", "b"), PAIRS, ids=lambda n: ACTORS[n])
def test_leverage_and_offers_of_a_deal_are_known_to_their_owner_and_to_the_pair(a, b):
    game_env = played("baseline", 4, seed=3)
    before = {agent: told(game_env, agent) for agent in ACTORS}

    def seers(field):
        fork = game_env.fork(1, resample_rng=False)[0]
        fork.engine.games[field][0, a, b] = 0.0 if fork.engine.games[field][0, a, b] > 0.0 else 1.0
        fork.engine.observe()
        return {agent for agent in ACTORS if told(fork, agent) != before[agent]}

    assert seers("leverage") == {ACTORS[a]}
    assert seers("offer_turns") == {ACTORS[a], ACTORS[b]}


def test_a_proposal_is_seen_by_the_one_it_is_made_to():
    game_env = played("baseline", 0, seed=3)
    game_env.engine.games[0]["proposal"][1, 1] = MOVE_AT[SUMMIT, USA]
    before = {agent: told(game_env, agent)[0] for agent in ACTORS}
    game_env.engine.observe()
    assert [agent for agent in ACTORS if told(game_env, agent)[0] != before[agent]] == ["usa"]


@pytest.mark.parametrize(("a", "b"), PAIRS, ids=lambda n: ACTORS[n])
def test_a_turn_in_which_all_hold_tells_a_nothing_of_what_b_keeps_to_itself(a, b):
    game_env, rng = played(QUIET, 10, seed=b), np.random.default_rng(a)
    fork = game_env.fork(1, resample_rng=False)[0]
    for field in (f for f in STATE_FIELDS if f.name in INERT):
        values = fork.engine.games[field.name]
        for at in hidden_entries(field, a, b):
            values[0, *at] = changed(field, values[0, *at], rng)
    for twin in (game_env, fork):
        twin.step({agent: np.zeros(3, int) for agent in ACTORS})
    assert told(fork, ACTORS[a]) == told(game_env, ACTORS[a])


@pytest.mark.parametrize("hidden", ["plan", "talk", "trainers"])
def test_china_does_not_see_a_private_move_until_it_leaks(hidden):
    game_env = played(QUIET, 2, seed=1)
    fork = game_env.fork(1, resample_rng=False)[0]
    game = fork.engine.games[0]
    if hidden == "trainers":
        game["trainers"][USA] = 0.9
    else:
        game[hidden][USA, JAPAN] = game[hidden][JAPAN, USA] = 1
    for twin in (game_env, fork):
        twin.step({agent: np.zeros(3, int) for agent in ACTORS})
    assert told(fork, "china") == told(game_env, "china") and told(fork, "usa") != told(game_env, "usa") or hidden == "talk"
