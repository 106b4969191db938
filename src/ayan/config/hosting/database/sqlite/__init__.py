"""A file for each city."""
