"""Files full of habits and faults, in every format that holds them: what is published of each, and all that is asked."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from tests.corpus.adverse_case import AdverseCase
from tests.corpus.adverse_marks import COLUMNS, MARKS, RECKONED
from tests.corpus.adverse_rows import ROWS, SUMS
from tests.corpus.adverse_values import DAYS, NUMBERS
from tests.corpus.adverse_words import SPOILT, TEXTS, WORDS
from tests.corpus.other_formats import forms_of, written_as
from tests.corpus.outcomes import publish, publish_context
from tests.sampling import sampled

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.loader import load_dataset

TOML: Final = """
slug = "many-lines"
title.fa = "سطرهای گوناگون (ساختگی)"
title.en = "Lines of many sorts (invented)"
description.fa = "سطرهایی که اداره‌ها می‌فرستند."
description.en = "Lines as offices send them."
owner.fa = "طرح و برنامه"
owner.en = "Planning"
topic = "money"
"""
STATES: Final = """kind = "text"
choices = [
  { code = "open", fa = "جاری", en = "Open" },
  { code = "done", fa = "خاتمه‌یافته", en = "Finished" },
  { code = "cut", fa = "فسخ", en = "Terminated" },
]"""
FIELDS: Final = {
    "number": ("شماره", "Number", 'kind = "code"'),
    "title": ("شرح", "Title", 'kind = "text"\nrequired = true'),
    "part": ("بخش", "Part", 'kind = "text"'),
    "day": ("تاریخ", "Day", 'kind = "date"'),
    "paid": ("روز", "Paid", 'kind = "date"\ncalendar = "gregorian"'),
    "state": ("وضعیت", "State", STATES),
    "amount": ("مبلغ", "Amount", 'kind = "rial"\nnature = "flow"'),
    "measure": ("اندازه", "Measure", 'kind = "decimal"'),
    "items": ("تعداد", "Items", 'kind = "integer"'),
}
SENDER: Final = "فرستنده (ساختگی)"
CASES: Final = (*ROWS, *SUMS, *MARKS, *COLUMNS, *RECKONED, *NUMBERS, *DAYS, *WORDS, *SPOILT, *TEXTS)
EVERY: Final = [(case, form) for case in CASES for form in forms_of(case.file, case.forms) if form not in case.unlike]


def declared(folder: Path, case: AdverseCase) -> Dataset:
    """The dataset of all cases, with what one of them says otherwise."""
    fields = "".join(
        f'\n[[field]]\nname = "{name}"\nlabel.fa = "{fa}"\nlabel.en = "{en}"\n{case.declared.get(name, rest)}\n'
        for name, (fa, en, rest) in FIELDS.items()
    )
    home = folder / "many-lines"
    home.mkdir()
    (home / "dataset.toml").write_text(f"{TOML}{fields}\n[source]\n{case.source}", encoding="utf-8")
    return load_dataset(home)


@pytest.mark.parametrize(
    ("case", "form"),
    sampled("adverse files", EVERY, 1, by=lambda pair: pair[1]),
    ids=lambda part: getattr(part, "name", part),
)
def test_nothing_wrong_is_published_unasked(case: AdverseCase, form: str, tmp_path: Path) -> None:
    context, dataset = publish_context(tmp_path / "city"), declared(tmp_path, case)
    path = written_as(case.file, tmp_path, form)
    if case.raw:
        path.write_bytes(case.raw)
    decisions = ClerkDecisions(partial="آنچه روشن نیست کنار گذاشته شد")
    if case.refused:
        with pytest.raises(CannotRead) as refusal, examine(context, dataset, path, decisions):
            pass
        assert [(refusal.value.issue.code, 0)] == _places(case)
        return
    with examine(context, dataset, path, decisions) as examined:
        issues = [issue for issue in examined.refined.issues if issue.level != "info"]
        assert sorted((issue.code, issue.row or 0) for issue in issues) == _places(case), [
            issue.message("en") for issue in issues
        ]
        if case.asked:
            with pytest.raises(NotReady) if examined.refined.errors else nullcontext():
                write_draft(context, replace(examined, decisions=ClerkDecisions()), sent_by=SENDER)
        if case.whole or not case.expected:
            with pytest.raises(NotReady):
                write_draft(context, examined, sent_by=SENDER)
            return
        release = publish(context, write_draft(context, examined, sent_by=SENDER))
    (part,) = release.parts()
    rows = pq.read_table(part).to_pylist()
    assert [tuple(_plain(row[name]) for name in case.fields) for row in rows] == [tuple(row) for row in case.expected]


def _places(case: AdverseCase) -> list[tuple[str, int]]:
    return sorted((code, row or 0) for code, row in case.asked)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else str(value)
