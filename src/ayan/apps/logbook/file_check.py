"""A file in a reader's hand: its question is found, asked again of the sealed files, and the two are compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from ayan.apps.catalog.citation import file_sources
from ayan.apps.logbook.file_questions import FileQuestion, GoneState, question_of
from ayan.apps.logbook.limits import LARGEST_UPLOAD, MOST_ASKED_RELEASES, MOST_LINKED
from ayan.apps.logbook.sealed_files import MeasuredFiles, measure
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.download_comparison import DownloadFacts, DownloadReader, TableDifference, Unread
from ayan.core.query.download_table import ROW
from ayan.core.query.file_source import LogPosition
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.document import groups_page, page
from ayan.core.query.grouping import GroupQuestion
from ayan.core.query.limits import LARGEST_COMPARED, LARGEST_EXPECTED
from ayan.core.query.plan import ADDRESS, Record
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.objects import NotInStore
from ayan.core.store.release import Release
from ayan.core.values import locale
from ayan.core.values.locale import Lang
from ayan.ui.api.responses import root_of
from ayan.wiring.city import City

# A year that no city has published anything in by the Gregorian calendar, and none will by the Jalali one.
_BETWEEN_CALENDARS: Final = 1700
_DAY: Final = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}")

FileOutcome = Literal["same", "resaved", "differs", "rows-hold", "rows-differ", "gone", "too-large", "damaged", "slow"]


@dataclass(frozen=True, slots=True)
class HandedFile:
    """A file as it was handed in: where it stands for the moment (None for one too large), its name, bytes, SHA-256."""

    path: Path | None
    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What came of comparing a file.

    ``releases`` are those that were read, ``links`` the keys of records by the address of their rows, ``unknown`` how
    many rows name a release that is no longer kept, or that never was; ``is_present`` whether the same question is
    answered from the same releases today.
    """

    outcome: FileOutcome
    file: HandedFile
    dataset: Dataset
    question: FileQuestion | None = None
    difference: TableDifference | None = None
    releases: tuple[Release, ...] = ()
    files: MeasuredFiles | None = None
    position: LogPosition | None = None
    links: Mapping[str, str] | None = None
    unknown: int = 0
    is_present: bool = True


class _TooLong(Exception):
    """The answer is longer than what is compared cell by cell."""


def check(city: City, file: HandedFile, typed: str, folder: Path, lang: Lang) -> FileVerdict | None:
    """Compare a file with what its question gives; None for one that is no table of ours.

    ``typed`` is where its reader says that it came from; ``folder`` is for what is made beside it.
    """
    with DownloadReader() as reader:
        facts = None
        if file.path is not None:
            try:
                facts = reader.look(file.path)
            except Unread as unread:
                if unread.how == "table":
                    return None
        lost = None
        try:
            question = question_of(city, facts, file.name, typed, lang)
        except GoneState as gone:
            question, lost = None, gone.dataset
        except DatasetDamaged as damaged:
            dataset = next((each for each in city.registry.all() if each.slug == damaged.slug), None)
            releases = city.release_store.snapshot(damaged.slug).releases
            return FileVerdict("damaged", file, dataset, files=measure(releases)) if dataset else None
        ending = facts.form if facts else file.name.rpartition(".")[2].lower()
        if question is not None and ending in FORMATS:
            return _compared(city, file, question, ending, folder, reader)
        if facts is None or file.path is None:
            return FileVerdict("gone", file, lost) if lost else None
        alone = _rows_alone(city, file, facts, folder, reader)
        return alone or (FileVerdict("gone", file, lost) if lost else None)


# --- the answer again ------------------------------------------------------------------------------------------------


