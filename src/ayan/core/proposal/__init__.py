"""Proposing a declaration from files: what each column seems to be, on what evidence, and what must be asked."""
