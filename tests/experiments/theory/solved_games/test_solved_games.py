"""Games with known answers: their trees are the engine's games, solvers agree on them, and learners come close."""

import numpy as np
import pytest

pyspiel = pytest.importorskip("pyspiel")
pygambit = pytest.importorskip("pygambit")
pytest.importorskip("torch")

from straits.agents.scripted import scripted  # noqa: E402
from straits.envs.core.rng import GameDraws  # noqa: E402
from straits.envs.simulator.engine import Engine  # noqa: E402
from straits.envs.spec.constants import ACTORS, CONFLICT  # noqa: E402
from straits.experiments.cli import solved_games as command  # noqa: E402
from straits.experiments.cli.main import main  # noqa: E402
from straits.experiments.rollouts.rollout import play  # noqa: E402
from straits.experiments.theory.solved_games import learn  # noqa: E402
from straits.experiments.theory.solved_games.games import GAMES, game  # noqa: E402
from straits.experiments.theory.solved_games.normal_form import behaviour, ends  # noqa: E402
from straits.experiments.theory.solved_games.solve import Solved, undominated  # noqa: E402
from straits.experiments.theory.solved_games.tree import choices_of, enumerate_game, in_words  # noqa: E402

NAMES = [g.name for g in GAMES]
TREES = {g.name: enumerate_game(g.scenario(), g.players) for g in GAMES}
SOLVED = {name: Solved(tree, name) for name, tree in TREES.items()}


class Even:
    """Chooses evenly among all legal combinations."""

    name = "even"

    def act(self, observation, mask, rng):
        pick = rng.random((len(mask), 1))[:, 0]
        options = [choices_of(row) for row in mask]
        return np.array([o[int(u * len(o))] for o, u in zip(options, pick, strict=True)], np.int64)


@pytest.mark.parametrize("name", NAMES)
def test_the_tree_is_worth_what_played_games_are(name):
    small = game(name)
    seats = [Even() if a in small.players else scripted("hold") for a in ACTORS]
    games = play(small.scenario(), seats, 6000, 5)
    expected = SOLVED[name].values(learn.even(TREES[name]))
    for player, actor in enumerate(small.players):
        returns = games.returns[:, ACTORS.index(actor)]
        assert returns.mean() == pytest.approx(expected[player], abs=4 * returns.std() / 6000**0.5 + 1e-9)
    clash = sum(e.chance * even_reach(name, e) for e in ends(TREES[name]) if e.payoff[0] < -1.5 and name == "brinkmanship")
    if name == "brinkmanship":  # where a conflict costs more than any peace
        assert games.conflict.mean() == pytest.approx(clash, abs=0.02)


def even_reach(name, end):
    return np.prod([1 / len(TREES[name].sets[k][s].choices) for k in range(2) for s in end.paths[k]])


@pytest.mark.parametrize("name", NAMES)
def test_chances_of_the_tree_sum_to_one(name):
    assert sum(e.chance * even_reach(name, e) for e in ends(TREES[name])) == pytest.approx(1.0)


