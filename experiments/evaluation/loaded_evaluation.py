"""An evaluation on disk: who played which games, and each of them again, whether its recordings were kept or not."""

from pathlib import Path
from typing import Final

import numpy as np

from straits.agents.base import Policy
from straits.agents.registry import policy
from straits.envs.recording import Recording, read
from straits.envs.recording.tables import digests
from straits.envs.spec.constants import ACTORS
from straits.envs.validation import wrong
from straits.experiments.evaluation.evaluate import RECORDINGS, plain
from straits.experiments.evaluation.loaded_game import Opened
from straits.experiments.evaluation.verify import read_episodes, read_facts, scenario_of, seats_of
from straits.experiments.rollouts.record import record as record_games
from straits.experiments.rollouts.source import Asked
from straits.experiments.rollouts.trajectory import record

ANEW: Final = "the rules, the scenario or a policy are not those of the evaluation (straits verify tells which)"


class Evaluated:
    """`facts` is its manifest; `episodes`: (scenario, policy) -> seeds and digests of the games, in order."""

    def __init__(self, folder: Path) -> None:
        """ValueError where the folder holds no evaluation."""
        self.folder = folder
        self.facts = read_facts(folder / "manifest.json")
        self.episodes = read_episodes(folder / "episodes.csv")

    @property
    def scenarios(self) -> list[str]:
        """Their names, in order."""
        return list(dict.fromkeys(scenario for scenario, _ in self.episodes))

    @property
    def policies(self) -> list[str]:
        """Those that were evaluated, in order."""
        return list(dict.fromkeys(name for _, name in self.episodes))

    def open(self, asked: Asked) -> Opened:
        """A game of the scenario and policy that are asked for, else of the first ones. ValueError where there is none such."""
        cell, game = self._cell(asked), asked.game or 0
        seeds, expected = self.episodes[cell]
        if not 0 <= game < len(seeds):
            raise wrong("game", game, f"0..{len(seeds) - 1}")
        scenario, seats = scenario_of(self.facts, cell[0]), self._seats(cell[1])
        played = record(scenario, seats, seeds[game : game + 1], dated=False)
        again = digests(played.end().games)[0]
        if again != expected[game]:
            raise ValueError(f"{self.folder.name}: game {game} came out otherwise: {ANEW}")
        by_actor = dict(zip(ACTORS, seats, strict=True))
        which = f"game {game} of {self.folder.name}"
        return Opened(played, {a: p.name for a, p in by_actor.items()}, by_actor, which, self.facts["config"]["seed"], game)

    def recording(self, scenario: str, name: str, into: Path) -> Recording:
        """A cell's games: as they were kept, else played again into the folder. ValueError where they come out otherwise."""
        kept = self.folder / RECORDINGS / scenario / plain(name)
        if kept.is_dir():
            return read(kept)
        seeds, expected = self.episodes[scenario, name]
        config = self.facts["config"]
        made = record_games(into, scenario_of(self.facts, scenario), self._seats(name), len(seeds), config["seed"])
        if not np.array_equal(made.column("episodes", "digest"), expected):
            raise ValueError(f"{self.folder.name}: games of {name} on {scenario} came out otherwise: {ANEW}")
        return made

    def _cell(self, asked: Asked) -> tuple[str, str]:
        scenario, name = asked.scenario or self.scenarios[0], asked.policy or self.policies[0]
        if (scenario, name) not in self.episodes:
            pairs = ", ".join(f"{s} {p}" for s, p in self.episodes)
            raise wrong("evaluation", f"{scenario} {name}", f"a scenario and a policy of {pairs}")
        return scenario, name

    def _seats(self, name: str) -> list[Policy]:
        config = self.facts["config"]
        return seats_of(self.facts, {n: policy(n) for n in {name, config["others"]}}, name)
