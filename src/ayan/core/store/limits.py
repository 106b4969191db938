"""How far the numbers of releases go."""

from __future__ import annotations

from typing import Final

# The number of a release within its period: nine digits, as names of folders have them.
LARGEST_NUMBER: Final = 999_999_999

# Pairs of a declaration and a release whose wording is remembered; every answer of the API asks for one.
MOST_WORDED: Final = 1_024
