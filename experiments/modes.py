"""The ways in which policies train with one another: which learners there are, and in what order they advance.

`shared`: one policy plays all the seats that learn. Its observation holds the actor's one-hot, so one network is all five actors.
"""

from collections.abc import Callable, Mapping, Sequence

from straits.agents.base import Policy
from straits.conf.schema import TrainConfig
from straits.envs.scenario import Scenario
from straits.experiments.callbacks import Update
from straits.experiments.learner import Learner, build

Watch = Callable[[Learner, Update], None]


def learners(config: TrainConfig, scenarios: Sequence[Scenario], others: Mapping[str, Policy]) -> list[Learner]:
    """The policies that learn, before they have learned anything. `others`: who plays each seat that does not learn."""
    model = build(scenarios, config.env, config.agent, config.algorithm, others, seed=config.seed, risk=config.character.risk)
    return [Learner(policy_name(config, config.agent.seats), model, config.algorithm.total_timesteps)]


def learn(config: TrainConfig, learning: Sequence[Learner], watch: Watch) -> None:
    """Advance the learners until all are done; `watch` is told of every update."""
    while not all(learner.done for learner in learning):
        for learner in learning:
            watch(learner, learner.advance())


def policy_name(config: TrainConfig, seats: Sequence[str]) -> str:
    """What the policy for these seats is called: `japan`, `japan-hawkish`, `shared`."""
    character = config.character.name
    return ("shared" if len(seats) > 1 else seats[0]) + ("" if character == "neutral" else f"-{character}")
