"""Write web pages of games: replay, comparison and printed report."""
