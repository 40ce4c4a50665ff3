"""Non-uniform superposition."""
