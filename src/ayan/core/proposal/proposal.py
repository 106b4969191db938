"""A declaration proposed from files: they are looked at, joined, asked about, and written down to be confirmed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from ayan.core.intake.table import NO_LETTER, IntakeLimits
from ayan.core.proposal.answers import AS_IS, BadAnswer, check_answers, take_answers
from ayan.core.proposal.columns_of_files import FileEvidence, fields_of
from ayan.core.proposal.declaration_text import DeclarationParts, ProposedLayout, texts_of
from ayan.core.proposal.field_choice import choose
from ayan.core.proposal.file_look import looked_at
from ayan.core.proposal.key_choice import choose_key
from ayan.core.proposal.limits import MOST_FILES, MOST_QUESTIONS
from ayan.core.proposal.money_choice import choose_units
from ayan.core.proposal.proposed_field import ChosenStep, OpenQuestion, ProposedField, TomlValue
from ayan.core.schema.definition import Dataset
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.steps.cell_steps import ChildRows
from ayan.core.schema.steps.shape_steps import Crosstab, TableOf
from ayan.core.system.files import write
from ayan.core.values import period as periods
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, number_label
from ayan.core.values.money_unit_names import name_sides
from ayan.core.values.text import fold

_LIMITS: Final = IntakeLimits()
_MONTH: Final = re.compile(r"(?<!\d)(1[34]\d\d|20\d\d)[-_ .](0[1-9]|1[0-2])(?!\d)")
_YEAR: Final = re.compile(r"(?<!\d)(1[34]\d\d|20\d\d)(?!\d)")
_CADENCES: Final[Mapping[str, str]] = {"month": "monthly", "quarter": "quarterly", "year": "yearly", "day": "daily"}
_NAMELESS: Final = Label("داده", "Data")
_DESCRIPTION: Final = Label("پیشنهاد از {count} پرونده", "Proposed from files: {count}")
_SLUG: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ProposedFile:
    """One of the files: its name, the layout that reads it, its sheet, and the period that its name tells.

    ``steps`` are those of the layout, with what spoke for each; ``undone`` those that somebody did not want.
    """

    path: Path
    source: str
    sheet: str | None
    period: str | None
    steps: tuple[ChosenStep, ...] = ()
    undone: tuple[ChosenStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A declaration as it is proposed.

    ``files`` are what it was proposed from, ``fields`` its fields with the evidence, ``questions`` what cannot be read
    off them, and ``texts`` the files of the declaration by their path.
    """

    slug: str
    files: tuple[ProposedFile, ...]
    fields: tuple[ProposedField, ...]
    questions: tuple[OpenQuestion, ...]
    texts: Mapping[str, str]

    def write(self, folder: Path) -> Path:
        """Write the declaration as the folder of its slug within ``folder``, which holds none of that name."""
        place = folder / self.slug
        for name, text in self.texts.items():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            write(place / name, text.encode())
        return place

    def dataset(self) -> Dataset:
        """The declaration as every reader of declarations takes it."""
        with TemporaryDirectory() as folder:
            return load_dataset(self.write(Path(folder)))


