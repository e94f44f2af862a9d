"""Load games from disk or play them from a seed: one game, or groups of games to compare.

A source is the folder of a recording, the folder of an evaluation, a replay file, or the name of a scenario.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.registry import names, policy
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import ACTORS, CHANNELS, PAIRS
from straits.envs.validation import wrong
from straits.experiments.evaluation.reporting import recording_folder
from straits.experiments.evaluation.verify import read_facts, scenario_of
from straits.experiments.metrics import ladder
from straits.experiments.metrics.types import Series, series
from straits.experiments.rollouts.action_log import LOG, CellKey, read_log
from straits.experiments.rollouts.record import record_trajectories
from straits.experiments.rollouts.source import Asked
from straits.experiments.rollouts.trajectory import Trajectory, final_results, load_trajectory, record
from straits.experiments.utils.manifest import policy_fingerprint

if TYPE_CHECKING:  # it needs pyarrow, and a scenario does not
    from straits.envs.recording import Recording

RECORDING, EVALUATION, SCENARIO, REPLAY = "recording", "evaluation", "scenario", "replay"
DEFAULT: Final = "default"
SEED: Final = 1  # default seed of a scenario
MAX_GROUPS: Final = 8  # groups with different colours on a page
OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {  # options of each kind of source
    RECORDING: ("game", "policy", "scenario", *ACTORS),
    EVALUATION: ("game", "policy", "scenario"),
    SCENARIO: ("seed", "policy", *ACTORS),
    REPLAY: (),
}
KINDS: Final = {RECORDING: "a recording", EVALUATION: "an evaluation", SCENARIO: "a scenario", REPLAY: "a replay file"}
CHANGED: Final = "the rules or the scenario are not those of the evaluation (straits verify prints which)"


@dataclass(frozen=True)
class LoadedGame:
    """A game, its policies and its source.

    Attributes:
        played: The trajectory.
        names: Actor to the name of the policy that played it.
        seats: Actor to its policy, for the policies that are known here.
        which: The game in words, for messages.
        seed: Seed of the run, or None if it is not known.
        game: Number of the game in its run.
        illegal: (turns, actors, channels), True for rejected choices; None if it was not recorded.
    """

    played: Trajectory
    names: Mapping[str, str]
    seats: Mapping[str, Policy]
    which: str
    seed: int | None = None
    game: int = 0
    illegal: NDArray[np.bool_] | None = None


class LoadedEvaluation:
    """An evaluation on disk. Its games come from its action log: no policy is called to load one.

    Attributes:
        folder: Its folder.
        facts: Its manifest.
        cells: The games of each policy on each scenario, in order.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.facts = read_facts(folder / "manifest.json")
        self.cells = read_log(folder / LOG)

    @property
    def scenarios(self) -> list[str]:
        """Return the names of the scenarios, in order."""
        return list(dict.fromkeys(key.scenario for key in self.cells))

    def open(self, asked: Asked) -> LoadedGame:
        """Load one game of the evaluation.

        Args:
            asked: The scenario and the policy, by default the first ones, and the number of the game, by default 0.

        Returns:
            The game.

        Raises:
            ValueError: If the evaluation has no such game, or if the game ends differently now.
        """
        key, game = self._key(asked), asked.game or 0
        logged = self.cells[key]
        played = logged.trajectory(game, scenario_of(self.facts, key.scenario))
        if final_results([played])[0][0] != logged.digests[game]:
            raise ValueError(f"{self.folder.name}: game {game} has another result: {CHANGED}")
        policies = {name: self._policy(name) for name in set(logged.names)}
        by_actor = dict(zip(ACTORS, logged.names, strict=True))
        seats = {actor: found for actor, name in by_actor.items() if (found := policies[name]) is not None}
        return LoadedGame(played, by_actor, seats, f"game {game} of {self.folder.name}", self.facts["config"]["seed"], game)

    def recording(self, key: CellKey, into: Path) -> "Recording":
        """Load the recording of a cell, or record its games again from their actions if it was not saved.

        Args:
            key: The cell.
            into: Folder for a recording that was not saved.

        Returns:
            The recording.

        Raises:
            ValueError: If a game ends differently now.
        """
        from straits.envs.recording import read

        saved = recording_folder(self.folder, key.scenario, key.policy)
        if saved.is_dir():
            return read(saved)
        logged, scenario = self.cells[key], scenario_of(self.facts, key.scenario)
        games = [logged.trajectory(game, scenario) for game in range(len(logged.actions))]
        recording = record_trajectories(into, games, logged.names, self.facts["config"]["seed"])
        if not np.array_equal(recording.column("episodes", "digest"), logged.digests):
            raise ValueError(f"{self.folder.name}: games of {key.policy} on {key.scenario} have other results: {CHANGED}")
        return recording

    def _key(self, asked: Asked) -> CellKey:
        first = next(iter(self.cells))
        scenario, name = asked.scenario or first.scenario, asked.policy or first.policy
        for key in self.cells:
            if (key.scenario, key.policy) == (scenario, name):
                return key
        pairs = ", ".join(f"{key.scenario} {key.policy}" for key in self.cells)
        raise wrong("evaluation", f"{scenario} {name}", f"a scenario and a policy of {pairs}")

    def _policy(self, name: str) -> Policy | None:
        """Return a policy of the evaluation, or None if it is not here as it was."""
        try:
            found = policy(name)
        except (ValueError, OSError):
            return None
        return found if policy_fingerprint(found) == self.facts["policies"].get(name) else None


