"""Parse and check the actions that users pass to `step()`.

An action is three integers, an index in each channel. In the discrete format it is one integer: 0 is the no-op in every
channel, and each other number is one move that is not a no-op, in the order of the move table. Illegal but in-range actions
become no-ops in the rules and are reported in the infos. Out-of-range actions raise ValueError.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from straits.envs.core.jit import kernel
from straits.envs.fields import check, option
from straits.envs.spec.constants import CHANNELS, N_ACTORS, N_CHANNELS
from straits.envs.spec.moves import MOVES, N_MOVES, OFFSETS, SIZES, Move
from straits.envs.validation import hint, wrong

FLAT_MOVES: Final = tuple(move for move in MOVES if move.index > 0)
N_FLAT: Final = 1 + len(FLAT_MOVES)
FLAT_COLUMNS: Final = np.array([0, *(move.flat for move in FLAT_MOVES)], np.int64)  # (N_FLAT,) of a mask
FLAT_CHOICES: Final = np.zeros((N_FLAT, N_CHANNELS), np.int64)
for _number, _move in enumerate(FLAT_MOVES, start=1):
    FLAT_CHOICES[_number, _move.kind.channel] = _move.index

_SIZES: Final = np.array(SIZES, np.int64)
_OFFSETS: Final = np.array(OFFSETS, np.int64)
_ILLEGAL_CHANNELS: Final = tuple(tuple(c for n, c in enumerate(CHANNELS) if code >> n & 1) for code in range(1 << N_CHANNELS))
ACTION_FORMATS: Final = ("multi_discrete", "discrete")
ON_ILLEGAL: Final = ("noop", "raise")
_RANGES: Final = ", ".join(f"{name} 0..{size - 1}" for name, size in zip(CHANNELS, SIZES, strict=True))


def is_discrete(action_format: str) -> bool:
    """Return True for the format with one `Discrete` number per turn.

    Raises:
        ValueError: If the format is unknown.
    """
    check("action_format", option(*ACTION_FORMATS), action_format)
    return action_format == "discrete"


def is_raising(on_illegal: str) -> bool:
    """Return True if an illegal action raises an error.

    Raises:
        ValueError: If the value is unknown.
    """
    check("on_illegal", option(*ON_ILLEGAL), on_illegal)
    return on_illegal == "raise"


def action_space(discrete: bool) -> spaces.Discrete | spaces.MultiDiscrete:
    """Create a new action space of one agent.

    Args:
        discrete: True for one `Discrete` number, False for an index in each channel.
    """
    return spaces.Discrete(N_FLAT) if discrete else spaces.MultiDiscrete(list(SIZES))


def flat_number(move: Move) -> int:
    """Return the discrete action of a move.

    Args:
        move: A move of the table.

    Returns:
        0 for a no-op, otherwise 1 to N_FLAT - 1.
    """
    return 0 if move.index == 0 else 1 + FLAT_MOVES.index(move)


def name_of(action: int) -> str:
    """Return the name of the move that a discrete action selects.

    Args:
        action: Discrete action, 0 to N_FLAT - 1.

    Returns:
        Name of the move, `idle` for 0.
    """
    return FLAT_MOVES[action - 1].name if action else "idle"


class ActionParser:
    """Parse a dict of actions into an array of choices in the order of the actors.

    Args:
        agents: Agent names, in the order of the agents.
        places: (agents,) index of the actor that each agent plays.
        discrete: True for the discrete format.
        raising: True to raise an error for an illegal action.
    """

    def __init__(self, agents: Sequence[str], places: Sequence[int], discrete: bool, raising: bool) -> None:
        self._agents = tuple(agents)
        self._places = np.array(places, np.int64)
        self._discrete = discrete
        self._raising = raising

    def parse(self, actions: Mapping[str, Any], mask: NDArray[np.int8], choices: NDArray[np.int64]) -> None:
        """Write the choices of all agents into `choices`.

        Args:
            actions: Action of each agent.
            mask: (actors, N_MOVES) int8, 1 where legal.
            choices: (actors, channels) int64, overwritten.

        Raises:
            ValueError: If an action is missing or out of range, or illegal under `on_illegal="raise"`. The message names agent,
                value and expectation.
        """
        try:
            rows = np.array([actions[agent] for agent in self._agents])
            is_valid = len(actions) == N_ACTORS and rows.dtype.kind in "iu" and not (self._discrete and rows.ndim > 1)
        except (KeyError, TypeError, ValueError, RuntimeError, IndexError):
            is_valid = False
        if is_valid and self._discrete:
            is_valid = rows.shape == (N_ACTORS,) and rows.min() >= 0 and rows.max() < N_FLAT
            rows = FLAT_CHOICES[rows] if is_valid else rows
        if not is_valid or rows.shape != (N_ACTORS, N_CHANNELS) or not _fill(rows.astype(np.int64), self._places, _SIZES, choices):
            self._parse_each(actions, choices)
        if self._raising:
            self._check_all_legal(choices, mask)

    def parse_one(self, agent: str, action: Any) -> NDArray[np.int64]:
        """Parse the action of one agent.

        Args:
            agent: Name of the agent, for messages.
            action: Three indices, or one integer in discrete format.

        Returns:
            (channels,) int64 index in each channel.

        Raises:
            ValueError: If the action is out of range. The message names agent, value and expectation.
        """
        expected = f"a whole number 0..{N_FLAT - 1}" if self._discrete else f"three whole numbers ({_RANGES})"
        error = wrong(f"actions[{agent!r}]", action, expected)
        try:
            row = np.asarray(action)
        except (TypeError, ValueError, RuntimeError):
            raise error from None
        high = np.int64(N_FLAT) if self._discrete else _SIZES
        if row.shape != high.shape or row.dtype.kind not in "iu" or (row < 0).any() or (row >= high).any():
            raise error
        return FLAT_CHOICES[int(row)] if self._discrete else row.astype(np.int64)

    def check_legal(self, agent: str, choices: NDArray[np.int64], mask: NDArray[np.int8]) -> None:
        """Check under `on_illegal="raise"` that one agent's choices are legal.

        Args:
            agent: Agent name.
            choices: (channels,) index in each channel.
            mask: (actors, N_MOVES) int8, 1 where legal.

        Raises:
            ValueError: If a choice is illegal and the parser raises.
        """
        row = mask[self._places[self._agents.index(agent)]]
        for channel in range(N_CHANNELS):
            if self._raising and not row[OFFSETS[channel] + choices[channel]]:
                name = MOVES[OFFSETS[channel] + choices[channel]].name
                legal = int(row[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]].sum())
                raise ValueError(
                    f"actions[{agent!r}], {CHANNELS[channel]}={int(choices[channel])} ({name}): "
                    f"expected one of the {legal} legal choices of the mask (on_illegal='raise')"
                )

    def _parse_each(self, actions: Mapping[str, Any], choices: NDArray[np.int64]) -> None:
        """Parse one agent at a time, to report the exact error or to read mixed types."""
        if not isinstance(actions, Mapping):
            raise wrong("actions", actions, f"a dict with an action of each of {self._names()}")
        for name in actions:
            if name not in self._agents:
                raise wrong("agent", name, f"one of {self._names()}{hint(name, self._agents)}")
        for agent in self._agents:
            if agent not in actions:
                raise ValueError(f"actions: nothing for {agent!r}: expected an action of each of {self._names()}")
        for agent, place in zip(self._agents, self._places, strict=True):
            choices[place] = self.parse_one(agent, actions[agent])

    def _check_all_legal(self, choices: NDArray[np.int64], mask: NDArray[np.int8]) -> None:
        chosen = mask[np.arange(N_ACTORS)[:, None], _OFFSETS + choices]
        if not chosen.all():
            for agent, place in zip(self._agents, self._places, strict=True):
                self.check_legal(agent, choices[place], mask)

    def _names(self) -> str:
        return ", ".join(self._agents)


def split_masks(mask: NDArray[np.int8], discrete: bool) -> list[Any]:
    """Split masks into the form that `action_space.sample` takes.

    Args:
        mask: (rows, N_MOVES) int8, 1 where legal.
        discrete: True for the discrete format.

    Returns:
        One entry per row: a tuple with one array per channel, or in discrete format one array (N_FLAT,).
    """
    if discrete:
        return list(mask[:, FLAT_COLUMNS])
    return list(zip(mask[:, : SIZES[0]], mask[:, OFFSETS[1] : OFFSETS[2]], mask[:, OFFSETS[2] : N_MOVES], strict=True))


def flatten_masks(mask: NDArray[np.int8], discrete: bool) -> NDArray[np.int8]:
    """Reshape masks to one row per slot.

    Args:
        mask: (games, places, N_MOVES) int8, 1 where legal.
        discrete: True for the discrete format.

    Returns:
        (slots, N_MOVES) with the channels concatenated, or in discrete format (slots, N_FLAT).
    """
    by_slot = mask.reshape(-1, N_MOVES)
    return by_slot[:, FLAT_COLUMNS] if discrete else by_slot


def parse_batch(actions: Any, n: int, discrete: bool, ignored: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """Parse the actions of n slots.

    Args:
        actions: (n, channels) integers, in discrete format (n,).
        n: Number of slots.
        discrete: True for the discrete format.
        ignored: (n,) bool, True for slots whose action is replaced with the no-op without a check.

    Returns:
        (n, channels) int64 index in each channel.

    Raises:
        ValueError: If an action is out of range. The message names slot, value and expectation.
    """
    shape = (n,) if discrete else (n, N_CHANNELS)
    try:
        chosen = np.asarray(actions)
    except (TypeError, ValueError, RuntimeError):
        raise wrong("actions", actions, f"an array of shape {shape}") from None
    if chosen.shape != shape:
        raise ValueError(f"actions of shape {chosen.shape}: expected {shape}")
    if chosen.dtype.kind not in "iu":
        raise ValueError(f"actions of type {chosen.dtype}: expected whole numbers")
    if ignored is not None and ignored.any():
        chosen = np.where(ignored if discrete else ignored[:, None], 0, chosen)
    outside = (chosen < 0) | (chosen >= (N_FLAT if discrete else _SIZES))
    if outside.any():
        raise _outside(chosen, outside, discrete)
    return FLAT_CHOICES[chosen] if discrete else chosen.astype(np.int64)


def illegal_channels(illegal: NDArray[np.int8]) -> Iterator[tuple[str, ...]]:
    """Yield the names of the channels whose choice was illegal, for each row.

    Args:
        illegal: (..., channels) int8, 1 where the choice was illegal.
    """
    codes = sum(illegal[..., n].astype(np.int64) << n for n in range(N_CHANNELS))
    return map(_ILLEGAL_CHANNELS.__getitem__, np.reshape(codes, -1).tolist())


def _outside(chosen: NDArray[Any], outside: NDArray[np.bool_], discrete: bool) -> ValueError:
    """Create the error for the first out-of-range action of a batch."""
    slot, *channel = np.argwhere(outside)[0]
    if discrete:
        return ValueError(f"actions[{slot}]={chosen[slot]}: expected 0..{N_FLAT - 1}")
    name, last = CHANNELS[channel[0]], SIZES[channel[0]] - 1
    return ValueError(f"actions[{slot}].{name}={chosen[slot, channel[0]]}: expected 0..{last}")


@kernel
def _fill(rows: Any, places: Any, sizes: Any, choices: Any) -> bool:
    """Write rows (agents, channels) to their actors; return False at the first value that is out of range."""
    for n in range(rows.shape[0]):
        for channel in range(rows.shape[1]):
            if rows[n, channel] < 0 or rows[n, channel] >= sizes[channel]:
                return False
            choices[places[n], channel] = rows[n, channel]
    return True
