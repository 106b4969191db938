"""A file in a reader's hand: its question is found, asked again of the sealed files, and the two are compared."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from ayan.apps.catalog.citation import file_sources
from ayan.apps.logbook.file_questions import FileQuestion, GoneState, named_question, questions_of
from ayan.apps.logbook.limits import LARGEST_UPLOAD, MOST_ASKED_RELEASES, MOST_LINKED
from ayan.apps.logbook.sealed_files import MeasuredFiles, measure
from ayan.core.query import keys
from ayan.core.query.answer import Unanswered
from ayan.core.query.download_comparison import DownloadFacts, DownloadReader, TableDifference, Unread
from ayan.core.query.download_table import ROW
from ayan.core.query.file_source import LogPosition
from ayan.core.query.formats import FORMATS, sheet_columns
from ayan.core.query.formats.document import groups_page, page
from ayan.core.query.grouping import GroupQuestion
from ayan.core.query.limits import LARGEST_EXPECTED
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
_DAY: Final = re.compile(r"([0-9]{4})[-/][0-9]{2}[-/][0-9]{2}")

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

    ``releases`` are those that were read, ``links`` the keys of records by the address of their rows, ``is_present``
    whether the same question is answered from the same releases today.
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
    is_present: bool = True


class _TooLong(Exception):
    """The answer is longer than what is compared cell by cell."""


def check(city: City, file: HandedFile, typed: str, folder: Path, lang: Lang) -> FileVerdict | None:
    """Compare a file with what its question gives; None for one that is no table of ours.

    ``typed`` is where its reader says that it came from; ``folder`` is for what is made beside it.
    """
    if verdict := _unchanged(city, file):
        return verdict
    with DownloadReader() as reader:
        facts = None
        if file.path is not None:
            try:
                facts = reader.look(file.path)
            except Unread as unread:
                if unread.how == "table":
                    return None
        if facts is not None and (release := _release_of_part(city, facts, file.name)):
            return _part(city, file, release, reader)
        ending = facts.form if facts else file.name.rpartition(".")[2].lower()
        lost = None
        try:
            asked = questions_of(city, facts, file.name, typed, lang)
            if asked and ending in FORMATS:
                return _nearest(city, file, asked, ending, folder, reader)
        except GoneState as gone:
            lost = gone.dataset
        except DatasetDamaged as damaged:
            return _damaged(city, file, damaged.slug)
        verdict = FileVerdict("gone", file, lost) if lost else None
        if facts is None or file.path is None:
            return verdict
        alone = _rows_alone(city, file, facts, folder, reader)
        if alone is None:
            return verdict
        return replace(alone, outcome="gone") if lost and alone.outcome == "rows-hold" else alone


def _unchanged(city: City, file: HandedFile) -> FileVerdict | None:
    """The verdict on a file with its own name that is what its question gives: nothing of it need be read then."""
    ending = file.name.rpartition(".")[2].lower()
    try:
        question = named_question(city, file.name, ending) if ending in FORMATS else None
        if question is None:
            return None
        releases = file_sources.asked_state(question.scope, question.snapshot).releases
        files = measure(releases)
        if files.damaged or _written(_answer(city, question, ending), None) != file.digest:
            return None
    except (GoneState, DatasetDamaged, Unanswered, _TooLong):
        return None
    verdict = FileVerdict("same", file, question.dataset, question, releases=releases, files=files)
    return _with_state(city, verdict, question)


def _damaged(city: City, file: HandedFile, slug: str) -> FileVerdict | None:
    dataset = next((each for each in city.registry.all() if each.slug == slug), None)
    if dataset is None:
        return None
    return FileVerdict("damaged", file, dataset, files=measure(city.release_store.snapshot(slug).releases))


# --- the answer again ------------------------------------------------------------------------------------------------


def _nearest(
    city: City, file: HandedFile, asked: Sequence[FileQuestion], ending: str, folder: Path, reader: DownloadReader
) -> FileVerdict:
    """The verdict by the state that the file is nearest to, after the sealed files of that state were measured."""
    read = [file_sources.asked_state(question.scope, question.snapshot).releases for question in asked]
    files = measure(dict.fromkeys(release for releases in read for release in releases))
    if files.damaged:
        return FileVerdict("damaged", file, asked[0].dataset, asked[0], releases=read[0], files=files)
    verdicts = list[FileVerdict]()
    for question, releases in zip(asked, read, strict=True):
        verdict = _compared(city, file, question, ending, folder, reader)
        verdict = _with_state(city, replace(verdict, releases=releases, files=files), question)
        verdicts.append(verdict)
        if verdict.outcome in ("same", "resaved"):
            break
    return _with_links(city, min(verdicts, key=_distance))


def _with_state(city: City, verdict: FileVerdict, question: FileQuestion) -> FileVerdict:
    """The verdict with what the log says of the state, and whether that is the present one."""
    now, read = set(city.release_store.snapshot(verdict.dataset.slug).releases), set(verdict.releases)
    return replace(
        verdict,
        position=file_sources.log_position(city, question.snapshot),
        is_present=read == now or bool(question.scope.release and read <= now),
    )


def _distance(verdict: FileVerdict) -> tuple[int, int]:
    order: Sequence[FileOutcome] = ("same", "resaved", "differs", "too-large")
    rank = order.index(verdict.outcome) if verdict.outcome in order else len(order)
    return rank, verdict.difference.size if verdict.difference else 0


def _compared(
    city: City, file: HandedFile, question: FileQuestion, ending: str, folder: Path, reader: DownloadReader
) -> FileVerdict:
    verdict = FileVerdict("slow", file, question.dataset, question)
    target = folder / f"answer.{ending}" if file.path is not None else None
    try:
        digest = _written(_answer(city, question, ending), target)
    except (_TooLong, Unanswered):
        return verdict
    if digest == file.digest:
        return replace(verdict, outcome="same")
    if target is None or file.path is None:
        return replace(verdict, outcome="too-large")
    try:
        difference = reader.compare(file.path, [target])
    except Unread:
        return verdict
    return replace(verdict, outcome="resaved" if difference.is_none else "differs", difference=difference)


def _answer(city: City, question: FileQuestion, ending: str) -> Iterator[bytes]:
    """What the question gives, byte for byte as it is sent, but from the sealed files."""
    service, dataset, asked, snapshot = city.sealed_query_service, question.dataset, question.asked, question.snapshot
    path = "groups" if isinstance(asked, GroupQuestion) else f"rows.{ending}"
    query = asked.query_string()
    address = f"{root_of(dataset)}/{path}{'?' + query if query else ''}"
    in_words = FORMATS[ending].in_words
    source = file_sources.source(city, question.scope, snapshot, address, in_words=in_words)
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


# --- a part of a release ---------------------------------------------------------------------------------------------


def _release_of_part(city: City, facts: DownloadFacts, name: str) -> Release | None:
    """The release whose part a file is by its name and its columns, which give rows no address outside of it."""
    if facts.form != "parquet" or ROW not in facts.heads or facts.releases:
        return None
    for dataset in city.registry.all():
        if name.startswith(f"{dataset.slug}-"):
            for release in city.release_store.releases(dataset.slug):
                if name.startswith(f"{dataset.slug}-{release.period}-{release.number}-data-") and not release.withdrawn:
                    return release
    return None


def _part(city: City, file: HandedFile, release: Release, reader: DownloadReader) -> FileVerdict | None:
    """Compare it with the part that was sealed."""
    dataset = city.registry.get(release.slug)
    verdict = FileVerdict("damaged", file, dataset, releases=(release,), files=measure([release]))
    parts = [name for name in release.names if f"-{name.partition('.')[0]}" in file.name]
    if file.path is None or not parts:
        return None
    if release.erasures:
        # What was erased since is none of the differences that may be told.
        return replace(verdict, outcome="gone")
    if verdict.files and verdict.files.damaged:
        return verdict
    try:
        difference = reader.compare(file.path, [release.local(parts[0])])
    except Unread:
        return replace(verdict, outcome="slow")
    return replace(verdict, outcome="resaved" if difference.is_none else "differs", difference=difference)


# --- rows whose question nobody knows --------------------------------------------------------------------------------


def _rows_alone(
    city: City, file: HandedFile, facts: DownloadFacts, folder: Path, reader: DownloadReader
) -> FileVerdict | None:
    """Compare each row with the one of its release; None where heads or rows are of no dataset of ours."""
    if file.path is None or not facts.releases or len(facts.releases) > MOST_ASKED_RELEASES:
        return None
    best: tuple[Dataset, Lang | None, list[Release]] | None = None
    for each, heads_in in _datasets(city, facts, file.name):
        standing = _releases(city, each, facts.releases)
        if standing and (best is None or len(standing) > len(best[2])):
            best = each, heads_in, standing
    if best is None:
        return None
    dataset, lang, releases = best
    verdict = FileVerdict("damaged", file, dataset, releases=tuple(releases), files=measure(releases))
    if verdict.files and verdict.files.damaged:
        return verdict
    kept = {
        f"{release.period}/{release.number}": [list(run) for erasure in release.erasures for run in erasure.rows]
        for release in releases
    }
    answers = [folder / f"answer-{number}.{facts.form}" for number in range(len(releases))]
    try:
        for release, target in zip(releases, answers, strict=True):
            _written(_of_release(city, dataset, release, facts, lang), target)
        difference = reader.compare(file.path, answers, kept)
    except (_TooLong, Unanswered, Unread):
        return replace(verdict, outcome="slow")
    # The releases were asked one by one, in an order of our own.
    difference = replace(difference, reordered=False)
    present = set(releases) <= set(city.release_store.snapshot(dataset.slug).releases)
    outcome: FileOutcome = "rows-hold" if difference.is_none else "rows-differ"
    return _with_links(city, replace(verdict, outcome=outcome, is_present=present, difference=difference))


def _datasets(city: City, facts: DownloadFacts, name: str) -> Iterator[tuple[Dataset, Lang | None]]:
    """The datasets that have all columns of a file, and the language of its heads; first the one in the file's name."""
    heads = set(facts.heads) - {ROW}
    for dataset in sorted(city.registry.all(), key=lambda each: (not name.startswith(f"{each.slug}-"), each.slug)):
        for lang in (None, *locale.codes()):
            if heads <= set(sheet_columns.fields_of(dataset, lang)):
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
    names = sheet_columns.fields_of(dataset, lang)
    question = Question(
        slug=dataset.slug,
        release=(release.period, release.number),
        fields=tuple(dict.fromkeys(names[head] for head in facts.heads if head in names)),
        lang=lang,
        calendar=_calendar(dataset, facts, names),
        unit=sheet_columns.unit_of(dataset, facts.heads, lang),
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


def _with_links(city: City, verdict: FileVerdict) -> FileVerdict:
    """The verdict with the records that its first differences are about."""
    difference = verdict.difference
    if difference is None:
        return verdict
    addresses = dict.fromkeys([*(cell.address for cell in difference.cells if cell.address), *difference.missing])
    linked = list(addresses)[:MOST_LINKED]
    return replace(verdict, links={each: key for each in linked if (key := _key(city, verdict.dataset, each))})


def _key(city: City, dataset: Dataset, address: str) -> str:
    """The key of the record at the address of a row; empty where it cannot be looked up."""
    name, _, row = address.partition("#")
    period, _, number = name.partition("/")
    reader = city.sealed_query_service
    try:
        question = Question(slug=dataset.slug, release=(period, int(number)))
        plan = Record(tuple(zip(ADDRESS, (period, int(number), int(row)), strict=True)))
        rows = reader.pick(as_asked(dataset), plan, reader.snapshot(dataset, question))
        return keys.key_of(dataset, rows[0]) if rows else ""
    except (Unanswered, ValueError):
        return ""
