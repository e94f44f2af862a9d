"""Convert the stored turns of a batch of games to the rows of each table, column by column.

This module stores words (actors, moves, ...) as indices. The writer replaces them by the words of `schema`.
"""

import hashlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording.buffer import Capture
from straits.envs.recording.cameo_events import Bundles
from straits.envs.recording.schema import TABLES
from straits.envs.spec.constants import (
    ACTORS,
    AREAS,
    CHANNELS,
    CLASSES,
    COMPONENTS,
    CONFLICT,
    CONFLICT_RUNG,
    N_ACTORS,
    N_AREAS,
    STATEMENT,
)
from straits.envs.spec.moves import KIND_NEEDS_TWO, MOVE_KIND, OFFSETS

Columns = dict[str, NDArray[Any]]
FROM: Final = np.repeat(np.arange(N_ACTORS), N_ACTORS - 1)  # (20,) first actor of each ordered pair
TO: Final = np.array([j for i in range(N_ACTORS) for j in range(N_ACTORS) if i != j])  # (20,) second actor of each ordered pair
_OFFSETS: Final = np.array(OFFSETS)  # (channels,) number of the first move of each channel


class Rows:
    """Provide the rows of a batch of finished games: game after game, turn after turn."""

    def __init__(self, capture: Capture, bundles: Bundles) -> None:
        self._capture, self._bundles = capture, bundles
        self._played = np.arange(capture.turns) < capture.games["turn"][:, None]  # (games, turns)
        games, turns = np.nonzero(self._played)
        self._game, self._turn = games + capture.first, turns + 1  # index for each turn that was played

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """Yield the name and the columns of each table, one table at a time."""
        yield "episodes", self._episodes()
        yield "turns", self._turns()
        yield "dyads", self._dyads()
        yield "moves", self._moves()
        yield "events", self._events()
        yield "rewards", self._per_actor() | dict(zip(COMPONENTS, self._by_actor("reward").T, strict=True))
        if "presence" in self._capture.optional:
            yield "presence", self._presence()
        if "observations" in self._capture.optional:
            yield "observations", self._per_actor() | {name: self._by_actor(name) for name in ("observation", "mask")}

    def _episodes(self) -> Columns:
        games = self._capture.games
        columns: Columns = {"game": np.arange(len(games)) + self._capture.first}
        columns |= {name: games[name] for name in ("seed", "episode", "horizon", "outcome", "peak_tension", "peak_rung")}
        columns |= {"turns": games["turn"], "incidents": games["incidents"], "first": _actor_or_none(games["first"])}
        columns |= dict(zip(("belligerent", "opponent"), _actor_or_none(games["belligerents"]).T, strict=True))
        columns["digest"] = digests(games)
        for prefix, values in (
            ("goal", self._capture.goals),
            ("resolve", self._capture.resolve),
            ("return", self._capture.returns),
        ):
            columns |= {f"{prefix}_{actor}": values[:, n] for n, actor in enumerate(ACTORS)}
        return columns

    def _turns(self) -> Columns:
        tension, outcome = self._of("tension"), self._of("outcome")
        pairs = (tension + tension.transpose(0, 2, 1)) / 2
        incidents = np.diff(self._capture.arrays["incidents"][:, : self._capture.turns], axis=1, prepend=0)
        columns: Columns = {"game": self._game, "turn": self._turn, "outcome": outcome}
        columns |= {"tension": pairs[:, FROM, TO].mean(axis=1), "peak_tension": pairs.max(axis=(1, 2))}
        columns["rung"] = np.where(outcome == CONFLICT, CONFLICT_RUNG, self._of("rung").max(axis=(1, 2)))
        columns |= {"incidents": incidents[self._played], "hazard": self._of("hazard").sum(axis=(1, 2))}
        columns["leaks"] = self._of("leaks")
        return columns | {f"incident_{area}": column for area, column in zip(AREAS, self._of("incident").T, strict=True)}

    def _dyads(self) -> Columns:
        columns: Columns = {name: np.repeat(keys, len(FROM)) for name, keys in (("game", self._game), ("turn", self._turn))}
        columns |= {"actor": np.tile(FROM, len(self._game)), "target": np.tile(TO, len(self._game))}
        names = (column.name for column in TABLES["dyads"].columns if column.name not in columns)
        return columns | {name: self._of(name)[:, FROM, TO].ravel() for name in names}

    def _moves(self) -> Columns:
        chosen, illegal = self._by_actor("moves"), self._by_actor("illegal")
        effective = self._effective().reshape(chosen.shape)
        columns = self._per_actor()
        for n, channel in enumerate(CHANNELS):
            columns |= {channel: chosen[:, n], f"illegal_{channel}": illegal[:, n], f"effective_{channel}": effective[:, n]}
        return columns | {name: self._by_actor(name) for name in ("spent", "support", "propensity", "forward")}

    def _events(self) -> Columns:
        moves = np.where(self._effective(), self._of("moves") + _OFFSETS, _OFFSETS)
        at, columns = self._bundles.sent(moves)
        return {"game": self._game[at], "turn": self._turn[at]} | columns

    def _presence(self) -> Columns:
        columns = {name: np.repeat(keys, N_AREAS) for name, keys in self._per_actor().items()}
        columns["area"] = np.tile(np.arange(N_AREAS), len(self._game) * N_ACTORS)
        presence = self._of("presence").reshape(-1, len(CLASSES))
        return columns | dict(zip(CLASSES, presence.T, strict=True))

    def _effective(self) -> NDArray[np.bool_]:
        """Return whether each choice took effect, (turns played, actors, channels)."""
        flat, agreed = self._of("moves") + _OFFSETS, self._of("agreed")
        effective: NDArray[np.bool_] = ~KIND_NEEDS_TWO[MOVE_KIND[flat]]
        effective[:, :, STATEMENT:] |= flat[:, :, STATEMENT:] == agreed
        return effective

    def _per_actor(self) -> Columns:
        """Return the key columns of a table with one row per actor and turn."""
        columns: Columns = {name: np.repeat(keys, N_ACTORS) for name, keys in (("game", self._game), ("turn", self._turn))}
        return columns | {"actor": np.tile(np.arange(N_ACTORS), len(self._game))}

    def _by_actor(self, name: str) -> NDArray[Any]:
        """Return the stored values of each actor and turn, (actor-turns, ...)."""
        rows = self._of(name)
        return rows.reshape(-1, *rows.shape[2:])

    def _of(self, name: str) -> NDArray[Any]:
        """Return the stored values of the played turns, (turns played, ...)."""
        return self._capture.arrays[name][:, : self._capture.turns][self._played]


def digests(games: NDArray[Any]) -> NDArray[np.uint64]:
    """Return a hash of the record of each game, (games,) uint64. Equal bytes have equal hashes."""
    parts = (hashlib.blake2b(game.tobytes(), digest_size=8).digest() for game in games)
    return np.frombuffer(b"".join(parts), "<u8").astype(np.uint64)


def _actor_or_none(actors: NDArray[Any]) -> NDArray[Any]:
    """Convert indices of actors, with -1 for none, to indices into the words of actors and none."""
    return np.where(actors < 0, N_ACTORS, actors)
