"""What stands beside a column: people, or documents; it says what a number is under a header that does not."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.core.intake.table import RawColumn
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEWEST_NAMED, NAMED_SHARE
from ayan.core.refine.refine_session import RefineSession
from ayan.core.values import personal_notations
from ayan.core.values.text import fold

_PEOPLE: Final = re.compile(
    r"\b(?:نام(?: ?و ?نام)? ?خانوادگی|نام(?= ?$)|نام و نشان"
    r"|نام (?:متقاضی|مالک|کارمند|پرسنل|مستاجر|ذینفع|ذی نفع|عضو|فرد)"
    r"|متقاضی|مالک|کارمند|پرسنل|مستاجر|ذینفع|شاکی|مودی|بازنشسته|مددجو|شهروند"
    r"|(?:first|last|full|family|given|employee|applicant|owner|officer|member|tenant|resident) ?name|surname|forename"
    r"|name(?= ?$)|employee|applicant|owner|tenant|resident|councillor|officer|claimant|pensioner)\b",
    re.IGNORECASE,
)
# A name of something else, whoever it is.
_THINGS: Final = re.compile(
    r"\b(?:شرکت|موسسه|پروژه|طرح|خیابان|کالا|دستگاه|واحد|شهر|بانک|فروشنده|پیمانکار"
    r"|supplier|vendor|company|firm|project|street|product|file|body|department|payee|service)\b",
    re.IGNORECASE,
)
# Given names that are common here and in English: where many cells begin with one, people stand there.
_PERSIAN: Final = """
علی محمد حسین حسن رضا مهدی احمد حمید سعید مجید امیر عباس مصطفی مرتضی ابراهیم اسماعیل یوسف جواد کاظم ناصر محمود مسعود
بهرام بهروز بهزاد پرویز پیمان جمشید داود داوود رحیم رسول روح‌الله سجاد سهراب شاهین صادق صالح طاهر عادل علیرضا غلامرضا
فرهاد فریدون کامران کریم کوروش کیوان منصور مهران میثم نادر نیما هادی هاشم وحید یاسر یعقوب محمدرضا حمیدرضا امیرحسین
فاطمه زهرا مریم زینب معصومه سکینه نرگس لیلا سارا مینا مهناز شهناز پروین نسرین ناهید زهره طاهره صدیقه اعظم اکرم اشرف
الهام الهه آرزو آزاده بهاره پریسا ترانه سمیه سمیرا شیرین شیما فرزانه فریبا کبری گلناز مژگان مهسا نازنین نگار نیلوفر هدی
"""
_ENGLISH: Final = """
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald
steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric
jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis peter
mary patricia jennifer linda elizabeth barbara susan jessica sarah karen nancy lisa betty margaret sandra ashley emily
donna michelle carol amanda melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela shirley anna ann
brenda pamela emma nicole helen samantha katherine christine rachel carolyn janet catherine maria heather jane alice
"""
GIVEN_NAMES: Final = frozenset(fold(name) for name in (_PERSIAN + _ENGLISH).split())
"""Names as `fold` writes them."""
# Values of a column by which it is told whether they are people's names.
_SAMPLE: Final = 300


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Columns of people and columns of documents: which of the columns, by their numbers, are of either sort.

    ``people`` head or hold names of persons, ``documents`` are headed as numbers or days of documents.
    """

    people: frozenset[int]
    documents: frozenset[int]
    order: Sequence[int]

    def beside_people(self, column: int) -> bool:
        """Whether a row of the file is about a person: names of persons stand in another column."""
        return bool(self.people - {column})

    def among_documents(self, column: int) -> bool:
        """Whether a column next to this one is headed as of documents, and no column is of people."""
        return not self.beside_people(column) and any(at in self.documents for at in self._next_to(column))

    def _next_to(self, column: int) -> list[int]:
        at = self.order.index(column)
        return [*self.order[max(0, at - 1) : at], *self.order[at + 1 : at + 2]]


def surroundings(session: RefineSession) -> Surroundings:
    """What the columns of a submission are, by their titles in the file and in the declaration, and by their words."""
    fields = {mapped.column.index: mapped for mapped in session.present if mapped.column is not None}
    titles = {column.index: _titles(column, fields.get(column.index)) for column in session.raw.columns}
    documents = frozenset(at for at, of in titles.items() if any(map(personal_notations.heads_documents, of)))
    headed = {at for at, of in titles.items() if any(map(_heads_people, of)) or _is_person(fields.get(at))}
    order = [column.index for column in session.raw.columns if column.header.strip() or column.index in fields]
    return Surroundings(frozenset(headed | _named(session, fields, headed)), documents, order)


def _titles(column: RawColumn, mapped: MappedField | None) -> tuple[str, ...]:
    labels = (mapped.field.label.fa, mapped.field.label.en) if mapped else ()
    return tuple(personal_notations.plain_text(title).strip() for title in (column.header, *labels))


def _heads_people(title: str) -> bool:
    return _PEOPLE.search(title) is not None and _THINGS.search(title) is None


def _is_person(mapped: MappedField | None) -> bool:
    return mapped is not None and mapped.field.role == "person"


def _named(session: RefineSession, fields: Mapping[int, MappedField], known: set[int]) -> set[int]:
    """The columns of words in which many values begin with a given name."""
    words = [at for at, mapped in fields.items() if mapped.field.kind.is_words and not mapped.field.choices]
    named: set[int] = set()
    for at in words:
        if at in known:
            continue
        values = session.all(
            f"SELECT DISTINCT c{at} FROM (FROM {session.raw.relation} LIMIT {10 * _SAMPLE}) "
            f"WHERE c{at} IS NOT NULL LIMIT {_SAMPLE}"
        )
        people = sum(_begins_with_name(str(value)) for (value,) in values)
        if people >= FEWEST_NAMED and people >= NAMED_SHARE * len(values):
            named.add(at)
    return named


def _begins_with_name(text: str) -> bool:
    """Whether a text is two to five words of which one of the first two is a given name, and no number."""
    parts = [part.strip(".,،") for part in fold(text).split()]
    return 1 < len(parts) <= 5 and not any(map(str.isdigit, text)) and bool(GIVEN_NAMES.intersection(parts[:2]))
