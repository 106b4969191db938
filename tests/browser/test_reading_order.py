"""A hundred and twenty texts that mix directions (`reading_cases`), read in a real browser as the eye meets them.

The order is taken from where Chromium puts each character: left to right on the screen, hidden voices left out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.browser.reading_cases import BRACKETS, ENGLISH, PERSIAN, UNSEEN

SEEN = """() => [...document.querySelectorAll('[data-case]')].map(box => {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  const met = [];
  for (let node; (node = walker.nextNode()); ) {
    if (node.parentElement.closest('.vh, title')) continue;
    const range = document.createRange();
    for (let place = 0; place < node.data.length; place++) {
      range.setStart(node, place);
      range.setEnd(node, place + 1);
      const found = [...range.getClientRects()].filter(one => one.width > 0);
      if (found.length) met.push([(found[0].left + found[0].right) / 2, met.length, node.data[place]]);
    }
  }
  return met.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(one => one[2]).join('');
})"""


def met_by_the_eye(text: str) -> str:
    """What is seen of it; not its spaces, for nobody sees which of two stands where."""
    return BRACKETS.sub("|", UNSEEN.sub("", text)).replace(" ", "").replace("\u00a0", "")


@pytest.mark.parametrize(("direction", "cases"), [("rtl", PERSIAN), ("ltr", ENGLISH)], ids=["Persian", "English"])
def test_every_text_is_met_by_the_eye_in_its_right_order(
    open_page: Callable[..., Any], direction: str, cases: list[tuple[str, str]]
) -> None:
    page = open_page("/about" if direction == "rtl" else "/en/about")
    boxes = "".join(f'<div dir="{direction}"><span data-case>{written}</span></div>' for written, _ in cases)
    page.evaluate("html => { document.querySelector('main').innerHTML = html; }", boxes)
    page.evaluate("document.fonts.ready")
    seen = [met_by_the_eye(text) for text in page.evaluate(SEEN)]
    wrong = [
        (written, expected, got)
        for (written, expected), got in zip(cases, seen, strict=True)
        if got != met_by_the_eye(expected)
    ]
    assert wrong == []


def test_there_are_at_least_a_hundred_and_twenty() -> None:
    assert len(PERSIAN) + len(ENGLISH) >= 120
