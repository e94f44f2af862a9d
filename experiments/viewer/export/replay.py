"""Convert one game to the format `straits-replay/1` of docs/viewer-data.md: plain numbers and text in columns.

The game is replayed in the engine and read from its records, so equal games give equal bytes. Shares are in permille. States have
an entry for the start and one after each turn. Values that change rarely are stored as their changes.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.envs.core.jit import sources_hash
from straits.envs.recording.cameo_events import Bundles
from straits.envs.recording.tables import digests
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import (
    ACTORS,
    AMBASSADOR,
    AREAS,
    CHANNELS,
    CLASSES,
    CODES,
    COMPONENTS,
    CONFLICT,
    CONFLICT_RUNG,
    ENVIRONMENT,
    N_ACTORS,
    OUTCOMES,
    PAIRS,
    RUNGS,
    STATEMENT,
)
from straits.envs.spec.moves import KIND_NEEDS_TWO, MOVE_AREA, MOVE_KIND, MOVE_TARGET, MOVES, OFFSETS
from straits.envs.text.crises import disputes
from straits.envs.text.describe import AREA_WORDS, actor_words, move_words
from straits.experiments.evaluation.sources import LoadedGame
from straits.experiments.rollouts.crises import list_crises, list_truces
from straits.experiments.rollouts.events import happenings
from straits.experiments.rollouts.trajectory import Trajectory, replay
from straits.experiments.viewer.export.policy_probs import Look, lenses

SCHEMA: Final = "straits-replay/1"
ORDERED: Final = tuple((i, j) for i in range(N_ACTORS) for j in range(N_ACTORS) if i != j)
HUNDREDTH: Final = 10  # permille to which presence is rounded
TENSION: Final = (
    "Tension says how threatened an actor feels by another, from 0 to 100 %. It depends on the other's presence nearby, weighted "
    "by hostility. It rises with provocations and incidents and falls with reassurance. The tension of a pair is the mean of both "
    "directions, that of the region the mean of the ten pairs. It is a quantity of this model, not a measurement."
)
LIMITS: Final = (
    "One episode of a stylised game of crisis bargaining, not a forecast: areas are abstract, forces are levels from 0 to 1, most "
    "numbers are assumptions, and no view on sovereignty or maritime claims is implied."
)


def game_episode(game: LoadedGame) -> dict[str, Any]:
    """Build the episode of a loaded game.

    Args:
        game: The game.

    Returns:
        The game in the format `straits-replay/1`.
    """
    return episode(game.played, game.names, seats=game.seats, illegal=game.illegal, seed=game.seed, game=game.game)


def episode(
    played: Trajectory,
    policies: Mapping[str, str],
    *,
    seats: Mapping[str, Policy] | None = None,
    illegal: NDArray[np.bool_] | None = None,
    seed: int | None = None,
    game: int = 0,
) -> dict[str, Any]:
    """Build the episode of a game.

    Args:
        played: The game.
        policies: Actor -> name of its policy.
        seats: Actor -> its policy, for the action probabilities. An actor whose policy does not choose as the game does has none.
        illegal: (turns, actors, channels) bool, True for rejected choices.
        seed: Seed of the run, by default the game's own.
        game: Number of the game in its run.

    Returns:
        The game in the format `straits-replay/1`.
    """
    records, looks = _replayed(played)
    scenario, codes = played.scenario, short_names(played.scenario)
    moves = _moves(records, scenario)
    lens = None if seats is None else {codes[ACTORS.index(a)]: probs for a, probs in lenses(seats, looks, played).items()}
    places = _places(moves, lens)
    return {
        "schema": SCHEMA,
        "meta": _meta(played, records[-1], policies, played.seed if seed is None else seed, game),
        "actors": [{"id": a, "code": c, "label": _name(a, scenario)} for a, c in zip(ACTORS, codes, strict=True)],
        "areas": [{"id": area, "label": AREA_WORDS[area].removeprefix("the ")} for area in AREAS],
        "rungs": list(RUNGS),
        "channels": list(CHANNELS),
        "components": list(COMPONENTS),
        "classes": list(CLASSES),
        "statuses": list(AMBASSADOR),
        **_tensions(records["tension"], codes),
        **_rungs(records, codes),
        "hazard": _whole(records["hazard"].sum(axis=(1, 2)), 10_000),
        "presence": _presence(records["presence"], codes),
        "ambassador": {_arrow(codes, i, j): _changes(records["ambassador"][:, i, j, None]) for i, j in ORDERED},
        "support": {code: _whole(records["support"][:, n]) for n, code in enumerate(codes)},
        **_crises(records, scenario, codes),
        "table": [describe(move, scenario) for move in places],
        "moves": [[t, actor, places[move], *rest] for t, actor, move, *rest in moves],
        "illegal": [[int(t) + 1, int(a), int(c)] for t, a, c in np.argwhere(illegal)] if illegal is not None else [],
        "events": happenings(records, scenario),
        "rewards": {code: _rewards(records["reward"][1:, n]) for n, code in enumerate(codes)},
        "lens": lens,
    }


def short_names(scenario: Scenario) -> list[str]:
    """Abbreviate the actors.

    Args:
        scenario: The scenario, whose labels may rename actors.

    Returns:
        A different code per actor: two letters, or the beginning of its label.
    """
    codes: list[str] = []
    for actor, code in zip(ACTORS, CODES, strict=True):
        label = scenario.labels[actor]
        short = code if label == actor else label[:3].upper()
        codes.append(short if short not in codes else f"{short}{len(codes) + 1}")
    return codes


def describe(flat: int, scenario: Scenario) -> dict[str, Any]:
    """Describe a move of the table.

    Args:
        flat: Flat index of the move.
        scenario: The scenario, whose labels may rename actors.

    Returns:
        Name, words, channel, rung, and the index of the target actor and area (-1 for none).
    """
    move = MOVES[flat]
    return {
        "name": move.name,
        "words": move_words(move, scenario.labels),
        "channel": move.kind.channel,
        "rung": move.kind.rung,
        "actor": int(MOVE_TARGET[flat]),
        "area": int(MOVE_AREA[flat]),
    }


def _replayed(played: Trajectory) -> tuple[NDArray[Any], list[Look]]:
    """The records, (turns + 1,), and what everyone saw before each turn."""
    looks = [Look(e.observation[0].copy(), e.mask[0].copy(), e.games.copy()) for e in replay([played])]
    return np.concatenate([look.game for look in looks]), looks[:-1]


def _meta(played: Trajectory, last: Any, policies: Mapping[str, str], seed: int, game: int) -> dict[str, Any]:
    scenario, fight = played.scenario, last["outcome"] == CONFLICT
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "seed": str(seed),  # up to 2**64, more than a number of JSON holds in a browser
        "game": game,
        "game_seed": str(played.seed),
        "episode": played.episode,
        "turns": played.turns,
        "horizon": scenario.horizon,
        "turn_days": scenario.turn_days,
        "date": str(scenario.date),
        "env_version": ENVIRONMENT,
        "scenario_hash": scenario.hash,
        "env_source_hash": sources_hash(),
        "digest": f"{int(digests(last[None])[0]):016x}",
        "policies": {actor: policies[actor] for actor in ACTORS},
        "outcome": OUTCOMES[last["outcome"]],
        "belligerents": [int(n) for n in last["belligerents"]] if fight else None,
        "description": " ".join(scenario.description.split()),
        "sources": [f"{key}: {words}" if words else key for key, words in scenario.sources.items()],
        "tension_definition": TENSION,
        "limits": LIMITS,
    }


def _tensions(felt: NDArray[np.float64], codes: list[str]) -> dict[str, Any]:
    """Build the tension columns from (turns + 1, actors, actors), 0..1."""
    both = np.stack([(felt[:, i, j] + felt[:, j, i]) / 2 for i, j in PAIRS], axis=1)
    return {
        "tension": _whole(both.mean(axis=1)),
        "pairs": {f"{codes[i]}-{codes[j]}": _whole(both[:, n]) for n, (i, j) in enumerate(PAIRS)},
        "directed": {_arrow(codes, i, j): _whole(felt[:, i, j]) for i, j in ORDERED},
    }


def _rungs(records: NDArray[Any], codes: list[str]) -> dict[str, Any]:
    """Build one digit per turn: the ladder's rung, and the highest rung that each actor saw of each other."""
    ladder = np.where(records["outcome"] == CONFLICT, CONFLICT_RUNG, records["rung"].max(axis=(1, 2)))
    return {"rung": _digits(ladder), "seen": {_arrow(codes, i, j): _digits(records["rung"][:, i, j]) for i, j in ORDERED}}


