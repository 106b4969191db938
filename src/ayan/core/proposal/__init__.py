"""Proposing a declaration from files: what each column seems to be, on what evidence, and what only a person can say."""
