"""What the benchmark found: plain numbers, which become the JSON file and the page."""

from dataclasses import dataclass, field
from typing import Final

from straits.experiments.benchmarks.scaling import Scale
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
    """The engine at one batch size and thread count."""

    games: int
    threads: int
    observed: bool  # whether observations were written
    rate: Rate  # game-turns a second
    bytes_a_turn: int  # that a game-turn has to move at least
    bandwidth_share: float  # of what the same threads copy


@dataclass
class Findings:
    """All that was measured. What was not measured stays empty; a peer that is not installed is None."""

    machine: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    headline: dict[str, float] = field(default_factory=dict)
    reference: float = 0.0  # additions a second of a plain Python loop
    bandwidth: dict[int, float] = field(default_factory=dict)  # threads -> bytes copied a second, read and written
    engine: list[Batch] = field(default_factory=list)
    apis: dict[str, Rate] = field(default_factory=dict)
    learners: dict[str, dict[str, float]] = field(default_factory=dict)
    supersuit: float | None = None  # agent-steps a second that PPO collects through it
    peers: dict[str, Rate | None] = field(default_factory=dict)  # agent-steps a second
    scaling: list[Scale] = field(default_factory=list)
    phases: dict[str, float] = field(default_factory=dict)  # nanoseconds a game-turn
    draws: dict[str, dict[str, float]] = field(default_factory=dict)  # policy -> purpose -> random blocks a game-turn

    def best(self) -> Batch:
        """The fastest batch among those that write observations."""
        return max((batch for batch in self.engine if batch.observed), key=lambda batch: batch.rate.median)
