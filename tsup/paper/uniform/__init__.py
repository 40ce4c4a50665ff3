"""The geometry of uniform superposition."""