def propose(
    paths: Sequence[Path],
    *,
    answers: Mapping[str, str] | None = None,
    workdir: Path,
    name: str = "",
    limits: IntakeLimits = _LIMITS,
) -> Proposal:
    """Propose one declaration from the files of one family.

    ``answers`` are what a person said to the questions of an earlier proposal, by their keys. ``name`` is what the
    dataset is called where its files are named by their period alone. ``workdir`` is a private folder. Raises
    CannotRead for a file that cannot be read, and BadAnswer for an answer to nothing.
    """
    given = dict(answers or {})
    said = {key: value for key, value in given.items() if value != AS_IS}
    if not 1 <= len(paths) <= MOST_FILES:
        raise BadAnswer("از ۱ تا {most} پرونده بدهید.", "Give from 1 to {most} files.").format(most=MOST_FILES)
    questions: list[OpenQuestion] = []
    files = [looked_at(path, workdir / f"file{at}", said, limits, questions) for at, path in enumerate(paths)]
    fields = fields_of(files)
    check_answers(said, fields)
    for field in fields:
        geometry = any(
            files[at].raw.facts.format == "geojson" and column.header == "geometry"
            for at, column in field.columns.items()
        )
        questions += choose(field, shape=geometry)
        if not field.evidence.filled:
            field.left_out = True
        if len(field.columns) < len(files):
            field.keys.pop("required", None)
    _leave_beside(files, fields)
    take_answers(said, fields)
    questions += choose_units(files, fields, said)
    if any(file.chapters for file in files):
        _never_added(fields, "rows hold the sums of others")
    if any(name_sides(field.evidence.values) for field in fields if not field.left_out):
        _never_added(fields, "a column says on which side of an account each amount stands")
    _never_added(_repeated(files, fields), "each row that was made of one repeats it")
    _once(fields)
    open_fields = [field for field in fields if not field.left_out]
    if not open_fields and said:
        raise BadAnswer("آنچه پاسخ داده شد به ستونی نمی‌رسد.", "What was answered leads to no column.")
    key, why, asked = choose_key(files, open_fields)
    questions += asked
    if "key" in said:
        key, why = tuple(each.strip() for each in said["key"].split(",") if each.strip()), "as answered"
    layouts, sources = _layouts(files, fields)
    if "totals" in said:
        layouts = [replace(each, keys={**each.keys, "totals": said["totals"].split("|")}) for each in layouts]
    when = [_period(file) for file in files]
    proposed_files = _files(paths, files, sources, when)
    slug = said.get("slug") or _slug(files, name)
    top, notes = _top(files, open_fields, said, when)
    if key:
        top["key"], notes["key"] = list(key), why
    kept = tuple(
        sorted((each for each in questions if each.key not in given), key=lambda each: each.weight)[
            : MOST_QUESTIONS * len(files)
        ]
    )
    parts = DeclarationParts(slug=slug, top=top, notes=notes, fields=fields, layouts=layouts, questions=kept)
    return Proposal(slug=slug, files=proposed_files, fields=tuple(fields), questions=kept, texts=texts_of(parts))


def _files(
    paths: Sequence[Path], files: Sequence[FileEvidence], sources: Sequence[str], when: Sequence[str | None]
) -> tuple[ProposedFile, ...]:
    """What the proposal was made from, each with the layout that reads it."""
    return tuple(
        ProposedFile(
            path,
            source,
            file.raw.facts.sheet if len(file.sheets) > 1 and file.path is None else None,
            each,
            file.steps,
            file.undone,
        )
        for path, file, source, each in zip(paths, files, sources, when, strict=True)
    )


def _never_added(fields: Sequence[ProposedField], why: str) -> None:
    """Let numbers say nothing of what they are, so that nobody adds up what cannot be added: chapters, or two sides."""
    for field in fields:
        if field.keys.get("nature") not in (None, "rate"):
            del field.keys["nature"]
            field.notes["kind"] = f"{field.notes.get('kind', '')}; not added up, for {why}"


def _leave_beside(files: Sequence[FileEvidence], fields: Sequence[ProposedField]) -> None:
    """Leave out a second table beside the first: columns beyond an empty one, of which the first is headed once more.

    Its rows have nothing to do with those of the first; whoever reads the file is asked about it.
    """
    for field in fields:
        if all(column.index > _gap(files[at]) for at, column in field.columns.items()):
            field.left_out = True


def _gap(file: FileEvidence) -> float:
    """The number of the empty column behind which a second table stands; beyond all where there is none."""
    columns = file.raw.columns
    for at, column in enumerate(columns[1:-1], 1):
        before = {fold(each.header) for each in columns[:at] if each.header.strip()}
        if not column.header.strip() and fold(columns[at + 1].header) in before:
            return column.index
    return math.inf


