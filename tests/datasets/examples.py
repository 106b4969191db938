"""What becomes of the example beside each declaration, written down to be read as a difference.

``python -m tests.datasets.examples`` writes the outcomes anew; look at the diff before you commit it.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from tests.corpus.outcomes import publish_context

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.examination import examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.schema.loader import load_dataset
from ayan.datasets.registry import BUILTIN


def examples() -> list[Path]:
    """Every example, named after the period it is sent for."""
    return sorted(BUILTIN.glob("*/examples/*.csv"))


def outcome(context: PublishContext, file: Path) -> dict[str, Any]:
    """Everything remarked about an example, and the rows that would be published of it, as text.

    Nothing else is published, so that what points to other datasets points nowhere, and is remarked on.
    """
    dataset = load_dataset(file.parent.parent)
    period = None if file.stem == "all" else file.stem
    with examine(context, dataset, file, ClerkDecisions(period)) as examination:
        issues = [
            {"code": issue.code, "level": issue.level, "row": issue.row, "column": issue.column, "field": issue.field}
            | ({} if issue.value is None else {"value": issue.value})
            for issue in examination.refined.issues
        ]
        part = examination.refined.session.workdir / "rows.parquet"
        examination.refined.write_parquet(part, partial=True)
        rows = pq.read_table(part).to_pylist()
    texts = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
    return {"issues": issues, "rows": texts}


def golden(file: Path) -> Path:
    """Where the outcome of an example is written down."""
    return file.with_suffix(".json")


def written(document: dict[str, Any]) -> str:
    """The text of an outcome."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        context = publish_context(Path(folder) / "city")
        for file in examples():
            golden(file).write_text(written(outcome(context, file)), encoding="utf-8")
