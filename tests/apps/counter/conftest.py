"""The town of the flags, with its clock and officers, seen from the counter."""

from __future__ import annotations

from tests.apps.flags.conftest import asker, auditor, later, town

__all__ = ["asker", "auditor", "later", "town"]
