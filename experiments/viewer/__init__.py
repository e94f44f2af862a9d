"""Web pages of games: one self-contained file that replays, compares and reports, offline; the same page, served, is played in."""
