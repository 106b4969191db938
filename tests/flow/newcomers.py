"""What a newcomer comes for, as one table: the task, the road to it from home, and what must be read at its end.

Each task has two roads, by the search box and by doors, of at most three steps. A step is a page that is loaded, a fold
that is opened or a file that is taken; to be at home is none. Words stand in Persian and in English, `{…}` in them is a
name of the invented city (`names_of`).
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

from playwright.sync_api import expect
from tests.browser.conftest import follow
from tests.flow.hamlet import Published
from tests.patience import PATIENCE

from ayan.core.values.locale import PERSIAN

MOST_STEPS: Final = 3
MARKS: Final = "\u061c\u200e\u200f\u2066-\u2069"
"""The marks of direction, as part of an expression."""
TALLEST: Final = 12_000
MOST_KEYS: Final = 300
"""Presses of the key that leads to the next link; whoever needs more has given up."""


@dataclass(frozen=True)
class Words:
    """What stands on a screen, in both languages."""

    fa: str
    en: str

    def on(self, prefix: str, names: Mapping[str, str]) -> str:
        """In the language of a screen, with the names in it."""
        return (self.en if prefix else self.fa).format_map(names)


@dataclass(frozen=True)
class Ask(Words):
    """Type into the search box and send it."""


@dataclass(frozen=True)
class Follow(Words):
    """Go on by the first link whose words hold these."""


@dataclass(frozen=True)
class Unfold(Words):
    """Open what is folded under these words."""


@dataclass(frozen=True)
class Take(Words):
    """Take the file that the link of these words leads to."""


@dataclass(frozen=True)
class Search(Words):
    """Ask within a dataset, by its own form."""


@dataclass(frozen=True)
class InFile(Words):
    """What must stand in the file that was taken, or must not."""

    wanted: bool = True


@dataclass(frozen=True)
class Journey:
    """One road of one task; ``reads`` are expressions that must be met in the page at its end, or in its file."""

    task: str
    road: str
    steps: tuple[Words, ...]
    reads: tuple[Words, ...]

    def __str__(self) -> str:
        return f"{self.task} by {self.road}"


TOMAN: Final = Words(
    r"[۰-۹][۰-۹٫٬]* (?:هزار )?(?:میلیارد|میلیون) تومان", r"[0-9][0-9.,]* (?:trillion|billion|million) toman"
)
IN_FILE: Final = InFile("{contract}", "{contract}")
NOT_IN_FILE: Final = InFile("{other_contract}", "{other_contract}", wanted=False)
OPEN_PAGE: Final = Follow("باز کردن صفحه", "Open the page")
ALL_DATA: Final = Follow("همهٔ داده‌ها", "All data")

JOURNEYS: Final = (
    Journey(
        "the mayor's pay and its real course",
        "box",
        (Ask("حقوق شهردار", "mayor salary"), OPEN_PAGE),
        (TOMAN, Words("به قیمت ثابت [۰-۹]+", "at [0-9]+ prices"), Words("ناخالص شهردار", "mayor’s gross pay")),
    ),
    Journey(
        "the mayor's pay and its real course",
        "doors",
        (Follow("مدیران چقدر می‌گیرند؟", "What do managers earn?"),),
        (TOMAN, Words("به قیمت ثابت [۰-۹]+", "at [0-9]+ prices"), Words("ناخالص شهردار", "mayor’s gross pay")),
    ),
    Journey(
        "the biggest contractors and how they won",
        "box",
        (Ask("بزرگ‌ترین پیمانکار", "biggest contractor"), OPEN_PAGE),
        (Words("{contractor}", "{contractor}"), TOMAN, Words("مناقصهٔ عمومی", "Public tender")),
    ),
    Journey(
        "the biggest contractors and how they won",
        "doors",
        (Follow("بزرگ‌ترین قراردادها با کیست؟", "Who has the biggest contracts?"),),
        (Words("{contractor}", "{contractor}"), TOMAN, Words("مناقصهٔ عمومی", "Public tender")),
    ),
    Journey(
        "the asphalt of a street",
        "box",
        (Ask("آسفالت {street}", "asphalt {street}"), Follow("{work}", "{work}")),
        (Words("{street}", "{street}"), TOMAN, Words("پیشرفت فیزیکی", "Physical progress")),
    ),
    Journey(
        "the asphalt of a street",
        "doors",
        (ALL_DATA, Follow("پروژه‌های عمرانی", "Projects"), Search("آسفالت {street}", "آسفالت {street}")),
        (Words("{work}", "{work}"), Words("جمع مبلغ قرارداد", "Contract amount, sum")),
    ),
    Journey(
        "a line of the budget",
        "box",
        (Ask("ردیف {line}", "budget line {line}"),),
        (TOMAN, Words("{line}", "{line}"), Words("مصوب", "Approved")),
    ),
    Journey(
        "a line of the budget",
        "doors",
        (
            Follow("پول شهر کجا خرج می‌شود؟", "Where does the city’s money go?"),
            Follow("{heading}", "{heading}"),
            Follow("{line_title}", "{line_title}"),
        ),
        (Words("{line_title}", "{line_title}"), TOMAN, Words("عملکرد", "Actual")),
    ),
    Journey(
        "a member's vote on a motion",
        "box",
        (Ask("مصوبهٔ {motion}", "resolution {motion}"), Follow("{motion_title}", "{motion_title}")),
        (Words("{member}", "{member}"), Words("موافق", "For")),
    ),
    Journey(
        "a member's vote on a motion",
        "doors",
        (
            Follow("شورا تازه چه تصمیمی گرفته است؟", "What has the council just decided?"),
            Follow("{motion_title}", "{motion_title}"),
        ),
        (Words("{member}", "{member}"), Words("موافق", "For")),
    ),
    Journey(
        "the contracts of 1403 in Excel",
        "box",
        (Ask("قراردادهای ۱۴۰۳", "contracts of 1403"), Take("Excel", "Excel")),
        (IN_FILE, NOT_IN_FILE),
    ),
    Journey(
        "the contracts of 1403 in Excel",
        "doors",
        (ALL_DATA, Follow("قراردادها", "Contracts"), Take("۱۴۰۳", "1403")),
        (IN_FILE, NOT_IN_FILE),
    ),
    Journey(
        "a chart on another site",
        "box",
        (Ask("بزرگ‌ترین پیمانکار", "biggest contractor"), OPEN_PAGE),
        (Words("<iframe src=\"http", "<iframe src=\"http"),),
    ),
    Journey(
        "a chart on another site",
        "doors",
        (Follow("به منطقهٔ من چقدر می‌رسد؟", "What does my district get?"),),
        (Words("<iframe src=\"http", "<iframe src=\"http"),),
    ),
    Journey(
        "to cite and to prove",
        "box",
        (
            Ask("قراردادهای ۱۴۰۳", "contracts of 1403"),
            Follow("استناد", "Cite"),
            Follow("آیا این نتیجه همان است که مهر شد؟", "Is this result what was sealed?"),
        ),
        (Words("درست است", "It holds"), Words("{contracts} ردیف", "{contracts_en} rows")),
    ),
    Journey(
        "to cite and to prove",
        "doors",
        (
            Follow("بزرگ‌ترین قراردادها با کیست؟", "Who has the biggest contracts?"),
            Follow("نشانی ماندگار", "Lasting address"),
            Follow("آیا این نتیجه همان است که مهر شد؟", "Is this result what was sealed?"),
        ),
        (Words("درست است", "It holds"), Words("پرونده‌های مهرشده", "the sealed files")),
    ),
    Journey(
        "two districts per head",
        "box",
        (Ask("سرانهٔ منطقهٔ ۱ و منطقهٔ ۲", "district 1 and 2 per head"), OPEN_PAGE),
        (Words("منطقهٔ ۱", "District 1"), Words("منطقهٔ ۲", "District 2"), Words("برای هر نفر", "per person")),
    ),
    Journey(
        "two districts per head",
        "doors",
        (Follow("به منطقهٔ من چقدر می‌رسد؟", "What does my district get?"),),
        (Words("منطقهٔ ۱", "District 1"), Words("منطقهٔ ۲", "District 2"), Words("برای هر نفر", "per person")),
    ),
    Journey(
        "what is late",
        "box",
        (Ask("چه چیزی دیر شده است؟", "what is late"), OPEN_PAGE),
        (Words("روز دیرکرد", "Days late"), Words("[۰-۹]+ مورد عقب‌افتاده", "[0-9]+ overdue")),
    ),
    Journey(
        "what is late",
        "doors",
        (Follow("چه دیر شده و چه پاسخ گرفته است؟", "What is late, and what was answered?"),),
        (Words("روز دیرکرد", "Days late"), Words("[۰-۹]+ مورد عقب‌افتاده", "[0-9]+ overdue")),
    ),
    Journey(
        "whom to ask",
        "box",
        (Ask("از چه کسی بپرسم؟", "whom do I ask"), OPEN_PAGE),
        (Words("@", "@"), Words("ساعت", "[Hh]ours")),
    ),
    Journey(
        "whom to ask",
        "doors",
        (Follow("تماس با ما", "Contact"),),
        (Words("@", "@"), Words("ساعت", "[Hh]ours")),
    ),
)  # fmt: skip


def names_of(published: Published) -> dict[str, str]:
    """The names of the city that the journeys are about, as it published them."""

    def first(query: str) -> tuple[Any, ...]:
        return published.world.con.execute(query).fetchall()[0]

    def table(slug: str) -> str:
        return published.current(slug)

    contractor = first(
        f"SELECT contractor FROM {table('contracts')} WHERE kind IN ('works', 'services', 'goods', 'consulting') "
        "GROUP BY 1 ORDER BY sum(amount) DESC, 1 LIMIT 1"
    )
    work, street = first(
        f"SELECT title, regexp_extract(title, '(?:خیابان|بلوار|کوچه|گذر|میدان) .*$') FROM {table('projects')} "
        "WHERE title LIKE '%آسفالت%' GROUP BY title HAVING count(*) = 1 ORDER BY 1 LIMIT 1"
    )
    heading, code, title = first(
        f"SELECT parent_title, code, title FROM {table('budget')} WHERE side = 'use' AND fiscal_year = "
        f"(SELECT max(fiscal_year) FROM {table('budget')}) ORDER BY approved DESC, code LIMIT 1"
    )
    number, motion = first(
        f"SELECT number, title FROM {table('council-resolutions')} GROUP BY ALL "
        "ORDER BY max(decided_on) DESC, number LIMIT 1"
    )
    member = first(f"SELECT member FROM {table('council-votes')} WHERE resolution = '{number}' ORDER BY 1 LIMIT 1")
    number_1403, signed = first(
        f"SELECT min(number), count(*) FROM {table('contracts')} "
        "WHERE signed_on BETWEEN DATE '2024-03-20' AND DATE '2025-03-20'"
    )
    other = first(f"SELECT min(number) FROM {table('contracts')} WHERE signed_on < DATE '2024-03-20'")
    return {
        "contracts": PERSIAN.numerals(str(signed)),
        "contracts_en": str(signed),
        "contract": number_1403,
        "other_contract": other[0],
        "contractor": contractor[0],
        "work": work,
        "street": street,
        "heading": heading,
        "line": str(code),
        "line_title": title,
        "motion": number,
        "motion_title": motion,
        "member": member[0],
    }


@dataclass
class Walk:
    """Somebody on the way, in one language on one screen, and how many steps were taken so far.

    ``keys``: nothing is touched but the keyboard, and every link is reached by the key that leads to the next one.
    """

    page: Any
    prefix: str
    names: Mapping[str, str]
    keys: bool = False
    steps: int = 0
    files: list[bytes] = field(default_factory=list)

    def go(self, step: Words) -> None:
        """Take one step."""
        words = step.on(self.prefix, self.names)
        self.steps += 1
        match step:
            case Ask():
                self._ask(words)
            case Search():
                self._search(words)
            case Unfold():
                self._press(self._found("summary", words))
            case Take():
                self._take(self._found("a", words))
            case _:
                self._leave(self._found("a", words))

    def reads(self, wanted: Words) -> None:
        """Meet an expression in the page, or in the last file."""
        if isinstance(wanted, InFile):
            assert (wanted.on(self.prefix, self.names) in sheet_text(self.files[-1])) is wanted.wanted
            return
        expression = re.compile(wanted.on(self.prefix, _Escaped(self.names)))
        # What is far below on a long list is drawn, and so read, only once it is near the screen.
        self.page.set_viewport_size({"width": self.page.viewport_size["width"], "height": TALLEST})
        until = time.monotonic() + PATIENCE / 2
        while not expression.search(_plain(self.page.locator("body").inner_text())):
            assert time.monotonic() < until, (self.page.url, expression.pattern)
            self.page.wait_for_timeout(100)

    def _found(self, tag: str, words: str) -> Any:
        """The first thing that is seen and whose words are these, or else hold these."""
        seen = self.page.locator(f"{tag}:visible")
        whole = seen.filter(has_text=re.compile(rf"^\s*[{MARKS}]*{re.escape(words)}[{MARKS}]*\s*$"))
        return (whole if whole.count() else seen.filter(has_text=words)).first

    def _ask(self, words: str) -> None:
        box = self.page.locator("#find")
        if self.keys:
            self._reach(box)
            self.page.keyboard.type(words)
            with self.page.expect_navigation(wait_until="load"):
                self.page.keyboard.press("Enter")
        else:
            box.fill(words)
            follow(self.page.locator('form[role="search"] button').first)

    def _search(self, words: str) -> None:
        box = self.page.locator('main [name="_search"]:visible').first
        if self.keys:
            self._reach(box)
        else:
            box.focus()
        self.page.keyboard.type(words)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(re.compile("_search="))

    def _take(self, link: Any) -> None:
        with self.page.expect_download() as coming:
            self._press(link)
        self.files.append(Path(coming.value.path()).read_bytes())

    def _leave(self, link: Any) -> None:
        if self.keys:
            self._reach(link)
            with self.page.expect_navigation(wait_until="load"):
                self.page.keyboard.press("Enter")
        else:
            follow(link)

    def _press(self, thing: Any) -> None:
        if self.keys:
            self._reach(thing)
            self.page.keyboard.press("Enter")
        else:
            thing.click()

    def _reach(self, thing: Any) -> None:
        for _ in range(MOST_KEYS):
            self.page.keyboard.press("Tab")
            if thing.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError((self.page.url, "out of reach of the keyboard", thing.text_content()))


class _Escaped(dict[str, str]):
    """Names as an expression has them."""

    def __getitem__(self, name: str) -> str:
        return re.escape(super().__getitem__(name))


def _plain(text: str) -> str:
    """What stands on a screen without the marks of direction, in one spacing."""
    return re.sub(r"\s+", " ", re.sub(f"[{MARKS}]", "", text))


def sheet_text(file: bytes) -> str:
    """The texts of a workbook."""
    with ZipFile(BytesIO(file)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
