"""Provide what the compiled rules run on: state records, random streams, move sets and the compiler settings."""
