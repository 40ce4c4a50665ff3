"""The strategic picture of superposition: what it would take to do without it."""