@pytest.mark.parametrize("name", NAMES)
def test_every_end_is_a_game_of_the_engine(name):
    """Each pure path, played turn by turn with the goals and outcomes that chance gave, earns what the tree says."""
    small, tree = game(name), TREES[name]
    engine = Engine(small.scenario(), 400)
    engine.reset(11)
    seats = [ACTORS.index(p) for p in small.players]
    totals, at = np.zeros((400, 2)), np.full(400, -1)
    for n in range(400):
        goals = ", ".join(
            f"{p} {('security_seeker', 'opportunist')[engine.games['goal'][n, s]]}"
            for p, s in zip(small.players, seats, strict=True)
        )
        at[n] = next(root for _, told, root in tree.roots if told == goals)
    rng = np.random.default_rng(0)
    told = np.zeros((400, 2))
    while (at >= 0).any():
        moves, pairs = np.zeros((400, 5, 3), np.int64), {}
        for n in np.flatnonzero(at >= 0):
            sets = tree.positions[at[n]].sets
            pairs[n] = tuple(int(rng.integers(len(tree.sets[k][sets[k]].choices))) for k in range(2))
            for k in range(2):
                moves[n, seats[k]] = tree.sets[k][sets[k]].choices[pairs[n][k]]
        engine.step(moves)
        for n, pair in pairs.items():
            totals[n] += engine.reward[n, seats]
            branch = tree.positions[at[n]].branches[pair][1 if engine.outcome[n] == CONFLICT else 0]
            told[n] += branch.payoff
            at[n] = branch.position
    assert np.allclose(totals, told, rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_openspiel_certifies_the_equilibria_that_gambit_finds(name):
    solved = SOLVED[name]
    assert solved.equilibria
    for e in solved.equilibria:
        assert solved.nash_conv(e.strategies) == pytest.approx(0.0, abs=1e-6)
        assert solved.values(e.strategies) == pytest.approx(e.values)


def test_two_algorithms_of_gambit_agree_on_the_stag_hunt():
    solved = SOLVED["stag_hunt"]
    game_ = pygambit.Game.from_arrays(*solved.matrices)
    vertices = pygambit.nash.enummixed_solve(game_, rational=True).equilibria
    values = {tuple(round(float(e.payoff(player)), 6) for player in game_.players) for e in vertices}
    assert {tuple(np.round(e.values, 6)) for e in solved.equilibria} <= values


def test_openspiel_makes_the_same_matrix_of_the_stag_hunt():
    solved = SOLVED["stag_hunt"]
    theirs = pyspiel.extensive_to_matrix_game(solved.game)
    for ours, found in zip(solved.matrices, (theirs.row_utilities(), theirs.col_utilities()), strict=True):
        assert np.allclose(sorted({round(v, 9) for v in ours.ravel()}), sorted({round(v, 9) for row in found for v in row}))


def test_the_stag_hunt_has_two_equilibria_that_both_rank_alike():
    first, last = SOLVED["stag_hunt"].equilibria[0], SOLVED["stag_hunt"].equilibria[-1]
    assert first.mixed == last.mixed == (1, 1)
    assert all(a > b for a, b in zip(first.values, last.values, strict=True))
    opening = [TREES["stag_hunt"].sets[k][0].choices for k in range(2)]
    for k in range(2):
        assert in_words(opening[k][int(first.strategies[k][0].argmax())]) == "pull_back"
        assert in_words(opening[k][int(last.strategies[k][0].argmax())]) == "idle"


def test_brinkmanship_has_an_equilibrium_that_mixes_and_depends_on_the_goal():
    tree = TREES["brinkmanship"]
    mixed = [e for e in SOLVED["brinkmanship"].equilibria if min(e.mixed) > 1]
    assert mixed
    stays = {tree.sets[0][n].observation[5]: mixed[0].strategies[0][n][0] for n in range(2)}
    assert 0.0 < stays[0.0] < 1.0 and stays[0.0] < stays[1.0]  # the security-seeker yields now and then, the opportunist less


def test_signals_have_equilibria_in_which_the_goals_part():
    parted = [e for e in SOLVED["signals"].equilibria if not np.allclose(e.strategies[0][0], e.strategies[0][1])]
    assert parted


@pytest.mark.parametrize("name", ["brinkmanship", "stag_hunt"])
def test_exchanging_the_actors_exchanges_the_payoffs(name):
    one, two = SOLVED[name].matrices
    assert sorted(np.round(one.ravel(), 9)) == sorted(np.round(two.ravel(), 9))


def test_dominated_plans_go_and_no_other():
    one = np.array([[3.0, 0.0], [5.0, 1.0]])  # the prisoners' dilemma
    rows, columns = undominated(one, one.T)
    assert rows.tolist() == columns.tolist() == [1]
    coin = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert [len(k) for k in undominated(coin, -coin)] == [2, 2]


def test_a_mixture_of_plans_is_worth_what_its_strategy_is():
    tree, solved = TREES["signals"], SOLVED["signals"]
    rng, weights = np.random.default_rng(0), []
    for of in solved.plans:
        drawn = rng.random(len(of))
        weights.append(drawn / drawn.sum())
    pair = tuple(behaviour(tree, k, solved.plans[k], weights[k]) for k in range(2))
    assert solved.values(pair) == pytest.approx([weights[0] @ m @ weights[1] for m in solved.matrices])


def test_a_blend_is_worth_the_mean_of_what_it_blends():
    tree, solved = TREES["brinkmanship"], SOLVED["brinkmanship"]
    rng, other = np.random.default_rng(1), learn.even(tree)[1]
    own = [[rng.dirichlet(np.ones(len(s.choices))) for s in tree.sets[0]] for _ in range(3)]
    blended = learn.blend(tree, 0, own, [0.2, 0.3, 0.5])
    expected = np.array([0.2, 0.3, 0.5]) @ np.array([solved.values((each, other)) for each in own])
    assert solved.values((blended, other)) == pytest.approx(expected)


def test_what_is_read_off_a_network_is_what_it_plays():
    small, tree = game("signals"), TREES["signals"]
    played = learn.ppo(small, tree, seed=0, algorithm=learn.AlgorithmConfig(**{**vars(learn.PPO), "total_timesteps": 4096}))
    engine = Engine(small.scenario(), 20_000)
    engine.reset(3)
    from straits.agents.network import NetworkPolicy
    from straits.experiments.training.learner import Learner, build

    agent = learn.AgentConfig(seats=list(small.players), opponents="hold", net_arch=learn.LAYERS)
    others = {a: scripted("hold") for a in ACTORS if a not in small.players}
    policy = NetworkPolicy(
        "p", Learner("p", build(small.scenario(), learn.ENV, agent, learn.PPO, others, seed=0), learn.PPO).network()
    )
    china = ACTORS.index("china")
    chosen = policy.act(engine.observation[:, china], engine.mask[:, china], GameDraws(engine.games, china))
    for number, s in enumerate(tree.sets[0][:2]):
        rows = engine.games["goal"][:, china] == s.observation[5]
        shares = [(chosen[rows] == c).all(axis=1).mean() for c in s.choices]
        assert shares == pytest.approx(played.untrained[0][number], abs=0.02)


def test_chance_that_is_not_enumerated_is_refused():
    small = game("stag_hunt")
    with pytest.raises(ValueError, match="scenario.parameters.leak_rate=0.1: expected 0 in a game that is enumerated"):
        enumerate_game(small.scenario().with_(parameters={"leak_rate": 0.1}), small.players)


def test_a_third_actor_in_the_conflict_is_refused():
    small = game("brinkmanship")
    with pytest.raises(ValueError, match="belligerents="):
        enumerate_game(small.scenario(), ("china", "japan"))


def test_an_unknown_game_is_named(capsys):
    assert main(["solved-games", "chicken"]) == 2
    assert capsys.readouterr().err == "straits solved-games: game='chicken': expected one of brinkmanship, signals, stag_hunt\n"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_ppo_and_the_league_come_within_five_per_cent(name):
    row = command.measure(name, 0)
    assert row["even"] > 2 * command.CLOSE  # who chooses at random does not
    assert min(row["last"], row["average"]) <= command.CLOSE
    assert row["league"] <= command.CLOSE
