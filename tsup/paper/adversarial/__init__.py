"""Superposition and adversarial robustness."""
