"""On a page in a language from the left, Persian texts and names say that they are Persian."""

from __future__ import annotations

import pytest

from ayan.ui.language import persian_marked

NAME = "\u2068شهرداری منطقه سه\u2069"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<p>کار</p>", '<p lang="fa">کار</p>'),
        ("<caption>کار</caption>", '<caption lang="fa">کار</caption>'),
        ("<bdi><mark>کار</mark> جاری</bdi>", '<bdi lang="fa"><mark lang="fa">کار</mark> جاری</bdi>'),
        (f'<text x="1">{NAME}</text>', f'<text x="1" lang="fa">{NAME}</text>'),
        ("<text><title>کار، Works</title>کار</text>", '<text lang="fa"><title>کار، Works</title>کار</text>'),
        (f"<h2>Most: {NAME} with 20%</h2>", f'<h2>Most: <span lang="fa">{NAME}</span> with 20%</h2>'),
        (
            f"<h2>Most: {NAME} and {NAME}</h2>",
            f'<h2>Most: {" and ".join([f"""<span lang="fa">{NAME}</span>"""] * 2)}</h2>',
        ),
        ("<p>“کار” is below “Works”</p>", '<p>“<span lang="fa">کار</span>” is below “Works”</p>'),
        (f"<p><b>Most</b>: {NAME}, 3</p>", f'<p><b>Most</b>: <span lang="fa">{NAME}</span>, 3</p>'),
    ],
)
def test_a_persian_text_says_so(written: str, sent: str) -> None:
    assert persian_marked(written.encode()).decode() == sent


@pytest.mark.parametrize(
    "written",
    [
        "<p>Works of 1404</p>",
        "<p>The city of کار</p>",
        "<p>“The city of کار”</p>",
        '<img alt="Most: “کار”">',
        '<p lang="ar">کار</p>',
        f"<title>Most: {NAME} with 20%</title>",
        f'<img alt="Most: {NAME}">',
        f"<option>Most: {NAME}</option>",
        f"<svg><rect><title>{NAME}, 1401: 3%</title></rect></svg>",
        f"<text>{NAME}: 3 billion</text>",
        "<p>Most: \u20681404-1\u2069</p>",
    ],
)
def test_what_is_mixed_or_can_hold_no_element_stays(written: str) -> None:
    assert persian_marked(written.encode()).decode() == written
