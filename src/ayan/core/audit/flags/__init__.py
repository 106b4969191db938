"""Integrity flags: declared questions to published records, whose answer asks for an explanation and proves nothing."""
