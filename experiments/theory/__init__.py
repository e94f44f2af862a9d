"""The theory suite: what must come out of the rules, shown by best responders on reduced games (docs/theory.md)."""
