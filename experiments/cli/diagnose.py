"""Is the game worth learning? One table of verdicts with intervals: outcomes, best responses, channels, no exit, self-play.

`straits diagnose --json FILE --page docs/game-report.md` makes all of it; `--quick` a small version that
takes about a minute and proves nothing.
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
    """The command line. Exit codes: 0 done, 2 bad input, before anything is measured."""
    _add_options(parser)
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)  # matrices this small gain nothing from a second thread
    sections = given.sections.split(",") if given.sections else []
    try:
        found = _earlier(given, sections)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    fresh = report(QUICK if given.quick else Effort(), sections)
    found = {**found, **fresh, "verdicts": {**found["verdicts"], **fresh["verdicts"]}}
    given.json.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(found, indent=1, default=_plain)
    given.json.write_text(written, encoding="utf-8")
    if given.page:
        given.page.write_text(page(json.loads(written)), encoding="utf-8")
    for v in (v for section in found["verdicts"].values() for v in section):
        print(f"{'holds' if v['holds'] else 'FAILS':6s} {v['name']}: {v['detail']}")
    return 0


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", type=Path, default=JSON, help=f"where the numbers go (default: {JSON})")
    parser.add_argument("--page", type=Path, help="where the page goes, docs/game-report.md in the repository")
    every = ",".join(SECTIONS)
    parser.add_argument("--sections", default=every, help=f"which parts to measure, of {every} (the default)")
    parser.add_argument("--add-to", type=Path, help="a JSON of earlier parts to keep beside the new ones")
    parser.add_argument("--quick", action="store_true", help="a small version that proves nothing")


def _earlier(given: argparse.Namespace, sections: list[str]) -> dict[str, Any]:
    """What the new parts are added to. ValueError or OSError names what could not be kept after hours of measuring."""
    if unknown := set(sections) - set(SECTIONS):
        raise ValueError(f"--sections={','.join(sorted(unknown))}: expected some of {', '.join(SECTIONS)}")
    found = json.loads(given.add_to.read_text(encoding="utf-8")) if given.add_to else {"verdicts": {}}
    if given.json != JSON:
        check_file(given, "json")
    check_file(given, "page")
    if given.page and (missing := set(SECTIONS) - set(sections) - set(found)):
        raise ValueError(f"--page={given.page}: expected all parts, {', '.join(sorted(missing))} too")
    return dict(found)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__}: expected plain data")
