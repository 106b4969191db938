"""Integrity flags with manners: whoever a finding names sees it first, answers beside it, and is cleared in public."""
