"""Run `straits diagnose`: measure whether the game is worth learning, and print verdicts with intervals.

`straits diagnose --json FILE --page docs/game-report.md` runs every part. `--quick` is a small version that takes about a minute
and has no statistical weight.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from straits.experiments.analysis.diagnostics.checks import QUICK, Effort
from straits.experiments.analysis.diagnostics.report import SECTIONS, report
from straits.experiments.reproduce.diagnostics_page import page
from straits.experiments.utils.arguments import check_file

JSON: Final = Path("runs/diagnostics.json")


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Measure, write JSON and the page, and print the verdicts.

    Args:
        parser: Parser of the subcommand, to which options are added.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code 0. Bad input exits with 2 before anything is measured.
    """
    _add_options(parser)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # such small matrices do not gain from a second thread
    sections = options.sections.split(",") if options.sections else []
    try:
        results = _earlier(options, sections)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    measured = report(QUICK if options.quick else Effort(), sections)
    results = {**results, **measured, "verdicts": {**results["verdicts"], **measured["verdicts"]}}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, indent=1, default=_plain)
    options.json.write_text(text, encoding="utf-8")
    if options.page:
        options.page.write_text(page(json.loads(text)), encoding="utf-8")
    for v in (v for section in results["verdicts"].values() for v in section):
        print(f"{'holds' if v['holds'] else 'FAILS':6s} {v['name']}: {v['detail']}")
    return 0


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, default=JSON, help=f"file for the numbers (default: {JSON})")
    parser.add_argument("--page", type=Path, help="file for the page; docs/game-report.md in the repository")
    every = ",".join(SECTIONS)
    parser.add_argument("--sections", default=every, help=f"parts to measure, of {every} (the default)")
    parser.add_argument("--add-to", type=Path, help="JSON file with earlier parts to include")
    parser.add_argument("--quick", action="store_true", help="a small version without statistical weight")


def _earlier(options: argparse.Namespace, sections: list[str]) -> dict[str, Any]:
    """Load the earlier parts, and check the options before hours of measuring."""
    if unknown := set(sections) - set(SECTIONS):
        raise ValueError(f"--sections={','.join(sorted(unknown))}: expected some of {', '.join(SECTIONS)}")
    earlier = json.loads(options.add_to.read_text(encoding="utf-8")) if options.add_to else {"verdicts": {}}
    if options.json != JSON:
        check_file(options, "json")
    check_file(options, "page")
    if options.page and (missing := set(SECTIONS) - set(sections) - set(earlier)):
        raise ValueError(f"--page={options.page}: expected all parts, {', '.join(sorted(missing))} too")
    return dict(earlier)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__}: expected plain data")
