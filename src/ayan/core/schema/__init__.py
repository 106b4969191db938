"""Declared tables: what a dataset's columns are and what must hold in them."""
