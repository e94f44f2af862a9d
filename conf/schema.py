"""What a job can be told: every key with its type, unit, range and meaning. The YAML files beside this give the values.

Ranges are checked when the dataclasses are made, which is when Hydra's composed configuration becomes objects (`compose.py`).
Hyperparameters carry Stable-Baselines3's names. All bad values raise ValueError with one line: key, value, expectation.
"""

from dataclasses import dataclass, field, fields
from typing import Any, Final

ACTORS: Final = ["usa", "japan", "china", "taiwan", "philippines"]
ALGORITHMS: Final = ("maskable_ppo", "ppo")
ACTIVATIONS: Final = ("tanh", "relu")


def number(low: float, high: float, unit: str, default: Any = None) -> Any:
    """A field whose value, or each of whose values, lies in a closed range; None is allowed where it is the default."""
    metadata = {"low": low, "high": high, "unit": unit}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def check(group: str, config: Any) -> None:
    """ValueError names the first number of the config that is out of its range; NaN is in none."""
    for f in fields(config):
        value = getattr(config, f.name)
        if "low" not in f.metadata or value is None:
            continue
        low, high, unit = f.metadata["low"], f.metadata["high"], f.metadata["unit"]
        if not all(low <= v <= high for v in (value if isinstance(value, list) else [value])):
            raise ValueError(f"{group}{f.name}={value!r}: expected {low:g}..{high:g} {unit}".rstrip())


def option(key: str, value: str, names: tuple[str, ...]) -> None:
    """ValueError unless the value is one of the names."""
    if value not in names:
        raise ValueError(f"{key}={value!r}: expected one of {', '.join(names)}")


@dataclass
class ScenarioConfig:
    """Where games start. The scenarios themselves are files of their own; here one is named, and may be changed."""

    name: str = "baseline"  # one that ships with the package, or the path of a file
    horizon: int | None = number(1, 10_000, "turns")  # null: the scenario's own
    parameters: dict[str, float] = field(default_factory=dict)  # rule parameters to override, +scenario.parameters.leak_rate=0

    def __post_init__(self) -> None:
        check("scenario.", self)


@dataclass
class EnvConfig:
    """How many games are played at once in training."""

    games: int = number(1, 100_000, "games", 128)
    stagger: bool = True  # spread the first horizons, so that not all games are truncated in the same step

    def __post_init__(self) -> None:
        check("env.", self)


@dataclass
class AgentConfig:
    """Who learns, and with what network."""

    seats: list[str] = field(default_factory=lambda: list(ACTORS))  # one policy is shared by all of them
    others: str = "default"  # the scripted policy of the other seats
    layers: list[int] = number(1, 4096, "units", [64, 64])  # hidden layers, of the policy and of the value network each
    activation: str = "tanh"

    def __post_init__(self) -> None:
        check("agent.", self)
        option("agent.activation", self.activation, ACTIVATIONS)
        for seat in self.seats:
            option("agent.seats", seat, tuple(ACTORS))
        if not self.seats or len(set(self.seats)) != len(self.seats):
            raise ValueError(f"agent.seats={self.seats}: expected actors, each once")


@dataclass
class AlgorithmConfig:
    """Proximal policy optimisation, with the names of Stable-Baselines3. A step is one decision of one seat."""

    name: str = "maskable_ppo"
    total_timesteps: int = number(0, 10**12, "steps", 1_000_000)
    learning_rate: float = number(0, 1, "", 3e-4)
    n_steps: int = number(1, 100_000, "steps of each slot an update", 64)
    batch_size: int = number(2, 10**9, "steps", 4096)
    n_epochs: int = number(1, 1000, "passes an update", 4)
    gamma: float = number(0, 1, "", 0.99)
    gae_lambda: float = number(0, 1, "", 0.95)
    clip_range: float = number(0, 10, "", 0.2)
    ent_coef: float = number(0, 10, "", 0.0)
    vf_coef: float = number(0, 10, "", 0.5)
    max_grad_norm: float = number(0, 1000, "", 0.5)
    reward_scale: float = number(1e-6, 1e6, "", 1.0)  # multiplies what the learner sees; results are reported unscaled

    def __post_init__(self) -> None:
        check("algorithm.", self)
        option("algorithm.name", self.name, ALGORITHMS)


@dataclass
class EvaluationConfig:
    """How policies are compared."""

    scenarios: list[str] = field(default_factory=lambda: ["baseline"])  # names or paths
    policies: list[str] = field(default_factory=lambda: ["default"])  # scripted ones that stand beside the learned
    games: int = number(2, 10**7, "games a row", 500)
    confidence: float = number(0.5, 0.9999, "", 0.95)  # of each interval
    resamples: int = number(100, 10**6, "bootstrap samples", 2000)
    seed: int = number(0, 2**63, "", 20_000)  # apart from the training seed

    def __post_init__(self) -> None:
        check("evaluation.", self)
        for name in ("scenarios", "policies"):
            if not getattr(self, name):
                raise ValueError(f"evaluation.{name}=[]: expected at least one")


@dataclass
class DemoConfig:
    """The main job: train, evaluate, report."""

    scenario: ScenarioConfig = field(default_factory=ScenarioConfig)
    env: EnvConfig = field(default_factory=EnvConfig)
    agent: AgentConfig = field(default_factory=AgentConfig)
    algorithm: AlgorithmConfig = field(default_factory=AlgorithmConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    seed: int = number(0, 2**31, "", 0)  # of training
    threads: int = number(1, 1024, "threads of torch", 2)

    def __post_init__(self) -> None:
        check("", self)
        steps = self.algorithm.n_steps * self.env.games * len(self.agent.seats)
        if self.algorithm.batch_size > steps:
            raise ValueError(
                f"algorithm.batch_size={self.algorithm.batch_size}: expected at most the {steps} steps of an update, "
                "n_steps * games * seats"
            )
