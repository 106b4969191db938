"""The invented cities whose API the contracts are held against."""

from __future__ import annotations

from tests.apps.conftest import built_city, built_civic, small_city
from tests.apps.promises.conftest import built_promises

__all__ = ["built_city", "built_civic", "built_promises", "small_city"]
