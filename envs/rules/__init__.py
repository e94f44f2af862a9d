"""Implement the rules of the game, one short file per phase; `step.py` is the table of contents.

Phases are numbered in the order in which they run, and rule Rn.m belongs to phase n. docs/model.md describes the rules by the
same numbers.

| phase | file | phase | file | phase | file |
|---|---|---|---|---|---|
| 1 | `legality`, `conditions` | 6 | `diplomacy` | 11 | `crises` |
| 2 | `agreements` | 7 | `leaks` | 12 | `exogenous` |
| 3 | `presence` | 8 | `perception` | 13 | `rewards`, `contest` |
| 4 | `signals`, `signal_table` | 9 | `conflict` | 14 | `propensity` |
| 5 | `answers` | 10 | `domestic` | 15 | `observations` |

The rules are plain Python that Numba compiles. A transition uses only operations that IEEE 754 defines exactly (+ - * / and
comparison), so that results have the same bits on every machine.
"""
