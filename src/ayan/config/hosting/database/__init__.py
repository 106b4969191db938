"""The databases of an installation's cities: one connection of Django, turned to the city in use before each use."""

from __future__ import annotations


class TransactionElsewhere(RuntimeError):
    """A transaction of one city is open, and another city's rows were asked for within it."""
