"""The apps: one for each public promise."""
