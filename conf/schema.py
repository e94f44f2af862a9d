"""Define the groups of configuration keys, each key with its type, unit, range and meaning.

The YAML files in this package hold the values, and `jobs` defines the groups of each job. The dataclasses check ranges when Hydra's
composed configuration becomes objects (`compose.py`). Hyperparameters have Stable-Baselines3's names. Invalid values raise
ValueError with one line: key, value, expectation.
"""

import re
from dataclasses import dataclass, field, fields
from typing import Any, Final

ACTORS: Final = ["usa", "japan", "china", "taiwan", "philippines"]
ACTIVATIONS: Final = ("tanh", "relu")
MODES: Final = ("shared", "per_actor", "central_critic")
_PPO: Final = (
    "learning_rate", "n_steps", "batch_size", "n_epochs", "gamma", "gae_lambda", "clip_range", "ent_coef", "vf_coef",
    "max_grad_norm",
)  # fmt: skip
HYPERPARAMETERS: Final = {  # algorithm -> the names that Stable-Baselines3 gives its hyperparameters
    "maskable_ppo": _PPO,
    "ppo": _PPO,
    "a2c": ("learning_rate", "n_steps", "gamma", "gae_lambda", "ent_coef", "vf_coef", "max_grad_norm", "rms_prop_eps"),
    "dqn": (
        "learning_rate", "batch_size", "gamma", "max_grad_norm", "buffer_size", "learning_starts", "tau", "train_freq",
        "gradient_steps", "target_update_interval", "exploration_fraction", "exploration_initial_eps", "exploration_final_eps",
    ),
}  # fmt: skip
ALGORITHMS: Final = tuple(HYPERPARAMETERS)


