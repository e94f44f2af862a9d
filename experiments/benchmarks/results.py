"""Hold the results of the benchmark as plain numbers, from which the JSON file and the page are made."""

from dataclasses import dataclass, field
from typing import Final

from straits.experiments.benchmarks.throughput import Scale
from straits.experiments.benchmarks.timing import Rate

HEADLINE: Final = (
    "engine_game_turns_per_s",
    "engine_bandwidth_share",
    "parallel_turns_per_s",
    "aec_moves_per_s",
    "ppo_collection_share_of_null",
    "ppo_share_of_null",
    "maskable_ppo_share_of_null",
    "rollout_over_supersuit",  # only where SuperSuit is installed
    "agent_steps_over_mpe2",  # only where mpe2 is installed
)


@dataclass(frozen=True)
class Batch:
    """Speed of the engine at one batch size and thread count."""

    games: int
    threads: int
    observed: bool  # whether observations were written
    rate: Rate  # game-turns per second
    bytes_a_turn: int  # least memory traffic of a game-turn
    bandwidth_share: float  # traffic relative to the copy bandwidth of the same threads


@dataclass
class Findings:
    """All results. A part that was not measured is empty; an environment that is not installed is None."""

    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    headline: dict[str, float] = field(default_factory=dict)
    reference: float = 0.0  # additions per second of a plain Python loop
    bandwidth: dict[int, float] = field(default_factory=dict)  # threads -> bytes read and written per second by copying
    engine: list[Batch] = field(default_factory=list)
    apis: dict[str, Rate] = field(default_factory=dict)
    learners: dict[str, dict[str, float]] = field(default_factory=dict)
    supersuit: float | None = None  # agent-steps per second of PPO's rollouts with SuperSuit
    peers: dict[str, Rate | None] = field(default_factory=dict)  # agent-steps per second
    scaling: list[Scale] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)  # nanoseconds per game-turn
    draws: dict[str, dict[str, float]] = field(default_factory=dict)  # policy -> purpose -> random blocks per game-turn

    def best(self) -> Batch:
        """Return the fastest batch that writes observations."""
        return max((batch for batch in self.engine if batch.observed), key=lambda batch: batch.rate.median)
