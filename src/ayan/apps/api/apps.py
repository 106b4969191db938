"""The API's name for Django, and the addresses of its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ayan.ui.contract import AppContract


class ApiConfig(AppContract):
    name = "ayan.apps.api"
    label = "api"

    def operations(self) -> Iterable[Any]:
        from ayan.apps.api.operations import OPERATIONS

        return OPERATIONS
