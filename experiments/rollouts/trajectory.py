"""A game as it was played: all that it takes to bring it back to any of its turns and go another way from there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.simulator.engine import Engine
from straits.envs.spec.constants import ACTORS, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import MOVES, OFFSETS, SIZES, choice, parse
from straits.envs.validation import wrong
from straits.experiments.rollouts.rollout import iter_turns

if TYPE_CHECKING:  # it needs pyarrow, and a game may also come from nowhere but memory
    from straits.envs.recording import Recording

NOTHING: Final = "nothing"  # idle in all three channels


class Move(NamedTuple):
    """A choice that is not idle, by where it was made."""

    turn: int  # from 0
    actor: int
    channel: int

    def words(self, moves: NDArray[np.int64]) -> str:
        """`japan pledge_unofficial.taiwan`, of the moves (turns, actors, channels) that it was made in."""
        return f"{ACTORS[self.actor]} {MOVES[OFFSETS[self.channel] + int(moves[self])].name}"


@dataclass(frozen=True)
class Trajectory:
    """One game: where it began and what everyone chose, turn by turn."""

    scenario: Scenario
    seed: int  # the game's own, 0..2**64 - 1
    episode: int
    moves: NDArray[np.int64]  # (turns, actors, channels) accepted choices, an index in each channel

    def __post_init__(self) -> None:
        """ValueError where the moves cannot be those of a game."""
        shape = self.moves.shape
        if len(shape) != 3 or shape[1:] != (N_ACTORS, N_CHANNELS) or not 1 <= shape[0] <= self.scenario.horizon:
            raise ValueError(f"moves of shape {shape}: expected (1..{self.scenario.horizon}, {N_ACTORS}, {N_CHANNELS})")
        if (self.moves < 0).any() or (self.moves >= np.array(SIZES)).any():
            raise ValueError(f"moves from {self.moves.min()} to {self.moves.max()}: expected an index in each channel")

    @property
    def turns(self) -> int:
        """How many were played."""
        return len(self.moves)

    def begin(self) -> Engine:
        """Return an engine with this one game, at its start."""
        return next(replay([self]))

    def at(self, turn: int) -> Engine:
        """An engine with this one game, as it stood before turn `turn`, from 0. ValueError where the game was over by then."""
        if not 0 <= turn < self.turns:
            raise wrong("turn", turn, f"0..{self.turns - 1}, of a game of {self.turns} turns")
        return self._after(turn)

    def end(self) -> Engine:
        """An engine with this one game, after its last turn."""
        return self._after(self.turns)

    def steps(self) -> list[Move]:
        """Every choice that is not idle, in the order of turns, actors and channels."""
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


def record(
    scenario: Scenario, seats: Sequence[Policy], seed: int | NDArray[np.uint64], episode: int = 0, *, dated: bool = True
) -> Trajectory:
    """Play game number 0 of the run `seed` and keep it; an array (1,) is its own seed.

    In the first turns of a dated event its own moves are made, whatever the policies say, and they choose all the rest; unless
    `dated`, they choose all.
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
    """Game number `game` of a recording.

    `scenario`: where it is none that ships with the package. ValueError where there is no such game, the scenario is another than
    the recorded one, or the game does not replay to the record that it ended in.
    """
    from straits.envs.recording import same

    if not 0 <= game < recording.games:
        raise wrong("game", game, f"0..{recording.games - 1}")
    if not same(recording, [game], scenario)[0]:
        raise ValueError(f"recording={recording.folder.name}: game {game}: expected one that replays under the rules that are here")
    seed, episode = (int(recording.column("episodes", name)[game]) for name in ("seed", "episode"))
    moves = recording.moves()[game, : recording.turns[game]]
    return Trajectory(load_scenario(recording.facts["scenario"]["name"]) if scenario is None else scenario, seed, episode, moves)


def replace_move(choices: NDArray[np.int64], move: str, mask: NDArray[np.int8]) -> NDArray[np.int64]:
    """One actor's choices (channels,) with `move` in its channel.

    `nothing` idles in all three, and `hold`, `silence` or `none` in one. mask: (N_MOVES,) of that turn. ValueError where the move
    is none, or was not legal.
    """
    if move == NOTHING:
        return np.zeros_like(choices)
    chosen, found = choices.copy(), parse(move)
    if not mask[found.flat]:
        raise wrong("move", move, "one that was legal then")
    chosen[found.kind.channel] = found.index
    return chosen


def _force(choices: NDArray[np.int64], names: Sequence[str]) -> None:
    indices = choice(*names)
    for channel in {parse(name).kind.channel for name in names}:
        choices[channel] = indices[channel]
