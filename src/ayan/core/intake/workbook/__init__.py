"""Workbooks, a module a format and one for what they have in common; `reader` is the door."""
