"""Putting a file right: what helps with it, what is decided about cells, and what is known of earlier files."""
