"""Build what the person in a seat receives: the decoded observation of the actor, and its moves with the reasons of the mask.

All numbers come from the observation vector, or are public. The record of the game is used by `reasons`, which reads what is public
or the actor's own, and by `disputes`; offers of a deal between others are dropped. Leverage is the actor's own share. A page
therefore holds nothing that its actor cannot observe, and inspecting it reveals nothing.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.network import NetworkPolicy
from straits.envs.rules.legality import PLANNED
from straits.envs.scenarios.scenario import Scenario
from straits.envs.spec.constants import ACTORS, AMBASSADOR, AREAS, CHANNELS, DEPLOYMENT, GOALS, PAIRS, RUNGS
from straits.envs.spec.moves import KIND_INDEX, MOVE_AREA, MOVE_TARGET, MOVES, OFFSETS, SIZES, Move
from straits.envs.spec.observation import named
from straits.envs.text.crises import Dispute, disputes
from straits.envs.text.describe import AREA_WORDS, Labels, actor_words, move_words, relabelled
from straits.envs.text.reasons import BUDGETS, reasons
from straits.envs.text.situation import capital
from straits.experiments.viewer.export.policy_probs import LEAST, Look, probabilities
from straits.experiments.viewer.export.replay import TENSION, short_names
from straits.experiments.viewer.server.live_game import LiveGame
from straits.experiments.viewer.server.turn_summary import news

OWN: Final = ("goal", "resolve", "readiness", "credibility", "capital", "support", "share", "coming")
TOWARDS: Final = (
    "grievance_verbal",
    "grievance_military",
    "tension",
    "tension_caused",
    "hostility",
    "trust_given",
    "trust_received",
)
ADVICE: Final = 3  # moves of a channel that the trained policy's advice shows


def setting(scenario: Scenario) -> dict[str, Any]:
    """Build the names and words that are the same for all seats and turns.

    Args:
        scenario: The scenario.

    Returns:
        Plain data.
    """
    codes = short_names(scenario)
    called = [actor_words(actor, scenario.labels).removeprefix("the ") for actor in ACTORS]
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "description": " ".join(scenario.description.split()),
        "turn_days": scenario.turn_days,
        "horizon": scenario.horizon,
        "actors": [{"id": a, "code": c, "label": n} for a, c, n in zip(ACTORS, codes, called, strict=True)],
        "areas": [{"id": area, "label": AREA_WORDS[area].removeprefix("the ")} for area in AREAS],
        "rungs": list(RUNGS),
        "channels": list(CHANNELS),
        "budgets": list(BUDGETS),
        "goals": [goal.replace("_", " ") for goal in GOALS],
        "statuses": [status.replace("_", " ") for status in AMBASSADOR],
        "pairs": [list(pair) for pair in PAIRS],
        "tension": TENSION,
        "offer_turns": math.ceil(scenario.record[0]["offer_turns"]),
    }


def moves_of(live: LiveGame, actor: int) -> list[dict[str, Any]]:
    """Describe the moves that the scenario ever permits an actor. They do not change during the game.

    Args:
        live: The game.
        actor: Index of the actor.

    Returns:
        One entry per move.
    """
    labels = live.scenario.labels
    return [
        {
            "channel": move.kind.channel,
            "index": move.index,
            "kind": move.kind.name,
            "help": _help(move, labels),
            "words": move_words(move, labels),
            "rung": move.kind.rung,
            "two": move.kind.needs_two,
            "private": move.kind.private,
            "actor": int(MOVE_TARGET[move.flat]),
            "area": int(MOVE_AREA[move.flat]),
        }
        for move in live.moves[actor]
    ]


def seat_view(live: LiveGame, actor: int) -> dict[str, Any]:
    """Build the present view of an actor.

    Args:
        live: The game.
        actor: Index of the actor.

    Returns:
        Plain data.
    """
    observation, engine = live.engine.observation[0, actor], live.engine
    why = reasons(engine.games[0], engine.params[0], actor, live.scenario.labels)
    return {
        "turn": live.turn,
        "running": live.running,
        "outcome": live.outcome,
        "belligerents": live.belligerents,
        "actor": actor,
        **_decoded(observation),
        "crises": _crises(live, actor),
        "terms": _terms(live, actor, why) if live.running else [],
        "mine": list(live.pending[actor]) if actor in live.pending else None,
    }


def turn_rows(live: LiveGame, actor: int, turn: int) -> dict[str, Any]:
    """Build what an actor knows of a played turn: its choices, and the visible changes by others.

    Args:
        live: The game.
        actor: Index of the actor.
        turn: Turn from 1.

    Returns:
        Plain data.
    """
    labels, flat = live.scenario.labels, [o + int(n) for o, n in zip(OFFSETS, live.choices[turn - 1][actor], strict=True)]
    crises = [
        {"actor": -1, "rung": -1, "kind": change.kind, "words": f"{capital(change.words)}."} for change in live.changes[turn - 1]
    ]
    return {
        "turn": turn,
        "own": [move_words(MOVES[move], labels) for move in flat],
        "rung": max(MOVES[move].kind.rung for move in flat),
        "news": news(live.seen[turn - 1][actor], live.seen[turn][actor], labels) + crises,
    }


def history(live: LiveGame, actor: int) -> list[dict[str, Any]]:
    """Build what an actor knows of every turn so far, for a page that reconnects.

    Args:
        live: The game.
        actor: Index of the actor.

    Returns:
        One entry per turn, as `turn_rows` builds them.
    """
    return [turn_rows(live, actor, turn) for turn in range(1, live.turn + 1)]


def advice(live: LiveGame, actor: int, adviser: Policy) -> dict[str, Any] | None:
    """Build the most likely moves of an adviser in the last turn, from what the actor observed before it chose.

    They are sent only after the actor has chosen.

    Args:
        live: The game.
        actor: Index of the actor.
        adviser: A trained policy.

    Returns:
        Moves per channel in permille. None before the first turn, or for a policy without probabilities.
    """
    if live.mask_before is None or not isinstance(adviser, NetworkPolicy):
        return None
    labels = live.scenario.labels
    chances = probabilities(adviser, Look(live.seen[-2], live.mask_before, live.engine.games), actor)
    channels = []
    for offset, size in zip(OFFSETS, SIZES, strict=True):
        part = chances[offset : offset + size]
        best = [int(n) for n in np.argsort(-part, kind="stable")[:ADVICE] if part[n] >= LEAST]
        channels.append([[move_words(MOVES[offset + n], labels), round(1000 * float(part[n]))] for n in best])
    return {"policy": adviser.name, "channels": channels}


def _decoded(observation: NDArray[np.float32]) -> dict[str, Any]:
    """Return parts of the observation by name, in permille."""
    seen = named(observation)
    return {
        "own": {name: _permille(seen[name]) for name in OWN},
        "towards": {name: _permille(seen[name]) for name in TOWARDS},
        "strength": _permille(seen["strength"]),
        "rung": np.rint(6 * seen["rung"]).astype(int).tolist(),
        "ambassador": np.rint(5 * seen["ambassador"]).astype(int).tolist(),
        "hotline": np.rint(seen["hotline"]).astype(int).tolist(),
        "public_commitment": _permille(seen["public_commitment"]),
        "provoked": _permille(seen["provoked"]),
        "incident": _permille(seen["incident"]),
        "offers": {"act": np.rint(6 * seen["offer_act"]).astype(int).tolist(), "statement": _permille(seen["offer_statement"])},
        "plan": np.rint(3 * seen["plan"]).astype(int).tolist(),
        "assessment": _permille(seen["assessment"]),
        "disaster": _permille(seen["disaster"]),
    }


def _crises(live: LiveGame, actor: int) -> list[dict[str, Any]]:
    """Return how each rival pair stands, and for the actor's own pairs what would follow from each end of a crisis."""
    params = live.engine.params[0]
    rows = []
    for dispute in disputes(live.engine.games[0], params):
        row = dispute._asdict() | {"ripeness": round(1000 * dispute.ripeness)}
        row["terms"] = [round(1000 * held) for held in dispute.terms]
        if actor not in (dispute.one, dispute.two):
            row["offers"] = ()  # known to the pair only
        else:
            row["own"] = _expected(named(live.engine.observation[0, actor]), params, actor, dispute)
        rows.append(row)
    return rows


