"""The ayan command, one module a verb."""
