"""The opening figure and the definitions of the introduction."""
