"""Define the subcommands of `straits`: the summary, the example and the function of each, grouped by user.

The help on overrides of the jobs that Hydra configures is here too. This module names the functions and imports none of them,
so that help is quick.
"""

from typing import Final, NamedTuple

DEMO_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE; groups of values are chosen by GROUP=OPTION.

  algorithm.total_timesteps=500_000   length of training, in decisions of single actors
  algorithm.learning_rate=3e-4        hyperparameters have Stable-Baselines3's names
  scenario.name=s2_two_plus_two       the scenario to train on, a name or a path
  +scenario.parameters.leak_rate=0    change a rule's parameter
  evaluation.games=1000               games per row; more give narrower intervals
  experiment=quick                    a minute instead of five
  hydra.run.dir=FOLDER                output directory, instead of runs/<time>

--cfg job prints the composed configuration; --multirun seed=1,2,3 runs every combination."""
TRAIN_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE; groups of values are chosen by GROUP=OPTION.

  mode=per_actor                      one policy per seat instead of one for all; or central_critic
  agent=one_seat agent.seats=[japan]  one seat learns, agent.opponents plays the rest
  algorithm=ppo                       or maskable_ppo, a2c, dqn; hyperparameters have Stable-Baselines3's names
  experiment=best_response            one seat, a best response to agent.opponents
  reward_profile=hawkish              other reward weights, types and risk aversion
  scenarios=[calm,severe]             games spread over more scenarios
  resume=FOLDER                       resume an interrupted run; all other settings must be the same
  hydra.run.dir=FOLDER                output directory, instead of runs/<time>

--cfg job prints the composed configuration; --multirun seed=1,2,3 runs every combination."""
LEAGUE_HELP: Final = """\
Overrides are those of Hydra, KEY=VALUE, as for train.

  iterations=5                        best responses of each actor
  initial_policies=[default,hold]     initial policies of every population
  algorithm.total_timesteps=500_000   length of training of each response, in decisions
  games_per_profile=4                 games per combination of members
  reward_profile=hawkish              other reward weights, types and risk aversion of the learners
  hydra.run.dir=FOLDER                output directory; an interrupted league in it is resumed"""


class Command(NamedTuple):
    """Describe a subcommand.

    `function` takes a parser and the arguments. A job that Hydra configures has `overrides`, the help on its overrides. Its
    function takes the arguments alone.
    """

    summary: str
    example: str
    module: str  # below straits.experiments
    function: str = "main"
    overrides: str = ""


