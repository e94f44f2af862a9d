"""Save and restore training between two updates in one file.

Weights, optimizers, random generators, games, counters and curves.

A run that resumes from the file ends with the same weights as one without interruption, on the same machine with the same number
of threads. The file is safetensors with a JSON note (`envs/io.py`). Nothing in it is unpickled or executed.
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
from straits.experiments.training.reward_profiles import RiskSensitive

FORMAT: Final = 1
MOST: Final = 8 * 2**30  # bytes
COUNTERS: Final = ("num_timesteps", "_n_updates", "_episode_num", "_n_calls", "exploration_rate", "_current_progress_remaining")
PLACE: Final = ("pos", "full")
BUFFER: Final = ("observations", "next_observations", "actions", "rewards", "dones", "timeouts")


def save(path: Path, learners: Sequence[Learner], config: Mapping[str, Any]) -> None:
    """Replace the file atomically.

    Args:
        path: The file.
        learners: The learners.
        config: All settings that determine the run, as JSON values.
    """
    arrays: Arrays = {"rng.torch": torch.get_rng_state().numpy()}
    kind, keys, place, has_gauss, gauss = np.random.get_state(legacy=True)
    arrays["rng.numpy"] = np.asarray(keys)
    note: dict[str, Any] = {"format": FORMAT, "config": config, "rng.numpy": [kind, place, has_gauss, gauss], "learners": {}}
    for learner in learners:
        arrays |= {f"{learner.name}.{key}": value for key, value in _arrays(learner).items()}
        note["learners"][learner.name] = _note(learner)
    write_file(path, noted_tensors(arrays, note))


def check(path: Path, config: Mapping[str, Any]) -> tuple[Arrays, dict[str, Any]]:
    """Read the file and check that it belongs to a run with this configuration.

    Args:
        path: The file.
        config: All settings that determine the run.

    Returns:
        Its arrays and its note.

    Raises:
        ValueError: If the file is damaged or a setting differs; the message names it.
    """
    arrays, note = read_noted_tensors(path, MOST)
    if note.get("format") != FORMAT:
        raise wrong(f"{path} format", note.get("format"), f"{FORMAT}, the version of this release")
    same(config, note.get("config"), "", "as in the run to resume")
    return arrays, note


def restore(path: Path, learners: Sequence[Learner], config: Mapping[str, Any]) -> None:
    """Restore new learners of the same configuration from the file.

    Args:
        path: The file.
        learners: Learners without a training step.
        config: All settings that determine the run.

    Raises:
        ValueError: If the file does not fit the learners.
    """
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
        detail = " ".join(str(error).split())[:300]
        raise ValueError(f"{path} {what}: expected the state of this run; {detail}") from None


def same(value: Any, stored: Any, where: str, why: str) -> None:
    """Check that nested settings are equal.

    Args:
        value: The new settings.
        stored: The stored settings.
        where: Name of the settings in the message.
        why: End of the message.

    Raises:
        ValueError: If a value differs; the message names the first key.
    """
    if isinstance(value, Mapping) and isinstance(stored, Mapping):
        for key in dict.fromkeys([*value, *stored]):
            same(value.get(key), stored.get(key), f"{where}.{key}".lstrip("."), why)
    elif value != stored:
        raise wrong(where, value, f"{stored!r}, {why}")


def _arrays(learner: Learner) -> Arrays:
    model = learner.model
    arrays = {f"policy.{key}": value.numpy() for key, value in model.policy.state_dict().items()}
    for index, row in model.policy.optimizer.state_dict()["state"].items():
        arrays |= {f"optimizer.{index}.{key}": value.numpy() for key, value in row.items() if isinstance(value, torch.Tensor)}
    arrays |= {f"games.{key}": value for key, value in learner.games.get_state().items()}
    arrays |= {f"last.{key}": value for key, value in _last(model).items()}
    if isinstance(model.env, RiskSensitive):
        arrays["risk"] = model.env.totals
    if isinstance(model, OffPolicyAlgorithm):
        arrays |= {f"buffer.{key}": getattr(_buffer(model), key) for key in BUFFER}
    return arrays


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
    """Restore what the optimizer remembers of each parameter. Its settings are those of the configuration."""
    rows: dict[int, dict[str, Any]] = {int(n): dict(row) for n, row in rest.items()}
    for key, value in arrays.items():
        index, _, name = key.partition(".")
        rows[int(index)][name] = torch.from_numpy(value.copy())
    model.policy.optimizer.load_state_dict({**model.policy.optimizer.state_dict(), "state": rows})


def _last(model: BaseAlgorithm) -> Arrays:
    """Return the learner's last observation, and the slots that begin an episode with it."""
    assert isinstance(model._last_obs, np.ndarray)
    arrays: Arrays = {"observation": model._last_obs}
    if model._last_episode_starts is not None:
        arrays["episode_starts"] = model._last_episode_starts.astype(np.uint8)
    return arrays


def _buffer(model: OffPolicyAlgorithm) -> ReplayBuffer:
    assert model.replay_buffer is not None
    return model.replay_buffer


def _under(arrays: Mapping[str, NDArray[Any]], prefix: str) -> Arrays:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}
