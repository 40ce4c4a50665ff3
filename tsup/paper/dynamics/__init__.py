"""Superposition and learning dynamics."""
