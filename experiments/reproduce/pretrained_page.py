"""The page of the zoo, docs/zoo.md: who is in it, how their characters differ, how they learned, how to make each again."""

import csv
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib

matplotlib.use("Agg")  # no display is needed

import numpy as np
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from straits.agents.base import Policy
from straits.agents.registry import PREFIX, policy
from straits.agents.scripted import scripted
from straits.envs.scenarios.scenario import load_scenario
from straits.envs.spec.constants import ACTORS
from straits.experiments.evaluation.best_response import seated
from straits.experiments.reproduce.pretrained import CHARACTERS, SEATS, SEEDS, SHARED, name, run
from straits.experiments.rollouts.rollout import play
from straits.experiments.utils.statistics import Interval, bootstrap, paired, small_sample

GAMES: Final = 1000
PLAYED_SEED: Final = 91_000
PICTURE: Final = "zoo.png"
LOOKS: Final = {"neutral": ("black", "-"), "hawkish": ("#d55e00", "--"), "dovish": ("#0072b2", ":")}
INTRO: Final = """# The zoo

Small trained policies that ship with the package: for each actor's seat and for all seats at once (`shared`), in three characters.
Whoever takes a policy by name takes these too: `straits narrate --japan zoo/japan-hawkish`.

A character is a set of reward weights and private types in training (`conf/reward_profile/`). Every number is an assumption,
and nothing in it says what the actor is like. One-seat policies learned against `default` in the other seats, the shared ones by
self-play, both on the mix of the baseline and the sources' scenarios, with MaskablePPO. All of it is made again by

```sh
make zoo   # hours of one core; runs that are complete are left alone
```

and one of them by the command of its row, its policy then in `runs/<time>/policies/`: with the same weights, bit for bit, on the
same machine and with the same versions of the packages. The seeds 1, 2 and 3 were trained; seed 1 ships, whatever the others
came to."""
MEASURE: Final = f"""## How the characters differ

By the peak tension of a game, the highest that any pair came to, 0 to 1. The policy plays its seat in the baseline, `default` the
others; `shared` plays all five. {GAMES:,} games, the same for all, with 95 % bootstrap intervals over them; differences are
paired by game."""
CURVES: Final = f"""## How they learned

![returns in training]({{folder}}/{PICTURE})

The mean return of the episodes that ended in each update, under the character's own weights and types, with Student's t intervals
over the 3 training seeds: above of the policy that learned in one seat, below of the `shared` one in that seat. The first update is
left out: its games are cut at different lengths, so that later ones do not all end at once, and a part of a game is no return.

A curve of `shared` is no measure of skill by itself, since the other seats learn too: in China's seat the return falls while the
four others' rises, which says that what they learn there costs it more than it learns."""


def write(page: Path, runs: Path) -> None:
    """Measure and write the page, and the picture into `images/` beside it."""
    images = page.parent / "images"
    images.mkdir(exist_ok=True)
    curves(images / PICTURE, runs)
    page.write_text(
        "\n\n".join([INTRO, _members(), MEASURE, _behaviour(), CURVES.format(folder="images")]) + "\n", encoding="utf-8"
    )


def peaks(seat: str, player: Policy, games: int = GAMES) -> NDArray[np.float64]:
    """The peak tension of each game that the policy plays in its seat, (games,)."""
    seats = [player] * len(ACTORS) if seat == SHARED else seated(player, ACTORS.index(seat), scripted("default"))
    return play(load_scenario("baseline"), seats, games, PLAYED_SEED).peak_tension


def curves(path: Path, runs: Path) -> None:
    """Returns in training.

    A column an actor, above of its own policies, below of those for all seats; a line a character with its interval over the seeds.
    """
    figure, panels = plt.subplots(2, len(ACTORS), figsize=(16, 6.5), constrained_layout=True)
    for row, who in zip(panels, (None, SHARED), strict=True):
        for panel, actor in zip(row, ACTORS, strict=True):
            for character in CHARACTERS:
                steps, told = _learned([runs / run(who or actor, character, seed).name for seed in SEEDS], actor)
                colour, style = LOOKS[character]
                panel.plot(steps, [i.estimate for i in told], style, color=colour, label=character)
                panel.fill_between(steps, [i.low for i in told], [i.high for i in told], color=colour, alpha=0.15, linewidth=0)
            panel.set(title=f"{SHARED}, {actor}" if who else actor, xlabel="thousand decisions")
        row[0].set_ylabel("return an episode")
    panels.flat[0].legend()
    figure.savefig(path, dpi=100)
    plt.close(figure)


def _learned(folders: Sequence[Path], actor: str) -> tuple[list[float], list[Interval]]:
    """Thousands of decisions, and the actor's mean return with its interval over the runs, without the first update."""
    steps, returns = [], []
    for folder in folders:
        with (folder / "training.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row[f"return.{actor}"]][1:]
        steps.append([int(row["timesteps"]) / 1000 for row in rows])
        returns.append([float(row[f"return.{actor}"]) for row in rows])
    length = min(map(len, steps))
    told = [small_sample([values[n] for values in returns]) for n in range(length)]
    return steps[0][:length], told


def _members() -> str:
    rows = [
        f"| `{PREFIX}{name(seat, character)}` | {seat} | {character} | `{run(seat, character, SEEDS[0]).command}` |"
        for seat in SEATS
        for character in CHARACTERS
    ]
    return "\n".join(["| policy | seat | character | the command |", "|---|---|---|---|", *rows])


def _behaviour() -> str:
    """The table, and in words which pairs are not apart."""
    pairs = list(itertools.combinations(CHARACTERS, 2))
    rows, alike = [], []
    for seat in SEATS:
        measured = {c: peaks(seat, policy(PREFIX + name(seat, c))) for c in CHARACTERS}
        cells = [f"{bootstrap(values, seed=PLAYED_SEED):.3f}" for values in measured.values()]
        apart = {pair: paired(measured[pair[1]], measured[pair[0]], seed=PLAYED_SEED) for pair in pairs}
        alike += [f"{seat}: {' and '.join(pair)}" for pair, gap in apart.items() if not gap.apart_from(0.0)]
        rows.append(f"| {' | '.join([seat, *cells, *(f'{gap:+.3f}' for gap in apart.values())])} |")
    heads = ["seat", *CHARACTERS, *(f"{two} less {one}" for one, two in pairs)]
    said = f"Not apart beyond the interval: {'; '.join(alike)}." if alike else "All are apart beyond the interval."
    return "\n".join([f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}", *rows, "", said])
