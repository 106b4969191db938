"""What a city adds to a question: what happened beside its figures, and the office's reply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from ayan.core.common_questions.limits import LONGEST_EVENT, LONGEST_REPLY, MOST_EVENTS
from ayan.core.schema.problem import DeclarationError, DeclarationProblem
from ayan.core.schema.tables import TomlTable, load_beside, open_beside
from ayan.core.values import period
from ayan.core.values.label import Label
from ayan.core.values.period import NotAPeriod, Period

ROOM: Final = "question-notes"
"""The folder beside a dataset's declaration in which they stand, one file a question and of its name."""
_LINK: Final = re.compile("https?://[^\\s<>\"'`{}|\\\\^]{3,300}")


@dataclass(frozen=True, slots=True)
class QuestionEvent:
    """Something that happened in a year, a month or on a day and that readers of the figures should know of.

    ``source`` is what says so, and ``link`` where it can be read; both may be empty.
    """

    when: Period
    words: Label
    source: Label | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class QuestionReply:
    """What an office of the city says to the figures, on a day; ``link`` leads to the whole reply."""

    day: date
    office: Label
    words: Label
    link: str = ""


@dataclass(frozen=True, slots=True)
class QuestionNotes:
    """Everything that is added to the question called ``code``."""

    code: str
    events: tuple[QuestionEvent, ...] = ()
    reply: QuestionReply | None = None


@dataclass(frozen=True, slots=True)
class AllNotes:
    """The notes by the questions that they belong to, and what is wrong with those that are refused."""

    of: Mapping[str, QuestionNotes]
    problems: tuple[DeclarationProblem, ...]


def load_notes(folders: Iterable[Path]) -> AllNotes:
    """The notes in ``question-notes/*.toml`` of each folder; of those to the same question those of the last count."""
    sound, problems = load_beside(folders, ROOM, load_note)
    return AllNotes({notes.code: notes for notes in sound}, problems)


def load_note(path: Path) -> QuestionNotes:
    """The notes in ``path``, to the question that it is called by. Raises DeclarationError with every fault."""
    top = open_beside(path, ROOM)
    events = [event for table in top.tables("event", "when") if (event := _event(table)) is not None]
    if len(events) > MOST_EVENTS:
        top.refuse("event", "out-of-range", low=1, high=MOST_EVENTS)
    table = top.table("reply")
    reply = _reply(table) if table is not None else None
    top.close()
    if top.problems.listed:
        raise DeclarationError(top.problems.listed)
    ordered = sorted(events, key=lambda event: (event.when.start, event.when.end))
    return QuestionNotes(path.stem, tuple(ordered), reply)


def _event(table: TomlTable) -> QuestionEvent | None:
    when = _period(table, "when", ("year", "month", "day"))
    words = _words(table, "words", LONGEST_EVENT)
    event = QuestionEvent(when, words, table.label("source"), _link(table)) if when else None
    table.close()
    return event


def _reply(table: TomlTable) -> QuestionReply | None:
    day = _period(table, "day", ("day",))
    office, words = table.needed_label("office"), _words(table, "words", LONGEST_REPLY)
    reply = QuestionReply(day.start, office, words, _link(table)) if day else None
    table.close()
    return reply


def _words(table: TomlTable, key: str, most: int) -> Label:
    words = table.needed_label(key)
    if max(map(len, words.words().values()), default=0) > most:
        table.refuse(key, "too-long", most=most)
    return words


def _period(table: TomlTable, key: str, kinds: tuple[str, ...]) -> Period | None:
    table.needed(key)
    text = table.text(key)
    if text is None:
        return None
    try:
        read = period.parse(text)
    except NotAPeriod:
        read = None
    if read is None or read.kind not in kinds:
        table.refuse(key, "note-day" if kinds == ("day",) else "note-time")
        return None
    return read


def _link(table: TomlTable) -> str:
    link = table.text("link") or ""
    if link and not _LINK.fullmatch(link):
        table.refuse("link", "note-link")
    return link