def _presence(levels: NDArray[np.float64], codes: list[str]) -> dict[str, Any]:
    """Build the changes of presence in each area.

    Areas without any presence are left out. levels: (turns + 1, actors, areas, classes), 0..1.
    """
    rounded = np.rint(levels * (1000 / HUNDREDTH)).astype(np.int64) * HUNDREDTH
    return {
        code: {area: _changes(rounded[:, n, a]) for a, area in enumerate(AREAS) if rounded[:, n, a].any()}
        for n, code in enumerate(codes)
    }


def _crises(records: NDArray[Any], scenario: Scenario, codes: list[str]) -> dict[str, Any]:
    """Build the crises, truces and offers of deals, and the columns of each rival pair."""
    params = scenario.record[0]
    columns = {}
    for i, j in ((dispute.one, dispute.two) for dispute in disputes(records[0], params)):
        columns[f"{codes[i]}-{codes[j]}"] = {
            "leverage": _whole(records["leverage"][:, i, j]),
            "ripeness": _whole(records["ripeness"][:, i, j]),
            "terms": [_whole(records["terms"][:, a, b]) for a, b in ((i, j), (j, i))],
            "quiet": records["quiet_turns"][:, i, j].astype(int).tolist(),
            "offers": [(records["offer_turns"][:, a, b] > 1.0).astype(int).tolist() for a, b in ((i, j), (j, i))],
        }
    return {
        "crises": [list(crisis) for crisis in list_crises(records)],
        "truces": [list(truce) for truce in list_truces(records)],
        "disputes": columns,
        "settlement": {"talks_from": math.floor(params["talks_from"]), "fade_turns": math.ceil(params["fade_turns"])},
    }


