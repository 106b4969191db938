"""Where published values come from: the release, the file, the column, the row, and what was found on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

from ayan.apps.catalog.selectors import PublishedRelease
from ayan.core.attachments.line_links import LinePlace, linked_lines
from ayan.core.attachments.published_documents import PublishedDocument, newest
from ayan.core.audit.balance import Balance
from ayan.core.custody.retention import Entered, RetentionRule
from ayan.core.ledger.refusal import LedgerError
from ayan.core.query.answer import Row
from ayan.core.refine import row_ranges
from ayan.core.schema.catalogue import CATALOGUE, CHECK
from ayan.core.schema.catalogue_summaries import summary
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.correction_counts import Corrections
from ayan.core.transparency.entries.parsing import BadStatement
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import UNIT_LABELS
from ayan.wiring.city import City

Mended = Literal["", "mended", "perhaps", "stated"]
"""What became of a cell before it was published: nothing, a correction, perhaps one, or a text stated for all rows."""


OTHER_RULE: Final = Label("قاعده‌ای که دیگر تعریف نمی‌شود", "A rule that is no longer declared")


@dataclass(frozen=True, slots=True)
class FileUnit:
    """The unit of money that a column of a source file is in, and the rials of one."""

    label: Label
    rial: int

    def amount(self, rials: int, lang: Lang) -> str:
        """What the file says for so many published rials: exact, in its own unit."""
        number = Decimal(rials) / self.rial
        plain = format(number, "f")
        whole = Decimal(plain.rstrip("0").rstrip(".")) if "." in plain else number
        return f"{locale.of(lang).number(whole)} {self.label.of(lang)}"


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One published field and the column of the source file it was read from (empty where it was not).

    ``unit`` is the unit of money of that column where it is another than rial, None elsewhere.
    """

    field: Field
    letter: str
    header: str
    unit: FileUnit | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """One control total as a release states it: an exact number, with the field whose kind says how to write it."""

    label: str
    value: int | Decimal
    field: Field | None


@dataclass(frozen=True, slots=True)
class MendedFields:
    """The fields of which cells were corrected, with how many; those stated for all rows; rows left out, by reason.

    ``redacted`` are fields from which personal data was taken: how, and from how many cells.
    """

    cells: list[tuple[Field, int]]
    stated: list[Field]
    left_out: list[tuple[str, int]]
    redacted: list[tuple[Field, str, int]]


@dataclass(frozen=True, slots=True)
class OverriddenBalance:
    """A balance that failed with a release and was overridden: what the manifest says, and the balance, if any."""

    facts: Mapping[str, Any]
    balance: Balance | None


@dataclass(frozen=True, slots=True)
class Counted:
    """How often one issue was met, in words."""

    code: str
    words: str
    severity: str
    count: int


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """Where a row stands in its file: the sheet, the row as a spreadsheet shows it, and the columns of its fields."""

    sheet: str
    row: int
    columns: Mapping[str, Any]

    def cell(self, name: str) -> str:
        """The address of a field's cell, like ``D12``; "" where it is no single one."""
        letter = str(self.columns.get(name, {}).get("letter", ""))
        return f"{letter}{self.row}" if letter.isalpha() else ""


def source_place(published: PublishedRelease, number: int) -> SourcePlace:
    """Where the row ``number`` of a release stands in its file, also where layout steps made several rows of one."""
    source: Mapping[str, Any] = published.facts.get("source", {})
    columns, rows = source.get("columns", {}), source.get("rows")
    if rows is None:
        return SourcePlace(source.get("sheet") or "", number, columns)
    part, row = divmod(number, rows["stride"])
    place = rows["places"][part]
    return SourcePlace(place["sheet"] or "", row, {**columns, **place["columns"]})


@dataclass(frozen=True, slots=True)
class DocumentedLine:
    """A line of a document of the row in which, as an officer said, a value stands that the row still has."""

    document: PublishedDocument
    place: LinePlace


def documented_lines(city: City, dataset: Dataset, row: Row) -> Mapping[str, Sequence[DocumentedLine]]:
    """The lines of the newest versions of a row's documents, by the name of the field."""
    lines: dict[str, list[DocumentedLine]] = defaultdict(list)
    for document in newest(city.documents.of_row(dataset.slug, [row.values.get(name) for name in dataset.key])):
        for linked in linked_lines(dataset, row, document.lines):
            if linked.still:
                lines[linked.field.name].append(DocumentedLine(document, linked.place))
    return lines


