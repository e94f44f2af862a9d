"""Parse and check options that several commands share."""

import argparse
import os
from pathlib import Path
from typing import Final

from straits.experiments.utils.console import complain

OR_TRAINED: Final = "zoo/NAME, or the folder of a trained policy"
POLICIES: Final = (  # repeated here, so that help imports nothing heavy
    "random, hold, hawk, dove, tit_for_tat, grim, brinkman, bluffer, noisy_signaller, appeaser or default"
)
ACTORS: Final = ("usa", "japan", "china", "taiwan", "philippines")  # repeated here for the same reason


class OneLineParser(argparse.ArgumentParser):
    """Print errors in one line, without the usage that argparse prints before them."""

    def error(self, message: str) -> None:  # type: ignore[override]
        """Print the message in one line and exit with code 2.

        Args:
            message: Text after the name of the program.
        """
        self.exit(complain(message, self.prog))


def seed(text: str) -> int:
    """Parse a seed. For use as argparse's `type`.

    Args:
        text: Decimal digits.

    Returns:
        The seed, 0 to 2**64 - 1.

    Raises:
        argparse.ArgumentTypeError: If the text is not such a number.
    """
    if not text.isdecimal() or int(text) >= 2**64:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0 to 2**64 - 1")
    return int(text)


def whole(text: str) -> int:
    """Parse a whole number. For use as argparse's `type`.

    Args:
        text: Decimal digits.

    Returns:
        The number, 0 to 2**63 - 1.

    Raises:
        argparse.ArgumentTypeError: If the text is not such a number.
    """
    if not text.isdecimal() or int(text) >= 2**63:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0")
    return int(text)


def share(text: str) -> float:
    """Parse a share. For use as argparse's `type`.

    Args:
        text: A decimal number.

    Returns:
        The number, above 0 and below 1.

    Raises:
        argparse.ArgumentTypeError: If the text is not such a number.
    """
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a number above 0 and below 1")
    return value


def split_names(text: str) -> list[str]:
    """Split names and paths at commas; a path that exists may hold commas itself.

    Args:
        text: Names or paths, separated by commas.

    Returns:
        The names, without empty ones.
    """
    parts, names = text.split(","), []
    while parts:
        many = next((n for n in range(len(parts), 1, -1) if os.path.exists(",".join(parts[:n]).strip())), 1)
        names.append(",".join(parts[:many]).strip())
        parts = parts[many:]
    return [name for name in names if name]


def check_range(options: argparse.Namespace, name: str, low: int, high: int) -> None:
    """Check the range of a whole-number option, if it was set.

    Args:
        options: Parsed options.
        name: Name of the option.
        low: Lowest valid value.
        high: Highest valid value.

    Raises:
        ValueError: If the value is out of range.
    """
    value = getattr(options, name)
    if value is not None and not low <= value <= high:
        raise ValueError(f"--{name}={value}: expected {low}..{high}")


def check_file(options: argparse.Namespace, name: str) -> None:
    """Check before a long job that the directory of an output file exists, if the option was set.

    Args:
        options: Parsed options.
        name: Name of the option, whose value is a path or None.

    Raises:
        ValueError: If the directory does not exist.
    """
    file: Path | None = getattr(options, name)
    if file is not None and not file.absolute().parent.is_dir():
        raise ValueError(f"--{name}={file}: expected a file in a folder that exists")
