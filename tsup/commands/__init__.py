"""The commands of `python -m tsup`, one function each: from the arguments to the exit status."""
