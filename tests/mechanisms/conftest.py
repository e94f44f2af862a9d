"""Lets the tests of this folder share `pairs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
