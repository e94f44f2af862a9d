"""Define the observation schema: the one list from which the flat vector, the named dict, the text and the docs table derive.

The vector of an actor is its private block followed by the public block. The public block is equal for all actors.
`rules/observations.py` writes the values in this order. A test compares each field with the state that it comes from.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from straits.envs.spec.constants import ACTORS, AREAS, N_ACTORS, N_AREAS, N_PAIRS, PAIRS

A: Final = N_ACTORS


class Entry(NamedTuple):
    """Define a named part of the vector.

    `low` and `high` bound every value. `axes` name the entries of each axis.
    """

    name: str
    shape: tuple[int, ...]
    low: float
    high: float
    meaning: str


PRIVATE: Final = (
    Entry("actor", (A,), 0, 1, "one-hot of the observing actor"),
    Entry("goal", (), 0, 1, "own type: 0 security-seeker, 1 opportunist"),
    Entry("resolve", (), 0, 1, "own type: resolve"),
    Entry("readiness", (), 0, 1, "budget for deployments"),
    Entry("credibility", (), 0, 1, "budget for statements"),
    Entry("capital", (), 0, 1, "budget for acts"),
    Entry("support", (), 0, 1, "domestic support"),
    Entry("grievance_verbal", (A,), 0, 1, "unmet demand to answer each actor's words and acts"),
    Entry("grievance_military", (A,), 0, 1, "unmet demand to answer each actor's presence"),
    Entry("tension", (A,), 0, 1, "how threatened one feels by each actor"),
    Entry("tension_caused", (A,), 0, 1, "how threatened each actor feels by oneself"),
    Entry("hostility", (A,), 0, 1, "standing view of each actor"),
    Entry("trust_given", (A,), 0, 1, "how far each actor counts on oneself"),
    Entry("trust_received", (A,), 0, 1, "how far one counts on each actor"),
    Entry("plan", (A,), 0, 1, "stage of the joint plan with each actor, of 3"),
    Entry("offer_act", (A,), 0, 1, "open proposal to oneself: consult 1/6, plan, summit, deal, integrate, access 6/6"),
    Entry("offer_statement", (A,), 0, 1, "open offer of a joint statement to oneself"),
    Entry("reassurance", (A,), 0, 1, "warmth received from each actor last turn"),
    Entry("coming", (), 0, 1, "amount of an order that arrives next turn"),
    Entry("assessment", (), 0, 1, "Japan's private assessment; 0 for others"),
    Entry("trainers", (), 0, 1, "trainers in Taiwan, known to the US and Taiwan; 0 for others"),
    Entry("restraint", (), 0, 1, "restraint that a patron's ambiguity puts on one"),
    Entry("propensity", (), 0, 1, "escalation propensity"),
    Entry("share", (), 0, 1, "claim-weighted contest share"),
    Entry("outweighed", (), 0, 1, "claim-weighted excess of rivals, x/(1+x)"),
    Entry("leverage", (A,), 0, 1, "own share of the leverage in the dispute with each rival"),
    Entry("deal_offer_received", (A,), 0, 1, "an offer of a deal from each actor stands"),
    Entry("deal_offer_made", (A,), 0, 1, "own offer of a deal to each actor stands"),
    Entry("forward", (A,), 0, 1, "presence each actor keeps near one's claims, x/(1+x)"),
)
PUBLIC: Final = (
    Entry("turns_left", (), 0, 1, "share of the horizon that is left"),
    Entry("strength", (A, N_AREAS), 0, 1, "weighted presence of each actor in each area, x/(1+x)"),
    Entry("ambassador", (A, A), 0, 1, "how the first treats relations with the second, of 5"),
    Entry("hotline", (N_PAIRS,), 0, 1, "hotline and incident-avoidance deal open"),
    Entry("public_commitment", (A, A), 0, 1, "public commitment of the first towards the second"),
    Entry("provoked", (A, A), 0, 1, "provocation the first sent to the second last turn"),
    Entry("rung", (A,), 0, 1, "highest rung of each actor's steps last turn, of 6"),
    Entry("incident", (N_AREAS,), 0, 1, "severity of fresh incidents"),
    Entry("access", (A,), 0, 1, "sites open to the US, of 9"),
    Entry("plan_known", (A,), 0, 1, "public stage of each actor's plan with the US, of 3"),
    Entry("leaked", (A,), 0, 1, "a leak about the actor's plan with the US can still be answered, of 2"),
    Entry("command", (), 0, 1, "US-Japan command integration"),
    Entry("designation", (), 0, 1, "Japan's public designation, of 2"),
    Entry("logistics", (), 0, 1, "Japan's supply of US units"),
    Entry("protection", (), 0, 1, "Japan's protection of US assets"),
    Entry("host_support", (A,), 0, 1, "support for hosting among residents"),
    Entry("hardened", (A,), 0, 1, "hardening and dispersal"),
    Entry("trainers_known", (), 0, 1, "public US trainers in Taiwan"),
    Entry("capability", (A,), 0, 1, "reach, of 1.5"),
    Entry("disaster", (A,), 0, 1, "need after a disaster"),
    Entry("crisis", (N_PAIRS,), 0, 1, "turns that the crisis of each pair has lasted, of 10"),
    Entry("crisis_opener", (N_PAIRS,), 0, 1, "who opened it: 1 the first of the pair, 0 the second, 1/2 without a crisis"),
    Entry("truce", (N_PAIRS,), 0, 1, "turns that the truce of each pair still binds, of 10"),
    Entry("ripeness", (N_PAIRS,), 0, 1, "how much of the dispute is left to settle"),
    Entry("terms", (A, A), 0, 1, "terms that the first holds from settlements with the second, 1/2 for none"),
)
SCHEMA: Final = PRIVATE + PUBLIC


def _size(entries: tuple[Entry, ...]) -> int:
    return sum(int(np.prod(e.shape, dtype=int)) for e in entries)


N_PRIVATE: Final = _size(PRIVATE)
N_PUBLIC: Final = _size(PUBLIC)
N_OBSERVATION: Final = N_PRIVATE + N_PUBLIC


def _slices() -> dict[str, slice]:
    slices, start = {}, 0
    for entry in SCHEMA:
        size = _size((entry,))
        slices[entry.name] = slice(start, start + size)
        start += size
    return slices


SLICES: Final[Mapping[str, slice]] = _slices()


def named(vector: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Split a vector into its named parts.

    Args:
        vector: (..., N_OBSERVATION) observations.

    Returns:
        Parts by name, each a view of shape (..., *shape).

    Raises:
        ValueError: If the last axis has another length.
    """
    if vector.shape[-1:] != (N_OBSERVATION,):
        raise ValueError(f"observation.shape={vector.shape}: expected (..., {N_OBSERVATION})")
    return {e.name: vector[..., SLICES[e.name]].reshape((*vector.shape[:-1], *e.shape)) for e in SCHEMA}