def _repeated(files: Sequence[FileEvidence], fields: Sequence[ProposedField]) -> list[ProposedField]:
    """The fields of columns that stood beside those that a step made rows of: each row has their cells once more."""
    turned = {
        at for at, file in enumerate(files) if any(isinstance(each.step, Crosstab | ChildRows) for each in file.steps)
    }
    return [
        field
        for field in fields
        if any(at in turned and column.letter != NO_LETTER for at, column in field.columns.items())
    ]


def _once(fields: Sequence[ProposedField]) -> None:
    """Leave a role to the first field that has it where pages look for one, and pairs whole."""
    seen: set[str] = set()
    for field in fields:
        role = str(field.keys.get("role", ""))
        if role in ("title", "latitude", "longitude", "counter") and not field.left_out:
            if role in seen:
                del field.keys["role"]
            seen.add(role)
    if not {"latitude", "longitude"} <= seen:
        for field in fields:
            if field.keys.get("role") in ("latitude", "longitude"):
                del field.keys["role"]


# --- layouts ----------------------------------------------------------------------------------------------------------


def _layouts(files: Sequence[FileEvidence], fields: Sequence[ProposedField]) -> tuple[list[ProposedLayout], list[str]]:
    """The layouts that read the files, the first of them the default, and the name of each file's."""
    listed: list[ProposedLayout] = []
    names: list[str] = []
    for at, file in enumerate(files):
        layout = _layout(at, file, fields)
        same = next((each for each in listed if each.reads_as(layout)), None)
        if same is None:
            same = layout if listed else replace(layout, name="default")
            listed.append(same)
        names.append(same.name)
    return listed, names


def _layout(at: int, file: FileEvidence, fields: Sequence[ProposedField]) -> ProposedLayout:
    keys, notes = _rows_of(at, file, fields)
    left_out: list[str | int] = []
    readings: dict[str, dict[str, TomlValue]] = {}
    for field in fields:
        column = field.columns.get(at)
        if column is None:
            continue
        if field.left_out:
            left_out.append(column.index if field.by_position or not column.header else column.header)
            continue
        if field.by_position and file.shape.header_row is not None:
            readings.setdefault(field.name, {})["position"] = column.index
        unit = field.units.get(at)
        if unit is not None and unit != field.keys.get("money_unit") and field.kind.is_money:
            readings.setdefault(field.name, {})["money_unit"] = unit
    if left_out:
        keys["ignore"] = left_out
        notes["ignore"] = "columns without a filled cell, or left out as answered"
    name = _SLUG.sub("-", Path(file.name).stem.lower()).strip("-") or f"file-{at + 1}"
    return ProposedLayout(name if name[0].isalpha() else f"f-{name}", keys, notes, readings, file.steps)


def _rows_of(
    at: int, file: FileEvidence, fields: Sequence[ProposedField]
) -> tuple[dict[str, TomlValue | Sequence[str | int]], dict[str, str]]:
    """The keys that say where the table stands, and why."""
    keys: dict[str, TomlValue | Sequence[str | int]] = {}
    notes: dict[str, str] = {}
    shape = file.shape
    if file.member is not None:
        keys["member"] = file.member
    if file.encoding is not None:
        keys["encoding"] = file.encoding
        notes["encoding"] = "the file does not tell its own"
    if file.path is not None:
        keys["path"] = file.path
        notes["path"] = "where the records stand"
    elif len(file.sheets) > 1 and file.raw.facts.sheet:
        keys["sheet"] = file.raw.facts.sheet
    if shape.header_row is None:
        keys["headers"] = _headers(at, file, fields)
        keys["data_row"] = shape.data_row or 1
        notes["headers"] = "no row of words stands above the records"
    elif file.steps and isinstance(file.steps[0].step, TableOf):
        # Where its header stands the step finds.
        if shape.header_rows > 1:
            keys["header_rows"] = shape.header_rows
    elif (shape.header_row, shape.header_rows, shape.data_row) != (1, 1, None):
        keys["header_row"] = shape.header_row
        notes["header_row"] = "the last words above the first record"
        if shape.header_rows > 1:
            keys["header_rows"] = shape.header_rows
        if shape.data_row:
            keys["data_row"] = shape.data_row
    _sums_of(file, keys, notes)
    return keys, notes


