"""One record: found by its key, and called by its name."""

from __future__ import annotations

from dataclasses import dataclass

from ayan.apps.catalog import explorer
from ayan.core.query import keys
from ayan.core.query.answer import NoSuchRelease, Row
from ayan.core.query.changes import history
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.store.objects import StoreError
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City


class NoSuchRecord(LookupError):
    """No release that can be read has a row with this key."""


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """The row of a record; ``others`` are those that further periods have under the same key, newest first.

    ``present`` is False for a row that stands in no current release any more: then it is what was last known.
    """

    row: Row
    others: tuple[Row, ...] = ()
    present: bool = True


def find(city: City, dataset: Dataset, key: str) -> FoundRecord:
    """The record with this key: as it stands now, else as it was last published. NoSuchRecord where it never was."""
    try:
        rows = keys.find(
            city.query_service, dataset, key, city.query_service.snapshot(dataset, Question(slug=dataset.slug))
        )
        if rows:
            return FoundRecord(rows[0], rows[1:])
        row = _last(city, dataset, key) if dataset.key else _placed(city, dataset, key)
    except (BadQuestion, ValueError):
        raise NoSuchRecord(key) from None
    if row is None:
        raise NoSuchRecord(key)
    return FoundRecord(row, present=False)


def _last(city: City, dataset: Dataset, key: str) -> Row | None:
    """What the newest release that can be read and has the record says of it."""
    named = keys.natural(dataset, key)
    periods = {release.period for release in city.release_store.releases(dataset.slug)}
    try:
        past = history(city.release_store, dataset, named, sorted(periods))
    except StoreError:
        return None
    for version in reversed(past.versions):
        if version.values is not None and version.row is not None:
            return Row(version.values, version.release.period, version.release.number, version.row)
    return None


def _placed(city: City, dataset: Dataset, key: str) -> Row | None:
    """The row at a place in a release that another has superseded since."""
    period, number, _ = key.split(keys.SEPARATOR)
    question = Question(slug=dataset.slug, release=(period, int(number)))
    try:
        rows = keys.find(city.query_service, dataset, key, city.query_service.snapshot(dataset, question))
    except NoSuchRelease:
        return None
    return rows[0] if rows else None


def title(dataset: Dataset, row: Row, lang: Lang) -> str:
    """What a record is called: its declared title, else its key."""
    field = explorer.title_field(dataset)
    value = row.values.get(field.name) if field else None
    if field is not None and value:
        return value_html.value_plain(field, value, lang, "rial")
    return keys.key_of(dataset, row)
