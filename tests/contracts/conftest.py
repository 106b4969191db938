"""The small city, whose API the contracts are held against."""

from __future__ import annotations

from tests.apps.conftest import built_city, small_city

__all__ = ["built_city", "small_city"]
