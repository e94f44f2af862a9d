"""Whether the game is worth learning: claims about outcomes, best responses, channels, exits and self-play, with their numbers."""
