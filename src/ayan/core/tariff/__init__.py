"""Fees: declared formulas, the amount of one case with its steps, and the same over many cases in one query."""
