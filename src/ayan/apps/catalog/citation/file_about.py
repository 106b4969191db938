"""What a file for people says of itself in words: source, question, licence, how to quote it and how to check it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from ayan.apps.catalog.citation import citations, short_codes
from ayan.apps.catalog.explorer import conditions
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import LONGEST_CITATION, MOST_RELEASES_TOLD
from ayan.apps.catalog.shown_units import CITIZEN_UNIT
from ayan.core.query.answer import Snapshot
from ayan.core.query.file_source import AboutLine, LogPosition
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import DatasetSnapshot
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import SHOWN_UNITS, unit_label
from ayan.ui import contract, value_html
from ayan.ui.contract import SlotLink
from ayan.wiring.city import City

# Marks that part directions on a page; a cell has one direction, and some programs draw them.
ISOLATES: Final = dict.fromkeys(range(0x2066, 0x206A))
DATA: Final = Label("داده", "Data")
WORDS: Final = Label("شرح", "Description")
SOURCE: Final = Label("منبع", "Source")
INVENTED: Final = Label("هشدار", "Warning")
INVENTED_WORDS: Final = Label("نسخهٔ نمایشی: همه چیز ساختگی است.", "Demonstration: everything is invented.")
BUNDLE: Final = Label("بستهٔ", "Bundle of")
QUESTION: Final = Label("پرسش", "Question")
ALL: Final = Label("همهٔ ردیف‌ها، بی هیچ شرطی", "All rows, without any condition")
MONEY: Final = Label("واحد پول", "Money unit")
RIAL: Final = Label(
    "{unit}؛ هر تومان ۱۰ ریال است و مبلغ‌ها دقیق است.", "{unit}; one toman is 10 rial, and amounts are exact."
)
DAYS: Final = Label("تاریخ‌ها", "Days")
JALALI: Final = Label(
    "هجری خورشیدی؛ ستون «میلادی» کنار هر تاریخ همان روز است، برای مرتب‌سازی و محاسبه.",
    "Jalali; the “Gregorian” column beside each date is the same day, to sort and reckon with.",
)
GREGORIAN: Final = Label("میلادی", "Gregorian")
SEALED: Final = Label("تاریخ داده‌ها", "Data as of")
RELEASES: Final = Label("انتشارهایی که خوانده شد", "Releases that were read")
MORE: Final = Label("و {n} انتشار دیگر", "and {n} more")
STATE: Final = Label("اثر انگشت این وضعیت", "Digest of this state")
LOG: Final = Label("در ثبت عمومی", "In the public log")
LICENCE: Final = Label("پروانهٔ استفاده", "Licence")
LICENCE_PAGE: Final = Label("متن پروانه", "Text of the licence")
CITE: Final = Label("استناد", "How to cite")
CITED: Final = Label(
    "{city}، «{dataset}»{conditions}. داده‌های مهرشده تا {sealed}. {address}",
    "{city}, “{dataset}”{conditions}. Data sealed by {sealed}. {address}",
)
WHERE: Final = Label("، با شرط {}", ", where {}")
LASTING: Final = Label("نشانی ماندگار", "Lasting address")
SHORT: Final = Label("نشانی کوتاه", "Short address")
API: Final = Label("همین نتیجه برای برنامه‌ها", "This result for programs")


def about(
    city: City, question: Question, snapshot: Snapshot, state: DatasetSnapshot, address: str, log: LogPosition | None
) -> tuple[AboutLine, ...]:
    """What the file says that answers a question in a language, the same whoever asks and whenever."""
    lang = question.lang
    return () if lang is None else tuple(_lines(city, question, snapshot, state, address, log, lang))


def about_part(
    city: City, question: Question, whole: Question, snapshot: Snapshot, address: str, log: LogPosition | None
) -> tuple[AboutLine, ...]:
    """The same of rows in a bundle, which was made for the question ``whole`` at an address."""
    lang = question.lang
    if lang is None:
        return ()
    main = city.registry.get(whole.slug)
    said = f"{main.title.of(lang)}{locale.of(lang).semicolon}{asked(city, whole, lang)}"
    lines = _lines(city, replace(question, filters=()), snapshot, snapshot.source, address, log, lang, alone=False)
    return (AboutLine(BUNDLE.of(lang), said), *lines)


def asked(city: City, question: Question, lang: Lang) -> str:
    """What is asked, in words."""
    language = locale.of(lang)
    shown = replace(question, cursor=None, calendar=language.calendar, unit=CITIZEN_UNIT)
    ask = ExplorerState(city.registry.get(question.slug), shown, "", lang)
    said = language.semicolon.join(chip.words for chip in conditions.chips(ask))
    return said.translate(ISOLATES) or ALL.of(lang)


def licence_page(dataset: Dataset) -> str:
    """Where the text of a licence is."""
    return f"https://spdx.org/licenses/{dataset.licence}"


def absolute(path: str) -> str:
    """An address with the host that was declared for the site; without one, as it stands on any."""
    return f"{settings.ORIGIN}{path}"


def _lines(
    city: City,
    question: Question,
    snapshot: Snapshot,
    state: DatasetSnapshot,
    address: str,
    log: LogPosition | None,
    lang: Lang,
    *,
    alone: bool = True,
) -> Iterator[AboutLine]:
    dataset, language = city.registry.get(question.slug), locale.of(lang)
    ask = ExplorerState(dataset, replace(question, cursor=None), address, lang)
    said = language.semicolon.join(chip.words for chip in conditions.chips(ask)).translate(ISOLATES)

    def line(label: Label, text: str) -> AboutLine:
        return AboutLine(label.of(lang), text)

    yield line(DATA, dataset.title.of(lang))
    yield line(WORDS, dataset.description.of(lang))
    yield line(SOURCE, f"{city.profile.name.of(lang)}{language.comma}{dataset.owner.of(lang)}")
    if city.profile.demo:
        yield line(INVENTED, INVENTED_WORDS.of(lang))
    if alone:
        yield line(QUESTION, said or ALL.of(lang))
    if any(field.kind.is_money and not field.is_text for field in dataset.published):
        yield line(MONEY, RIAL.of(lang).format(unit=unit_label(SHOWN_UNITS[question.unit], lang)))
    if any(field.kind.is_day for field in dataset.published):
        yield line(DAYS, (JALALI if question.calendar == "jalali" else GREGORIAN).of(lang))
    if state.sealed_at is not None:
        sealed = value_html.moment_in_words(state.sealed_at, lang)
        yield line(SEALED, sealed)
        yield line(RELEASES, _releases(state, lang))
        yield line(STATE, snapshot.snapshot_id)
        if log is not None:
            yield line(LOG, log.text)
        lasting = _lasting(ask, state) if alone else ""
        conditions_said = WHERE.of(lang).format(said) if said else ""
        words = CITED.of(lang).format(
            city=city.profile.name.of(lang),
            dataset=dataset.title.of(lang),
            conditions=conditions_said,
            sealed=sealed,
            address=lasting,
        )
        if alone:
            yield line(CITE, words.strip())
        if lasting:
            yield line(LASTING, lasting)
        if lasting and (short := short_codes.offered(city, ask, snapshot, citations.code(ask, state))):
            yield line(SHORT, absolute(reverse(f"{ask.lang}:citation", args=[short])))
        yield from (AboutLine(label, address) for label, address in _checks(lasting, lang))
    yield line(API, absolute(address))
    yield line(LICENCE, dataset.licence)
    yield line(LICENCE_PAGE, licence_page(dataset))


def _releases(state: DatasetSnapshot, lang: Lang) -> str:
    language = locale.of(lang)
    named = [f"{release.period}/{release.number}" for release in state.releases]
    shown = [*named[-MOST_RELEASES_TOLD:]]
    more = len(named) - len(shown)
    return language.comma.join([*shown, *([MORE.of(lang).format(n=language.number(more))] if more else [])])


def _lasting(ask: ExplorerState, state: DatasetSnapshot) -> str:
    """The address of a citation of the question; empty where it would be too long for one."""
    code = citations.code(ask, state)
    return absolute(reverse(f"{ask.lang}:citation", args=[code])) if len(code) <= LONGEST_CITATION else ""


def _checks(lasting: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """Where the apps above check a result, in their words."""
    for filled in contract.slot("result.check"):
        if lasting and isinstance(filled, SlotLink):
            query = filled.query.format(address=quote(lasting, safe=""))
            yield filled.label.of(lang), absolute(reverse(f"{lang}:{filled.page}") + query)
