"""The jobs: what a person runs. They know agents and the environment; nothing in those knows them."""

import os

# Waiting OpenMP threads of torch and Numba spin for long by default, and each steals the cores of the other: on two cores training
# runs several times slower for it. A short spin, some tenths of a millisecond, saves waking them and steals little. It counts only
# if set before either is loaded.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