def _expected(seen: Mapping[str, NDArray[np.float32]], params: Any, actor: int, dispute: Dispute) -> dict[str, int]:
    """Return the actor's leverage, and the terms and support that each end of a crisis would bring it at this leverage.

    Args:
        seen: Named parts of the actor's observation.
        params: Parameter record.
        actor: Index of the actor.
        dispute: The actor's dispute.

    Returns:
        Permille by name: terms of a `deal`, of one's own `yield` and of the other's (`gain`), and the support lost by a yield.
    """
    other = dispute.two if actor == dispute.one else dispute.one
    leverage = float(seen["leverage"][other])
    edge, ripe = 2.0 * leverage - 1.0, dispute.ripeness
    banked = 1.0 if actor in dispute.offers else float(params["unasked_share"])
    committed = float(seen["public_commitment"][actor, other])
    values = {
        "leverage": leverage,
        "deal": ripe * (params["joint_gain"] + params["settle_terms"] * edge),
        "yield": -ripe * (params["yield_terms"] + params["settle_terms"] * max(0.0, -edge)),
        "gain": ripe * (params["yield_terms"] + params["settle_terms"] * max(0.0, edge)) * banked,
        "support": params["audience_cost"] * params["audience_strength"][actor] * committed,
    }
    return {name: round(1000 * float(value)) for name, value in values.items()}


def _terms(live: LiveGame, actor: int, why: list[str]) -> list[list[Any]]:
    """Return the price of each move in permille, and the reason why it is illegal, or "". The order is that of `moves_of`."""
    params = live.engine.params[0]
    cost, discount = params["cost"].tolist(), float(params["plan_discount"])
    stage = round(3 * float(named(live.engine.observation[0, actor])["plan"].max()))
    return [[round(1000 * _price(cost, discount * stage, move)), why[move.flat]] for move in live.moves[actor]]


def _price(cost: list[float], discount: float, move: Move) -> float:
    """Return the price by R1.7: the cost of the kind, minus the discount at the stage of a joint plan that the actor observes."""
    kind = KIND_INDEX[move.kind.name]
    return cost[kind] * (1.0 - discount * float(PLANNED[kind]))


def _help(move: Move, labels: Labels) -> str:
    """Describe the kind of a move without its target."""
    text = relabelled(move.kind.text, labels)
    place = move.kind.channel == DEPLOYMENT or move.kind.name == "administer"
    return text.replace("the {target}", "{target}").format(target="a chosen area" if place else "a chosen actor")


def _permille(values: NDArray[np.float32]) -> Any:
    return np.rint(1000 * values.astype(np.float64)).astype(int).tolist()
