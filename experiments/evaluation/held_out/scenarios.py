"""Read and check the test scenarios of the held-out suite: a scenario, the focal seats, and the policies of the others."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from straits.agents.base import Policy
from straits.agents.checkpoint import listing
from straits.agents.registry import PREFIX, ZOO, names, policy
from straits.envs.fields import actors, check, items, mapping, option, record, text
from straits.envs.scenarios.lint import LOADED
from straits.envs.scenarios.scenario import Scenario, list_scenarios, load_scenario
from straits.envs.scenarios.schema import KNOWN_SOURCES
from straits.envs.spec.constants import ACTORS
from straits.envs.validation import wrong

FOLDER: Final = Path(__file__).parent
SUITE: Final = FOLDER / "suite.yaml"
CONSTANTS: Final = FOLDER / "constants.yaml"
CHARACTERS: Final = (
    "hawk",
    "dove",
    "tit_for_tat",
    "grim",
    "brinkman",
    "bluffer",
    "noisy_signaller",
    "appeaser",
)  # not used in training
TRAINED: Final = ("usa", "usa-hawkish", "japan", "china-hawkish", "philippines", "shared-hawkish", "shared-dovish")  # of the zoo
STRANGERS: Final = (*CHARACTERS, *(PREFIX + name for name in TRAINED))
MODES: Final = {"visitor": 1, "resident": 4}  # focal seats
KEYS: Final = ("name", "scenario", "mode", "focal", "background", "description", "sources")
SOURCES: Final = items(option(*KNOWN_SOURCES), 1, len(KNOWN_SOURCES), "sources", numbered=False)
SHORTEST: Final = 60  # characters of a description
FEWEST: Final = 30  # trials


@dataclass(frozen=True)
class Trial:
    """Define one test scenario.

    `background` maps each other actor to a scripted character or a trained policy of the zoo.
    """

    name: str
    scenario: str
    mode: str
    focal: tuple[str, ...]
    background: Mapping[str, str]
    description: str
    sources: tuple[str, ...]

    def load(self) -> Scenario:
        """Load the scenario."""
        return load_scenario(self.scenario)

    def seats(self, focal: Policy) -> list[Policy]:
        """Assign the policies.

        Args:
            focal: Policy of the focal seats.

        Returns:
            One policy per actor.
        """
        return [focal if actor in self.focal else policy(self.background[actor]) for actor in ACTORS]

    def weights(self) -> dict[str, str]:
        """Return the digests of the trained policies in the background, by name."""
        names = (name.removeprefix(PREFIX) for name in sorted(set(self.background.values())) if name.startswith(PREFIX))
        return {name: str(listing(ZOO, only=name)[name]["weights"])[:16] for name in names}


@functools.cache
def trials(path: Path = SUITE) -> tuple[Trial, ...]:
    """Read the test scenarios of a file.

    Args:
        path: A YAML file.

    Returns:
        The test scenarios.

    Raises:
        ValueError: If the file is invalid. The message is one line.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: expected YAML; {' '.join(str(error).split())[:200]}") from None
    return tuple(_trial(f"suite[{n}]", row) for n, row in enumerate(check("suite", items(Any, 1, 1000, "trials"), rows)))


def playable(suite: Sequence[Trial]) -> tuple[Trial, ...]:
    """Return the test scenarios without a trained policy of another version in the background, which this version refuses."""
    known = (*CHARACTERS, *names())
    return tuple(trial for trial in suite if all(name in known for name in trial.background.values()))


def findings(suite: tuple[Trial, ...]) -> list[str]:
    """Check a suite beyond its single test scenarios.

    Args:
        suite: The test scenarios.

    Returns:
        One line per finding. Empty if the suite is valid.
    """
    problems = []
    if len(suite) < FEWEST:
        problems.append(f"suite={len(suite)}: expected at least {FEWEST} trials")
    for key in ("name", "description"):
        values = [getattr(trial, key) for trial in suite]
        problems += [f"suite.{key}={v[:60]!r}: expected it once" for v in dict.fromkeys(values) if values.count(v) > 1]
    played = [(t.scenario, t.focal, tuple(sorted(t.background.items()))) for t in suite]
    problems += [f"suite.{t.name}: expected other seats than {suite[played.index(p)].name}" for t, p in _repeated(suite, played)]
    used = {name for trial in suite for name in trial.background.values()}
    problems += [f"suite.background: expected a trial with {name}" for name in STRANGERS if name not in used]
    problems += [f"suite.mode: expected a trial in mode {mode}" for mode in MODES if all(t.mode != mode for t in suite)]
    for trial in suite:
        problems += [f"suite.{trial.name}.description: expected a neutral word for {w!r}" for w in LOADED if w in _words(trial)]
    return problems


def _repeated(suite: tuple[Trial, ...], played: list[Any]) -> list[tuple[Trial, Any]]:
    return [(trial, p) for n, (trial, p) in enumerate(zip(suite, played, strict=True)) if p in played[:n]]


def _words(trial: Trial) -> list[str]:
    return trial.description.lower().replace(",", " ").replace(".", " ").split()


def _trial(where: str, row: Any) -> Trial:
    given = check(where, record("Trial", {"name": text(60), **dict.fromkeys(KEYS[1:], Any)}), row).given()
    name = given["name"]
    where = f"suite.{name}"
    mode = check(f"{where}.mode", option(*MODES), given["mode"])
    focal = check(f"{where}.focal", actors(MODES[mode], MODES[mode]), given["focal"])
    return Trial(
        name,
        check(f"{where}.scenario", option(*list_scenarios()), given["scenario"]),
        mode,
        focal,
        _background(f"{where}.background", given["background"], focal),
        _description(f"{where}.description", given["description"]),
        tuple(check(f"{where}.sources", SOURCES, given["sources"])),
    )


def _background(where: str, value: Any, focal: Sequence[str]) -> dict[str, str]:
    """Return the policies of the actors that are not focal."""
    others = [actor for actor in ACTORS if actor not in focal]
    background = mapping(where, value, others)
    if absent := [actor for actor in others if actor not in background]:
        raise ValueError(f"{where}.{absent[0]}: expected a policy")
    return {a: check(f"{where}.{a}", option(*STRANGERS), background[a]) for a in others}


def _description(where: str, given: Any) -> str:
    description = str(check(where, text(400), given))
    if len(description) < SHORTEST:
        raise wrong(where, description, f"at least {SHORTEST} characters")
    return description
