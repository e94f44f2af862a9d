"""Read YAML files of strangers: plain data, limited in size, nesting and length, without aliases and tags.

A first pass over the events of the parser enforces the limits. It builds nothing and does not recurse, whereas the loader of
libyaml recurses for each level and expands each alias.
"""

from pathlib import Path
from typing import Any, Final

import yaml

from straits.envs.io import is_file, read_bytes
from straits.envs.validation import one_line, wrong

MAX_BYTES: Final = 262_144
MAX_LEVELS: Final = 20  # of lists and maps within each other
MAX_SCALAR: Final = 8_000  # characters of one value; the longest text of a scenario has 6000
_Parser: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """Read a YAML file.

    Args:
        path: Path of the file.

    Returns:
        The value in the file: maps, lists, strings, numbers, booleans, dates and None.

    Raises:
        ValueError: If the file is missing, exceeds a limit or is not YAML. The message is one line.
    """
    if not is_file(path):
        raise wrong("scenario", str(path), "a file")
    where = f"scenario file {path.name}"
    content = read_bytes(path, MAX_BYTES, f"{where} bytes")
    try:
        text = content.decode("utf-8")
        _check_limits(text)
        return yaml.load(text, _Loader)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ValueError(f"{where}: expected YAML; {one_line(error)[:300]}") from None


def _check_limits(text: str) -> None:
    """Check nesting, aliases, tags and lengths, from the events of the parser."""
    level = 0
    for event in yaml.parse(text, _Parser):
        level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = f"line {event.start_mark.line + 1}"
        if level > MAX_LEVELS:
            raise ValueError(f"{line}: expected maps and lists nested at most {MAX_LEVELS} levels")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ValueError(f"{line}: expected no alias or anchor")
        if getattr(event, "tag", None) not in (None, "!"):
            raise ValueError(f"{line}: expected no tag such as {event.tag[:60]!r}")
        if isinstance(event, yaml.ScalarEvent) and len(event.value) > MAX_SCALAR:
            raise ValueError(f"{line}: expected a value of at most {MAX_SCALAR} characters")


class _Loader(_Parser):  # type: ignore[misc, valid-type]
    """Load YAML safely, and reject duplicate keys."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.YAMLError(f"the key {key.value[:60]!r} occurs twice in one map{node.start_mark}")
                seen.add(key.value)
        content: dict[Any, Any] = super().construct_mapping(node, deep)
        return content

    def construct_word(self, node: Any) -> Any:
        """Return a number or a date, or its text if there is no such number or date, for the check of its key to reject."""
        convert = {"int": self.construct_yaml_int, "timestamp": self.construct_yaml_timestamp}[node.tag.rpartition(":")[2]]
        try:
            return convert(node)
        except (ValueError, OverflowError):
            return node.value


for _tag in ("int", "timestamp"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_tag}", _Loader.construct_word)
