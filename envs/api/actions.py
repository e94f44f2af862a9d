"""What an agent hands to step(), checked: the one place where a user's actions become choices.

An action is three whole numbers, an index in each channel, or in flat mode a single one: 0 is to hold, stay silent and take no
step, and each other number is one move that is not idle, in the order of the move table. A choice that is out of its turn is no
error here: the rules make it idle and say so. What can never be a choice raises ValueError.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from straits.envs.core.jit import kernel
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
_RANGES: Final = ", ".join(f"{name} 0..{size - 1}" for name, size in zip(CHANNELS, SIZES, strict=True))


def action_space(flat: bool) -> spaces.Discrete | spaces.MultiDiscrete:
    """A fresh action space of one agent."""
    return spaces.Discrete(N_FLAT) if flat else spaces.MultiDiscrete(list(SIZES))


def flat_number(move: Move) -> int:
    """The action that stands for the move in flat mode."""
    return 0 if move.index == 0 else 1 + FLAT_MOVES.index(move)


def name_of(action: int) -> str:
    """The move that an action of the flat mode stands for."""
    return FLAT_MOVES[action - 1].name if action else "idle"


class ActionParser:
    """Turns a dict of actions into choices, (actors, channels), in the order of the seats."""

    def __init__(self, agents: Sequence[str], seats: Sequence[int], flat: bool, strict: bool) -> None:
        """agents: names in the order of the agents; seats: the actor that each of them plays."""
        self._agents = tuple(agents)
        self._seats = np.array(seats, np.int64)
        self._flat = flat
        self._strict = strict

    def parse(self, actions: Mapping[str, Any], mask: NDArray[np.int8], choices: NDArray[np.int64]) -> None:
        """Fill choices, (actors, channels). mask: (actors, N_MOVES). ValueError names agent, value and expectation."""
        try:
            rows = np.array([actions[agent] for agent in self._agents])
            known = len(actions) == N_ACTORS and rows.dtype.kind in "iu" and not (self._flat and rows.ndim > 1)
        except (KeyError, TypeError, ValueError, RuntimeError, IndexError):
            known = False
        if known and self._flat:
            known = rows.shape == (N_ACTORS,) and rows.min() >= 0 and rows.max() < N_FLAT
            rows = FLAT_CHOICES[rows] if known else rows
        if not known or rows.shape != (N_ACTORS, N_CHANNELS) or not _place(rows.astype(np.int64), self._seats, _SIZES, choices):
            self._parse_each(actions, choices)
        if self._strict:
            self._check_all_legal(choices, mask)

    def parse_one(self, agent: str, action: Any) -> NDArray[np.int64]:
        """The choices, (channels,), that one agent's action stands for. ValueError names agent, value and expectation."""
        expected = f"a whole number 0..{N_FLAT - 1}" if self._flat else f"three whole numbers ({_RANGES})"
        error = wrong(f"actions[{agent!r}]", action, expected)
        try:
            row = np.asarray(action)
        except (TypeError, ValueError, RuntimeError):
            raise error from None
        high = np.int64(N_FLAT) if self._flat else _SIZES
        if row.shape != high.shape or row.dtype.kind not in "iu" or (row < 0).any() or (row >= high).any():
            raise error
        return FLAT_CHOICES[int(row)] if self._flat else row.astype(np.int64)

    def check_legal(self, agent: str, choices: NDArray[np.int64], mask: NDArray[np.int8]) -> None:
        """In strict mode, ValueError where the agent's choices, (channels,), are not legal. mask: (actors, N_MOVES)."""
        row = mask[self._seats[self._agents.index(agent)]]
        for channel in range(N_CHANNELS):
            if self._strict and not row[OFFSETS[channel] + choices[channel]]:
                name = MOVES[OFFSETS[channel] + choices[channel]].name
                legal = int(row[OFFSETS[channel] : OFFSETS[channel] + SIZES[channel]].sum())
                raise ValueError(
                    f"actions[{agent!r}], {CHANNELS[channel]}={int(choices[channel])} ({name}): "
                    f"expected one of the {legal} legal choices of the mask (strict=True)"
                )

    def _parse_each(self, actions: Mapping[str, Any], choices: NDArray[np.int64]) -> None:
        """One agent at a time: says what is wrong, or reads what came in mixed forms."""
        if not isinstance(actions, Mapping):
            raise wrong("actions", actions, f"a dict with an action of each of {self._names()}")
        for name in actions:
            if name not in self._agents:
                raise wrong("agent", name, f"one of {self._names()}{hint(name, self._agents)}")
        for agent in self._agents:
            if agent not in actions:
                raise ValueError(f"actions: nothing for {agent!r}: expected an action of each of {self._names()}")
        for agent, seat in zip(self._agents, self._seats, strict=True):
            choices[seat] = self.parse_one(agent, actions[agent])

    def _check_all_legal(self, choices: NDArray[np.int64], mask: NDArray[np.int8]) -> None:
        chosen = mask[np.arange(N_ACTORS)[:, None], _OFFSETS + choices]
        if not chosen.all():
            for agent, seat in zip(self._agents, self._seats, strict=True):
                self.check_legal(agent, choices[seat], mask)

    def _names(self) -> str:
        return ", ".join(self._agents)


