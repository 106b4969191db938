"""Feeds: what the city did and what is new in a question, to be followed."""
