"""What the city hands out in either language can be read back by the dataset that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from tests.corpus.outcomes import REASON, publish, publish_context
from tests.datasets.examples import examples
from tests.sampling import sampled

from ayan.core.intake.header import columns
from ayan.core.intake.table import FileFacts, RawTable
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.formats import FORMATS, csv_text
from ayan.core.query.formats.sheet_columns import sheet_columns
from ayan.core.query.plan import shown_fields
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question, ShownCalendar
from ayan.core.query.question_parser import parse
from ayan.core.refine.header_matching import match
from ayan.core.refine.money_units import mentions_of, money_columns, propose_unit
from ayan.core.schema.definition import Dataset
from ayan.core.schema.layouts import read_as
from ayan.core.schema.loader import load_dataset
from ayan.core.values.money import SHOWN_UNITS, ShownUnit
from ayan.datasets.registry import BUILTIN

LANGUAGES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "fa": (("_lang", "fa"), ("_calendar", "jalali")),
    "en": (("_lang", "en"),),
    "names": (),
}


WAYS: Final = [
    (form, lang) for form in ("csv", "xlsx", "ndjson") for lang in LANGUAGES if (form, lang) != ("ndjson", "en")
]
EVERY: Final = [(example, form, lang) for example in examples() for form, lang in WAYS]


@pytest.mark.parametrize(("example", "form", "lang"), sampled("downloads", EVERY, 2))
def test_a_download_reads_as_the_rows_that_it_was_made_of(example: Path, form: str, lang: str, tmp_path: Path) -> None:
    dataset = load_dataset(example.parent.parent)
    context = publish_context(tmp_path / "city")
    period = None if example.stem == "all" else example.stem
    with examine(context, dataset, example, ClerkDecisions(period, partial=REASON)) as examined:
        try:
            release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
        except NotReady:
            pytest.skip("nothing of this example may be published")
    (part,) = release.parts()
    rows = pq.read_table(part).to_pylist()
    assert rows
    file = tmp_path / f"{dataset.slug}.{form}"
    file.write_bytes(download(context, dataset, form, LANGUAGES[lang]))
    assert read_back(context, dataset, file, period) == shown(dataset, rows)


CHOICES: Final[list[tuple[ShownUnit, ShownCalendar]]] = [
    ("rial", "gregorian"),
    ("rial", "jalali"),
    ("toman", "jalali"),
    ("mtoman", "jalali"),
]


@pytest.mark.parametrize(("unit", "calendar"), CHOICES)
@pytest.mark.parametrize("lang", ["fa", "en"])
def test_every_head_of_a_sheet_for_people_is_known_and_says_the_unit_of_its_money(
    lang: str, unit: ShownUnit, calendar: ShownCalendar
) -> None:
    for dataset in declared():
        question = Question(slug=dataset.slug, lang=lang, unit=unit, calendar=calendar)
        sheet = sheet_columns(dataset, question, lang)
        titles = [column.title for column in sheet]
        assert len(set(titles)) == len(titles), dataset.slug
        # The first of two columns of a day is the one that it is read in; the other one repeats it.
        wanted = {column.field.name: column.title for column in reversed(sheet) if column.field is not None}
        assert_read(dataset, titles, wanted, SHOWN_UNITS[unit])


@pytest.mark.parametrize("lang", [None, "fa", "en"])
def test_every_head_of_a_table_for_programs_is_known_and_its_money_is_in_rial(lang: str | None) -> None:
    for dataset in declared():
        question = Question(slug=dataset.slug, lang=lang)
        titles = csv_text.titles(dataset, question)
        fields = [field.name for field in shown_fields(dataset, question)]
        in_others_unit = replace(
            dataset, fields=tuple(replace(field, money_unit="million_rial") for field in dataset.fields)
        )
        wanted = dict(zip(fields, titles, strict=False))
        assert_read(in_others_unit, titles, wanted, "rial")


@cache
def declared() -> list[Dataset]:
    """Every dataset that Ayan comes with."""
    return [load_dataset(file.parent) for file in sorted(BUILTIN.glob("*/dataset.toml"))]


def assert_read(dataset: Dataset, titles: list[str], wanted: Mapping[str, str], unit: str) -> None:
    """Each field that stands in files is found under its title, and nothing else is; money is taken to be in the unit."""
    facts = FileFacts(name=f"{dataset.slug}.xlsx", sha256="0" * 64, bytes=1, format="xlsx")
    raw = RawTable(columns=columns(titles, len(titles)), relation="", files=(), rows=0, facts=facts)
    layout, fields, constants = read_as(dataset, "default")
    matching = match(raw, layout, fields, constants)
    in_files = {field.name for field in fields}
    headers = {each.field.name: each.column.header for each in matching.fields if each.column is not None}
    assert headers == {name: title for name, title in wanted.items() if name in in_files}, dataset.slug
    for mapped in money_columns(matching):
        assert mapped.column is not None
        proposed = propose_unit(mapped.field.money_unit, mentions_of(raw, mapped.column))
        assert (proposed.unit, proposed.how) == (unit, "file"), (dataset.slug, mapped.field.name)


def download(context: PublishContext, dataset: Dataset, form: str, params: tuple[tuple[str, str], ...]) -> bytes:
    """The bytes that a reader gets."""
    engine = ParquetEngine()
    reader = QueryService(context.release_store, engine)
    try:
        fitting = tuple(param for param in params if param[0] not in FORMATS[form].refuse)
        question = parse(dataset, fitting, refuse=FORMATS[form].refuse)
        write = FORMATS[form].write
        assert write is not None
        return b"".join(write(reader, dataset, question, reader.snapshot(dataset, Question(slug=dataset.slug))))
    finally:
        engine.close()


def shown(dataset: Dataset, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without their addresses and without what is hidden in part, which nobody can read back."""
    kept = [field.name for field in dataset.published if field.shown == "public" and not field.first_of]
    return [{name: row[name] for name in kept} for row in rows]


def read_back(context: PublishContext, dataset: Dataset, file: Path, period: str | None) -> list[dict[str, Any]]:
    """The rows that the dataset reads in a download, those with errors of other rules among them."""
    with examine(context, dataset, file, ClerkDecisions(period)) as examined:
        target = examined.folder / "back.parquet"
        examined.refined.write_parquet(target)
        return shown(dataset, pq.read_table(target).to_pylist())
