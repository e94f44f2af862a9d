"""Regenerate tables, pictures and policies that the docs and the package hold."""
