"""Compose the configuration of a job with Hydra and check it against its schema.

Hydra accepts some invalid input (`+x=1`, a range) and reports other errors in several lines. Here each error is a ValueError of
one line: key, value, expectation. No configuration can instantiate an object.
"""

import difflib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from importlib import resources
from typing import Any, Final, get_type_hints

import hydra
from hydra.core.config_store import ConfigStore
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from straits.conf.jobs import DemoConfig, LeagueConfig, TrainConfig

MODULE: Final = "straits.conf"
VERSION: Final = "1.3"  # of Hydra's behaviour
FORMER: Final = {  # former name -> current name, for error messages
    "games": "num_envs", "stagger": "random_initial_step", "others": "opponents", "players": "opponent_overrides",
    "layers": "net_arch", "idle_bias": "noop_logit_bias", "bootstrap": "bootstrap_on_truncation",
    "against": "opponents", "order": "schedule", "refresh": "opponent_update_interval", "mix": "scenarios",
    "checkpoint": "checkpoint_interval", "character": "reward_profile", "start": "initial_policies",
    "responses": "iterations", "meta_games": "games_per_profile",
}  # fmt: skip
JOBS: Final[dict[str, type[Any]]] = {"demo": DemoConfig, "train": TrainConfig, "league": LeagueConfig}


def register() -> None:
    """Register the schemas with Hydra. Repeated calls change nothing."""
    for job, schema in JOBS.items():
        ConfigStore.instance().store(name=f"schema_{job}", node=schema)


def compose(job: str, overrides: Sequence[str] = ()) -> Any:
    """Compose the configuration of a job.

    Args:
        job: A key of JOBS.
        overrides: Such as `algorithm.learning_rate=1e-3`.

    Returns:
        An object of the job's schema.

    Raises:
        ValueError: If a key is unknown or a value is invalid.
    """
    for override in _parsed(overrides):
        _check_key(job, override)
    register()
    try:
        with hydra.initialize_config_module(MODULE, version_base=VERSION):
            composed = hydra.compose(job, overrides=list(overrides))
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        raise ValueError(_one_line(error)) from error
    return settle(job, composed)


def settle(job: str, composed: DictConfig) -> Any:
    """Convert a composed configuration to objects of the job's schema.

    Args:
        job: A key of JOBS.
        composed: The configuration of Hydra.

    Raises:
        ValueError: If a key is unknown or a value is invalid.
    """
    _check_keys(JOBS[job], composed, "")
    try:
        return OmegaConf.to_object(composed)
    except (OmegaConfBaseException, ValueError) as error:
        raise ValueError(_one_line(error)) from error


def combinations(overrides: Sequence[str]) -> list[list[str]]:
    """List the runs of a sweep: all combinations of `key=1,2` and `key=range(1,4)`, each as plain overrides.

    Args:
        overrides: Overrides, with several values or one.

    Raises:
        ValueError: If an override is malformed or continuous.
    """
    choices = []
    for override, text in zip(_parsed(overrides), overrides, strict=True):
        if not override.is_sweep_override():
            choices.append([text])
        elif override.is_discrete_sweep() and not override.is_hydra_override():
            choices.append([f"{override.get_key_element()}={value}" for value in override.sweep_string_iterator()])
        else:
            raise ValueError(f"{text}: expected values to choose from, as in key=1,2")
    return [list(each) for each in itertools.product(*choices)]


def _parsed(overrides: Sequence[str]) -> list[Override]:
    parsed = []
    for text in overrides:
        try:
            parsed += OverridesParser.create().parse_overrides([text])
        except HydraException as error:
            raise ValueError(_unparsed(text)) from error
    return parsed


def _unparsed(text: str) -> str:
    """Return the error for an override that Hydra's grammar rejects; it names the characters that need quotes."""
    key, equals, value = text.partition("=")
    special = sorted(set(re.sub(r"[\w/:.+%@?|*-]", "", value, flags=re.ASCII)))
    if not equals or not special:
        return f"{text}: expected key=value"
    return f"{text}: expected key=value; {' '.join(special)} needs quotes, as in '{key}=\"{value}\"'"


def _check_key(job: str, override: Override) -> None:
    """Check that the key of an override is Hydra's, a group's, or leads through the schema to a value."""
    path = override.key_or_group
    if "_target_" in path:
        raise ValueError(f"{path}: expected no _target_, nothing is instantiated from a configuration")
    if override.is_sweep_override():
        raise ValueError(f"{override.input_line}: expected one value; several need --multirun")
    if override.is_hydra_override():
        return
    if path in _groups():
        value = override.value()
        names = value if isinstance(value, list) else [value]
        if not all(isinstance(name, str) for name in names) and not override.is_delete():
            raise ValueError(f"{override.input_line}: expected one of {', '.join(_options(path))}")
        return
    kind: Any = JOBS[job]
    for depth, name in enumerate(path.split(".")):
        if not is_dataclass(kind):
            return
        _expect(name, [f.name for f in fields(kind)], ".".join(path.split(".")[:depth]))
        kind = get_type_hints(kind)[name]
    if is_dataclass(kind):
        raise ValueError(f"{override.input_line}: expected a key of the group, as in {path}.{fields(kind)[0].name}=...")


def _groups() -> list[str]:
    return [e.name for e in resources.files(MODULE).iterdir() if e.is_dir() and not e.name.startswith("_")]


def _options(group: str) -> list[str]:
    files = (resources.files(MODULE) / group).iterdir()
    return sorted(f.name.removesuffix(".yaml") for f in files if f.name.endswith(".yaml"))


def _check_keys(schema: Any, composed: DictConfig, path: str) -> None:
    hints = get_type_hints(schema)
    for name in map(str, composed):
        _expect(name, hints, path)
        if is_dataclass(hints[name]) and isinstance(composed[name], DictConfig):
            _check_keys(hints[name], composed[name], f"{path}.{name}".lstrip("."))


def _expect(name: str, names: Iterable[str], path: str) -> None:
    known = list(names)
    if name not in known:
        near = [n for n in (FORMER.get(name), *difflib.get_close_matches(name, known, 1)) if n in known]
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"{path}.{name}: expected one of {', '.join(known)}{hint}".lstrip("."))


def _one_line(error: BaseException) -> str:
    """Return the reason of an error in one line. Hydra and OmegaConf write several lines and hide the reason in the cause."""
    if isinstance(error, MissingConfigException) and error.missing_cfg_file and error.options:
        group, _, option = error.missing_cfg_file.rpartition("/")
        return f"{group}={str(option)!r}: expected one of {', '.join(error.options)}"
    cause = error.__cause__ if isinstance(error.__cause__, OmegaConfBaseException) else error
    key = getattr(cause, "full_key", None)
    first = str(cause).splitlines()[0]
    if "is not a ListConfig" in first:
        return f"{key}: expected a list, as in {key}=[...]"
    if key and "is not in struct" in first:
        return f"{key}: expected +{key}, with a plus, since it is a key of your own"
    if "Could not append to config" in first:
        return f"{first.split(chr(39))[1]}: expected no plus before it, since it has a value that is to be changed"
    return f"{key}: {first}" if key else first
