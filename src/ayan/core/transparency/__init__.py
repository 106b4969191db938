"""Transparency: what the log says of public acts, who writes it, and how anybody verifies it."""