def number(low: float, high: float, unit: str, default: Any = None) -> Any:
    """Define a field with a closed range, which holds for each value of a list. None is allowed if it is the default.

    Args:
        low: Lowest value.
        high: Highest value.
        unit: Unit, for the message.
        default: Default value; a list is copied.
    """
    metadata = {"low": low, "high": high, "unit": unit}
    if isinstance(default, list):
        return field(default_factory=lambda: list(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def check(group: str, config: Any) -> None:
    """Check the ranges of a group. NaN is never in range.

    Args:
        group: Prefix of the keys in the message.
        config: The group.

    Raises:
        ValueError: At the first number that is out of range.
    """
    for f in fields(config):
        value = getattr(config, f.name)
        if "low" not in f.metadata or value is None:
            continue
        low, high, unit = f.metadata["low"], f.metadata["high"], f.metadata["unit"]
        if not all(low <= v <= high for v in (value if isinstance(value, list) else [value])):
            raise ValueError(f"{group}{f.name}={value!r}: expected {low:g}..{high:g} {unit}".rstrip())


def option(key: str, value: str, names: tuple[str, ...]) -> None:
    """Check that a value is one of the names.

    Args:
        key: The key in the message.
        value: Its value.
        names: Allowed values.

    Raises:
        ValueError: If it is not.
    """
    if value not in names:
        raise ValueError(f"{key}={value!r}: expected one of {', '.join(names)}")


@dataclass
class ScenarioConfig:
    """The scenario where games start, by name or path, and changes of it."""

    name: str = "baseline"  # one that ships with the package, or the path of a file
    horizon: int | None = number(1, 10_000, "turns")  # null: that of the scenario
    parameters: dict[str, float] = field(default_factory=dict)  # rule parameters to override, +scenario.parameters.leak_rate=0

    def __post_init__(self) -> None:
        check("scenario.", self)


@dataclass
class EnvConfig:
    """The games that are played at once in training."""

    num_envs: int = number(1, 100_000, "games", 128)
    random_initial_step: bool = True  # spread the first horizons, so that games are truncated in different steps

    def __post_init__(self) -> None:
        check("env.", self)


@dataclass
class AgentConfig:
    """The seats that learn, their opponents and their network."""

    seats: list[str] = field(default_factory=lambda: list(ACTORS))  # one policy is shared by all of them
    opponents: str = "default"  # policy of the other seats: a scripted one, zoo/NAME or the folder of a trained one
    opponent_overrides: dict[str, str] = field(default_factory=dict)  # by seat, +agent.opponent_overrides.usa=hawk
    net_arch: list[int] = number(1, 4096, "units", [64, 64])  # hidden layers of the policy network and of the value network
    activation: str = "tanh"
    noop_logit_bias: float = number(0, 20, "log-odds", 0.0)  # added to the no-op's logit in each channel before training

    def __post_init__(self) -> None:
        check("agent.", self)
        option("agent.activation", self.activation, ACTIVATIONS)
        for seat in self.seats:
            option("agent.seats", seat, tuple(ACTORS))
        if not self.seats or len(set(self.seats)) != len(self.seats):
            raise ValueError(f"agent.seats={self.seats}: expected actors, each once")


@dataclass
class AlgorithmConfig:
    """An algorithm of Stable-Baselines3 with its names of hyperparameters. A step is one decision of one seat.

    Hyperparameters that the algorithm does not have keep their defaults; HYPERPARAMETERS lists those of each algorithm.
    """

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
    rms_prop_eps: float = number(0, 1, "", 1e-5)
    buffer_size: int = number(1, 10**8, "steps", 100_000)
    learning_starts: int = number(0, 10**9, "steps", 10_000)
    tau: float = number(0, 1, "", 1.0)
    train_freq: int = number(1, 10_000, "steps of each slot", 4)
    gradient_steps: int = number(1, 10_000, "", 1)
    target_update_interval: int = number(1, 10**9, "steps", 10_000)
    exploration_fraction: float = number(0, 1, "of training", 0.1)
    exploration_initial_eps: float = number(0, 1, "", 1.0)
    exploration_final_eps: float = number(0, 1, "", 0.05)
    bootstrap_on_truncation: bool = True  # estimate the value at the horizon; false: the horizon is the end of the game
    reward_scale: float = number(1e-6, 1e6, "", 1.0)  # factor of the rewards in training; results are reported unscaled

    def __post_init__(self) -> None:
        check("algorithm.", self)
        option("algorithm.name", self.name, ALGORITHMS)
        for name in dict.fromkeys(n for names in HYPERPARAMETERS.values() for n in names):
            default = type(self).__dataclass_fields__[name].default
            if name not in HYPERPARAMETERS[self.name] and getattr(self, name) != default:
                raise ValueError(f"algorithm.{name}={getattr(self, name)!r}: expected nothing, {self.name} does not have it")

    def settings(self) -> dict[str, Any]:
        """Return the hyperparameters that the algorithm has."""
        return {name: getattr(self, name) for name in HYPERPARAMETERS[self.name]}


@dataclass
class EvaluationConfig:
    """How policies are compared."""

    scenarios: list[str] = field(default_factory=lambda: ["baseline"])  # names or paths
    policies: list[str] = field(default_factory=lambda: ["default"])  # by name, in addition to those that the run trains
    games: int = number(2, 10**7, "games per row", 500)
    confidence: float = number(0.5, 0.9999, "", 0.95)  # level of each interval
    resamples: int = number(100, 10**6, "bootstrap samples", 2000)
    seed: int = number(0, 2**63, "", 20_000)  # different from the training seed

    def __post_init__(self) -> None:
        check("evaluation.", self)
        for name in ("scenarios", "policies"):
            if not getattr(self, name):
                raise ValueError(f"evaluation.{name}=[]: expected at least one")


@dataclass
class ModeConfig:
    """Which policies learn together, and against which opponents. The last three keys belong to `per_actor`."""

    name: str = "shared"  # one policy for all seats; per_actor: one each; central_critic: one, with a critic of the full state
    opponents: str = "frozen_selves"  # frozen copies of the others; configured: agent.opponents and agent.opponent_overrides
    schedule: str = "simultaneous"  # copies are updated after a round of all; alternating: after each policy
    opponent_update_interval: int = number(1, 10_000, "updates", 1)  # of each policy between updates of its frozen copy

    def __post_init__(self) -> None:
        check("mode.", self)
        option("mode.name", self.name, MODES)
        option("mode.opponents", self.opponents, ("frozen_selves", "configured"))
        option("mode.schedule", self.schedule, ("simultaneous", "alternating"))
        for name in ("opponents", "schedule", "opponent_update_interval"):
            value = getattr(self, name)
            if self.name != "per_actor" and value != type(self).__dataclass_fields__[name].default:
                raise ValueError(f"mode.{name}={value!r}: expected nothing, mode.name={self.name} does not have it")


@dataclass
class RewardProfileConfig:
    """A reward profile: numbers that replace those of the scenario in training.

    `weights` and `types` are by actor. The key `learners` holds for all actors that learn; an actor's own row overrides it.
    """

    name: str = "neutral"  # suffix of the names of policies, except for neutral
    weights: dict[str, dict[str, float]] = field(default_factory=dict)  # reward component -> weight, 0..10
    types: dict[str, dict[str, Any]] = field(default_factory=dict)  # opportunist: 0..1, resolve: [low, high]
    risk: float = number(-0.5, 0.5, "per unit of return", 0.0)  # risk averse above 0, risk seeking below

    def __post_init__(self) -> None:
        check("reward_profile.", self)
        for name in ("weights", "types"):
            for actor in getattr(self, name):
                option(f"reward_profile.{name}", actor, ("learners", *ACTORS))
        if not re.fullmatch("[a-z0-9][a-z0-9_-]{0,30}", self.name):
            raise ValueError(f"reward_profile.name={self.name!r}: expected up to 31 of a-z, 0-9, _ and -")
