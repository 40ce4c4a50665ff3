"""Demonstrating superposition."""
