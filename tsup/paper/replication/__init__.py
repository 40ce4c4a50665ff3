"""A reader's replication."""
