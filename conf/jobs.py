"""Define the configuration of each job: its groups of keys, and the conditions between them. `schema` defines the groups."""

from dataclasses import dataclass, field

from straits.conf.schema import (
    ACTORS,
    AgentConfig,
    AlgorithmConfig,
    EnvConfig,
    EvaluationConfig,
    ModeConfig,
    RewardProfileConfig,
    ScenarioConfig,
    check,
    number,
    option,
)


@dataclass
class DemoConfig:
    """Configuration of `straits demo`: train, evaluate, report."""

    scenario: ScenarioConfig = field(default_factory=ScenarioConfig)
    env: EnvConfig = field(default_factory=EnvConfig)
    agent: AgentConfig = field(default_factory=AgentConfig)
    algorithm: AlgorithmConfig = field(default_factory=AlgorithmConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    seed: int = number(0, 2**31, "", 0)  # of training
    threads: int = number(1, 1024, "threads of torch", 2)

    def __post_init__(self) -> None:
        check("", self)
        _check_batch(self.algorithm, self.env.num_envs * len(self.agent.seats))
        if self.agent.opponent_overrides:
            key = f"agent.opponent_overrides={self.agent.opponent_overrides}"
            raise ValueError(f"{key}: expected none, agent.opponents plays every other seat")


@dataclass
class TrainConfig:
    """Configuration of `straits train`: policies for seats, saved as folders that can be loaded by name."""

    scenario: ScenarioConfig = field(default_factory=ScenarioConfig)
    scenarios: list[str] = field(default_factory=list)  # further scenarios; games are spread evenly over all
    env: EnvConfig = field(default_factory=EnvConfig)
    agent: AgentConfig = field(default_factory=AgentConfig)
    mode: ModeConfig = field(default_factory=ModeConfig)
    algorithm: AlgorithmConfig = field(default_factory=AlgorithmConfig)
    reward_profile: RewardProfileConfig = field(default_factory=RewardProfileConfig)
    checkpoint_interval: int = number(1, 10**9, "updates", 5)  # between two checkpoints of the training state
    resume: str | None = None  # the folder of an interrupted run
    seed: int = number(0, 2**31, "", 0)
    threads: int = number(1, 1024, "threads of torch", 2)

    def __post_init__(self) -> None:
        check("", self)
        learning = 1 if self.mode.name == "per_actor" else len(self.agent.seats)
        _check_batch(self.algorithm, self.env.num_envs * learning)
        if self.mode.name == "central_critic" and self.algorithm.name == "dqn":
            raise ValueError("algorithm.name='dqn': expected maskable_ppo, ppo or a2c, mode.name=central_critic needs a critic")
        meets = ACTORS if self.mode.name == "per_actor" and self.mode.opponents == "configured" else _free(self.agent)
        for seat in self.agent.opponent_overrides:
            option("agent.opponent_overrides", seat, tuple(meets) or ("none, as every seat learns",))
        if len(self.scenarios) >= self.env.num_envs:
            most = f"the env.num_envs={self.env.num_envs} that are spread over it"
            raise ValueError(f"scenarios={self.scenarios}: expected fewer than {most}")


@dataclass
class LeagueConfig:
    """Configuration of `straits league`: each actor of agent.seats has a population, agent.opponents plays the others."""

    scenario: ScenarioConfig = field(default_factory=ScenarioConfig)
    env: EnvConfig = field(default_factory=EnvConfig)
    agent: AgentConfig = field(default_factory=AgentConfig)
    algorithm: AlgorithmConfig = field(default_factory=AlgorithmConfig)  # of each response
    reward_profile: RewardProfileConfig = field(default_factory=RewardProfileConfig)  # of the actors that have populations
    initial_policies: list[str] = field(default_factory=lambda: ["default", "hold"])  # initial members of each population
    iterations: int = number(0, 50, "responses of each actor", 5)
    games_per_profile: int = number(1, 10**5, "games of each combination of members", 4)
    seed: int = number(0, 2**31, "", 0)
    threads: int = number(1, 1024, "threads of torch", 1)

    def __post_init__(self) -> None:
        check("", self)
        _check_batch(self.algorithm, self.env.num_envs)
        if not self.initial_policies or len(set(self.initial_policies)) != len(self.initial_policies):
            raise ValueError(f"initial_policies={self.initial_policies}: expected policies, each once")
        if self.algorithm.name == "dqn":
            raise ValueError("algorithm.name='dqn': expected maskable_ppo, ppo or a2c, whose policies are stochastic")


def _free(agent: AgentConfig) -> list[str]:
    """Return the seats that do not learn."""
    return [actor for actor in ACTORS if actor not in agent.seats]


def _check_batch(algorithm: AlgorithmConfig, slots: int) -> None:
    """Raise a ValueError if an update has fewer steps than one of its batches."""
    steps = algorithm.n_steps * slots
    if algorithm.name in ("maskable_ppo", "ppo") and algorithm.batch_size > steps:
        raise ValueError(
            f"algorithm.batch_size={algorithm.batch_size}: expected at most the {steps} steps of an update, n_steps * games * seats"
        )
