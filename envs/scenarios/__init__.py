"""Scenario files that ship with the package; `straits scenarios` lists them."""
