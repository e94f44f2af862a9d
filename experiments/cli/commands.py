"""The one list of the console script's subcommands: what each is for, an example, and the function that runs it.

It names modules and imports none of them, so that help is quick.
"""

from typing import Final, NamedTuple

from straits.experiments.cli.overrides_help import DEMO_HELP, LEAGUE_HELP, TRAIN_HELP


class Command(NamedTuple):
    """A subcommand. `function` takes a parser and the arguments, but `main`, which parses for itself, the arguments alone.
    `overrides`: its help, where Hydra configures it."""

    summary: str
    example: str
    module: str  # below straits.experiments
    function: str = "main"
    overrides: str = ""


COMMANDS: Final = {
    "demo": Command(
        "train a policy, compare it, write tables and plots to runs/",
        "straits demo experiment=quick",
        "evaluation.demo",
        overrides=DEMO_HELP,
    ),
    "train": Command(
        "train policies and keep them as folders",
        "straits train agent=one_seat agent.seats=[japan] character=hawkish",
        "training.train",
        overrides=TRAIN_HELP,
    ),
    "evaluate": Command(
        "measure how policies escalate, with intervals, pictures and a manifest",
        "straits evaluate --policies default,hawk,dove --scenarios baseline,severe",
        "cli.evaluate",
        "evaluate",
    ),
    "verify": Command(
        "play a sample of an evaluation again and compare",
        "straits verify runs/evaluate-20260101-120000",
        "cli.evaluate",
        "verify",
    ),
    "crossplay": Command(
        "pair policies with one another, and rank them",
        "straits crossplay --policies default,hawk,dove --side china",
        "cli.evaluate",
        "crossplay",
    ),
    "league": Command(
        "train a league: populations that answer one another",
        "straits league responses=2",
        "training.psro.train",
        overrides=LEAGUE_HELP,
    ),
    "narrate": Command(
        "tell one episode in plain words",
        "straits narrate --scenario s2_two_plus_two --seed 3 --japan dove",
        "cli.narrate",
        "narrate",
    ),
    "view": Command(
        "write one episode as a page to replay in a browser",
        "straits view s0_draft_plan --seed 29 --out crisis.html",
        "cli.pages",
        "view",
    ),
    "compare": Command(
        "write recordings or evaluations as a page that compares policies",
        "straits compare runs/evaluate-20260101-120000 --out compare.html",
        "cli.pages",
        "compare",
    ),
    "play": Command("take a seat in the browser, alone or as a class", "straits play --seat japan", "cli.pages", "play"),
    "report": Command(
        "write one episode as a page of A4, to print",
        "straits report s0_draft_plan --seed 29 --pdf crisis.pdf",
        "cli.pages",
        "report",
    ),
    "scenarios": Command(
        "list the scenarios, tell the news behind one, or check a file of your own",
        "straits scenarios check my_scenario.yaml",
        "cli.scenarios",
        "scenarios",
    ),
    "whatif": Command(
        "replace one move of a game: what would have come of it",
        "straits whatif replay_2021_11_30 --seed 6 --turn 2 --actor china --move none",
        "cli.counterfactual",
        "whatif",
    ),
    "shares": Command(
        "whose moves a game's escalation goes back to",
        "straits shares replay_2021_11_30 --seed 6 --measure conflict",
        "cli.counterfactual",
        "shares",
    ),
    "fit": Command(
        "fit the observable tempo to a public series of counts",
        "straits fit --data counts.csv --out tempo.yaml",
        "cli.calibrate",
        "fit",
    ),
    "sensitivity": Command(
        "which assumptions the results hang on, and how firm the findings are",
        "straits sensitivity --quick",
        "cli.sensitivity",
        "sensitivity",
    ),
    "bench": Command("measure the speed of the simulator and its faces", "straits bench --quick --json bench.json", "cli.bench"),
    "game-report": Command("measure whether the game is worth learning", "straits game-report --quick", "cli.diagnose"),
}
