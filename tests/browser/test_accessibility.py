"""Axe finds nothing against WCAG 2.2 AA or its own best practice on the main pages, at both widths, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.apps.addresses import PAGES
from tests.browser.conftest import WIDTHS
from tests.conftest import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not fetched: run `npm ci`")
    return AXE.read_text(encoding="utf-8")


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(open_page: Callable[..., Any], axe: str, prefix: str, address: str) -> None:
    page = open_page(prefix + address)
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        # The page answers to its new width before its next frame; only then may everything be opened.
        page.evaluate("() => new Promise(done => requestAnimationFrame(done))")
        page.locator("details").evaluate_all("all => { for (const one of all) one.open = true; }")
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        told = [f"{width}: {one['id']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]
        assert told == []
