"""Fees: what a tariff asks for, every step to the amount, and what was charged held against it."""
