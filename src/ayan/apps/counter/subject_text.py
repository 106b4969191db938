"""What a case is about, as a page names it: a record or a value of it, a release, a dataset, a service, a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from ayan.apps.accounts.models import Unit
from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.records import NoSuchRecord
from ayan.apps.counter.limits import LONGEST_SUBJECT
from ayan.core.query.answer import Unanswered
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values.address_step import read_key
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import code_html, value_html
from ayan.wiring import city
from ayan.wiring.city import City
from ayan.wiring.service_folder import service_catalogue


class NoSuchSubject(Refusal):
    """What a case is to be about is not published, or never was."""

    code = "no-such-subject"
    fa = "آنچه نشانی از آن می‌گوید منتشر نشده است. فرم را بی آن پر کنید، یا از صفحهٔ همان رکورد دوباره بیایید."
    en = "What the address speaks of is not published. Fill in the form without it, or come again from the record."
    status = 404


@dataclass(frozen=True, slots=True)
class SubjectText:
    """A subject in words: what it is called, its page, and the column and value in question, where it has them.

    ``values`` are all that everybody may read of a record, by their columns, to choose the one in question from.
    """

    text: str
    column: str
    title: str
    address: str
    dataset: Dataset | None = None
    field: Field | None = None
    value: object = None
    values: tuple[tuple[str, str], ...] = ()

    @property
    def sort(self) -> str:
        """What sort of thing it is, as kinds name it: ``row``, ``value``, ``dataset`` …."""
        return "value" if self.column else self.text.partition(":")[0]


def subject_of(text: str, column: str, lang: Lang) -> SubjectText | None:
    """A subject by its text, such as ``row:payments/1403~7``; None for none. Raises NoSuchSubject.

    What it says of a value is read from what is published now: never from the address.
    """
    if not text or text == "city":
        return None
    sort, _, rest = text[:LONGEST_SUBJECT].partition(":")
    read = {"row": _row, "dataset": _dataset, "release": _release, "unit": _unit, "service": _service}.get(sort)
    if read is None or not rest:
        raise NoSuchSubject
    try:
        return read(city.current(), rest, column[:80], lang)
    except (KeyError, ValueError, NoSuchRecord, Unanswered):
        raise NoSuchSubject from None


def _row(current_city: City, rest: str, column: str, lang: Lang) -> SubjectText:
    # Links write the key as addresses do, where a slash is a comma; it is kept as records are named.
    slug, _, step = rest.partition("/")
    dataset, key = current_city.registry.get(slug), read_key(step)
    record = records.find(current_city, dataset, key)
    field = next((each for each in dataset.published if each.name == column and each.shown == "public"), None)
    if column and field is None:
        raise NoSuchSubject
    title = f"{dataset.title.of(lang)}: {code_html.isolated(records.title(dataset, record.row, lang))}"
    address = reverse(f"{lang}:record", args=(slug, key))
    value = record.row.values.get(column) if field is not None else None
    values = tuple(
        (each.name, VALUE.of(lang).format(label=each.label.of(lang), value=text))
        for each in dataset.published
        if each.shown == "public"
        and (text := value_html.value_plain(each, record.row.values.get(each.name), lang, "rial")).strip()
    )
    return SubjectText(f"row:{slug}/{key}", column, title, address, dataset, field, value, values)


VALUE: Final = Label("{label}: {value}", "{label}: {value}")


def _dataset(current_city: City, rest: str, _column: str, lang: Lang) -> SubjectText:
    dataset = current_city.registry.get(rest)
    return SubjectText(f"dataset:{rest}", "", dataset.title.of(lang), reverse(f"{lang}:dataset", args=(rest,)), dataset)


RELEASE: Final = Label("{dataset}، {period}", "{dataset}, {period}")


def _release(current_city: City, rest: str, _column: str, lang: Lang) -> SubjectText:
    slug, period, number = rest.split("/")
    dataset = current_city.registry.get(slug)
    if period not in current_city.release_store.periods(slug):
        raise NoSuchSubject
    title = RELEASE.of(lang).format(dataset=dataset.title.of(lang), period=value_html.period_label(period, lang))
    address = reverse(f"{lang}:release", args=(slug, period, int(number)))
    return SubjectText(f"release:{rest}", "", title, address, dataset)


def _service(current_city: City, rest: str, _column: str, lang: Lang) -> SubjectText:
    service = service_catalogue(current_city.home).services[rest]
    return SubjectText(f"service:{rest}", "", service.title.of(lang), reverse(f"{lang}:service", args=(rest,)))


def _unit(_city: City, rest: str, _column: str, lang: Lang) -> SubjectText:
    unit = Unit.objects.filter(slug=rest, retired_at=None).first()
    if unit is None:
        raise NoSuchSubject
    return SubjectText(f"unit:{rest}", "", unit.name.of(lang), "")
