"""The rules of the world, one short file a phase; `step.py` reads as the table of contents.

Plain Python that Numba compiles. Inside a transition only operations that IEEE 754 defines exactly are used (+ - * / and
comparison), so that results are the same bits on every machine. Rule numbers (R1.1, ...) are those of docs/model.md.
"""
