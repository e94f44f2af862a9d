"""Check a scenario file beyond its format: description, sources, neutral wording, and tension at its fixed point or above.

Each finding is one line. `scenario.check` calls this module with a document and the record built from it.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.scenarios import schema
from straits.envs.scenarios.build import fixed_points
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.moves import parse
from straits.envs.spec.parameters import ASSUMPTION

WORDS: Final = ("title", "description", "story", "reaction")
SHORTEST: Final = 80  # characters in a description
# Partisan terms for an actor or its actions; "actor" takes no position on status.
LOADED: Final = ("nation", "nations", "province", "regime", "renegade", "rebel", "separatist", "secession", "reunification",
                 "liberation", "occupation", "puppet", "aggressor", "aggression", "invasion", "invade", "enemy", "hostile power",
                 "communist", "bully", "bullying", "coercive regime", "free world", "red line")  # fmt: skip
DISPUTED: Final = (  # all names of a feature, in alphabetical order
    "Diaoyu/Diaoyutai/Senkaku",
    "Nansei/Ryukyu",
    "Huangyan/Panatag/Scarborough",
    "Ayungin/Ren'ai/Second Thomas",
    "Hoang Sa/Paracel/Xisha",
    "Kalayaan/Nansha/Spratly/Truong Sa",
    "South China Sea/West Philippine Sea",
)


def findings(path: Path, content: Mapping[str, Any], record: NDArray[Any]) -> list[str]:
    """Return all findings on a scenario.

    Args:
        path: Path of the file.
        content: Document of the scenario.
        record: (1,) record of dtype PARAMS.

    Returns:
        Findings, one line each, in the order of the keys of the file.
    """
    state = record["start"][0]
    return [
        *_check_name(path, content),
        *_check_words(content),
        *_check_sources(path),
        *_check_priors(content),
        *_check_tension(state, record),
        *_check_commitments(state, record),
        *_check_public_shares(state),
        *_check_schedule(content, state),
        *_check_replay(content, record),
    ]


def _check_name(path: Path, content: Mapping[str, Any]) -> Iterator[str]:
    if content["name"] != path.stem or not re.fullmatch(r"[a-z][a-z0-9_]*", content["name"]):
        yield f"scenario.name={content['name']}: expected the file's name {path.stem}, in lower case with underscores"


def _check_words(content: Mapping[str, Any]) -> Iterator[str]:
    if len(content["description"]) < SHORTEST:
        yield f"scenario.description={len(content['description'])} characters: expected at least {SHORTEST}"
    if content.get("kind", "scenario") == "scenario" and set(content["bounds"]) != set(schema.POLICIES):
        yield f"scenario.bounds: expected a conflict rate for {', '.join(schema.POLICIES)}"
    for key in WORDS:
        text = content.get(key, "")
        for word in LOADED:
            if re.search(rf"\b{word}\b", text, re.IGNORECASE):
                yield f"scenario.{key}: expected a neutral word for {word!r}"
        for names in DISPUTED:
            left = text.replace(names, "")
            for name in names.split("/"):
                if re.search(rf"\b{name}\b", left):
                    yield f"scenario.{key}: expected all names, {names}, for {name}"


def _check_sources(path: Path) -> Iterator[str]:
    """Check that the file cites every source that it declares."""
    raw = schema.raw_map(path)
    own = schema.normal(raw, schema.merge({}, schema.read(path))["sources"])
    rows = [row for name in (*schema.ROWS, "parameters", "moves") for row in own[name].values()]
    cited = {key.strip() for row in rows for key in row["source"].split(";")[0].split(",")}
    if not own.get("sources"):
        yield "scenario.sources: expected at least one"
    for key in own.get("sources", {}):
        if key != ASSUMPTION and key not in cited and rows:
            yield f"scenario.sources={key}: expected a row that cites it"


def _check_priors(content: Mapping[str, Any]) -> Iterator[str]:
    """Check that private types have the same priors for all actors, unless a source gives other ones."""
    rows = [content["types"].get((a,), {}) for a in ACTORS]
    values = {(row.get("opportunist", 0.5), row.get("resolve", (0.0, 1.0))) for row in rows}
    if len(values) > 1 and any(row.get("source", ASSUMPTION) == ASSUMPTION for row in rows):
        yield "scenario.types: expected the same priors for every actor, or a source for each"


def _check_tension(state: Any, record: NDArray[Any]) -> Iterator[str]:
    """Check that no tension starts below its fixed point (`build.fixed_points`)."""
    fixed = fixed_points(record)
    for i, j in np.argwhere(state["tension"] < fixed - 1e-12):
        where = f"scenario.state.tension.{ACTORS[i]}.{ACTORS[j]}={state['tension'][i, j]:.4g}"
        yield f"{where}: expected its fixed point {fixed[i, j]:.4g} or above"


def _check_commitments(state: Any, record: NDArray[Any]) -> Iterator[str]:
    """Check that no public commitment starts below the standing one."""
    standing = record["commitment_base"][0]
    for i, j in np.argwhere(state["public_commitment"] < standing):
        where = f"scenario.state.public_commitment.{ACTORS[i]}.{ACTORS[j]}={state['public_commitment'][i, j]:.4g}"
        yield f"{where}: expected its standing commitment {standing[i, j]:.4g} or above"


def _check_public_shares(state: Any) -> Iterator[str]:
    """Check that the public part of a plan, or of trainers, is at most all of it."""
    for known, total in (("plan_known", "plan"), ("trainers_known", "trainers")):
        if (state[known] > state[total]).any():
            yield f"scenario.state.{known}={state[known].max():g}: expected at most {total}, {state[total].max():g}"


def _check_schedule(content: Mapping[str, Any], state: Any) -> Iterator[str]:
    for turn, event, who in content["schedule"]:
        where = f"scenario.schedule[{turn} {event} {'-'.join(who)}]"
        if turn >= content["horizon"]:
            yield f"{where}: expected a turn before the horizon {content['horizon']}"
        at = tuple(ACTORS.index(a) for a in who)
        if event == "leak" and turn == 0 and state["plan"][at] == state["plan_known"][at] and state["talk"][at] == 0:
            yield f"{where}: expected a private plan or talk that can leak"


def _check_replay(content: Mapping[str, Any], record: NDArray[Any]) -> Iterator[str]:
    """Check that a replay has moves, that they may be legal, and that it gives the historical reaction."""
    is_replay = content.get("kind", "scenario") == "replay"
    if is_replay and not (content["replay"] or content["schedule"]):
        yield "scenario.replay: expected moves, or a scheduled event"
    if is_replay and not content.get("reaction"):
        yield "scenario.reaction: expected what followed, reported or model"
    for (turn, who), row in content["replay"].items():
        for name in row["moves"]:
            if not record["legal"][0][ACTORS.index(who), parse(name).flat]:
                yield f"scenario.replay[{turn} {who}]={name}: expected a move that {who} may choose"