def split_masks(mask: NDArray[np.int8], flat: bool) -> list[Any]:
    """Masks as `action_space.sample` takes them, one per row of mask (rows, N_MOVES): a tuple of arrays, or one in flat mode."""
    if flat:
        return list(mask[:, FLAT_COLUMNS])
    return list(zip(mask[:, : SIZES[0]], mask[:, OFFSETS[1] : OFFSETS[2]], mask[:, OFFSETS[2] : N_MOVES], strict=True))


def flatten_masks(mask: NDArray[np.int8], flat: bool) -> NDArray[np.int8]:
    """Masks (games, seats, N_MOVES) with a row a slot: the channels end to end, or in flat mode (slots, N_FLAT)."""
    by_slot = mask.reshape(-1, N_MOVES)
    return by_slot[:, FLAT_COLUMNS] if flat else by_slot


def parse_batch(actions: Any, n: int, flat: bool, ignored: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """The choices, (n, channels), that the actions of n slots stand for; 0 in slots (n,) that are ignored, whatever stands there.
    ValueError names the slot, its value and what was expected."""
    shape = (n,) if flat else (n, N_CHANNELS)
    try:
        chosen = np.asarray(actions)
    except (TypeError, ValueError, RuntimeError):
        raise wrong("actions", actions, f"an array of shape {shape}") from None
    if chosen.shape != shape:
        raise ValueError(f"actions of shape {chosen.shape}: expected {shape}")
    if chosen.dtype.kind not in "iu":
        raise ValueError(f"actions of type {chosen.dtype}: expected whole numbers")
    if ignored is not None and ignored.any():
        chosen = np.where(ignored if flat else ignored[:, None], 0, chosen)
    outside = (chosen < 0) | (chosen >= (N_FLAT if flat else _SIZES))
    if outside.any():
        raise _outside(chosen, outside, flat)
    return FLAT_CHOICES[chosen] if flat else chosen.astype(np.int64)


def illegal_channels(illegal: NDArray[np.int8]) -> Iterator[tuple[str, ...]]:
    """The names of the channels whose choice was not legal, of each row of illegal (..., channels)."""
    codes = sum(illegal[..., n].astype(np.int64) << n for n in range(N_CHANNELS))
    return map(_ILLEGAL_CHANNELS.__getitem__, np.reshape(codes, -1).tolist())


def _outside(chosen: NDArray[Any], outside: NDArray[np.bool_], flat: bool) -> ValueError:
    """The error about the first action of a batch that can never be one."""
    slot, *channel = np.argwhere(outside)[0]
    if flat:
        return ValueError(f"actions[{slot}]={chosen[slot]}: expected 0..{N_FLAT - 1}")
    name, last = CHANNELS[channel[0]], SIZES[channel[0]] - 1
    return ValueError(f"actions[{slot}].{name}={chosen[slot, channel[0]]}: expected 0..{last}")


@kernel
def _place(rows: Any, seats: Any, sizes: Any, choices: Any) -> bool:
    """Write rows (agents, channels) to their seats; False, and nothing more, at the first that is out of range."""
    for n in range(rows.shape[0]):
        for channel in range(rows.shape[1]):
            if rows[n, channel] < 0 or rows[n, channel] >= sizes[channel]:
                return False
            choices[seats[n], channel] = rows[n, channel]
    return True
