"""The console script `straits`: one subcommand a job. What a subcommand needs is imported when it runs, so that help is quick."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from typing import Final, NamedTuple

from straits.experiments.arguments import seed
from straits.experiments.overrides_help import DEMO_HELP, LEAGUE_HELP, TRAIN_HELP

BAD_INPUT: Final = 2
INTERRUPTED: Final = 130
OR_TRAINED: Final = "zoo/NAME, or the folder of a trained policy"
POLICIES: Final = (  # named here, so that help imports nothing heavy
    "random, hold, hawk, dove, tit_for_tat, grim, brinkman, bluffer, noisy_signaller, appeaser or default"
)


class Command(NamedTuple):
    """A subcommand: a line of help, an example, and what runs it on its arguments."""

    summary: str
    example: str
    run: Callable[[Sequence[str]], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a subcommand. Exit codes: 0 done, 1 failed, 2 bad input (with one line that says what), 130 Ctrl-C."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["--version"]:
        print(metadata.version("straits"))
        return 0
    if not given or given[0] in ("-h", "--help"):
        print(_overview())
        return 0 if given else BAD_INPUT
    name, rest = given[0], given[1:]
    if name not in COMMANDS:
        return _complain(f"{name!r}: expected one of {', '.join(COMMANDS)}")
    try:
        return COMMANDS[name].run(rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `straits narrate | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _demo(arguments: Sequence[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(_help("demo", "[OVERRIDE ...] [--multirun] [--cfg job]", DEMO_HELP))
        return 0
    from straits.experiments import demo

    return demo.main(arguments)


def _train(arguments: Sequence[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(_help("train", "[OVERRIDE ...] [--multirun] [--cfg job]", TRAIN_HELP))
        return 0
    from straits.experiments import train

    return train.main(arguments)


def _league(arguments: Sequence[str]) -> int:
    if {"-h", "--help"} & set(arguments):
        print(_help("league", "[OVERRIDE ...] [--multirun] [--cfg job]", LEAGUE_HELP))
        return 0
    from straits.experiments import league

    return league.main(arguments)


def _narrate(arguments: Sequence[str]) -> int:
    parser = _parser("narrate")
    parser.add_argument("--scenario", default="baseline", help="a name, or the path of a YAML file (default: baseline)")
    parser.add_argument("--seed", type=seed, default=1, help="which episode (default: 1)")
    parser.add_argument("--policy", default="default", help=f"who plays all five seats: {POLICIES} (the default), {OR_TRAINED}")
    for actor in ("usa", "japan", "china", "taiwan", "philippines"):
        parser.add_argument(f"--{actor}", metavar="POLICY", help=f"another policy for {actor}")
    options = parser.parse_args(arguments)
    from rich.console import Console

    from straits.agents.named import policy
    from straits.envs.scenario import load
    from straits.envs.vocabulary import ACTORS
    from straits.experiments.narrate import narration

    try:
        scenario = load(options.scenario)
        seats = [policy(getattr(options, actor) or options.policy) for actor in ACTORS]
    except (ValueError, OSError) as error:
        return _complain(str(error))
    console = Console()
    for part in narration(scenario, seats, options.seed):
        console.print(part)
    return 0


def _scenarios(arguments: Sequence[str]) -> int:
    parser = _parser("scenarios")
    parser.add_argument("action", nargs="?", choices=["check", "story"], help="check a file, or tell the news behind a scenario")
    parser.add_argument("file", nargs="?", help="the YAML file to check, or the scenario's name")
    parser.add_argument("--kind", default="scenario", choices=["scenario", "replay", "all"], help="which to list")
    options = parser.parse_args(arguments)
    if options.action and not options.file:
        return _complain(f"scenarios {options.action}: expected a {'file' if options.action == 'check' else 'name'}")
    if options.action == "story":
        return _story(options.file)
    return _check(options.file) if options.action else _list(options.kind)


def _story(name: str) -> int:
    from rich.console import Console

    from straits.experiments.viewer import stories

    try:
        found = stories.of(name)
    except (ValueError, OSError) as error:
        return _complain(str(error))
    stories.tell(found, Console())
    return 0


def _check(file: str) -> int:
    from straits.envs.scenario import check, load

    try:
        findings = check(file)
    except (ValueError, OSError) as error:
        return _complain(str(error))
    for finding in findings:
        print(finding, file=sys.stderr)
    if not findings:
        scenario = load(file)
        print(f"{scenario.name}: sound, {scenario.horizon} turns of {scenario.turn_days} days, hash {scenario.hash[:12]}")
    return BAD_INPUT if findings else 0


def _list(kind: str) -> int:
    from rich.console import Console
    from rich.table import Table

    from straits.envs.parameters import ASSUMPTION
    from straits.envs.scenario import list_scenarios, load

    table = Table(box=None, pad_edge=False)
    for column in ("name", "date", "sources", "what"):
        table.add_column(column, no_wrap=column in ("name", "date"))
    for scenario in map(load, list_scenarios(kind)):
        sources = " ".join(key for key in scenario.sources if key != ASSUMPTION) or ASSUMPTION
        table.add_row(scenario.name, str(scenario.date), sources, scenario.title)
    Console().print(table)
    return 0


def _bench(arguments: Sequence[str]) -> int:
    from straits.experiments import benchmark

    return benchmark.main(arguments)


def _game_report(arguments: Sequence[str]) -> int:
    from straits.experiments import game_report

    return game_report.main(list(arguments))


def _whatif(arguments: Sequence[str]) -> int:
    from straits.experiments.counterfactual import command

    return command.whatif(_parser("whatif"), arguments)


def _shares(arguments: Sequence[str]) -> int:
    from straits.experiments.counterfactual import command

    return command.shares(_parser("shares"), arguments)


def _fit(arguments: Sequence[str]) -> int:
    from straits.experiments.tempo import command

    return command.fit(_parser("fit"), arguments)


def _evaluate(arguments: Sequence[str]) -> int:
    from straits.experiments import evaluation_commands

    return evaluation_commands.evaluate(_parser("evaluate"), arguments)


def _verify(arguments: Sequence[str]) -> int:
    from straits.experiments import evaluation_commands

    return evaluation_commands.verify(_parser("verify"), arguments)


def _crossplay(arguments: Sequence[str]) -> int:
    from straits.experiments import evaluation_commands

    return evaluation_commands.crossplay(_parser("crossplay"), arguments)


def _sensitivity(arguments: Sequence[str]) -> int:
    from straits.experiments.sensitivity import command

    return command.sensitivity(_parser("sensitivity"), arguments)


def _play(arguments: Sequence[str]) -> int:
    parser = _parser("play")
    try:
        from straits.experiments.viewer import play_command
    except ModuleNotFoundError as error:
        return _complain(f"{error.name}: expected the extra `play`: pip install 'straits[play]'")
    return play_command.play(parser, arguments)


class _OneLineParser(argparse.ArgumentParser):
    """argparse prints its usage before an error; ours is one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def _parser(name: str) -> argparse.ArgumentParser:
    command = COMMANDS[name]
    return _OneLineParser(
        prog=f"straits {name}",
        description=command.summary,
        epilog=f"example:\n  {command.example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _overview() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [
        "usage: straits COMMAND [...]",
        "",
        "Crisis diplomacy around the Taiwan Strait, for learners, analysts and classes.",
        "",
    ]
    lines += [f"  {name:<{width}}{command.summary}" for name, command in COMMANDS.items()]
    return "\n".join([*lines, "", "example:", f"  {COMMANDS['narrate'].example}", "", "straits COMMAND --help tells more."])


