"""The games of one policy that Compare sets beside those of others, and where they are kept."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from straits.envs.recording import Recording, read
from straits.envs.scenarios.scenario import Scenario, load_scenario
from straits.envs.spec.constants import PAIRS
from straits.envs.validation import wrong
from straits.experiments.evaluation.loaded_evaluation import Evaluated
from straits.experiments.evaluation.loaded_game import EVALUATION, RECORDING, kind_of
from straits.experiments.evaluation.verify import scenario_of
from straits.experiments.metrics import ladder
from straits.experiments.metrics.arrays import Series, series

MOST: Final = 8  # groups that a page tells apart


@dataclass(frozen=True)
class Group:
    """Games of one seating in one scenario."""

    label: str
    scenario: Scenario
    recording: Recording
    data: Series

    @property
    def seeds(self) -> NDArray[np.uint64]:
        """Of the games, (games,)."""
        return self.recording.column("episodes", "seed")

    @property
    def rungs(self) -> NDArray[np.int64]:
        """The ladder, (games, turns), -1 where no turn was played."""
        return ladder.overall(self.data.rung, self.data.played, self.data.conflict)

    @property
    def tension(self) -> NDArray[np.float64]:
        """Mean over the pairs, (games, turns), 0 where no turn was played."""
        felt = self.data.tension.astype(np.float64)
        mean: NDArray[np.float64] = np.mean([(felt[:, :, i, j] + felt[:, :, j, i]) / 2 for i, j in PAIRS], axis=0)
        return mean


@contextmanager
def opened(runs: Sequence[str], scenario: str = "") -> Iterator[list[Group]]:
    """The groups of recordings and evaluations, in order, of one scenario: the one that is named, else the first. Games that were
    not kept are played again, to a folder that goes with the context. ValueError says in one line what is wrong with a run."""
    with tempfile.TemporaryDirectory() as scratch:
        groups = [group for n, run in enumerate(runs) for group in _groups(run, scenario, Path(scratch) / str(n))]
        chosen = [group for group in groups if group.scenario.hash == groups[0].scenario.hash]
        if len(chosen) < len(groups):
            other = next(group for group in groups if group not in chosen)
            raise wrong(
                "scenario", other.scenario.name, f"that of {chosen[0].label}, {chosen[0].scenario.name}: one scenario a page"
            )
        if len(groups) > MOST:
            raise wrong("policies", [group.label for group in groups], f"at most {MOST}")
        yield _told_apart(groups)


def _groups(run: str, scenario: str, scratch: Path) -> Iterator[Group]:
    kind = kind_of(run)
    if kind == RECORDING:
        yield _recorded(read(run), scenario)
    elif kind == EVALUATION:
        yield from _evaluated(Evaluated(Path(run)), scenario, scratch)
    else:
        raise wrong("run", run, "the folder of a recording or an evaluation")


def _recorded(recording: Recording, scenario: str) -> Group:
    """scenario: a file, where it is none that ships."""
    found = load_scenario(scenario or recording.facts["scenario"]["name"])
    if found.hash != recording.facts["scenario"]["hash"]:
        raise wrong("scenario", found.name, f"the one that {recording.folder.name} was recorded in")
    names = list(dict.fromkeys(map(str, recording.facts["seats"].values())))
    return Group(names[0] if len(names) == 1 else recording.folder.name, found, recording, series(recording))


def _evaluated(run: Evaluated, scenario: str, scratch: Path) -> Iterator[Group]:
    name = scenario or run.scenarios[0]
    if name not in run.scenarios:
        raise wrong("scenario", name, f"one of {', '.join(run.scenarios)}")
    for n, policy in enumerate(run.policies):
        made = run.recording(name, policy, scratch / str(n))
        yield Group(policy, scenario_of(run.facts, name), made, series(made))


def _told_apart(groups: list[Group]) -> list[Group]:
    """With labels that differ: a second one of a name gets a number."""
    labels: list[str] = []
    for group in groups:
        again = labels.count(group.label) + sum(label.startswith(f"{group.label} (") for label in labels)
        labels.append(f"{group.label} ({again + 1})" if again else group.label)
    return [Group(label, g.scenario, g.recording, g.data) for label, g in zip(labels, groups, strict=True)]
