"""Play games with given policies, and keep them as trajectories and recordings."""