RESEARCHERS: Final = {
    "demo": Command(
        "train a policy, compare it, write tables and plots to runs/",
        "straits demo experiment=quick",
        "evaluation.demo",
        overrides=DEMO_HELP,
    ),
    "train": Command(
        "train policies and save each as a folder",
        "straits train agent=one_seat agent.seats=[japan] reward_profile=hawkish",
        "training.train",
        overrides=TRAIN_HELP,
    ),
    "evaluate": Command(
        "measure how policies escalate, with intervals, plots and a manifest",
        "straits evaluate --policies default,hawk,dove --scenarios baseline,severe",
        "cli.evaluate",
        "evaluate",
    ),
    "verify": Command(
        "step the games of an evaluation again and compare the results",
        "straits verify runs/evaluate-20260101-120000",
        "cli.evaluate",
        "verify",
    ),
    "crossplay": Command(
        "pair policies with one another and rank them",
        "straits crossplay --policies default,hawk,dove --side china",
        "cli.evaluate",
        "crossplay",
    ),
    "league": Command(
        "train a league by policy-space response oracles (PSRO)",
        "straits league iterations=2",
        "training.psro.train",
        overrides=LEAGUE_HELP,
    ),
    "exploitability": Command(
        "train best responses to policies and measure their gain",
        "straits exploitability default --games 1000",
        "evaluation.exploitability",
    ),
    "held-out": Command(
        "score a policy on the held-out scenarios",
        "straits held-out --policy dove",
        "cli.held_out",
    ),
}
ANALYSTS: Final = {
    "scenarios": Command(
        "list the scenarios, print the background of one, or check a scenario file",
        "straits scenarios check my_scenario.yaml",
        "cli.scenarios",
        "scenarios",
    ),
    "counterfactual": Command(
        "replace one action of a game and measure the effect",
        "straits counterfactual replay_2021_11_30 --seed 6 --turn 2 --actor china --move none",
        "cli.counterfactual",
        "counterfactual",
    ),
    "attribution": Command(
        "attribute the escalation of a game to actors or actions, by Shapley values",
        "straits attribution replay_2021_11_30 --seed 6 --measure conflict",
        "cli.counterfactual",
        "attribution",
    ),
    "compare": Command(
        "write a page that compares recordings or evaluations",
        "straits compare runs/evaluate-20260101-120000 --out compare.html",
        "cli.pages",
        "compare",
    ),
    "calibrate": Command(
        "fit the activity counts to a public series of counts",
        "straits calibrate --data counts.csv --out tempo.yaml",
        "cli.calibrate",
        "calibrate",
    ),
    "sensitivity": Command(
        "measure which assumptions drive the results, and how robust the findings are",
        "straits sensitivity --quick",
        "cli.sensitivity",
        "sensitivity",
    ),
    "theory": Command(
        "test the claims of crisis theory on the rules or on policies",
        "straits theory --only T1,T2 --quick",
        "cli.theory",
    ),
    "solved-games": Command(
        "train on games with known equilibria and measure the distance to them",
        "straits solved-games stag_hunt --seed 1",
        "cli.solved_games",
    ),
}
EDUCATORS: Final = {
    "play": Command("play one seat in the browser, alone or as a class", "straits play --seat japan", "cli.pages", "play"),
    "narrate": Command(
        "print one episode in words",
        "straits narrate --scenario s2_two_plus_two --seed 3 --japan dove",
        "cli.pages",
        "narrate",
    ),
    "replay": Command(
        "write one episode as a page to replay in a browser",
        "straits replay s0_draft_plan --seed 29 --out crisis.html",
        "cli.pages",
        "replay",
    ),
    "print": Command(
        "write one episode as an A4 page to print",
        "straits print s0_draft_plan --seed 29 --pdf crisis.pdf",
        "cli.pages",
        "print_page",
    ),
}
MAINTAINERS: Final = {
    "warm": Command("compile the rules, so that no later command waits", "straits warm", "cli.warm"),
    "bench": Command("measure the speed of the simulator and its APIs", "straits bench --quick --json bench.json", "cli.bench"),
    "bench-page": Command(
        "measure the size and speed of a replay page", "straits bench-page severe --runs 9", "benchmarks.web_page"
    ),
    "bench-server": Command(
        "measure the latency of the play server under load",
        "straits bench-server --games 6 --turns 12",
        "benchmarks.play_server",
    ),
    "diagnose": Command("measure whether the game is worth learning", "straits diagnose --quick --out runs/quick", "cli.diagnose"),
    "zoo": Command("train the policies that ship", "straits zoo --runs runs/zoo --page docs/zoo.md", "reproduce.pretrained"),
    "baselines": Command(
        "compare scripted and trained policies in each seat",
        "straits baselines --runs runs/zoo --page docs/baselines.md",
        "reproduce.baselines",
    ),
    "training-modes": Command(
        "compare training modes and algorithms",
        "straits training-modes --runs runs/modes --zoo runs/zoo",
        "reproduce.training_modes",
    ),
    "league-restamp": Command(
        "update the scenario hash of a league if no game has changed",
        "straits league-restamp experiments/reproduce/league",
        "training.psro.restamp",
    ),
    "golden": Command("record the golden games, after a change of behavior", "straits golden", "reproduce.golden"),
    "docs": Command("renew the generated tables of the docs", "straits docs --check", "reproduce.docs_tables"),
    "prose": Command("list idioms and long sentences of the docs", "straits prose docs/viewer.md", "reproduce.prose"),
    "readme-figure": Command(
        "draw one episode as a figure",
        "straits readme-figure --scenario severe --seed 2 --out severe.png",
        "reproduce.readme_figure",
    ),
    "screenshots": Command("take the screenshots of the docs", "straits screenshots --folder docs/images", "reproduce.screenshots"),
}
GROUPS: Final = {
    "Researchers": RESEARCHERS,
    "Analysts": ANALYSTS,
    "Educators": EDUCATORS,
    "Maintainers": MAINTAINERS,
}
COMMANDS: Final[dict[str, Command]] = {name: command for group in GROUPS.values() for name, command in group.items()}