def _moves(records: NDArray[Any], scenario: Scenario) -> list[list[int]]:
    """List the moves: [turn, actor, flat move, whether it took effect, the highest rung at which another actor saw it]."""
    flat = records["moves"][1:] + np.array(OFFSETS)  # (turns, actors, channels)
    effective = ~KIND_NEEDS_TWO[MOVE_KIND[flat]]
    effective[:, :, STATEMENT:] |= flat[:, :, STATEMENT:] == records["agreed"][1:]
    seen = Bundles(scenario.record[0]).rung.max(axis=2)  # (actors, moves)
    choices = ((t, a, c, flat[t, a, c], effective[t, a, c]) for t, a, c in np.argwhere(records["moves"][1:] > 0))
    return [[int(t) + 1, int(a), int(move), int(works), int(seen[a, move] * works)] for t, a, _, move, works in choices]


def _places(moves: list[list[int]], lens: Any) -> dict[int, int]:
    """Return the index of each used move in the file's table, and replace the moves in `lens` by these indices."""
    tops = [channel["top"] for of in (lens or {}).values() if of for turn in of["turns"] for channel in turn]
    used = {row[2] for row in moves} | {move for top in tops for move, _ in top}
    places = {move: n for n, move in enumerate(sorted(used))}
    for top in tops:
        top[:] = [[places[move], share] for move, share in top]
    return places


def _rewards(rewards: NDArray[np.float64]) -> dict[str, list[int]]:
    """Build the reward columns from (turns, components)."""
    return {name: _whole(rewards[:, n]) for n, name in enumerate(COMPONENTS)}


def _name(actor: str, scenario: Scenario) -> str:
    return actor_words(actor, scenario.labels).removeprefix("the ")


def _arrow(codes: list[str], i: int, j: int) -> str:
    return f"{codes[i]}>{codes[j]}"


def _whole(values: NDArray[np.float64], scale: int = 1000) -> list[int]:
    rounded: list[int] = np.rint(values * scale).astype(np.int64).tolist()
    return rounded


def _digits(rungs: NDArray[Any]) -> str:
    return "".join(map(str, rungs.tolist()))


def _changes(values: NDArray[Any]) -> list[list[int]]:
    """List [turn, value...] at the start and at every change. values: (turns + 1, n)."""
    changed = np.concatenate([[True], (values[1:] != values[:-1]).any(axis=1)])
    return [[int(t), *map(int, values[t])] for t in np.flatnonzero(changed)]
