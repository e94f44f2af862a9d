"""Explain results: counterfactuals, sensitivity, calibration and diagnostics."""
