"""Hold one played game as scenario, seed and actions, from which any of its turns can be restored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.recording.tables import digests
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES, choice, parse
from straits.envs.validation import wrong
from straits.experiments.rollouts.rollout import iter_turns

if TYPE_CHECKING:  # it needs pyarrow, which games in memory do not
    from straits.envs.recording import Recording

NOTHING: Final = "nothing"  # the no-op in all three channels


class Move(NamedTuple):
    """Locate a choice that is not a no-op."""

    turn: int  # from 0
    actor: int
    channel: int

    def words(self, moves: NDArray[np.int64]) -> str:
        """Describe the choice.

        Args:
            moves: (turns, actors, channels) choices of the game.

        Returns:
            Actor and move, such as `japan pledge_unofficial.taiwan`.
        """
        return f"{ACTORS[self.actor]} {MOVES[OFFSETS[self.channel] + int(moves[self])].name}"


@dataclass(frozen=True)
class Trajectory:
    """Hold one game: its start and the choices of every turn."""

    scenario: Scenario
    seed: int  # the game's own, 0..2**64 - 1
    episode: int
    moves: NDArray[np.int64]  # (turns, actors, channels) accepted choices, an index in each channel

    def __post_init__(self) -> None:
        """Check the moves.

        Raises:
            ValueError: If their shape or an index does not fit.
        """
        shape = self.moves.shape
        if len(shape) != 3 or shape[1:] != (N_ACTORS, N_CHANNELS) or not 1 <= shape[0] <= self.scenario.horizon:
            raise ValueError(f"moves of shape {shape}: expected (1..{self.scenario.horizon}, {N_ACTORS}, {N_CHANNELS})")
        if (self.moves < 0).any() or (self.moves >= np.array(SIZES)).any():
            raise ValueError(f"moves from {self.moves.min()} to {self.moves.max()}: expected an index in each channel")

    @property
    def turns(self) -> int:
        """Return the number of turns played."""
        return len(self.moves)

    def begin(self) -> Engine:
        """Return an engine with this one game, at its start."""
        return next(replay([self]))

    def at(self, turn: int) -> Engine:
        """Restore the game before a turn.

        Args:
            turn: Turn from 0.

        Returns:
            An engine with this one game.

        Raises:
            ValueError: If the game ended before this turn.
        """
        if not 0 <= turn < self.turns:
            raise wrong("turn", turn, f"0..{self.turns - 1}, of a game of {self.turns} turns")
        return self._after(turn)

    def end(self) -> Engine:
        """Return an engine with this one game, after its last turn."""
        return self._after(self.turns)

    def steps(self) -> list[Move]:
        """Return every choice that is not a no-op, by turn, actor and channel."""
        return [Move(*map(int, where)) for where in np.argwhere(self.moves > 0)]

    def _after(self, turns: int) -> Engine:
        *_, engine = islice(replay([self]), turns + 1)
        return engine


def replay(games: Sequence[Trajectory]) -> Iterator[Engine]:
    """Step games of one scenario and episode together, without any policy.

    Args:
        games: The trajectories.

    Yields:
        The same engine at the start and after each turn of the longest game.
    """
    first, longest = games[0], max(game.turns for game in games)
    engine = Engine(first.scenario, len(games))
    engine.reset(np.array([game.seed for game in games], np.uint64), first.episode)
    moves = np.zeros((longest, len(games), N_ACTORS, N_CHANNELS), np.int64)
    for n, game in enumerate(games):
        moves[: game.turns, n] = game.moves
    yield engine
    for _ in iter_turns(engine, lambda turn, _: moves[turn], turns=longest):
        yield engine


def final_results(games: Sequence[Trajectory]) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Step games of one scenario and episode to their ends, without any policy.

    Args:
        games: The trajectories.

    Returns:
        (games,) hash of the last record of each game, and (games, actors) returns.
    """
    engines = replay(games)
    engine, returns = next(engines), np.zeros((len(games), N_ACTORS))
    for turn, _ in enumerate(engines):
        returns += np.where((engine.games["turn"] > turn)[:, None], engine.reward, 0.0)
    return digests(engine.games), returns


def record(
    scenario: Scenario, seats: Sequence[Policy], seed: int | NDArray[np.uint64], episode: int = 0, *, dated: bool = True
) -> Trajectory:
    """Play one game with given policies.

    Args:
        scenario: Scenario to play. Its dated moves, if any, replace the choices of the policies in the first turns.
        seats: One policy per actor.
        seed: Seed of a run, whose game 0 is played, or (1,) the seed of the game itself.
        episode: Number of the episode within the seed.
        dated: Whether the dated moves apply.

    Returns:
        The game.
    """
    engine = Engine(scenario, 1)
    engine.reset(seed, episode)
    fixed = scenario.replay if dated else ()
    rows: list[NDArray[np.int64]] = []

    def force(_: Engine, choices: NDArray[np.int64], __: NDArray[np.bool_]) -> None:
        for actor, names in (fixed[len(rows)] if len(rows) < len(fixed) else {}).items():
            _force(choices[0, ACTORS.index(actor)], names)

    for _ in iter_turns(engine, seats, force):
        rows.append(engine.games["moves"][0].copy())
    return Trajectory(scenario, int(engine.games["seed"][0]), episode, np.array(rows))


def load_trajectory(recording: "Recording", game: int = 0, scenario: Scenario | None = None) -> Trajectory:
    """Load a game of a recording, and check that it replays to its recorded end.

    Args:
        recording: The recording.
        game: Number of the game, from 0.
        scenario: The scenario, if it does not ship with the package.

    Returns:
        The game.

    Raises:
        ValueError: If there is no such game, the scenario is not the recorded one, or the replay differs.
    """
    from straits.envs.recording import same

    if not 0 <= game < recording.games:
        raise wrong("game", game, f"0..{recording.games - 1}")
    if not same(recording, [game], scenario)[0]:
        raise ValueError(f"recording={recording.folder.name}: game {game}: expected one that replays under the present rules")
    seed, episode = (int(recording.column("episodes", name)[game]) for name in ("seed", "episode"))
    moves = recording.moves()[game, : recording.turns[game]]
    return Trajectory(load_scenario(recording.facts["scenario"]["name"]) if scenario is None else scenario, seed, episode, moves)


def replace_move(choices: NDArray[np.int64], move: str, mask: NDArray[np.int8]) -> NDArray[np.int64]:
    """Replace one choice of an actor.

    Args:
        choices: (channels,) choices of the actor.
        move: Name of the new move. `hold`, `silence` or `none` is the no-op of a channel, `nothing` of all three.
        mask: (N_MOVES,) action mask of the turn.

    Returns:
        (channels,) new choices.

    Raises:
        ValueError: If the move is unknown or was not legal.
    """
    if move == NOTHING:
        return np.zeros_like(choices)
    changed, replacement = choices.copy(), parse(move)
    if not mask[replacement.flat]:
        raise wrong("move", move, "one that was legal then")
    changed[replacement.kind.channel] = replacement.index
    return changed


def _force(choices: NDArray[np.int64], names: Sequence[str]) -> None:
    indices = choice(*names)
    for channel in {parse(name).kind.channel for name in names}:
        choices[channel] = indices[channel]
