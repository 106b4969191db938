"""A citizen finds a contract by a phrase that stands in it, reads and cites its second page, and verifies the bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import WIDTHS, follow, violations
from tests.browser.served_site import served
from tests.core.attachments import published_documents
from tests.core.attachments.published_documents import Paper
from tests.core.documents import papers

from ayan.core.documents import document_text
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.document_words import follow_documents

pytestmark = pytest.mark.browser
PHRASE = "کارفرما نمونهٔ آسفالت را در آزمایشگاه می‌سنجد"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("contracts")
    paragraphs = [*papers.SENTENCES[:5] * 8, *papers.SENTENCES[5:6] * 2, papers.SENTENCES[1].replace("۴٬۱۲۵", "۹٬۰۰۰")]
    first = papers.letter(folder / "first.pdf", ["قرارداد روکش آسفالت", *paragraphs], size=12)
    second = papers.letter(
        folder / "second.pdf",
        ["قرارداد روکش آسفالت", *paragraphs[:-1], papers.SENTENCES[1], PHRASE, "هزینهٔ کاشت ۱۰۰۰۰۰ ریال است."],
        size=12,
    )
    table = papers.table(
        folder / "plan.pdf",
        [["ردیف", "شرح کار", "مبلغ"], ["۱", "جدول‌گذاری", "۱٬۲۰۰"], ["۲", "خط‌کشی", "۸۰۰"]],
        ruled=True,
    )
    made = published_documents.city_with_documents(folder / "home")
    documents = [
        _paper(first, "قرارداد روکش آسفالت خیابان بهشتی"),
        _paper(second, "قرارداد روکش آسفالت خیابان بهشتی", version=2),
        _paper(table, "برآورد هزینه", kind="plan"),
    ]
    published_documents.publish(made.city, *documents)
    follow_documents(made.city)
    return made.city


def _paper(file: Path, title: str, **further: Any) -> Paper:
    pages = tuple(document_text.of_file(file))
    lines = [[line.text for line in page.lines] for page in pages]
    return replace(published_documents.paper(title=title, **further), content=file.read_bytes(), pages=lines)


@pytest.fixture
def site(town: City, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(city, "current", lambda: town)
    with served() as address:
        yield address


@pytest.mark.parametrize("scripts", [True, False])
def test_a_citizen_finds_cites_and_verifies(chromium: Any, site: str, tmp_path: Path, scripts: bool) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=scripts)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{site}/search?q={PHRASE}")
    hits = page.locator(".doc-hits li")
    expect(hits).to_have_count(1)
    expect(hits.locator("mark")).to_have_text(PHRASE)
    follow(hits.get_by_role("link").first)
    expect(page.locator(".doc-lines mark")).to_have_text(PHRASE)
    number = int(page.url.partition("?")[0].rpartition("/")[2])
    assert number >= 2
    if number != 2:
        pages = page.get_by_role("navigation", name="صفحه‌های سند", exact=True)
        follow(pages.get_by_role("link", name="۲", exact=True))
    digest = page.url.split("/documents/")[1][:64]
    cited = page.locator(".cite p").first
    expect(cited).to_contain_text("صفحهٔ ۲")
    expect(cited).to_contain_text(f"/documents/{digest}/2")
    with page.expect_download() as fetched:
        page.locator(".acts a[href$='/file']").click()
    assert hashlib.sha256(Path(fetched.value.path()).read_bytes()).hexdigest() == digest
    expect(page.get_by_text(digest).first).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("lang", ["fa", "en"])
def test_the_reader_fits_and_is_accessible(
    chromium: Any, site: str, town: City, axe: str, width: int, lang: str
) -> None:
    (document, *_) = (each for each in town.documents.every() if each.version == 2)
    prefix = "" if lang == "fa" else f"/{lang}"
    context = chromium.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    for address in (f"/documents/{document.digest}/2?q=هزینه", f"/search?q={PHRASE}"):
        page.goto(f"{site}{prefix}{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        assert violations(page, "main") == []
    page.goto(f"{site}{prefix}/documents/{document.digest}/2")
    picture = page.locator(".doc-picture img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth") == 800
    context.close()
