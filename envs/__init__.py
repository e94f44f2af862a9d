"""The world: a crisis around the Taiwan Strait, simulated and observed. It knows nothing of agents."""
