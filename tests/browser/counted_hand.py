"""Somebody at a page whose clicks and fields are counted, and the seconds in which the machine is waited for."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect


@dataclass
class Hand:
    """Somebody at a page: what they click and type, and how long each page they ask for lets them wait."""

    page: Any
    clicks: int = 0
    fields: int = 0
    waited: float = 0.0
    said: list[str] = field(default_factory=list)

    def click(self, target: Any) -> None:
        """Press what leads to another page, and wait for that and for all that is computed for it."""
        self.clicks += 1
        target.click(trial=True)
        what, began = target.text_content().strip(), time.monotonic()
        with self.page.expect_navigation(wait_until="load"):
            target.press("Enter")
        expect(self.page.locator("#work[data-busy]")).to_have_count(0)
        took = time.monotonic() - began
        self.waited += took
        self.said.append(f"{took:5.2f} s  {what[:60]}")

    def on(self, role: str, name: str, *, last: bool = False) -> None:
        """Click what is called so: the first of that name, or the last."""
        named = self.page.get_by_role(role, name=name)
        self.click(named.last if last else named.first)

    def fill(self, target: Any, text: str) -> None:
        """Type into a field."""
        self.fields += 1
        target.fill(text)

    def choose(self, target: Any, label: str) -> None:
        """Choose from a list."""
        self.fields += 1
        target.select_option(label=label)
