"""Replies to findings of flags, which come by the code of a letter."""
