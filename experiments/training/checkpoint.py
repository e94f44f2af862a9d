"""Training as it stands between two updates, in one file: weights, optimisers, random generators, games, counters, curves.

A run that goes on from it ends with the same weights, on the same machine and with the same number of threads, as one that was
never cut short. The file is safetensors with a JSON note (`envs/io.py`); nothing in it is unpickled or executed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3.common.base_class import BaseAlgorithm
from stable_baselines3.common.buffers import ReplayBuffer
from stable_baselines3.common.off_policy_algorithm import OffPolicyAlgorithm

from straits.envs.io import Arrays, noted_tensors, read_noted_tensors, write_file
from straits.envs.validation import wrong
from straits.experiments.training.callbacks import Update
from straits.experiments.training.learner import Learner
from straits.experiments.training.risk import RiskSensitive

FORMAT: Final = 1
MOST: Final = 8 * 2**30  # bytes
COUNTERS: Final = ("num_timesteps", "_n_updates", "_episode_num", "_n_calls", "exploration_rate", "_current_progress_remaining")
PLACE: Final = ("pos", "full")
BUFFER: Final = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")


def save(path: Path, learners: Sequence[Learner], config: Mapping[str, Any]) -> None:
    """Replace the file, which holds the old state until it holds all of the new. `config`: all that the run rests on, as JSON."""
    arrays: Arrays = {"rng.torch": torch.get_rng_state().numpy()}
    kind, keys, place, has_gauss, gauss = np.random.get_state(legacy=True)
    arrays["rng.numpy"] = np.asarray(keys)
    note: dict[str, Any] = {"format": FORMAT, "config": config, "rng.numpy": [kind, place, has_gauss, gauss], "learners": {}}
    for learner in learners:
        arrays |= {f"{learner.name}.{key}": value for key, value in _arrays(learner).items()}
        note["learners"][learner.name] = _note(learner)
    write_file(path, noted_tensors(arrays, note))


def check(path: Path, config: Mapping[str, Any]) -> tuple[Arrays, dict[str, Any]]:
    """What stands in the file, if it is whole and of a run with just this configuration. ValueError names what differs."""
    arrays, note = read_noted_tensors(path, MOST)
    if note.get("format") != FORMAT:
        raise wrong(f"{path} format", note.get("format"), f"{FORMAT}, the version of this release")
    same(config, note.get("config"), "", "as in the run to resume")
    return arrays, note


def restore(path: Path, learners: Sequence[Learner], config: Mapping[str, Any]) -> None:
    """Put freshly made learners of the same configuration where those of the file stood. ValueError where it does not fit."""
    arrays, note = check(path, config)
    what = ""
    try:
        for learner in learners:
            what = learner.name
            _restore(learner, _under(arrays, f"{learner.name}."), note["learners"][learner.name])
        what = "random generators"
        kind, place, has_gauss, gauss = note["rng.numpy"]
        np.random.set_state((kind, arrays["rng.numpy"], place, has_gauss, gauss))
        torch.set_rng_state(torch.from_numpy(arrays["rng.torch"].copy()))
    except (KeyError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        told = " ".join(str(error).split())[:300]
        raise ValueError(f"{path} {what}: expected the state of this run; {told}") from None


def same(given: Any, kept: Any, where: str, why: str) -> None:
    """ValueError names the first key of nested settings whose value is not what was kept."""
    if isinstance(given, Mapping) and isinstance(kept, Mapping):
        for key in dict.fromkeys([*given, *kept]):
            same(given.get(key), kept.get(key), f"{where}.{key}".lstrip("."), why)
    elif given != kept:
        raise wrong(where, given, f"{kept!r}, {why}")


def _arrays(learner: Learner) -> Arrays:
    model = learner.model
    found = {f"policy.{key}": value.numpy() for key, value in model.policy.state_dict().items()}
    for index, row in model.policy.optimizer.state_dict()["state"].items():
        found |= {f"optimizer.{index}.{key}": value.numpy() for key, value in row.items() if isinstance(value, torch.Tensor)}
    found |= {f"games.{key}": value for key, value in learner.games.get_state().items()}
    found |= {f"last.{key}": value for key, value in _last(model).items()}
    if isinstance(model.env, RiskSensitive):
        found["risk"] = model.env.totals
    if isinstance(model, OffPolicyAlgorithm):
        found |= {f"buffer.{key}": getattr(_buffer(model), key) for key in BUFFER}
    return found


def _note(learner: Learner) -> dict[str, Any]:
    model = learner.model
    optimizer = model.policy.optimizer.state_dict()["state"]
    return {
        "counters": {name: getattr(model, name) for name in COUNTERS if hasattr(model, name)},
        "optimizer": {str(n): {k: v for k, v in row.items() if not isinstance(v, torch.Tensor)} for n, row in optimizer.items()},
        "draws": model.action_space.np_random.bit_generator.state,
        "buffer": [getattr(_buffer(model), name) for name in PLACE] if isinstance(model, OffPolicyAlgorithm) else None,
        "seconds": learner.seconds,
        "updates": [asdict(update) for update in learner.updates],
    }


def _restore(learner: Learner, arrays: Arrays, note: Mapping[str, Any]) -> None:
    model = learner.model
    model.policy.load_state_dict({k: torch.from_numpy(v) for k, v in _under(arrays, "policy.").items()})
    _restore_optimizer(model, _under(arrays, "optimizer."), note["optimizer"])
    learner.games.set_state(_under(arrays, "games."))
    last = _under(arrays, "last.")
    model._last_obs = last["observation"]
    if "episode_starts" in last:
        model._last_episode_starts = last["episode_starts"].astype(np.bool_)
    if isinstance(model.env, RiskSensitive):
        model.env.totals[:] = arrays["risk"]
    if isinstance(model, OffPolicyAlgorithm):
        _restore_buffer(model, _under(arrays, "buffer."), note["buffer"])
    for name in COUNTERS:
        if hasattr(model, name):
            setattr(model, name, note["counters"][name])
    model.action_space.np_random.bit_generator.state = note["draws"]
    learner.seconds = note["seconds"]
    learner.updates[:] = [Update(**{**row, "returns": {a: row["returns"][a] for a in learner.seats}}) for row in note["updates"]]


def _restore_buffer(model: OffPolicyAlgorithm, arrays: Arrays, place: Sequence[Any]) -> None:
    buffer = _buffer(model)
    for key in BUFFER:
        getattr(buffer, key)[:] = arrays[key]
    for name, value in zip(PLACE, place, strict=True):
        setattr(buffer, name, value)


def _restore_optimizer(model: BaseAlgorithm, arrays: Arrays, rest: Mapping[str, Any]) -> None:
    """The optimiser's settings are the configuration's; only what it remembers of each parameter comes from the file."""
    rows: dict[int, dict[str, Any]] = {int(n): dict(row) for n, row in rest.items()}
    for key, value in arrays.items():
        index, _, name = key.partition(".")
        rows[int(index)][name] = torch.from_numpy(value.copy())
    model.policy.optimizer.load_state_dict({**model.policy.optimizer.state_dict(), "state": rows})


def _last(model: BaseAlgorithm) -> Arrays:
    """What the learner saw last, and which slots begin an episode with it."""
    assert isinstance(model._last_obs, np.ndarray)
    found: Arrays = {"observation": model._last_obs}
    if model._last_episode_starts is not None:
        found["episode_starts"] = model._last_episode_starts.astype(np.uint8)
    return found


def _buffer(model: OffPolicyAlgorithm) -> ReplayBuffer:
    assert model.replay_buffer is not None
    return model.replay_buffer


def _under(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
