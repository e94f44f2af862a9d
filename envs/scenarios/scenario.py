"""Load, change and check scenarios.

`load_scenario` takes the name of a scenario in the package or the path of a YAML file. `Scenario.with_` returns a changed copy.
`check` lists the errors in a file. All invalid input raises ValueError with one line that names key, value and expectation.
"""

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from straits.envs.scenarios import lint, schema
from straits.envs.scenarios.build import DEFAULT_HOSTILITY, build
from straits.envs.spec.constants import ACTORS
from straits.envs.spec.parameters import PARAMETER_INDEX
from straits.envs.validation import hint, wrong

Moves = Mapping[str, tuple[str, ...]]  # actor -> its moves in a turn
# Rows, value, its default and its name: what the rules return to, or never change.
_LASTING: Final[tuple[tuple[str, str, Any, str], ...]] = (
    ("relations", "commitment", 0.0, "standing commitment"),
    ("relations", "hostility", DEFAULT_HOSTILITY, "standing hostility"),
    ("claims", "areas", {}, "stakes"),
    ("domestic", "audience", 0.7, "audience"),
    ("channels", "open", False, "open hotline"),
)


@dataclass(frozen=True, eq=False)
class Scenario:
    """Represent a checked scenario that is ready to play. Two scenarios are equal if their hashes are.

    Attributes:
        sources: Source key -> its text, empty for the keys of docs/sources.md.
        labels: Actor -> its name in the scenario.
        order: Order of the agents.
        bounds: Policies -> least and highest conflict rate over an episode.
        parameters: Overrides of the rule defaults, per week.
        replay: Moves of each turn of a dated event.
        reaction: Historical reaction to the replayed moves.
        record: (1,) read-only record of dtype PARAMS.
        document: Normal form, with the source of every value.
    """

    name: str
    title: str
    description: str
    story: str
    kind: str
    sources: Mapping[str, str]
    date: str
    turn_days: int
    horizon: int
    labels: Mapping[str, str]
    order: tuple[str, ...]
    bounds: Mapping[str, tuple[float, float]]
    parameters: Mapping[str, float]
    replay: tuple[Moves, ...]
    reaction: str
    hash: str
    record: NDArray[Any] = field(repr=False)
    document: Mapping[str, Any] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def with_(self, **changes: Any) -> "Scenario":
        """Return a changed copy.

        Keys and values have the format of a file but need no source. `state` may be a map: `with_(parameters={"leak_rate": 0},
        horizon=10, state={"plan.usa.japan": 1})`. `schedule` and `replay` replace the existing lists. All other keys merge.
        Tension is computed again unless it is given.

        Args:
            **changes: Keys of a scenario file with their new values.

        Returns:
            The changed scenario.

        Raises:
            ValueError: If a key or value is invalid.
        """
        if isinstance(state := changes.get("state"), Mapping):
            changes["state"] = [{"set": path, "value": value} for path, value in state.items()]
        changed = schema.normal(changes, self.sources, schema.OVERRIDE)
        cleared: dict[str, Any] = {name: {} for name in ("schedule", "replay") if name in changes}
        return _assemble(schema.merge({**self.document, **cleared}, changed))


def load_scenario(name: str | Path, **changes: Any) -> Scenario:
    """Load a scenario.

    Args:
        name: Name of a scenario in the package, or path of a .yaml file.
        **changes: Changes as in `Scenario.with_`.

    Returns:
        The scenario.

    Raises:
        ValueError: If the scenario does not exist or is invalid.
    """
    path = _path(name)
    scenario = _load_named(str(name)) if path is None else _assemble(schema.read(path))
    return scenario.with_(**changes) if changes else scenario


def list_scenarios(kind: str = "scenario") -> list[str]:
    """List the names of the scenarios in the package.

    Args:
        kind: "scenario", "replay" (starts at dated events) or "all".

    Returns:
        The names.

    Raises:
        ValueError: If `kind` is unknown.
    """
    if kind not in (*schema.KINDS_OF_SCENARIO, "all"):
        raise wrong("kind", kind, f"one of {', '.join(schema.KINDS_OF_SCENARIO)}, all")
    names = schema.package_names()
    return [n for n in names if kind in ("all", schema.read_named(n).get("kind", "scenario"))]