def box() -> spaces.Box:
    """Return a new Gymnasium space for the vector of one actor: float32 with finite bounds."""
    low = np.concatenate([np.full(_size((e,)), e.low, np.float32) for e in SCHEMA])
    high = np.concatenate([np.full(_size((e,)), e.high, np.float32) for e in SCHEMA])
    return spaces.Box(low, high, dtype=np.float32)


def table() -> str:
    """Return the schema in Markdown for the docs."""
    rows = ["| part | index | shape | range | meaning |", "|---|---|---|---|---|"]
    for entry in SCHEMA:
        where = SLICES[entry.name]
        index = f"{where.start}" if where.stop - where.start == 1 else f"{where.start}..{where.stop - 1}"
        shape = " x ".join(map(str, entry.shape)) or "1"
        block = "private" if entry in PRIVATE else "public"
        rows.append(f"| `{entry.name}` | {index} | {shape} | {entry.low:g}..{entry.high:g} | {entry.meaning} ({block}) |")
    return "\n".join(rows)


def label(index: int) -> str:
    """Return the name of one entry of the vector.

    Args:
        index: Position in the vector, 0..N_OBSERVATION - 1.

    Returns:
        A dotted name, such as `strength.china.taiwan_strait`.

    Raises:
        ValueError: If the index is out of range.
    """
    for entry in SCHEMA:
        where = SLICES[entry.name]
        if where.start <= index < where.stop:
            axes = {A: ACTORS, N_AREAS: AREAS, N_PAIRS: tuple(f"{ACTORS[i]}-{ACTORS[j]}" for i, j in PAIRS)}
            at = np.unravel_index(index - where.start, entry.shape) if entry.shape else ()
            return ".".join([entry.name, *(axes[n][k] for n, k in zip(entry.shape, at, strict=True))])
    raise ValueError(f"index={index}: expected 0..{N_OBSERVATION - 1}")
