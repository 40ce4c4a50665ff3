"""Superposition in a privileged basis."""