def _help(name: str, usage: str, text: str) -> str:
    command = COMMANDS[name]
    return f"usage: straits {name} {usage}\n\n{command.summary}\n\n{text}\n\nexample:\n  {command.example}"


def _complain(message: str) -> int:
    print(f"straits: {message}", file=sys.stderr)
    return BAD_INPUT


COMMANDS: Final = {
    "demo": Command("train a policy, compare it, write tables and plots to runs/", "straits demo experiment=quick", _demo),
    "train": Command(
        "train policies and keep them as folders", "straits train agent=one_seat agent.seats=[japan] character=hawkish", _train
    ),
    "evaluate": Command(
        "measure how policies escalate, with intervals, pictures and a manifest",
        "straits evaluate --policies default,hawk,dove --scenarios baseline,severe",
        _evaluate,
    ),
    "verify": Command("play a sample of an evaluation again and compare", "straits verify runs/evaluate-20260101-120000", _verify),
    "crossplay": Command(
        "pair policies with one another, and rank them", "straits crossplay --policies default,hawk,dove --side china", _crossplay
    ),
    "league": Command("train a league: populations that answer one another", "straits league responses=2", _league),
    "narrate": Command(
        "tell one episode in plain words", "straits narrate --scenario s2_two_plus_two --seed 3 --japan dove", _narrate
    ),
    "play": Command("take a seat in the browser, alone or as a class", "straits play --seat japan", _play),
    "scenarios": Command(
        "list the scenarios, tell the news behind one, or check a file of your own",
        "straits scenarios check my_scenario.yaml",
        _scenarios,
    ),
    "whatif": Command(
        "replace one move of a game: what would have come of it",
        "straits whatif replay_2021_11_30 --seed 6 --turn 2 --actor china --move none",
        _whatif,
    ),
    "shares": Command(
        "whose moves a game's escalation goes back to", "straits shares replay_2021_11_30 --seed 6 --measure conflict", _shares
    ),
    "fit": Command("fit the observable tempo to a public series of counts", "straits fit --data counts.csv --out tempo.yaml", _fit),
    "sensitivity": Command(
        "which assumptions the results hang on, and how firm the findings are", "straits sensitivity --quick", _sensitivity
    ),
    "bench": Command("measure the speed of the simulator and its faces", "straits bench --quick --json bench.json", _bench),
    "game-report": Command("measure whether the game is worth learning", "straits game-report --quick", _game_report),
}

if __name__ == "__main__":
    sys.exit(main())
