"""What several commands take on their command lines."""

import argparse
from pathlib import Path
from typing import Final

from straits.experiments.utils.console import BAD_INPUT

OR_TRAINED: Final = "zoo/NAME, or the folder of a trained policy"
POLICIES: Final = (  # named here, so that help imports nothing heavy
    "random, hold, hawk, dove, tit_for_tat, grim, brinkman, bluffer, noisy_signaller, appeaser or default"
)
ACTORS: Final = ("usa", "japan", "china", "taiwan", "philippines")  # likewise


class OneLineParser(argparse.ArgumentParser):
    """argparse prints its usage before an error; ours is one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the message in one line and exit with 2."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def seed(text: str) -> int:
    """A seed as argparse's `type`."""
    if not text.isdecimal() or int(text) >= 2**64:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0 to 2**64 - 1")
    return int(text)


def whole(text: str) -> int:
    """A whole number from 0 as argparse's `type`."""
    if not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0")
    return int(text)


def share(text: str) -> float:
    """A number above 0 and below 1 as argparse's `type`."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0.0 < found < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number above 0 and below 1")
    return found


def check_range(options: argparse.Namespace, name: str, low: int, high: int) -> None:
    """ValueError where the option, if it is given, is out of its range."""
    value = getattr(options, name)
    if value is not None and not low <= value <= high:
        raise ValueError(f"--{name}={value}: expected {low}..{high}")


def check_file(options: argparse.Namespace, name: str) -> None:
    """ValueError where the option names a file in a folder that is not there: said before the work, not after it."""
    file: Path | None = getattr(options, name)
    if file is not None and not file.absolute().parent.is_dir():
        raise ValueError(f"--{name}={file}: expected a file in a folder that exists")
