"""From a TOML file to a question that is asked again and again, or to a refusal that lists all its faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, Final

from ayan.core.common_questions.common_question import (
    BLANK,
    SHAPES,
    CommonQuestion,
    QuestionDoor,
    QuestionPart,
    RatioPart,
    TallyPart,
)
from ayan.core.common_questions.limits import HIGHEST_ORDER, MOST_BANDS, MOST_SHOWN
from ayan.core.query.grouping import GroupKey, parse_groups
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.fields import SLUG
from ayan.core.schema.problem import DeclarationError, DeclarationProblem
from ayan.core.schema.tables import TomlTable, load_beside, near, open_beside
from ayan.core.values.label import Label

ROOM: Final = "questions"
"""The folder beside a dataset's declaration in which its questions stand, one a file."""
TODAY: Final = "{today}"
_ANY_DAY: Final = "1400-01-01"


@dataclass(frozen=True, slots=True)
class CommonQuestions:
    """Every question that is soundly declared, in the order of the pages, and what is wrong with the others."""

    sound: tuple[CommonQuestion, ...]
    problems: tuple[DeclarationProblem, ...]

    def named(self, code: str) -> CommonQuestion | None:
        """The question of this code; None where there is none."""
        return next((question for question in self.sound if question.code == code), None)


def load_questions(folders: Iterable[Path], datasets: Mapping[str, Dataset]) -> CommonQuestions:
    """The questions in ``questions/*.toml`` of each folder; of those of the same code that of the last folder counts.

    One that asks a dataset which a city does not declare is left out: a city has the questions that it can answer.
    """
    sound, problems = load_beside(folders, ROOM, lambda path: load_question(path, datasets))
    last = {question.code: question for question in sound}
    known = [question for question in last.values() if question.datasets <= datasets.keys()]
    return CommonQuestions(tuple(sorted(known, key=lambda each: (each.order, each.code))), problems)


def load_question(path: Path, datasets: Mapping[str, Dataset]) -> CommonQuestion:
    """The question declared in ``path``; its code is the file's name. Raises DeclarationError with every fault."""
    owner = path.parent.parent.name
    top = open_beside(path, ROOM)
    if not SLUG.fullmatch(path.stem):
        top.refuse("", "file-name")
    top.needed("part")
    parts = tuple(part for table in top.tables("part", "code") if (part := _part(table, owner, datasets)) is not None)
    question = CommonQuestion(
        code=path.stem,
        owner=owner,
        title=top.needed_label("title"),
        parts=parts,
        finding=top.label("finding"),
        lede=top.label("lede"),
        method=_labels(top, "method"),
        unknown=_labels(top, "unknown"),
        terms=top.texts("terms") or (),
        order=top.whole("order", 1, HIGHEST_ORDER) or HIGHEST_ORDER,
        door=_door(top),
        search=top.label("search"),
        also=_labels(top, "also"),
        about=tuple(frozenset(group.split()) for group in top.texts("about") or ()),
        hidden=bool(top.boolean("hidden")),
    )
    top.close()
    if not top.problems.listed:
        _hold_names(top, question)
    if top.problems.listed:
        raise DeclarationError(top.problems.listed)
    return question


def _labels(top: TomlTable, key: str) -> tuple[Label, ...]:
    labels = []
    for table in top.tables(key, "en"):
        labels.append(table.words() or Label("", ""))
        table.close()
    return tuple(labels)


def _door(top: TomlTable) -> QuestionDoor | None:
    table = top.table("door")
    if table is None:
        return None
    for key in ("order", "value", "picture"):
        table.needed(key)
    door = QuestionDoor(
        order=table.whole("order", 1, HIGHEST_ORDER) or HIGHEST_ORDER,
        value=table.text("value") or "",
        says=table.needed_label("says"),
        picture=table.text("picture") or "",
        title=table.label("title"),
        page=table.text("page") or "",
    )
    table.close()
    return door


def _part(table: TomlTable, owner: str, datasets: Mapping[str, Dataset]) -> QuestionPart | None:
    table.needed("shape")
    shape = table.one_of("shape", tuple(SHAPES))
    if shape is None:
        return None
    cls = SHAPES[shape]
    values: dict[str, Any] = {"code": table.text("code") or shape, "dataset": table.text("dataset") or owner}
    for field in fields(cls):
        if field.name not in values:
            value = _value(table, field.name, str(field.type))
            if value is not None:
                values[field.name] = value
            elif field.default is MISSING:
                table.needed(field.name)
    table.close()
    if any(field.default is MISSING and field.name not in values for field in fields(cls)):
        return None
    part = cls(**values)
    _ask(table, part, datasets)
    return part


