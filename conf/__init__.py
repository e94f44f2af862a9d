"""Hydra configuration: dataclasses define keys, types and ranges; YAML files hold the values."""
