"""Define the purposes of random draws.

Each purpose names its own stream, so that a new purpose never shifts the draws of the others.
"""

from typing import Final

INCIDENT: Final = 1
CONFLICT: Final = 2
LEAKS: Final = 3
EXOGENOUS: Final = 4
TYPES: Final = 5
NOISE: Final = 6
TEMPO: Final = 7
FORK: Final = 8  # the seed of a fork that redraws its future