@dataclass(frozen=True)
class Group:
    """Games of one assignment of policies in one scenario."""

    label: str
    scenario: Scenario
    recording: "Recording"
    data: Series

    @property
    def seeds(self) -> NDArray[np.uint64]:
        """Return the seeds of the games, (games,)."""
        return self.recording.column("episodes", "seed")

    @property
    def rungs(self) -> NDArray[np.int64]:
        """Return the highest rung per game and turn, (games, turns), -1 after the end of a game."""
        return ladder.overall(self.data.rung, self.data.played, self.data.conflict)

    @property
    def tension(self) -> NDArray[np.float64]:
        """Return the mean tension over the pairs, (games, turns), 0 after the end of a game."""
        felt = self.data.tension.astype(np.float64)
        mean: NDArray[np.float64] = np.mean([(felt[:, :, i, j] + felt[:, :, j, i]) / 2 for i, j in PAIRS], axis=0)
        return mean


def kind_of(what: str) -> str:
    """Return the kind of a source.

    Args:
        what: A path or the name of a scenario.

    Returns:
        RECORDING, EVALUATION, REPLAY or SCENARIO.

    Raises:
        ValueError: If it is a folder without a recording or an evaluation.
    """
    path = Path(what)
    if path.is_dir():
        if (path / "recording.json").is_file():
            return RECORDING
        if (path / "manifest.json").is_file():
            return EVALUATION
        raise wrong("folder", what, "one with recording.json or manifest.json, of a recording or an evaluation")
    return REPLAY if what.endswith((".json", ".json.gz")) else SCENARIO


def check_source(asked: Asked) -> str:
    """Check the options of a source.

    Args:
        asked: The selection.

    Returns:
        The kind of the source.

    Raises:
        ValueError: If an option does not apply to this kind of source.
    """
    kind = kind_of(asked.what)
    options = {"game": asked.game, "seed": asked.seed, "policy": asked.policy, "scenario": asked.scenario, **asked.seats}
    for name, value in options.items():
        if value not in (None, "") and name not in OPTIONS[kind]:
            takes = f"it takes {', '.join(f'--{one}' for one in OPTIONS[kind])}" if OPTIONS[kind] else "it takes no options"
            raise wrong(name, value, f"nothing, for {asked.what} is {KINDS[kind]}: {takes}")
    return kind


def open_game(asked: Asked) -> LoadedGame:
    """Load a game from a recording or an evaluation, or play it in a scenario.

    Args:
        asked: The selection.

    Returns:
        The game.

    Raises:
        ValueError: If the source is a replay file, does not have the game, or an option does not apply to it.
        OSError: If a file of the source cannot be read.
    """
    kind = check_source(asked)
    if kind == RECORDING:
        from straits.envs.recording import read

        return recorded_game(read(asked.what), asked.game or 0, asked)
    if kind == EVALUATION:
        return LoadedEvaluation(Path(asked.what)).open(asked)
    if kind == REPLAY:
        raise wrong(
            "game", asked.what, "a recording, an evaluation or a scenario: a replay file holds no policies and no moves to replay"
        )
    return _play(asked)


