"""Compare policies: evaluations, cross-play, best responses and the held-out suite."""