def _sums_of(file: FileEvidence, keys: dict[str, TomlValue | Sequence[str | int]], notes: dict[str, str]) -> None:
    """The keys that say which rows are sums of others."""
    if file.sums:
        keys["totals"] = list(file.sums)
        notes["totals"] = "rows that begin with a word for a sum and state amounts"
    if file.chapters:
        keys["sum_rows"] = True
        notes["sum_rows"] = f"{file.chapters} rows hold the sums of those whose codes begin with theirs"


def _headers(at: int, file: FileEvidence, fields: Sequence[ProposedField]) -> list[str]:
    """The headers of a file that has none: the labels of its fields in the order of its columns."""
    labels = {field.columns[at].index: field.label.fa for field in fields if at in field.columns}
    return [labels.get(column.index, "") for column in file.raw.columns[: max(labels, default=0)]]


# --- the top ----------------------------------------------------------------------------------------------------------


def _period(file: FileEvidence) -> str | None:
    """The period that the name of the sheet or of the file tells."""
    for name in (file.raw.facts.sheet or "", Path(file.name).stem):
        plain = to_latin(name)
        if match := _MONTH.search(plain):
            return str(periods.parse(f"{match[1]}-{match[2]}"))
        if match := _YEAR.search(plain):
            return match[1]
    return None


def _slug(files: Sequence[FileEvidence], name: str) -> str:
    """A name from that of the first file without its period, else from ``name``."""
    for text in (Path(files[0].name).stem, name):
        plain = _SLUG.sub("-", _YEAR.sub(" ", _MONTH.sub(" ", to_latin(text.lower())))).strip("-")
        if plain and plain[0].isalpha():
            return plain[:60].strip("-")
    return "proposed"


def _top(
    files: Sequence[FileEvidence],
    fields: Sequence[ProposedField],
    answers: Mapping[str, str],
    when: Sequence[str | None],
) -> tuple[dict[str, TomlValue], dict[str, str]]:
    title = files[0].shape.title or Path(files[0].name).stem
    rows = sum(max((each.rows for each in file.columns), default=0) for file in files)
    money = any(field.term is not None and field.term.headed_as == "money" for field in fields)
    kinds = {periods.parse(each).kind if each else "none" for each in when}
    kind = kinds.pop() if len(kinds) == 1 else "none"
    if "period" in answers:
        kind = periods.parse(answers["period"]).kind
    named = title if fold(title) else _NAMELESS.fa

    def said_of(key: str, guess: Label) -> Label:
        fa_key, en_key = f"{key}.fa", f"{key}.en"
        return replace(guess, fa=answers.get(fa_key, guess.fa), en=answers.get(en_key, guess.en))

    top: dict[str, TomlValue] = {
        "title": said_of("title", Label(named, named)),
        "description": _DESCRIPTION.format(count=number_label(len(files))),
        "owner": said_of("owner", Label("شهرداری", "Municipality")),
        "topic": answers.get("topic", "money" if money else "organisation"),
        "cadence": _CADENCES.get(kind, "irregular"),
        "period": kind,
    }
    notes = {
        "title": "what stands above the table" if files[0].shape.title else "the name of the file",
        "description": f"{rows:,} rows",
        "owner": "not in the file; name the office that answers for it",
        "topic": "columns of money" if money else "no columns of money",
        "period": "the names of files or sheets" if kind != "none" else "no name tells a period",
    }
    return top, notes
