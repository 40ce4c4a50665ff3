"""Computation in superposition."""
