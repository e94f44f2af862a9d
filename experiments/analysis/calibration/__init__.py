"""Fit daily counts of aircraft and ships as a function of presence to a public series.

No rule of the game reads these counts.
"""
