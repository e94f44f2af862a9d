"""Implement the rules of the game, one short file per phase; `step.py` is the table of contents.

The rules are plain Python that Numba compiles. A transition uses only operations that IEEE 754 defines exactly (+ - * / and
comparison), so that results have the same bits on every machine. Rule numbers (R1.1, ...) refer to docs/model.md.
"""
