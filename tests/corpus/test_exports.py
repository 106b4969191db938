"""What is proposed from an export of an office reads it, or asks: never a value that the file does not say."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest
from tests.corpus.export_case import ExportCase
from tests.corpus.export_cases import CASES
from tests.sampling import sampled

from ayan.core.proposal.file_trial import tried
from ayan.core.proposal.proposal import Proposal, propose
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.pipeline import Refined
from ayan.core.schema.steps.step import JOINT
from ayan.core.values.text import fold_joined


def answered(case: ExportCase, file: Path, folder: Path) -> Proposal:
    """The proposal once what is asked has been answered."""
    proposal = propose([file], workdir=folder / "look")
    assert len(proposal.questions) <= case.most
    if not case.unasked:
        assert {question.key for question in proposal.questions} == set(case.answers)
    return propose([file], answers=case.answers, workdir=folder / "again") if case.answers else proposal


def _column(refined: Refined, title: str) -> MappedField | None:
    """The column of a title: its header or a label, whole or by its lowest level, its unit left away."""
    wanted = fold_joined(title)
    for mapped in refined.session.present:
        header = mapped.column.header if mapped.column else ""
        names = [header, mapped.field.label.fa, mapped.field.label.en]
        names += [name.rpartition(JOINT)[2] for name in names] + [name.partition("(")[0] for name in names]
        if wanted in map(fold_joined, names):
            return mapped
    return None


def records(refined: Refined, titles: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """The records that would be published, as texts in plain spelling."""
    mapped = [_column(refined, title) for title in titles]
    cells = ", ".join(f"CAST(v_{each.field.name} AS VARCHAR)" if each else "NULL" for each in mapped)
    rows = refined.session.con.execute(
        f"SELECT {cells} FROM typed WHERE _class = 'record' AND _row NOT IN (SELECT _row FROM left_out)"
    ).fetchall()
    lists = [each.field.choices if each else None for each in mapped]
    return Counter(
        tuple(
            plain(codes.label(str(cell), "fa") if codes and cell is not None else cell)
            for codes, cell in zip(lists, row, strict=True)
        )
        for row in rows
    )


def plain(value: object) -> str:
    """A value as a text in which equal numbers are equal."""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return fold_joined(str(value))


@pytest.mark.parametrize("case", sampled("exports of offices", CASES, 4), ids=lambda case: case.name)
def test_an_export_is_read_or_asked_about(case: ExportCase, tmp_path: Path) -> None:
    file = case.write(tmp_path)
    proposal = answered(case, file, tmp_path)
    assert not [question.key for question in proposal.questions]
    (seen,) = proposal.files
    with tried(file, proposal.dataset(), source=seen.source, sheet=seen.sheet, workdir=tmp_path / "read") as refined:
        assert {issue.code for issue in refined.errors} == case.errors
        for title, unit in case.units.items():
            mapped = _column(refined, title)
            assert mapped is not None
            assert mapped.field.unit is not None
            assert mapped.field.unit.en == unit
        if not case.errors:
            assert records(refined, case.titles) == Counter(tuple(map(plain, row)) for row in case.records)
