"""The settings: what holds everywhere (base), and what a laptop, the tests and a real city change."""
