"""Serve live games to browsers: lobby, seats, sessions and persistence."""
