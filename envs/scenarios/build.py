"""Build the start record of a scenario from its document: the parameters and the state at turn 0.

Rates and retained shares are per week in every file. A scenario with another turn length has them converted here, to six
decimals, so that every machine gets the same bits.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.core.jit import kernel
from straits.envs.core.move_sets import as_sets
from straits.envs.core.state import EVENTS, N_EVENTS, PARAMS, as_records
from straits.envs.rules.legality import rank_prices
from straits.envs.rules.perception import assess, fixed_point
from straits.envs.rules.presence import measure
from straits.envs.rules.signal_table import build_signal_table
from straits.envs.scenarios.overrides import set_number
from straits.envs.scenarios.schema import MOVE_FIELDS
from straits.envs.spec.constants import ACTORS, AREAS, CLASSES, COMPONENTS, N_ACTORS, NORMAL, OFFICE
from straits.envs.spec.moves import KIND_INDEX, KINDS, MAY_EVER, MOVES
from straits.envs.spec.parameters import PARAMETERS
from straits.envs.validation import wrong

Content = Mapping[str, Any]  # a document in normal form

DEFAULT_HOSTILITY: Final = 0.05  # between actors that no row names (assumption)
DEFAULT_LEVEL: Final = 0.6  # of budgets and host support that no row gives (assumption)

# Parameters by their conversion from a week to a turn of w weeks: v**w, 1 - (1 - v)**w, and v * w. All others stay as they are.
RETAINED_SHARES: Final = ("keep_patrol", "keep_coast_guard", "keep_troops", "keep_missiles", "incident_memory", "demand_keep",
                          "commitment_keep", "level_keep", "disaster_keep", "terms_keep")  # fmt: skip
APPROACH_RATES: Final = ("tension_rate", "hostility_rate", "accustom_rate", "ripeness_rate", "support_rate", "trust_rate",
                         "host_rate", "leak_rate", "disaster_rate", "leadership_rate")  # fmt: skip
PROPORTIONAL: Final = ("incident_rate", "hazard_rate", "readiness_rate", "credibility_rate", "capital_rate", "capital_support",
                       "hosting_risk", "demand_drain", "abandonment", "drift", "upkeep", "upkeep_square",
                       "peace_floor", "crisis_cost")  # fmt: skip
TURN_COUNTS: Final = ("talks_from", "fade_turns", "offer_turns", "truce_turns")  # divided by w and rounded
PROPORTIONAL_REWARDS: Final = ("security", "claims", "trade", "support", "alliance")  # moves add the other components


def build(content: Content) -> NDArray[Any]:
    """Build the start record.

    Args:
        content: Document of the scenario in normal form.

    Returns:
        (1,) read-only record of dtype PARAMS.

    Raises:
        ValueError: If a value is missing or out of range. The message names it.
    """
    record = np.zeros(1, PARAMS)
    params, state = record[0], record[0]["start"]
    _fill_parameters(params, content)
    _fill_relations(params, content)
    _fill_actors(params, content)
    _build_signal_table(as_records(record))
    _fill_schedule(params, content)
    _fill_state(params, state, content)
    for (path,), row in content["state"].items():
        set_number(state, path, row["value"])
    _set_tension(record, content)
    record.setflags(write=False)
    return record


def fixed_points(record: NDArray[Any]) -> NDArray[np.float64]:
    """Compute R8.2: the tension that would result if nothing changed, (actors, actors), 0..1."""
    fixed = np.zeros((N_ACTORS, N_ACTORS))
    all_params = as_records(record.copy())
    _compute_fixed_points(as_records(all_params["start"].copy()), all_params, fixed)
    return fixed


def per_turn(name: str, value: float, turn_days: int) -> float:
    """Convert a weekly parameter to a turn of another length.

    Args:
        name: Name of the parameter.
        value: Its value per week.
        turn_days: Length of a turn in days.

    Returns:
        The value per turn, rounded to six decimals if it was converted.
    """
    if turn_days == 7:
        return value
    weeks = turn_days / 7
    if name in RETAINED_SHARES:
        return round(float(value**weeks), 6)
    if name in APPROACH_RATES:
        return round(1.0 - float((1.0 - value) ** weeks), 6)
    if name in TURN_COUNTS:
        return round(value / weeks)
    return round(value * weeks, 6) if name in PROPORTIONAL else value


def _fill_parameters(params: Any, content: Content) -> None:
    """Fill in parameters, the columns of the move table, and the moves that can ever be legal."""
    for p in PARAMETERS:
        row = content["parameters"].get(p.name, {"value": p.default})
        params[p.name] = per_turn(p.name, row["value"], content["turn_days"])
    params["keep"] = [params[f"keep_{c}"] for c in CLASSES]
    for kind in KINDS:
        for name in MOVE_FIELDS:
            row = content["moves"].get(f"{kind.name}.{name}", {"value": getattr(kind, name)})
            params[name][KIND_INDEX[kind.name]] = row["value"]
        turns = kind.cooldown * 7 / content["turn_days"]
        params["cooldown_turns"][KIND_INDEX[kind.name]] = min(100, max(1, round(turns))) if kind.cooldown > 0 else 0
    params["legal"] = MAY_EVER
    for who, name in content["forbid"]:
        for move in MOVES:
            if name in (move.name, move.kind.name) and move.index > 0:
                params["legal"][_index(who), move.flat] = False
    params["may"] = as_sets(params["legal"])
    params["horizon"] = content["horizon"]


def _fill_relations(params: Any, content: Content) -> None:
    """Fill in rivalries, partnerships and other relations between actors."""
    params["hostility_base"] = np.where(np.eye(N_ACTORS, dtype=bool), 0.0, DEFAULT_HOSTILITY)
    for (of, to), row in content["relations"].items():
        params["rival"][_index(of), _index(to)] = row.get("rival", 0.0)
        params["hostility_base"][_index(of), _index(to)] = row.get("hostility", DEFAULT_HOSTILITY)
        params["commitment_base"][_index(of), _index(to)] = row.get("commitment", 0.0)
    params["rivals"] = (params["rival"] > 0) @ (1 << np.arange(N_ACTORS))
    for ((one, two),), row in content["partners"].items():
        for i, j in ((_index(one), _index(two)), (_index(two), _index(one))):
            params["ally"][i, j] = row.get("ally", 0.0)
            params["trust_base"][i, j] = row.get("trust", 0.0)


def _fill_actors(params: Any, content: Content) -> None:
    """Fill in the trade, claims, proximity, goals and type of each actor."""
    for n, name in enumerate(ACTORS):
        for rows, values, axis, array in (
            ("trade", "shares", ACTORS, "trade"),
            ("claims", "areas", AREAS, "claim"),
            ("proximity", "areas", AREAS, "proximity"),
        ):
            if values not in content[rows].get((name,), {}):
                raise ValueError(f"scenario.{rows}: expected a row of {name} with {values}")
            for key, value in content[rows][(name,)][values].items():
                params[array][n, axis.index(key)] = value
        prior = content["types"].get((name,), {})
        params["opportunist_share"][n] = prior.get("opportunist", 0.5)
        params["resolve_range"][n] = prior.get("resolve", (0.0, 1.0))
        params["audience_strength"][n] = content["domestic"].get((name,), {}).get("audience", 0.7)
        weights = content["weights"].get((name,), {})
        for c, component in enumerate(COMPONENTS):
            flow = content["turn_days"] / 7 if component in PROPORTIONAL_REWARDS else 1.0
            params["weights"][n, c] = weights.get(component, 1.0) * flow


def _fill_schedule(params: Any, content: Content) -> None:
    """Fill in the scheduled events, sorted by turn."""
    params["schedule"] = -1
    if len(content["schedule"]) > N_EVENTS:
        raise wrong("scenario.schedule rows", len(content["schedule"]), f"at most {N_EVENTS}")
    for n, (turn, event, who) in enumerate(sorted(content["schedule"])):
        if len(who) != (2 if event == "leak" else 1):
            raise wrong("scenario.schedule.actors", list(who), "two actors for a leak, one for other events")
        params["schedule"][n] = (turn, EVENTS.index(event), _index(who[0]), _index(who[-1]))


def _fill_state(params: Any, state: Any, content: Content) -> None:
    """Fill in the state at turn 0, with defaults for values that no row gives."""
    state["horizon"] = content["horizon"]
    for name in ("belligerents", "order_area", "proposal", "agreed", "first"):
        state[name] = -1
    state["hostility"], state["trust"] = params["hostility_base"], params["trust_base"]
    state["public_commitment"] = params["commitment_base"]
    state["capability"], state["host_support"] = 1.0, DEFAULT_LEVEL
    _fill_presence(state, content)
    _fill_budgets(params, state, content)
    _fill_diplomacy(state, content)


def _fill_presence(state: Any, content: Content) -> None:
    for (who, area, kind), row in content["presence"].items():
        at = (_index(who), AREAS.index(area), CLASSES.index(kind))
        state["standing"][at] = row.get("standing", 0.0)
        state["presence"][at] = row.get("standing", 0.0) + row.get("extra", 0.0)
        if state["presence"][at] > 1.0:
            raise wrong(f"scenario.presence[{who} {area} {kind}] standing + extra", state["presence"][at].item(), "0..1")


def _fill_budgets(params: Any, state: Any, content: Content) -> None:
    for n, name in enumerate(ACTORS):
        row = content["domestic"].get((name,), {})
        for budget in ("readiness", "credibility", "capital"):
            state[budget][n] = row.get(budget, DEFAULT_LEVEL)
        state["support"][n] = row.get("support", params["support_base"])


def _fill_diplomacy(state: Any, content: Content) -> None:
    """Fill in ambassadors, or offices in their place, and hotlines."""
    state["ambassador"] = np.where(np.eye(N_ACTORS, dtype=bool), OFFICE, NORMAL)
    for (who,), row in content["offices"].items():
        if not row.get("embassies", False):
            state["ambassador"][_index(who), :] = state["ambassador"][:, _index(who)] = OFFICE
    for ((one, two),), row in content["channels"].items():
        state["hotline"][_index(one), _index(two)] = state["hotline"][_index(two), _index(one)] = int(row.get("open", False))


def _set_tension(record: NDArray[Any], content: Content) -> None:
    """Set tension to its fixed point, then compute strength and assessment.

    The `unrest` of a row raises tension above the fixed point by a share of the remaining room. A tension that `state` sets is
    unchanged.
    """
    games, all_params = as_records(record["start"].copy()), as_records(record)
    fixed = np.zeros((N_ACTORS, N_ACTORS))
    _compute_fixed_points(games, all_params, fixed)
    for i, one in enumerate(ACTORS):
        for j, two in enumerate(ACTORS):
            if (f"tension.{one}.{two}",) not in content["state"]:
                unrest = content["relations"].get((one, two), {}).get("unrest", 0.0)
                games["tension"][0, i, j] = fixed[i, j] + unrest * (1.0 - fixed[i, j])
    games["baseline_tension"] = games["tension"]
    _compute_fixed_points(games, all_params, fixed)
    record["start"] = games


@kernel
def _build_signal_table(all_params: Any) -> None:
    build_signal_table(all_params[0])
    rank_prices(all_params[0])


@kernel
def _compute_fixed_points(games: Any, all_params: Any, fixed: Any) -> None:
    measure(games[0], all_params[0])
    games[0].assessment = assess(games[0])
    for i in range(N_ACTORS):
        for j in range(N_ACTORS):
            if i != j:
                fixed[i, j] = fixed_point(games[0], all_params[0], i, j)


def _index(actor: str) -> int:
    return ACTORS.index(actor)
