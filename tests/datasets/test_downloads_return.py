"""What the city hands out in either language can be read back by the dataset that it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from tests.corpus.outcomes import REASON, publish, workplace
from tests.datasets.examples import examples
from tests.sampling import sampled

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.formats import FORMATS
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.question_parser import parse
from ayan.core.schema.definition import Dataset
from ayan.core.schema.loader import load_dataset

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
    context = workplace(tmp_path / "city")
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
