"""Describe observations, moves and turns in words and pictures."""