def _compared(
    city: City, file: HandedFile, question: FileQuestion, ending: str, folder: Path, reader: DownloadReader
) -> FileVerdict:
    dataset, snapshot = question.dataset, question.snapshot
    releases = file_sources.asked_releases(question.scope, snapshot)
    files = measure(releases)
    now = city.release_store.snapshot(dataset.slug).releases
    verdict = FileVerdict(
        "damaged",
        file,
        dataset,
        question,
        releases=releases,
        files=files,
        position=file_sources.log_position(city, snapshot),
        is_present=set(releases) == set(now) or bool(question.scope.release and set(releases) <= set(now)),
    )
    if files.damaged:
        return verdict
    target = folder / f"answer.{ending}" if file.path is not None else None
    try:
        digest = _written(_answer(city, question, ending), target)
    except (_TooLong, Unanswered):
        return replace(verdict, outcome="slow")
    if digest == file.digest:
        return replace(verdict, outcome="same")
    if target is None or file.path is None:
        return replace(verdict, outcome="too-large")
    try:
        difference = reader.compare(file.path, [target], whole=True)
    except Unread:
        return replace(verdict, outcome="slow")
    return _with_links(city, replace(verdict, outcome="resaved" if difference.is_none else "differs"), difference)


def _answer(city: City, question: FileQuestion, ending: str) -> Iterator[bytes]:
    """What the question gives, byte for byte as it is sent, but from the sealed files."""
    service, dataset, asked, snapshot = city.sealed_query_service, question.dataset, question.asked, question.snapshot
    path = "groups" if isinstance(asked, GroupQuestion) else f"rows.{ending}"
    query = asked.query_string()
    source = file_sources.source(
        city, question.scope, snapshot, f"{root_of(dataset)}/{path}{'?' + query if query else ''}"
    )
    if isinstance(asked, GroupQuestion):
        yield groups_page(answer_groups(service, dataset, asked, snapshot), asked, dataset, source)
        return
    write = FORMATS[ending].write
    if write is not None:
        yield from write(service, dataset, asked, snapshot, source)
        return
    answer = service.rows(dataset, asked, snapshot)
    more = replace(asked, cursor=answer.next).query_string() if answer.next else ""
    yield page(answer, asked, f"{root_of(dataset)}/rows.json?{more}" if more else None, source)


def _written(pieces: Iterable[bytes], target: Path | None) -> str:
    """The SHA-256 of an answer, which is kept at ``target`` where it is to be compared. Raises _TooLong."""
    running, size = hashlib.sha256(), 0
    most = LARGEST_EXPECTED if target else LARGEST_UPLOAD
    with (target or Path("/dev/null")).open("wb") as out:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise _TooLong
            running.update(piece)
            out.write(piece)
    return running.hexdigest()


# --- rows whose question nobody knows --------------------------------------------------------------------------------


def _rows_alone(
    city: City, file: HandedFile, facts: DownloadFacts, folder: Path, reader: DownloadReader
) -> FileVerdict | None:
    """Compare each row with the one of its release; None where heads or rows are of no dataset of ours."""
    if file.path is None or not facts.releases or len(facts.releases) > MOST_ASKED_RELEASES:
        return None
    choices = list(_datasets(city, facts, file.name))
    kept = [(each, _releases(city, each[0], facts.releases)) for each in choices]
    (dataset, lang), releases = max(kept, key=lambda each: len(each[1]), default=((None, None), ()))
    if dataset is None or not releases:
        return None
    verdict = FileVerdict("damaged", file, dataset, releases=tuple(releases), files=measure(releases))
    if verdict.files and verdict.files.damaged:
        return verdict
    standing = {f"{release.period}/{release.number}" for release in releases}
    lost = sum(count for name, count in facts.releases.items() if name not in standing)
    answers = [folder / f"answer-{number}.{facts.form}" for number in range(len(releases))]
    try:
        for release, target in zip(releases, answers, strict=True):
            _written(_of_release(city, dataset, release, facts, lang), target)
        difference = reader.compare(file.path, answers, whole=False)
    except (_TooLong, Unanswered, Unread):
        return replace(verdict, outcome="slow")
    difference = replace(difference, added_total=max(0, difference.added_total - lost), reordered=False)
    present = set(releases) <= set(city.release_store.snapshot(dataset.slug).releases)
    verdict = replace(verdict, outcome="rows-hold" if difference.is_none else "rows-differ", unknown=lost)
    return _with_links(city, replace(verdict, is_present=present), difference)


