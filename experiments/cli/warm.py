"""Run `straits warm`: compile the rules now, for one thread and for several, so that no later command waits."""

import argparse
import time
from collections.abc import Sequence

from straits.experiments.utils.console import complain


def main(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> int:
    """Compile every entry point of the simulator, and print the time.

    Args:
        parser: Parser of the subcommand.
        arguments: Command line after the name of the subcommand.

    Returns:
        Exit code: 0 done, 2 bad input.
    """
    parser.parse_args(arguments)
    from straits.envs.core.jit import cache_directory

    began = time.perf_counter()
    warm()
    directory = cache_directory()
    if directory is None:
        return complain("STRAITS_CACHE: expected a folder that can be written to; nothing was kept", parser.prog)
    print(f"compiled in {time.perf_counter() - began:.0f} s; kept in {directory}")
    return 0


def warm() -> None:
    """Reset, step, observe and fork few games and many, which compiles what the cache does not hold."""
    import numpy as np

    from straits.envs.scenarios.scenario import load_scenario
    from straits.envs.simulator.engine import SERIAL_BELOW, Engine
    from straits.envs.spec.constants import N_ACTORS, N_CHANNELS

    for games in (1, SERIAL_BELOW):
        engine = Engine(load_scenario("baseline"), games)
        engine.reset(0)
        engine.step(np.zeros((games, N_ACTORS, N_CHANNELS), np.int64))
        engine.fork([0], 1)
