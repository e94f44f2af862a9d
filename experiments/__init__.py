"""The jobs: what a person runs. They know agents and the world; nothing in those knows them."""

import os

# Waiting OpenMP threads of torch and Numba spin by default, and each steals the cores of the other: on two cores training runs
# several times slower for it. It counts only if set before either is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
