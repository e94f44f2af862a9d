"""The game beside published figures: what agrees, what does not, and what cannot be compared."""
