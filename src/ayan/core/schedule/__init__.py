"""The schedule: what was promised and when, and the diary of what was missing."""
