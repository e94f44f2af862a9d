"""The game that somebody names: of a recording, of an evaluation, or one that a scenario's seed and policies play."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.registry import names, policy
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, CHANNELS
from straits.envs.validation import wrong
from straits.experiments.rollouts.source import Asked
from straits.experiments.rollouts.trajectory import Trajectory, load_trajectory, record

if TYPE_CHECKING:  # it needs pyarrow, and a scenario does not
    from straits.envs.recording import Recording

RECORDING, EVALUATION, SCENARIO, REPLAY = "recording", "evaluation", "scenario", "replay"
DEFAULT: Final = "default"
SEED: Final = 1  # of a scenario, where none is asked for
TAKES: Final[Mapping[str, tuple[str, ...]]] = {  # what may be asked of each kind, beside its name
    RECORDING: ("game", "policy", "scenario", *ACTORS),
    EVALUATION: ("game", "policy", "scenario"),
    SCENARIO: ("seed", "policy", *ACTORS),
    REPLAY: (),
}
KINDS: Final = {RECORDING: "a recording", EVALUATION: "an evaluation", SCENARIO: "a scenario", REPLAY: "a replay file"}


@dataclass(frozen=True)
class Opened:
    """A game with who played it and where it comes from."""

    played: Trajectory
    names: Mapping[str, str]  # actor -> who played, in words
    seats: Mapping[str, Policy]  # actor -> the policy, where it is known here
    which: str  # the game, in words
    seed: int | None = None  # of the run
    game: int = 0
    illegal: NDArray[np.bool_] | None = None


def kind_of(what: str) -> str:
    """What the name stands for: a recording, an evaluation, a replay file or a scenario."""
    path = Path(what)
    if path.is_dir():
        if (path / "recording.json").is_file():
            return RECORDING
        if (path / "manifest.json").is_file():
            return EVALUATION
        raise wrong("folder", what, "one with recording.json or manifest.json, of a recording or an evaluation")
    return REPLAY if what.endswith((".json", ".json.gz")) else SCENARIO


def fitting(asked: Asked) -> str:
    """The kind of what is asked for. ValueError where that kind knows nothing of what it is asked for by: nothing is ignored."""
    kind = kind_of(asked.what)
    given = {"game": asked.game, "seed": asked.seed, "policy": asked.policy, "scenario": asked.scenario, **asked.seats}
    for name, value in given.items():
        if value not in (None, "") and name not in TAKES[kind]:
            takes = f"it takes {', '.join(f'--{one}' for one in TAKES[kind])}" if TAKES[kind] else "it is shown as it stands"
            raise wrong(name, value, f"nothing, for {asked.what} is {KINDS[kind]}: {takes}")
    return kind


def open_game(asked: Asked) -> Opened:
    """The game. ValueError or OSError says in one line what is wrong with what is asked for."""
    kind = fitting(asked)
    if kind == RECORDING:
        from straits.envs.recording import read

        return recorded(read(asked.what), asked.game or 0, asked)
    if kind == EVALUATION:
        from straits.experiments.evaluation.loaded_evaluation import Evaluated

        return Evaluated(Path(asked.what)).open(asked)
    if kind == REPLAY:
        raise wrong(
            "game", asked.what, "a recording, an evaluation or a scenario: a replay file holds no policies and no moves to replay"
        )
    return _played(asked)


def recorded(recording: "Recording", game: int, asked: Asked, scenario: Scenario | None = None) -> Opened:
    """Game number `game` of a recording, whose policies are those that it names or, where given, those asked for. `scenario`: where
    it is none that ships with the package."""
    scenario = load_scenario(asked.scenario) if asked.scenario else scenario
    played = load_trajectory(recording, game, scenario)
    called: Mapping[str, str] = {actor: str(name) for actor, name in recording.facts["seats"].items()}
    turned_down = np.stack([recording.by_turn("moves", f"illegal_{c}")[game, : played.turns] for c in CHANNELS], axis=-1)
    seed, which = recording.facts["seed"], f"game {game} of {recording.folder.name}"
    run = seed if isinstance(seed, int) else None
    return Opened(played, called, _known(called, asked), which, run, game, turned_down.astype(np.bool_))


def _played(asked: Asked) -> Opened:
    scenario = load_scenario(asked.what)
    given = asked.seats
    seats = {actor: policy(given.get(actor) or asked.policy or DEFAULT) for actor in ACTORS}
    seed = SEED if asked.seed is None else asked.seed
    played = record(scenario, list(seats.values()), seed)
    return Opened(played, {a: p.name for a, p in seats.items()}, seats, f"seed {seed}", seed)


def _known(called: Mapping[str, str], asked: Asked) -> dict[str, Policy]:
    """The policies that are asked for, else those of the names that ship with the package: a file's text opens no folder."""
    shipped, given = names(), asked.seats
    chosen = {actor: given.get(actor) or asked.policy or (name if name in shipped else "") for actor, name in called.items()}
    return {actor: policy(name) for actor, name in chosen.items() if name}