def recorded_game(recording: "Recording", game: int, asked: Asked, scenario: Scenario | None = None) -> LoadedGame:
    """Load one game of a recording.

    Args:
        recording: The recording.
        game: Number of the game.
        asked: The policies of the actors; by default those that the recording names and the package ships.
        scenario: The scenario, if it is not one that the package ships.

    Returns:
        The game.
    """
    scenario = load_scenario(asked.scenario) if asked.scenario else scenario
    played = load_trajectory(recording, game, scenario)
    recorded: Mapping[str, str] = {actor: str(name) for actor, name in recording.facts["seats"].items()}
    illegal = np.stack([recording.by_turn("moves", f"illegal_{c}")[game, : played.turns] for c in CHANNELS], axis=-1)
    seed, which = recording.facts["seed"], f"game {game} of {recording.folder.name}"
    run = seed if isinstance(seed, int) else None
    return LoadedGame(played, recorded, _known_policies(recorded, asked), which, run, game, illegal.astype(np.bool_))


@contextmanager
def load_groups(runs: Sequence[str], scenario: str = "") -> Iterator[list[Group]]:
    """Load the groups of recordings and evaluations, in order, all of one scenario.

    Games that were not saved are recorded again from their actions, into a temporary folder that is removed at the end.

    Args:
        runs: Folders of recordings and evaluations.
        scenario: Name or file of the scenario; by default the first one of each run.

    Yields:
        The groups, with different labels.

    Raises:
        ValueError: If a run cannot be loaded, the scenarios differ, or there are more than `MAX_GROUPS` groups.
    """
    with tempfile.TemporaryDirectory() as scratch:
        groups = [group for n, run in enumerate(runs) for group in _groups(run, scenario, Path(scratch) / str(n))]
        for group in groups:
            if group.scenario.hash != groups[0].scenario.hash:
                expected = f"that of {groups[0].label}, {groups[0].scenario.name}: one scenario a page"
                raise wrong("scenario", group.scenario.name, expected)
        if len(groups) > MAX_GROUPS:
            raise wrong("policies", [group.label for group in groups], f"at most {MAX_GROUPS}")
        yield _with_unique_labels(groups)


def _groups(run: str, scenario: str, scratch: Path) -> Iterator[Group]:
    from straits.envs.recording import read

    kind = kind_of(run)
    if kind == RECORDING:
        yield _recorded_group(read(run), scenario)
    elif kind == EVALUATION:
        yield from _evaluated_groups(LoadedEvaluation(Path(run)), scenario, scratch)
    else:
        raise wrong("run", run, "the folder of a recording or an evaluation")


def _recorded_group(recording: "Recording", scenario: str) -> Group:
    loaded = load_scenario(scenario or recording.facts["scenario"]["name"])
    if loaded.hash != recording.facts["scenario"]["hash"]:
        raise wrong("scenario", loaded.name, f"the one that {recording.folder.name} was recorded in")
    policies = list(dict.fromkeys(map(str, recording.facts["seats"].values())))
    return Group(policies[0] if len(policies) == 1 else recording.folder.name, loaded, recording, series(recording))


def _evaluated_groups(run: LoadedEvaluation, scenario: str, scratch: Path) -> Iterator[Group]:
    name = scenario or run.scenarios[0]
    if name not in run.scenarios:
        raise wrong("scenario", name, f"one of {', '.join(run.scenarios)}")
    for n, key in enumerate(key for key in run.cells if key.scenario == name):
        recording = run.recording(key, scratch / str(n))
        yield Group(key.policy, scenario_of(run.facts, name), recording, series(recording))


def _with_unique_labels(groups: list[Group]) -> list[Group]:
    """Add a number to the second and later groups of one label."""
    labels: list[str] = []
    for group in groups:
        again = labels.count(group.label) + sum(label.startswith(f"{group.label} (") for label in labels)
        labels.append(f"{group.label} ({again + 1})" if again else group.label)
    return [Group(label, g.scenario, g.recording, g.data) for label, g in zip(labels, groups, strict=True)]


def _play(asked: Asked) -> LoadedGame:
    scenario = load_scenario(asked.what)
    seats = {actor: policy(asked.seats.get(actor) or asked.policy or DEFAULT) for actor in ACTORS}
    seed = SEED if asked.seed is None else asked.seed
    played = record(scenario, list(seats.values()), seed)
    return LoadedGame(played, {a: p.name for a, p in seats.items()}, seats, f"seed {seed}", seed)


def _known_policies(recorded: Mapping[str, str], asked: Asked) -> dict[str, Policy]:
    """Return the requested policies, else those recorded names that the package ships: no path in a file is opened."""
    shipped = names()
    chosen = {a: asked.seats.get(a) or asked.policy or (name if name in shipped else "") for a, name in recorded.items()}
    return {actor: policy(name) for actor, name in chosen.items() if name}
