"""Benchmarks, one file per subject: the engine and the PettingZoo APIs, learners, other environments.

Rates are medians of repeats.
"""
