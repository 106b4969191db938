"""Every kind of layout step is added by clicking, shows the table after it, and is undone, on a phone and a desk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import xlsxwriter
from playwright.sync_api import expect
from tests.browser.conftest import follow, violations
from tests.browser.desk_site import Site, running
from tests.browser.sight import FITS

from ayan.apps.desk.fixing.layouts import FORMS
from ayan.core.schema.steps.registry import STEPS

# The site and its worker meet it in processes of their own.
pytestmark = [pytest.mark.database, pytest.mark.soak]

PHONE, DESKTOP = 390, 1440
LANGUAGES: Final = {"": "fa", "/en": "en"}
Rows = Sequence[Sequence[object]]


def book(**sheets: Rows) -> bytes:
    """A workbook with these sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return out.getvalue()


def archive() -> bytes:
    """Two files of one shape in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for number in (1, 2):
            package.writestr(f"{number}.csv", f"شماره,موضوع\nD-{number},نهال\n")
    return out.getvalue()


LINES: Final[Rows] = (
    ("شماره", "موضوع", "بخش", "فروردین", "اردیبهشت", "نرخ", "مبلغ"),
    ("گروه یک", None, None, None, None, None, None),
    ("D-1", "نهال - پارک", "شمال", 1, 2, "12,5", "1,00,000 CR"),
    ("D-2", "آب - جوی", None, 3, 4, "7,25", "2,50,000"),
    ("جمع", None, None, None, None, None, None),
)
TITLED: Final[Rows] = (("شماره", "مبلغ", None), (None, "مصوب", "عملکرد"), ("D-1", 10, 9), ("D-2", 20, 18))
SIDES: Final[Rows] = (("شماره", "موضوع", "شماره", "موضوع"), ("D-1", "نهال", "D-2", "آب"))
STACKED: Final[Rows] = (
    ("جدول ۱: کارکنان", None), ("واحد", "تعداد"), ("فنی", 7), (None, None),
    ("جدول ۲: هزینه", None), ("شماره", "موضوع"), ("D-1", "نهال"), ("D-2", "آب"),
)  # fmt: skip
SHEETS: Final = book(یک=[("شماره", "موضوع"), ("D-1", "نهال")], دو=[("شماره", "موضوع"), ("D-2", "آب")])


@dataclass(frozen=True)
class Clicks:
    """How a step is filled in: texts, columns that are ticked, choices; and what the table after it shows or lost."""

    texts: Mapping[str, str]
    ticks: Sequence[str] = ()
    picks: Mapping[str, str] | None = None
    seen: str = ""
    gone: str = ""


FILES: Final[Sequence[tuple[str, bytes, Mapping[str, Clicks]]]] = (
    (
        "lines.xlsx",
        book(Sheet1=LINES),
        {
            "start": Clicks({"rule_text": "D-2"}, picks={"rule": "is"}, seen="D-2", gone="D-1"),
            "end": Clicks({"rule_text": "جمع"}, picks={"rule": "is"}, seen="D-2", gone="جمع"),
            "leave_out": Clicks({"rule_text": "۱"}, picks={"rule": "filled_at_most"}, seen="D-1", gone="گروه یک"),
            "carry": Clicks({"into": "گروه", "rule_text": "گروه"}, picks={"rule": "matches"}, seen="گروه"),
            "fill_down": Clicks({}, ["بخش"], seen="شمال"),
            "crosstab": Clicks({"into": "ماه", "value": "مقدار"}, ["فروردین", "اردیبهشت"], seen="مقدار"),
            "split": Clicks({"into": "کار؛ جا", "by": " - "}, picks={"column": "موضوع"}, seen="جوی"),
            "child_rows": Clicks({"by": " - "}, ["موضوع"], seen="پارک"),
            "ignore": Clicks({}, ["نرخ"], seen="D-1", gone="12,5"),
            "signs": Clicks({}, ["مبلغ"], {"minus": "CR"}, seen="-1,00,000", gone="CR"),
            "decimal_comma": Clicks({}, ["نرخ"], seen="12.5", gone="12,5"),
            "grouping": Clicks({}, ["مبلغ"], seen="250000"),
            "round": Clicks({"scale": "۱"}, ["فروردین"], seen="D-1"),
            "factor": Clicks({"by": "1000"}, ["فروردین"], seen="3000"),
        },
    ),
    ("titled.xlsx", book(Sheet1=TITLED), {"header": Clicks({"rows": "۲"}, seen="مبلغ › مصوب")}),
    ("sides.xlsx", book(Sheet1=SIDES), {"side_by_side": Clicks({"width": "۲"}, seen="D-2")}),
    ("sheets.xlsx", SHEETS, {"sheets": Clicks({"sheets": "*", "into": "برگه"}, seen="D-2")}),
    ("stacked.xlsx", book(Sheet1=STACKED), {"table": Clicks({"title": "جدول ۲: هزینه"}, seen="D-2", gone="کارکنان")}),
    ("several.zip", archive(), {"members": Clicks({"members": "*", "into": "پرونده"}, seen="D-2")}),
)


def test_every_kind_of_step_is_tried() -> None:
    assert {kind for _, _, steps in FILES for kind in steps} == set(FORMS)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("desk-laid-out")) as site:
        yield site


@pytest.fixture
def clerk(chromium: Any, desk: Site) -> Iterator[Callable[..., Any]]:
    """Opens a page as the clerk at a width."""
    contexts: list[Any] = []

    def opened(address: str, width: int) -> Any:
        context = chromium.new_context(viewport={"width": width, "height": 900})
        context.add_cookies([{"name": "ayan_desk", "value": desk.sessions["clerk"], "url": desk.address}])
        contexts.append(context)
        page = context.new_page()
        page.goto(desk.address + address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("prefix", LANGUAGES)
def test_every_kind_of_step_is_added_and_undone(
    clerk: Callable[..., Any], axe: str, prefix: str, width: int, tmp_path: Path
) -> None:
    lang = LANGUAGES[prefix]
    period = 1370 + 20 * list(LANGUAGES).index(prefix) + 10 * (width == PHONE)
    for at, (name, content, steps) in enumerate(FILES):
        (tmp_path / name).write_bytes(content)
        page = clerk(f"{prefix}/desk/u/new?dataset=deals&period={period + at}", width)
        follow(page.locator("main form button.btn").first)
        page.locator("#file").set_input_files(tmp_path / name)
        page.locator("form[data-upload] button").click()
        expect(page.locator("#layout")).to_be_attached()
        for kind, clicks in steps.items():
            label = STEPS[kind].label.of(lang)
            _add(page, kind, clicks)
            done = page.locator("ol.layout-steps > li").last
            expect(done.locator("b")).to_have_text(label)
            if kind not in ("sheets", "members"):
                # What names the tables of a file is done before there is a table that could be shown.
                expect(done.locator("table.raw")).to_contain_text(clicks.seen)
                if clicks.gone:
                    expect(done.locator("table.raw tbody")).not_to_contain_text(clicks.gone)
            assert page.evaluate(FITS), kind
            page.evaluate(axe)
            assert violations(page) == [], kind
            follow(done.locator("form button"))
            expect(page.locator("#layout")).to_be_attached()
            expect(page.locator("ol.layout-steps > li")).to_have_count(0)


def _add(page: Any, kind: str, clicks: Clicks) -> None:
    """Choose the step, fill in its short form and do it."""
    if not page.locator("#layout-do").is_visible():
        page.locator("#layout > summary").click()
    page.locator("#layout-do").select_option(kind)
    follow(page.locator("#layout form[method=get] button"))
    form = page.locator("#layout form[method=post]")
    for column in clicks.ticks:
        form.get_by_role("checkbox", name=column, exact=True).check()
    for key, value in (clicks.picks or {}).items():
        form.locator(f"[name={key}]").select_option(value)
    for key, text in clicks.texts.items():
        form.locator(f"[name={key}]").fill(text)
    assert page.evaluate(FITS), kind
    follow(form.locator("button"))
    assert page.locator(".flash.error, .error-summary, [role=alert]").count() == 0, page.locator("main").inner_text()
    expect(page.locator("ol.layout-steps > li")).to_have_count(1)
