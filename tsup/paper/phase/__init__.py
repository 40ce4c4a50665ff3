"""Superposition as a phase change."""