def _datasets(city: City, facts: DownloadFacts, name: str) -> Iterator[tuple[Dataset, Lang | None]]:
    """The datasets that have all columns of a file, and the language of its heads; first the one in the file's name."""
    heads = set(facts.heads) - {ROW}
    for dataset in sorted(city.registry.all(), key=lambda each: (not name.startswith(f"{each.slug}-"), each.slug)):
        for lang in (None, *locale.codes()):
            if heads <= {field.label.of(lang) if lang else field.name for field in dataset.published}:
                yield dataset, lang
                break


def _releases(city: City, dataset: Dataset, named: Iterable[str]) -> list[Release]:
    """Those of the releases that a file names which can still be read."""
    out = []
    for each in named:
        period, _, number = each.partition("/")
        try:
            release = city.release_store.release(dataset.slug, period, int(number))
        except (NotInStore, ValueError, DatasetDamaged):
            continue
        if not release.withdrawn:
            out.append(release)
    return out


def _of_release(
    city: City, dataset: Dataset, release: Release, facts: DownloadFacts, lang: Lang | None
) -> Iterator[bytes]:
    names = {field.label.of(lang) if lang else field.name: field.name for field in dataset.published}
    question = Question(
        slug=dataset.slug,
        release=(release.period, release.number),
        fields=tuple(names[head] for head in facts.heads if head in names),
        lang=lang,
        calendar=_calendar(dataset, facts, names),
    )
    reader = city.sealed_query_service
    form = "ndjson" if facts.form == "json" else facts.form
    write = FORMATS[form].write
    if write is not None:
        snapshot = reader.snapshot(dataset, question)
        yield from write(reader, dataset, question, snapshot)


def _calendar(dataset: Dataset, facts: DownloadFacts, names: Mapping[str, str]) -> ShownCalendar:
    """The calendar that the days of a file are written in, by the first of them."""
    days = [at for at, head in enumerate(facts.heads) if head in names and dataset.field(names[head]).kind.is_day]
    for row in facts.first:
        for at in days:
            if at < len(row) and (day := _DAY.match(row[at])):
                return "jalali" if int(day[1]) < _BETWEEN_CALENDARS else "gregorian"
    return "gregorian"


def _with_links(city: City, verdict: FileVerdict, difference: TableDifference) -> FileVerdict:
    """The verdict with the records that its first differences are about."""
    addresses = dict.fromkeys(
        [*(cell.address for cell in difference.cells if cell.address), *difference.missing][: MOST_LINKED * 3]
    )
    found = {address: key for address in list(addresses)[:MOST_LINKED] if (key := _key(city, verdict.dataset, address))}
    return replace(verdict, difference=difference, links=found)


def _key(city: City, dataset: Dataset, address: str) -> str:
    """The key of the record at the address of a row; empty where it cannot be looked up."""
    name, _, row = address.partition("#")
    period, _, number = name.partition("/")
    reader = city.sealed_query_service
    try:
        question = Question(slug=dataset.slug, release=(period, int(number)))
        plan = Record(tuple(zip(ADDRESS, (period, int(number), int(row)), strict=True)))
        rows: Sequence[object] = reader.pick(as_asked(dataset), plan, reader.snapshot(dataset, question))
        return keys.key_of(dataset, rows[0]) if rows else ""  # type: ignore[arg-type]  # rows of the dataset
    except (Unanswered, ValueError):
        return ""


def is_compared(size: int) -> bool:
    """Whether a file of so many bytes is read cell by cell."""
    return size <= LARGEST_COMPARED
