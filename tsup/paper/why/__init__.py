"""Why it happens."""
