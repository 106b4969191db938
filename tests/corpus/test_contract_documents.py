"""Every list of every document of two real publishers (OCDS) is proposed, sealed, and cell for cell what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from tests.conftest import SHARED
from tests.corpus.outcomes import publish, publish_context

from ayan.core.proposal.proposal import Proposal, propose
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import Examined, examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.refine.code_nods import ANYTHING
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field

pytestmark = pytest.mark.soak

DOCUMENTS: Final = sorted((SHARED / "data" / "ocds").glob("*/*.json"))
# The history of every member by itself, a list each: hundreds that nobody would publish.
HISTORY: Final = "versionedRelease"
LINES: Final = ("telephone", "faxNumber")


class Number(str):
    """A number as it is written, which no float may spoil."""

    __slots__ = ()


def lists(value: Any, names: tuple[str, ...] = ()) -> Iterator[str]:
    """The paths of the lists of objects of a document that are not within another."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        yield ".".join(names)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name != HISTORY:
                yield from lists(each, (*names, name))


def at(document: Any, path: str) -> Any:
    """What stands at a path."""
    for name in path.split("."):
        document = document[name]
    return document


def flat(value: Any, names: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """The members of a record by their dotted names; lists are kept whole."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from flat(each, (*names, name))
    else:
        yield ".".join(names), value


def same(field: Field, value: Any, stated: Any) -> bool:
    """Whether a published value is what the document states; an empty text and an empty list are nothing."""
    if stated is None or stated in ("", []) or (isinstance(stated, str) and not stated.strip()):
        return value is None
    if isinstance(stated, list):
        return bool(json.loads(value, parse_float=str, parse_int=str) == json.loads(json.dumps(stated)))
    if isinstance(stated, bool):
        return str(value).lower() == str(stated).lower()
    if field.kind.is_number:
        return Decimal(str(value)) == Decimal(str(stated))
    if field.kind.is_day:
        return str(value)[:10] == str(stated)[:10]
    return "".join(str(value).split()) == "".join(str(stated).split())


def proposed(file: Path, path: str, folder: Path) -> tuple[Proposal, Dataset]:
    """What is proposed for a list; lines of offices are withheld, since nobody has said that they may be shown."""
    answers = {"sheet": path}
    for trial in range(2):
        proposal = propose([file], answers=answers, workdir=folder / f"look{trial}")
        assert len(proposal.questions) <= 3
        dataset = proposal.dataset()
        for field in proposal.fields:
            if any(column.header.endswith(LINES) for column in field.columns.values()) and not field.left_out:
                answers[f"{field.name}.shown"] = "withheld"
    return proposal, dataset


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: f"{file.parent.name}/{file.stem[-40:]}")
def test_every_list_is_sealed_as_it_stands(file: Path, tmp_path: Path) -> None:
    document = json.loads(file.read_text("utf-8"), parse_float=Number, parse_int=Number)
    paths = list(lists(document))
    for number, path in enumerate(["$", *paths]):
        folder = tmp_path / str(number)
        records = [document] if path == "$" else at(document, path)
        proposal, dataset = proposed(file, path, folder)
        (seen,) = proposal.files
        context = publish_context(folder / "city")
        decisions = ClerkDecisions(seen.period if dataset.period != "none" else None, nods=(ANYTHING,))
        with examine(context, dataset, file, decisions, source=seen.source, sheet=seen.sheet) as examined:
            assert examined.refined.errors == (), [issue.message("en") for issue in examined.refined.errors]
            _sealed(context, examined, dataset, document, [dict(flat(record)) for record in records])


def _sealed(
    context: PublishContext, examined: Examined, dataset: Dataset, document: Any, records: list[Mapping[str, Any]]
) -> None:
    release = publish(context, write_draft(context, examined, sent_by="فرستنده (ساختگی)"))
    (part,) = release.parts()
    rows = pq.read_table(part).to_pylist()
    assert len(rows) == len(records)
    headers = {name: str(column["header"]) for name, column in examined.refined.columns().items()}
    shown = [field for field in dataset.fields if field.shown == "public" and field.name in headers]
    for row in rows:
        record = records[row["_row"] - 2]
        for field in shown:
            header = headers[field.name]
            stated = at(document, header[2:]) if header.startswith("$.") else record.get(header)
            assert same(field, row[field.name], stated), (header, row[field.name], stated)
