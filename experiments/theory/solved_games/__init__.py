"""Small games of the same rules whose solution is exact, and how near learners come to it (docs/solved-games.md)."""