def check(name: str | Path) -> list[str]:
    """List the errors in a scenario: read errors and lint findings.

    Args:
        name: Name of a scenario in the package, or path of a .yaml file.

    Returns:
        One line per error, empty if the scenario is correct.
    """
    try:
        path = _path(name) or schema.FOLDER / f"{name}.yaml"
        scenario = _assemble(schema.read(path))
        others = [_load_named(n) for n in schema.package_names() if n != path.stem]
    except ValueError as error:
        return [str(error)]
    equal = [f"scenario.hash: expected another than that of {o.name}" for o in others if o == scenario]
    return lint.findings(path, scenario.document, scenario.record) + equal


def table(kind: str = "scenario") -> str:
    """Return the table of scenarios in Markdown for the docs."""
    rows = ["| scenario | date | turns | sources | what it is |", "|---|---|---|---|---|"]
    for scenario in map(_load_named, list_scenarios(kind)):
        turns = f"{scenario.horizon} of {scenario.turn_days} days" if scenario.turn_days > 1 else f"{scenario.horizon} of a day"
        rows.append(f"| `{scenario.name}` | {scenario.date} | {turns} | {', '.join(scenario.sources)} | {scenario.title} |")
    return "\n".join(rows)


def structure() -> str:
    """Return in Markdown how scenarios differ from the baseline for good: not where they start, but what holds all year."""
    rows = ["| scenario | what | baseline | here | source |", "|---|---|---|---|---|"]
    base = _load_named("baseline").document
    for name in list_scenarios():
        content = _load_named(name).document if name not in ("anonymous", "daily") else base
        for what, one, other, source in _lasting(base, content):
            rows.append(f"| `{name}` | {what} | {one} | {other} | {source} |")
    return "\n".join(rows)


def _lasting(base: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any, str]]:
    """Yield what lasts and differs: its name, the value in the baseline, the value here, and the source."""
    for name, row in content["parameters"].items():
        yield f"`{name}`", f"{PARAMETER_INDEX[name].default:g}", f"{row['value']:g}", row["source"]
    for table_name, value, default, words in _LASTING:
        for key, row in content[table_name].items():
            before, now = base[table_name].get(key, {}).get(value, default), row.get(value, default)
            if before != now:
                who = " to ".join(k if isinstance(k, str) else " and ".join(k) for k in key)
                yield f"{words}, {who}", _shown(before), _shown(now), row["source"]


def _shown(value: Any) -> str:
    """Format a number, a flag or shares of areas for a table."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"


def _path(name: str | Path) -> Path | None:
    """Return the path of the file, or None if the argument is the name of a scenario."""
    text = str(name)
    is_path = isinstance(name, Path) or text.endswith((".yaml", ".yml")) or "/" in text or "\\" in text
    known = schema.package_names()
    if not is_path and text not in known:
        raise wrong("scenario", text, f"a .yaml file or one of {', '.join(known)}{hint(text, known)}")
    return Path(text) if is_path else None


@functools.cache
def _load_named(name: str) -> Scenario:
    return _assemble(schema.read_named(name))


def _assemble(content: Mapping[str, Any]) -> Scenario:
    for key in ("name", "title", "description", "sources", "date", "turn_days", "horizon"):
        if key not in content:
            raise ValueError(f"scenario.{key}: expected a value")
    record = build(content)
    canonical = json.dumps(_plain(content), sort_keys=True).encode()
    return Scenario(
        **{key: content[key] for key in ("name", "title", "description", "sources", "date", "turn_days", "horizon")},
        story=content.get("story", ""),
        kind=content.get("kind", "scenario"),
        labels=content.get("labels", {a: a for a in ACTORS}),
        order=content.get("order", ACTORS),
        bounds=content["bounds"],
        parameters={name: row["value"] for name, row in content["parameters"].items()},
        replay=_turns(content["replay"]),
        reaction=content.get("reaction", ""),
        hash=hashlib.sha256(canonical + record.tobytes()).hexdigest(),
        record=record,
        document=content,
    )


def _plain(value: Any) -> Any:
    """Convert all keys to strings, which JSON can sort."""
    return {str(k): _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _turns(rows: Mapping[tuple[int, str], Mapping[str, Any]]) -> tuple[Moves, ...]:
    length = 1 + max((turn for turn, _ in rows), default=-1)
    return tuple({a: row["moves"] for (turn, a), row in rows.items() if turn == n} for n in range(length))
