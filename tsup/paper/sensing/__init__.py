"""Compressed sensing: what a toy model has in common with it, and what its lower bound says (F38, A2)."""
