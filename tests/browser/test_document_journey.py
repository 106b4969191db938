"""A clerk attaches a contract, a second person approves it, and a citizen on a phone finds, cites and verifies it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser import document_journey
from tests.browser.conftest import violations
from tests.browser.desk_site import Site, running
from tests.browser.publication_journey import Walker
from tests.core.attachments import published_documents
from tests.sampling import sampled

pytestmark = pytest.mark.database


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Site]:
    """A real site with its worker, whose trees are published and have no documents yet; one person approves."""
    home = published_documents.city_with_documents(tmp_path).home
    declared = published_documents.TREES_DOCUMENTS.replace("approvals = 2", "approvals = 1")
    (home / "datasets" / "trees-documents" / "dataset.toml").write_text(declared, encoding="utf-8")
    with running(home, approvals=1, owed=("trees-documents",)) as site:
        yield site


# The citizen's scripts; their phone knows Persian alone.
@pytest.mark.parametrize("scripts", sampled("a contract's way", [True, False], 1))
def test_a_contract_is_attached_redacted_approved_found_cited_and_verified(
    chromium: Any, desk: Site, axe: str, tmp_path: Path, scripts: bool
) -> None:
    seen: list[str] = []

    def look(page: Any, called: str) -> None:
        seen.append(called)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], called
        page.evaluate(axe)
        assert violations(page, "main") == [], called

    def look_still(page: Any, called: str) -> None:
        # The checker itself is a script that waits, and where none runs it would wait for ever.
        seen.append(called)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], called

    def walker(width: int, name: str = "", *, scripts: bool = True) -> Walker:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        if name:
            context.add_cookies([{"name": "ayan_desk", "value": desk.sessions[name], "url": desk.address}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return Walker(page, "", keyboard=False, look=look if scripts else look_still)

    clerk = walker(1440, "clerk")
    document_journey.attach(clerk, desk.address, document_journey.contract(tmp_path))
    document_journey.redact_and_link(clerk)
    key = document_journey.send(clerk)
    document_journey.approve(walker(390, "first"), desk.address, key)
    document_journey.is_cited(walker(390, scripts=scripts), desk.address)
    assert seen[-1] == "read again"
