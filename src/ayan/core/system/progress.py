"""How work that takes long says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float | None], None]
"""Takes the name of the step and the share of it that is done, from 0 to 1; None where nobody can tell."""