def _value(table: TomlTable, name: str, declared: str) -> Any:
    """The value of one key as its field wants it: words, a key of groups, a number or a text."""
    if declared.startswith("Label"):
        return table.label(name)
    if declared.startswith("tuple[int"):
        return _bands(table, name)
    if declared.startswith("int"):
        return table.whole(name, 1, MOST_SHOWN)
    text = table.text(name)
    if text is None or not declared.startswith("GroupKey"):
        return text
    field, _, part = text.partition(":")
    return GroupKey(field, "year" if part == "year" else "month" if part == "month" else None)


def _bands(table: TomlTable, name: str) -> tuple[int, ...] | None:
    """Whole numbers that rise."""
    value = table.raw_value(name)
    if value is None:
        return None
    numbers = value if isinstance(value, list) else []
    whole = all(isinstance(each, int) and not isinstance(each, bool) and each >= 0 for each in numbers)
    if not whole or not 2 <= len(numbers) <= MOST_BANDS or sorted(set(numbers)) != numbers:
        table.refuse(name, "bands")
        return None
    return tuple(numbers)


def _ask(table: TomlTable, part: QuestionPart, datasets: Mapping[str, Dataset]) -> None:
    """Refuse what could not be asked: fields that are not there or not public, conditions that mean nothing."""
    dataset = datasets.get(part.dataset)
    if dataset is None:
        # A city may declare fewer datasets; then it has not this question.
        return
    conditions = [part.where, getattr(part, "such", "")]
    asked = dataset
    if isinstance(part, TallyPart):
        other = datasets.get(part.of)
        if other is None:
            return
        _hold(table, "where", other, [*_pairs(part.where), ("by", part.time.name)])
        conditions = []
    keys = [("by", key.name) for key in part.groupings()]
    for pairs in [*(_pairs(text) for text in conditions), *([key] for key in keys)]:
        _hold(table, "where", asked, pairs)
    if isinstance(part, RatioPart):
        _hold_numbers(table, dataset, part)
    for function, name in part.measured():
        by = [("by", key.name) for key in part.groupings()]
        _hold(table, "measure", asked, [*_pairs(part.where), (function, name), *by])


def _pairs(where: str) -> list[tuple[str, str]]:
    return [(name, text) for name, _, text in (part.partition("=") for part in where.split("&")) if name]


def conditions(dataset: Dataset, where: str, today: str = _ANY_DAY) -> Any:
    """The conditions of a declared query on a day (as a question writes it). Raises BadQuestion."""
    return parse(dataset, [(name, text.replace(TODAY, today)) for name, text in _pairs(where)]).filters


def _hold(table: TomlTable, key: str, dataset: Dataset, pairs: list[tuple[str, str]]) -> None:
    by = [text for name, text in pairs if name == "by"]
    rest = [(name, text.replace(TODAY, _ANY_DAY)) for name, text in pairs if name != "by"]
    try:
        parse_groups(dataset, [*rest, *([("by", ",".join(dict.fromkeys(by)))] if by else [])])
    except BadQuestion as bad:
        for problem in bad.problems:
            table.refuse(key, "not-asked", reason=problem.wording)


def _hold_numbers(table: TomlTable, dataset: Dataset, part: RatioPart) -> None:
    """Refuse what cannot be held against each other: fields that are not public, or are no numbers of one kind."""
    public = {field.name: field for field in dataset.published if field.shown == "public"}
    for key, name in (("measure", part.measure), ("against", part.against), ("by", part.by.field)):
        if name not in public:
            table.refuse(key, "no-such-field", value=name, near=near(name, public))
        elif not public[name].kind.is_number:
            table.wrong(key, "number")
    kinds = {public[name].kind for name in part.fields() if name in public}
    if len(kinds) > 1:
        table.refuse("against", "not-alike")


def _hold_names(top: TomlTable, question: CommonQuestion) -> None:
    """Refuse sentences that name a figure which no part has."""
    names = {part.code: part.names for part in question.parts}
    labels = [("title", question.title), ("finding", question.finding), ("lede", question.lede)]
    labels += [(f"part[{part.code}].title", part.title) for part in question.parts]
    if question.door is not None:
        labels.append(("door.says", question.door.says))
        _hold_name(top, "door.value", "{" + question.door.value + "}", names)
        if question.door.picture not in names:
            top.refuse("door.picture", "no-such-figure", value=question.door.picture)
    for key, label in labels:
        for words in label.words().values() if label else ():
            _hold_name(top, key, words, names)


def _hold_name(top: TomlTable, key: str, words: str, names: Mapping[str, frozenset[str]]) -> None:
    left = BLANK.sub(lambda match: "" if match[2] in names.get(match[1], ()) else match[0], words)
    if "{" in left or "}" in left:
        top.refuse(key, "no-such-figure", value=words[:80])
