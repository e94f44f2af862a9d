"""Train policies on the small games with the ordinary training code: self-play PPO for both seats, and the league.

The strategy of a policy is read from its network at each information set. Its distance from equilibrium is therefore exact, and no
game is sampled. An average over policies weights each by the probability that its own choices lead to the information set (Kuhn
1953). It is equivalent to drawing one of the policies before the game.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from straits.agents.base import Policy
from straits.agents.network import Network, NetworkPolicy
from straits.agents.scripted import scripted
from straits.conf.jobs import LeagueConfig
from straits.conf.schema import AgentConfig, AlgorithmConfig, EnvConfig
from straits.envs.spec.constants import ACTORS, N_CHANNELS
from straits.envs.spec.moves import N_MOVES, OFFSETS, SIZES
from straits.experiments.theory.solved_games.games import SmallGame
from straits.experiments.theory.solved_games.normal_form import Strategy
from straits.experiments.theory.solved_games.tree import Tree
from straits.experiments.training.learner import Learner, build
from straits.experiments.training.psro.population import League, iterate

ENV: Final = EnvConfig(num_envs=512, random_initial_step=False)
LAYERS: Final = [32, 32]
META_GAMES: Final = 1024  # per profile of the meta-game
# Games of two turns need no discount, and they terminate. One update is two games per environment.
_SMALL: Final = AlgorithmConfig(n_steps=4, n_epochs=6, gamma=1.0, gae_lambda=1.0, bootstrap_on_truncation=False)
PPO: Final = replace(_SMALL, total_timesteps=163_840, learning_rate=1e-3, batch_size=4096, ent_coef=0.05)
RESPONSE: Final = replace(_SMALL, total_timesteps=30_720, learning_rate=5e-3, batch_size=2048)
Pair = tuple[Strategy, Strategy]


@dataclass(frozen=True)
class Played:
    """Strategies of PPO before training, after training, and averaged over all updates."""

    untrained: Pair
    last: Pair
    average: Pair


def ppo(game: SmallGame, tree: Tree, *, seed: int, algorithm: AlgorithmConfig = PPO) -> Played:
    """Train one network for both seats by self-play.

    Args:
        game: The game.
        tree: Its tree.
        seed: Seed of the training.
        algorithm: Hyperparameters.

    Returns:
        The strategies before, after and averaged over training.
    """
    agent = AgentConfig(seats=list(game.players), opponents="hold", net_arch=LAYERS)
    model = build(game.scenario(), ENV, agent, algorithm, _holding(game), seed=seed)
    learner = Learner(game.name, model, algorithm)
    pairs = [_pair(tree, learner.network())]
    while not learner.done:
        learner.advance()
        pairs.append(_pair(tree, learner.network()))
    return Played(pairs[0], pairs[-1], average(tree, pairs[1:], np.full(len(pairs) - 1, 1.0 / (len(pairs) - 1))))


def league(game: SmallGame, tree: Tree, *, seed: int, responses: int = 8, algorithm: AlgorithmConfig = RESPONSE) -> Pair:
    """Train a league (PSRO) whose populations begin with `hold`.

    Args:
        game: The game.
        tree: Its tree.
        seed: Seed of the training.
        responses: Number of iterations.
        algorithm: Hyperparameters of a best response.

    Returns:
        The mixtures of both populations, as strategies.
    """
    agent = AgentConfig(seats=list(game.players), opponents="hold", net_arch=LAYERS)
    config = LeagueConfig(
        env=ENV,
        agent=agent,
        algorithm=algorithm,
        initial_policies=["hold"],
        iterations=responses,
        games_per_profile=META_GAMES,
        seed=seed,
    )
    actors: list[str] = [a for a in ACTORS if a in game.players]
    grown = League(game.scenario(), _holding(game), {a: [scripted("hold")] for a in actors})
    grown.settle(config)
    for _ in range(responses):
        iterate(grown, config)
    mixed = []
    for player, actor in enumerate(game.players):
        strategies = [strategy_of(tree, player, member) for member in grown.members[actor]]
        mixed.append(blend(tree, player, strategies, grown.strategy[actors.index(actor)]))
    return mixed[0], mixed[1]


def strategy_of(tree: Tree, player: int, member: Policy) -> Strategy:
    """Read the strategy of a player from a network policy.

    Args:
        tree: The game.
        player: 0 or 1.
        member: The policy. One that is no network policy counts as `hold`.

    Returns:
        Probabilities of the choices at each information set.
    """
    if isinstance(member, NetworkPolicy):
        return _read(tree, player, member.network)
    return [np.eye(len(s.choices))[s.choices.index((0,) * N_CHANNELS)] for s in tree.sets[player]]


def average(tree: Tree, pairs: Sequence[Pair], weights: ArrayLike) -> Pair:
    """Blend the strategies of both players.

    Args:
        tree: The game.
        pairs: Strategies of both players, from several policies.
        weights: Probability of each pair, (pairs,).
    """
    one, two = (blend(tree, player, [pair[player] for pair in pairs], weights) for player in range(2))
    return one, two


def blend(tree: Tree, player: int, strategies: Sequence[Strategy], weights: ArrayLike) -> Strategy:
    """Return the strategy that is equivalent to drawing one of several before the game.

    Args:
        tree: The game.
        player: 0 or 1.
        strategies: The strategies.
        weights: Their probabilities, (strategies,).
    """
    reach = _reach(tree, player, strategies) * np.asarray(weights, np.float64)[:, None]  # (strategies, sets)
    blended: Strategy = []
    for number in range(len(tree.sets[player])):
        share = reach[:, number] / reach[:, number].sum() if reach[:, number].sum() > 0.0 else np.full(len(reach), 1.0 / len(reach))
        blended.append(share @ np.array([s[number] for s in strategies]))
    return blended


def even(tree: Tree) -> Pair:
    """Return uniform strategies of both players over the legal choices."""
    one, two = ([np.full(len(s.choices), 1.0 / len(s.choices)) for s in tree.sets[player]] for player in range(2))
    return one, two


def _reach(tree: Tree, player: int, strategies: Sequence[Strategy]) -> NDArray[np.float64]:
    """Return the probability that each strategy's own choices lead to each information set, (strategies, sets).

    Parents precede children in `tree.sets`.
    """
    reach = np.ones((len(strategies), len(tree.sets[player])))
    for number, s in enumerate(tree.sets[player]):
        before, choice = s.parent
        if before >= 0:
            reach[:, number] = reach[:, before] * np.array([strategy[before][choice] for strategy in strategies])
    return reach


def _pair(tree: Tree, network: Network) -> Pair:
    return _read(tree, 0, network), _read(tree, 1, network)


def _read(tree: Tree, player: int, network: Network) -> Strategy:
    """Return the probabilities of the choices: a softmax over the legal moves of each channel, multiplied over channels."""
    sets = tree.sets[player]
    mask = np.stack([s.mask for s in sets])
    scores = np.where(mask != 0, network.scores(np.stack([s.observation for s in sets])), -np.inf)
    chances = np.zeros((len(sets), N_MOVES))
    for o, size in zip(OFFSETS, SIZES, strict=True):
        part = np.exp(scores[:, o : o + size] - scores[:, o : o + size].max(axis=1, keepdims=True))
        chances[:, o : o + size] = part / part.sum(axis=1, keepdims=True)
    return [
        np.array([np.prod([chances[n, o + i] for o, i in zip(OFFSETS, c, strict=True)]) for c in s.choices])
        for n, s in enumerate(sets)
    ]


def _holding(game: SmallGame) -> dict[str, Policy]:
    return {a: scripted("hold") for a in ACTORS if a not in game.players}
