"""Define the training modes: the learners, the opponents of each, and the order of their updates.

- `shared`: one policy plays all seats that learn. Its observation holds the actor's one-hot, so one network serves all five
  actors.
- `per_actor`: each seat has its own policy, which learns in its own games. The opponents are frozen copies of the other policies
  (self-play against frozen opponents, Bansal et al. 2018) or given policies.
- `central_critic`: shared, with the critic of `central_critic.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from straits.agents.base import Policy
from straits.conf.jobs import TrainConfig
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.training.callbacks import Update
from straits.experiments.training.learner import Learner, OpponentSnapshot, build

Watch = Callable[[Learner, Update], None]
Scenarios = Sequence[Scenario]
Others = Mapping[str, Policy]


def learners(config: TrainConfig, scenarios: Scenarios, others: Others) -> list[Learner]:
    """Build the learners of the configured mode.

    Args:
        config: The job.
        scenarios: Scenarios of the games.
        others: Policies of the actors without a learner.

    Returns:
        Learners without a training step.
    """
    return MODES[config.mode.name](config, scenarios, others)


def learn(config: TrainConfig, learning: Sequence[Learner], watch: Watch, keep: Callable[[], None]) -> None:
    """Advance the learners in rounds of `mode.opponent_update_interval` updates each until all are done.

    Args:
        config: The job.
        learning: The learners.
        watch: Called after every update.
        keep: Called between two rounds every `config.checkpoint_interval` updates. Snapshots equal their learners at that time, so
            training can resume from there.
    """
    for learner in learning:
        learner.freeze()
    while not all(learner.done for learner in learning):
        before = len(learning[0].updates)
        _round(config, learning, watch)
        if len(learning[0].updates) // config.checkpoint_interval > before // config.checkpoint_interval:
            keep()


def _round(config: TrainConfig, learning: Sequence[Learner], watch: Watch) -> None:
    for learner in learning:
        for _ in range(config.mode.opponent_update_interval):
            if not learner.done:
                watch(learner, learner.advance())
        if config.mode.schedule == "alternating":
            learner.freeze()
    for learner in learning:
        learner.freeze()


def _shared(config: TrainConfig, scenarios: Scenarios, others: Others, central: bool = False) -> list[Learner]:
    model = build(
        scenarios,
        config.env,
        config.agent,
        config.algorithm,
        others,
        seed=config.seed,
        risk=config.reward_profile.risk,
        central=central,
    )
    return [Learner(_name(config, config.agent.seats), model, config.algorithm)]


def _central_critic(config: TrainConfig, scenarios: Scenarios, others: Others) -> list[Learner]:
    return _shared(config, scenarios, others, central=True)


def _per_actor(config: TrainConfig, scenarios: Scenarios, others: Others) -> list[Learner]:
    selves = {seat: OpponentSnapshot(_name(config, [seat])) for seat in config.agent.seats}
    met: Others = {**others, **selves} if config.mode.opponents == "frozen_selves" else others
    learning = []
    for seat, frozen in selves.items():
        model = build(
            scenarios,
            config.env,
            replace(config.agent, seats=[seat], opponent_overrides={}),
            config.algorithm,
            {actor: policy for actor, policy in met.items() if actor != seat},
            seed=_seed(config.seed, seat),
            risk=config.reward_profile.risk,
        )
        learning.append(Learner(frozen.name, model, config.algorithm, frozen))
    return learning


def _seed(seed: int, seat: str) -> int:
    """Derive a seed for an actor, so that policies start with different weights and play different games."""
    return int(np.random.SeedSequence([seed, ACTORS.index(seat)]).generate_state(1)[0])


def _name(config: TrainConfig, seats: Sequence[str]) -> str:
    """Return the name of the policy for these seats: `japan`, `japan-hawkish`, `shared`."""
    character = config.reward_profile.name
    return ("shared" if len(seats) > 1 else seats[0]) + ("" if character == "neutral" else f"-{character}")


MODES: Final[Mapping[str, Callable[[TrainConfig, Scenarios, Others], list[Learner]]]] = {
    "shared": _shared,
    "per_actor": _per_actor,
    "central_critic": _central_critic,
}
