"""How sure it is."""
