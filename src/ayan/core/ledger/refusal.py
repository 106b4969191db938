"""What a ledger refuses to do, so that it never says two different things."""

from __future__ import annotations


class LedgerError(Exception):
    """Something the ledger refuses or cannot do; the text is for the operator."""


class Forked(LedgerError):
    """The tree at hand is smaller than one that was signed before, or another one: nothing may be signed."""


class LogDamaged(LedgerError):
    """Files of the log are missing, or do not fit together."""


class ReadOnly(LedgerError):
    """The log was opened without its key, so it can be read but not appended to."""
