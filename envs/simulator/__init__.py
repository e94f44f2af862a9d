"""Simulate batches of games: the engine, its compiled kernels, global state and serialization."""
