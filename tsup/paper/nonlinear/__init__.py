"""Nonlinear compression: two numbers in one dimension, by a scheme and by networks that find their own (A1)."""
