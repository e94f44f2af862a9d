"""What several commands take on their command lines."""

import argparse


def seed(text: str) -> int:
    """A seed as argparse's `type`."""
    if not text.isdecimal() or int(text) >= 2**64:
        raise argparse.ArgumentTypeError(f"{text!r}: expected a whole number from 0 to 2**64 - 1")
    return int(text)
