"""The settings of a run: dataclasses that say what a value means, YAML that says how much."""