def column_map(dataset: Dataset, published: PublishedRelease, number: int | None = None) -> list[MappedColumn]:
    """Which column of the source file each published field was read from; of one row, where that is told apart."""
    source: Mapping[str, Any] = published.facts.get("source", {})
    columns = source.get("columns", {}) if number is None else source_place(published, number).columns
    # Where a step multiplied the numbers, the unit alone no longer leads back to what the file shows.
    multiplied = any(step.get("do") == "factor" for step in source.get("steps", ()))
    units = {} if multiplied else {name: _unit(entry) for name, entry in source.get("units", {}).items()}
    return [
        MappedColumn(
            field,
            str(columns.get(field.name, {}).get("letter", "")),
            str(columns.get(field.name, {}).get("header", "")),
            units.get(field.name),
        )
        for field in dataset.published
    ]


def _unit(entry: Mapping[str, Any]) -> FileUnit:
    label = Label(*UNIT_LABELS.get(entry["unit"], (str(entry["unit"]), str(entry["unit"]))))
    return FileUnit(label, int(entry["rial"]))


def mended(published: PublishedRelease, name: str, row: int) -> Mended:
    """Whether the value of a field in a row is what the source file holds, as far as its release says."""
    recorded = published.facts.get("corrections")
    if recorded is None:
        return ""
    corrections = Corrections.from_json(recorded)
    if name in corrections.constants:
        return "stated"
    correction = corrections.fields.get(name)
    if correction is None:
        return ""
    if correction.rows is None:
        return "perhaps"
    return "mended" if row_ranges.holds(row_ranges.read(correction.rows), row) else ""


def overrides(city: City, dataset: Dataset, published: PublishedRelease) -> list[OverriddenBalance]:
    """The balances that were overridden although they failed with a release."""
    recorded = published.facts.get("overrides", ())
    known = {each.name: each for each in city.registry.balances_of(dataset.slug)[0]} if recorded else {}
    return [OverriddenBalance(each, known.get(each["balance"])) for each in recorded]


def corrections(dataset: Dataset, published: PublishedRelease) -> MendedFields | None:
    """What was mended between the file and the release; None where nothing was."""
    recorded = published.facts.get("corrections")
    if recorded is None:
        return None
    applied = Corrections.from_json(recorded)
    fields = {field.name: field for field in dataset.published}
    return MendedFields(
        [(fields[name], correction.count) for name, correction in applied.fields.items() if name in fields],
        [fields[name] for name in applied.constants if name in fields],
        sorted(applied.left_out.items()),
        [
            (fields[name], how, count)
            for name, counts in applied.redacted.items()
            if name in fields
            for how, count in counts.items()
        ],
    )


def totals(dataset: Dataset, published: PublishedRelease, lang: Lang) -> list[Stated]:
    """The control totals of a release with their labels."""
    declared = {total.code: total.label.of(lang) for total in dataset.totals}
    fields = {field.name: field for field in dataset.published}
    out = []
    for code, text in published.facts.get("totals", {}).items():
        field = fields.get(code)
        label = declared.get(code) or (field.label.of(lang) if field else code)
        try:
            number = Decimal(text)
        except InvalidOperation:
            continue
        whole = number == number.to_integral_value()
        out.append(Stated(label, int(number) if whole else number, field))
    return out


def issues(published: PublishedRelease, lang: Lang) -> list[Counted]:
    """What was found in the file when the release was made, in words, gravest first."""
    counted = []
    for code, count in published.facts.get("issues", {}).items():
        entry, said = CATALOGUE.get(code), summary(code)
        check = next((each for each in published.dataset.checks if each.code == code.removeprefix(CHECK)), None)
        severity = entry.severity if entry else check.severity if check else "info"
        words = said or (check.message if check else OTHER_RULE)
        counted.append(Counted(code, words.of(lang), severity, int(count)))
    return sorted(counted, key=lambda each: (("error", "warning", "info").index(each.severity), -each.count))


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the file of a release is kept, as declared now, and its deletion where the log tells of one."""

    rule: RetentionRule | None
    gone: Entered | None


def keeping(city: City, published: PublishedRelease) -> Keeping:
    """Of the file that a release was made from: nothing that only the city could know."""
    try:
        gone = city.deletions.of(published.release.manifest)
    except (LedgerError, BadStatement):
        gone = None
    return Keeping(city.rule_of(published.release.slug), gone)
