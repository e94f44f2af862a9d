"""Whoever decides: policies that see an observation and a mask. They know envs' words, not its insides."""
