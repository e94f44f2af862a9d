"""Wrap the engine in the APIs of PettingZoo, Gymnasium and Stable-Baselines3."""
