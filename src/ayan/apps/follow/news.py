"""What is new about a topic since a moment: acts, rows that were not there or said something else, limits passed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as midnight
from decimal import Decimal
from typing import Final

from django.urls import reverse

from ayan.apps.catalog.explorer import portions
from ayan.apps.catalog.feeds import public_acts
from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.related_rows import belongings, field_of
from ayan.apps.flags.finding_cases import finding_events
from ayan.apps.follow.limits import LONGEST_VALUE, MOST_DIFFERENCES, MOST_NAMED, MOST_NEWS, SEARCH_SECONDS
from ayan.apps.follow.topics import Topic
from ayan.apps.promises import missing_data
from ayan.core.query import keys
from ayan.core.query.answer import Row, Snapshot, TooSlow, Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion, sum_problems
from ayan.core.query.limits import MAX_SIZE
from ayan.core.query.query_service import answer_groups, newest_rows
from ayan.core.query.question import Filter, Question
from ayan.core.query.values import as_asked, read_value
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import MeterView
from ayan.core.system import processor_budget
from ayan.core.values.asked_value import Value
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

LOOKED: Final = 200
"""Rows of a search that are looked at; a file of more tells of the first ones and leads to the rest."""


CHUNK: Final = 100
NEW: Final = Label("تازه", "New")
CHANGED: Final = Label("تغییر کرد", "Changed")
DIFFERENCE: Final = Label("{column}: از «{old}» به «{new}»", "{column}: from “{old}” to “{new}”")
PASSED: Final = Label("از سقف گذشت ({percent} درصد)", "Beyond the limit ({percent}%)")


@dataclass(frozen=True, slots=True)
class News:
    """One new thing: ``name`` is the same for the same thing, ``address`` the path of its page."""

    name: str
    at: datetime
    title: str
    address: str


def news(city: City, topic: Topic, since: datetime, lang: Lang) -> list[News]:
    """What is new since a moment, newest first, at most `MOST_NEWS`. Raises TooSlow where a search takes long."""
    ordered = sorted(_news_of(city, topic, since, lang), key=lambda entry: (entry.at, entry.name), reverse=True)
    return list({entry.name: entry for entry in ordered}.values())[:MOST_NEWS]


def _news_of(city: City, topic: Topic, since: datetime, lang: Lang) -> Iterator[News]:
    if topic.kind in ("all", "dataset"):
        yield from _acts(city, topic.dataset, since, lang)
    elif topic.kind == "missing":
        yield from _late(city, topic.dataset, since, lang)
    elif topic.kind == "findings":
        yield from _findings(city, topic, since, lang)
    elif topic.kind == "search":
        yield from _search(city, topic.words, since, lang)
    elif topic.kind == "rows" and topic.dataset and topic.question:
        yield from _rows(city, topic.dataset, topic.question, since, lang)
    elif topic.kind == "record" and topic.dataset:
        yield from _record(city, topic.dataset, topic.key, since, lang)
    elif topic.kind == "beyond" and topic.dataset and topic.view:
        yield from _beyond(city, topic.dataset, topic.view, since, lang)


def _acts(city: City, dataset: Dataset | None, since: datetime, lang: Lang) -> Iterator[News]:
    for act in public_acts.newest(city, MOST_NEWS, dataset=dataset):
        if act.at > since:
            period = value_html.period_label(act.release.period, lang)
            words = f"{public_acts.ACTS[act.act].of(lang)}: {act.dataset.title.of(lang)} · {period}"
            release_args = (act.dataset.slug, act.release.period, act.release.number)
            yield News(act.id, act.at, words, reverse(f"{lang}:release", args=release_args))


def _findings(city: City, topic: Topic, since: datetime, lang: Lang) -> Iterator[News]:
    flag, slug = topic.flag.name if topic.flag else "", topic.dataset.slug if topic.dataset else ""
    for event in finding_events(city, flag, slug):
        # A day is all that is known of it, so it is told once the day is over: then no other can follow on the same.
        if since.astimezone(TEHRAN).date() <= event.day < today(city.clock):
            yield News(event.name, event.at, event.title(lang), event.address(lang))


def _search(city: City, words: str, since: datetime, lang: Lang) -> Iterator[News]:
    """The new rows of every dataset that hold the words, those sealed last first, as many as are told.

    What was sealed earlier than all of these is not looked through. Raises TooSlow.
    """
    deadline, times = time.monotonic() + SEARCH_SECONDS, list[datetime]()
    for at, dataset in sorted(_sealed(city, since), key=lambda pair: pair[0], reverse=True):
        if len(times) >= MOST_NEWS and sorted(times)[-MOST_NEWS] > at:
            return
        if time.monotonic() > deadline:
            raise TooSlow
        for entry in _rows(city, dataset, Question(slug=dataset.slug, search=words), since, lang):
            times.append(entry.at)
            yield entry
        if (budget := processor_budget.current()) is not None and budget.left <= 0:
            # The rows of this dataset, too, may have been cut short: what is told must be all there is.
            raise TooSlow


def _sealed(city: City, since: datetime) -> Iterator[tuple[datetime, Dataset]]:
    """The datasets with a standing release sealed since then, and when the newest was."""
    for dataset in city.registry.all():
        at = city.release_store.snapshot(dataset.slug).sealed_at
        if at is not None and at > since:
            yield at, dataset


def _late(city: City, dataset: Dataset | None, since: datetime, lang: Lang) -> Iterator[News]:
    day = since.astimezone(TEHRAN).date()
    page = reverse(f"{lang}:missing")
    # The day before tells what was late already.
    for event in missing_data.events(city.diary.days(day - timedelta(days=31))):
        if event.day > day and (dataset is None or event.what.dataset == dataset.slug):
            at = datetime.combine(event.day, midnight(), TEHRAN)
            yield News(event.name, at, missing_data.event_text(city, event, lang), f"{page}#{event.what.dataset}")


def _rows(city: City, dataset: Dataset, question: Question, since: datetime, lang: Lang) -> Iterator[News]:
    """The rows of releases sealed since then, those left out that said the same before."""
    sealed = {
        (release.period, release.number): release.sealed_at
        for release in city.release_store.snapshot(dataset.slug).releases
    }
    if not any(at > since for at in sealed.values()):
        return
    try:
        standing = city.query_service.snapshot(dataset, question)
        rows, _ = newest_rows(city.query_service, dataset, replace(question, size=LOOKED), standing)
        before = city.query_service.snapshot(dataset, Question(slug=dataset.slug, as_of=since))
        for row in rows:
            at = sealed[row.period, row.release]
            if at <= since:
                return
            earlier = _earlier(city, dataset, row, before)
            if earlier is None or earlier.values != row.values:
                yield _row(dataset, row, at, earlier, lang)
    except Unanswered:
        return


def _earlier(city: City, dataset: Dataset, row: Row, before: Snapshot) -> Row | None:
    """The row that had the same key in the same period at an earlier time."""
    if not dataset.key or not before.source.releases:
        return None
    matches = keys.find(city.query_service, dataset, keys.key_of(dataset, row), before)
    return next((match for match in matches if match.period == row.period), None)


def _row(dataset: Dataset, row: Row, at: datetime, earlier: Row | None, lang: Lang) -> News:
    key = keys.key_of(dataset, row)
    how = (NEW if earlier is None else CHANGED).of(lang)
    words = f"{how}: {records.title(dataset, row, lang)} · {dataset.title.of(lang)}"
    if earlier is not None:
        words += _differences(dataset, earlier, row, lang)
    return News(
        f"row {dataset.slug} {row.period} {key}", at, words, reverse(f"{lang}:record", args=(dataset.slug, key))
    )


def _differences(dataset: Dataset, earlier: Row, row: Row, lang: Lang) -> str:
    """What the columns of a record that changed said, and what they say now; of many the first."""
    changed = [field for field in dataset.published if earlier.values.get(field.name) != row.values.get(field.name)]
    words = ""
    for field in changed[:MOST_DIFFERENCES]:
        old, new = (_clipped(field, each.values.get(field.name), lang) for each in (earlier, row))
        words += " · " + DIFFERENCE.of(lang).format(column=field.label.of(lang), old=old, new=new)
    return words + (" …" if len(changed) > MOST_DIFFERENCES else "")


def _clipped(field: Field, value: object, lang: Lang) -> str:
    text = value_html.value_plain(field, value, lang, "rial")
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


def _record(city: City, dataset: Dataset, key: str, since: datetime, lang: Lang) -> Iterator[News]:
    """The record itself, and the rows of other datasets that belong to it."""
    try:
        row = records.find(city, dataset, key).row
    except records.NoSuchRecord:
        return
    if dataset.key:
        own = tuple(Filter(name, "eq", (_condition_value(dataset, name, row),)) for name in dataset.key)
        yield from _rows(city, dataset, Question(slug=dataset.slug, filters=own), since, lang)
    for related in belongings(city, dataset, row):
        if not related.alike:
            question = Question(slug=related.dataset.slug, filters=(related.condition,))
            yield from _rows(city, related.dataset, question, since, lang)


def _condition_value(dataset: Dataset, name: str, row: Row) -> Value:
    """A stored value of a key as a condition holds it."""
    value = row.values[name]
    return read_value(dataset.field(name), value.isoformat() if isinstance(value, date) else str(value))


def _beyond(city: City, dataset: Dataset, view: MeterView, since: datetime, lang: Lang) -> Iterator[News]:
    """The records that a meter carries beyond its limit now and did not before."""
    target = field_of(city, view.against)
    ref = dataset.field(view.by).ref
    if target is None or ref is None:
        return
    other = target[0]
    states = [city.release_store.snapshot(slug) for slug in (dataset.slug, other.slug)]
    at = max((snapshot.sealed_at for snapshot in states if snapshot.sealed_at), default=None)
    if at is None or at <= since:
        return
    try:
        before = _past(city, dataset, view, since)
        for key, (percent, row) in _past(city, dataset, view, None).items():
            if key not in before:
                words = PASSED.of(lang).format(percent=value_html.plain_number(percent, lang, 1))
                page = reverse(f"{lang}:record", args=(other.slug, keys.key_of(other, row)))
                yield News(
                    f"beyond {dataset.slug}.{view.code} {key}", at, f"{words}: {records.title(other, row, lang)}", page
                )
    except Unanswered:
        return


def _past(city: City, dataset: Dataset, view: MeterView, as_of: datetime | None) -> dict[str, tuple[Decimal, Row]]:
    """The records beyond the limit of a meter, as known at a time, by what refers to them."""
    added = portions.conditions(dataset, view.where)
    ref, target = dataset.field(view.by).ref, field_of(city, view.against)
    if added is None or ref is None or target is None:
        return {}
    other, base = target
    scope = Question(slug=dataset.slug, filters=added, as_of=as_of, size=MOST_NAMED)
    question = GroupQuestion(scope=scope, by=(GroupKey(view.by),), measures=(GroupMeasure("sum", view.measure),))
    if sum_problems(dataset, question):
        return {}
    standing = city.query_service.snapshot(dataset, scope)
    if not standing.source.releases:
        return {}
    sums = {
        str(group[view.by]): group[f"sum_{view.measure}"]
        for group in answer_groups(city.query_service, as_asked(dataset), question, standing).rows
        if group[view.by] and group[f"sum_{view.measure}"]
    }
    out = {}
    for row in _named(city, other, ref.field, sorted(sums), as_of):
        amount, name = row.values.get(base.name), str(row.values.get(ref.field))
        if isinstance(amount, int | Decimal) and amount > 0 and name in sums:
            percent = Decimal(sums[name]) * 100 / Decimal(amount)
            if abs(percent) > view.limit:
                out[name] = (percent, row)
    return out


def _named(city: City, dataset: Dataset, field: str, names: list[str], as_of: datetime | None) -> Iterable[Row]:
    """The rows that hold one of many values, a hundred at a time."""
    for first in range(0, len(names), CHUNK):
        condition = Filter(field, "in", tuple(names[first : first + CHUNK]))
        question = Question(slug=dataset.slug, filters=(condition,), as_of=as_of, size=MAX_SIZE)
        standing = city.query_service.snapshot(dataset, question)
        if standing.source.releases:
            yield from city.query_service.rows(dataset, question, standing).rows
