"""How much the declaration of a service may hold."""

from __future__ import annotations

from typing import Final

# Working days that a service may be promised within: about three years.
LONGEST_PROMISE: Final = 750
# Names that people use for one service, in one language: beyond that the box would be led by words of other services.
MOST_NAMES: Final = 30
# Bytes of one declaration: many times what the longest of the sample has.
LARGEST_FILE: Final = 64_000
# Services of one city: five times the longest municipal catalogue we know of.
MOST_SERVICES: Final = 2_000
