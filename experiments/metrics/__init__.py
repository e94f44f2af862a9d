"""Measures of escalation: each a pure function from recorded play to numbers. docs/metrics.md defines them."""
