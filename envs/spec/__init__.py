"""Define the vocabulary of the game: actors, moves, parameters and the observation schema."""
