"""Run `straits diagnose`: measure whether the game is worth learning, and write the game report.

Training takes hours. Every stage keeps its results in `--out`, so that an interrupted report continues and a stage can be run on
another machine. `--quick` is a small version that takes minutes and has no statistical weight.
"""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch

from straits.experiments.analysis.diagnostics.games import QUICK, Effort
from straits.experiments.analysis.diagnostics.report import STAGES, plain, run
from straits.experiments.reproduce.diagnostics_page import page
from straits.experiments.utils.arguments import check_file, whole

OUT: Final = Path("runs/diagnose")


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Run stages of the report, write JSON and the page, and print the headline.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code 0. Bad input exits with 2 before anything is measured.
    """
    _add_options(parser)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # such small matrices do not gain from a second thread
    try:
        stages, effort = _checked(options)
        report = run(options.out, stages, effort, lambda line: print(line, flush=True))
    except (ValueError, OSError) as error:
        parser.error(str(error))
    if not report:
        return 0
    text = json.dumps(_finite(json.loads(json.dumps(report, default=plain))), indent=1, allow_nan=False)
    (options.json or options.out / "report.json").write_text(text + "\n", encoding="utf-8")
    if options.page:
        options.page.write_text(page(json.loads(text)), encoding="utf-8")
    for name, value in report["headline"].items():
        print(f"{name:32s} {value:.3f}")
    return 0


def _finite(value: Any) -> Any:
    """Replace infinite and missing numbers, which JSON does not have, by null."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _add_options(parser: argparse.ArgumentParser) -> None:
    default = Effort()
    parser.add_argument("--out", type=Path, default=OUT, help=f"folder that keeps the results of every stage (default: {OUT})")
    parser.add_argument("--stage", default=",".join(STAGES), help=f"stages to run, of {','.join(STAGES)} (the default)")
    parser.add_argument("--json", type=Path, help="file for the report; docs/results/game-report.json in the repository")
    parser.add_argument("--page", type=Path, help="file for the page; docs/game-report.md in the repository")
    parser.add_argument("--seeds", help=f"training seeds (default: {','.join(map(str, default.training_seeds))})")
    parser.add_argument("--games", type=whole, help=f"games per measurement (default: {default.games})")
    parser.add_argument("--self-play-decisions", type=float, help=f"length of self-play (default: {default.self_play_decisions:g})")
    parser.add_argument("--response-decisions", type=float, help=f"length per response (default: {default.response_decisions:g})")
    parser.add_argument("--quick", action="store_true", help="a small version without statistical weight")


def _checked(options: argparse.Namespace) -> tuple[list[str], Effort]:
    """Return the stages and the effort, and check the options before hours of measuring."""
    stages = options.stage.split(",")
    if unknown := set(stages) - set(STAGES):
        raise ValueError(f"--stage={','.join(sorted(unknown))}: expected some of {', '.join(STAGES)}")
    for name in ("json", "page"):
        if getattr(options, name):
            check_file(options, name)
    changes = {
        name: getattr(options, name)
        for name in ("games", "self_play_decisions", "response_decisions")
        if getattr(options, name) is not None
    }
    if options.seeds is not None:
        seeds = options.seeds.split(",")
        if not all(seed.isdecimal() for seed in seeds):
            raise ValueError(f"--seeds={options.seeds}: expected whole numbers with commas between them")
        changes["training_seeds"] = tuple(map(int, seeds))
    return stages, replace(QUICK if options.quick else Effort(), **changes)
