"""Answers as they are told: figures, lists, records, services, pages, refusals, and their words."""
