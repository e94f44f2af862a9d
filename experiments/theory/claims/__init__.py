"""Test one claim of crisis theory a module."""
