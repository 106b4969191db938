"""The hands of somebody at the counter: a phone's browser, the keyboard alone, and a look at each page on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.browser.conftest import violations
from tests.browser.sight import FITS

Open = Callable[..., Any]
TABS = 150


@pytest.fixture
def phone(chromium: Any, site: str) -> Iterator[Open]:
    """A reader's own browser of the width of a phone, at an address; no page may complain."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(address: str, *, scripts: bool) -> Any:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def reach(page: Any, target: Any) -> None:
    """Bring the focus to something as a keyboard does: by Tab and nothing else."""
    if page.evaluate("document.activeElement === document.body"):
        # The first stop of every page leads past its head.
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    pytest.fail(f"no Tab reaches {target}")


def write(page: Any, field: str, text: str) -> None:
    reach(page, page.locator(f"[id='{field}']"))
    page.keyboard.type(text)


def press(page: Any, name: str | re.Pattern[str]) -> None:
    """Press a button or a link that leads on."""
    target = (
        page.locator("main").get_by_role("button", name=name).or_(page.locator("main").get_by_role("link", name=name))
    )
    reach(page, target.first)
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def look(page: Any, axe: str = "") -> None:
    """What holds of every page on the way: it fits, and axe finds nothing."""
    assert page.evaluate(FITS)
    if axe:
        page.evaluate(axe)
        assert violations(page) == []
