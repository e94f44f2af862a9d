"""From words on a command line to checked objects: Hydra composes, the schema judges.

Hydra lets some bad input through (`+x=1`, a range) and reports the rest in several lines; here every complaint is a ValueError of
one line: key, value, expectation. Nothing is ever instantiated from a configuration.
"""

import difflib
import itertools
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
FORMER: Final = {  # names of earlier versions, which a message answers with the present name
    "games": "num_envs", "stagger": "random_initial_step", "others": "opponents", "players": "opponent_overrides",
    "layers": "net_arch", "idle_bias": "noop_logit_bias", "bootstrap": "bootstrap_on_truncation",
    "against": "opponents", "order": "schedule", "refresh": "opponent_update_interval", "mix": "scenarios",
    "checkpoint": "checkpoint_interval", "character": "reward_profile", "start": "initial_policies",
    "responses": "iterations", "meta_games": "games_per_profile",
}  # fmt: skip
JOBS: Final[dict[str, type[Any]]] = {"demo": DemoConfig, "train": TrainConfig, "league": LeagueConfig}


def register() -> None:
    """Make the schemas known to Hydra; doing so again changes nothing."""
    for job, schema in JOBS.items():
        ConfigStore.instance().store(name=f"schema_{job}", node=schema)


def compose(job: str, overrides: Sequence[str] = ()) -> Any:
    """The job's configuration with overrides (`algorithm.learning_rate=1e-3`), as objects of its schema."""
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
    """The composed configuration as objects of the schema; no key beyond it passes."""
    _check_keys(JOBS[job], composed, "")
    try:
        return OmegaConf.to_object(composed)
    except (OmegaConfBaseException, ValueError) as error:
        raise ValueError(_one_line(error)) from error


def combinations(overrides: Sequence[str]) -> list[list[str]]:
    """What a sweep runs: every combination of `key=1,2` and `key=range(1,4)`, each a list of plain overrides."""
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
    found = []
    for text in overrides:
        try:
            found += OverridesParser.create().parse_overrides([text])
        except HydraException as error:
            raise ValueError(f"{text}: expected key=value") from error
    return found


def _check_key(job: str, override: Override) -> None:
    """An override's key is Hydra's own, a group's, or leads through the schema to a value."""
    path = override.key_or_group
    if "_target_" in path:
        raise ValueError(f"{path}: expected no _target_, nothing is instantiated from a configuration")
    if override.is_sweep_override():
        raise ValueError(f"{override.input_line}: expected one value; several need --multirun")
    if override.is_hydra_override():
        return
    if path in _groups():
        if not isinstance(override.value(), str | list) and not override.is_delete():
            raise ValueError(f"{override.input_line}: expected one of {', '.join(_options(path))}")
        return
    kind: Any = JOBS[job]
    for depth, name in enumerate(path.split(".")):
        if not is_dataclass(kind):
            return
        _expect(name, [f.name for f in fields(kind)], ".".join(path.split(".")[:depth]))
        kind = get_type_hints(kind)[name]


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
    """Hydra's and OmegaConf's complaints run over several lines and hide the reason in the cause."""
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
