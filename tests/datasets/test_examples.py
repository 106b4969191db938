"""Beside every declaration stands a small file with a fault, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.corpus.outcomes import publish_context
from tests.datasets.examples import examples, golden, outcome, written

from ayan.datasets.registry import Registry


@pytest.mark.parametrize("file", examples(), ids=lambda path: path.parent.parent.name)
def test_an_example_comes_to_what_is_written_down(file: Path, tmp_path: Path) -> None:
    text = written(outcome(publish_context(tmp_path / "city"), file))
    assert text == golden(file).read_text(encoding="utf-8"), (
        "look at the difference, then write it down anew: make golden"
    )


def test_every_declaration_has_an_example_with_rows_and_a_fault() -> None:
    shown = {file.parent.parent.name: json.loads(golden(file).read_text(encoding="utf-8")) for file in examples()}
    assert sorted(shown) == [dataset.slug for dataset in Registry().all()]
    assert [slug for slug, example in shown.items() if not example["rows"]] == []
    assert [
        slug for slug, example in shown.items() if "error" not in {issue["level"] for issue in example["issues"]}
    ] == []
