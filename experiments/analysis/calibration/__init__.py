"""Calibrate and validate an observation model: daily counts of aircraft and ships as a function of presence.

No rule of the game reads these counts.
"""
