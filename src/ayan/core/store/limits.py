"""How far the numbers of releases go."""

from __future__ import annotations

from typing import Final

# The number of a release within its period: nine digits, as names of folders have them.
LARGEST_NUMBER: Final = 999_999_999
