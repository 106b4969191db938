"""The notebook for journalists, run from its first cell to its last against a served city."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ayan_client import Portal
from tests.client.liar import Served
from tests.conftest import ROOT

NOTEBOOK = ROOT / "packages" / "ayan-client" / "examples" / "from-a-question-to-its-proof.ipynb"


def cells() -> list[dict[str, Any]]:
    every: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    return [cell for cell in every if cell["cell_type"] == "code"]


def run(served: Served, vkey: str, folder: Path) -> dict[str, Any]:
    """Run it with other parameters; what its names hold at the end."""
    (folder / "log.vkey").write_text(vkey, encoding="utf-8")
    parameters = {
        "PORTAL": served.address,
        "KEY": folder / "log.vkey",
        "REMEMBERED": folder / "kept.checkpoint",
        "QUESTION": "مبلغ کارهای جاری",
        "DATASET": "works",
        "GROUP": "state",
        "AMOUNT": "amount",
    }
    names: dict[str, Any] = {}
    for number, cell in enumerate(cells()):
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            assert names.keys() >= parameters.keys(), "each is named where readers change it"
            names.update(parameters)
    return names


def test_the_notebook_goes_from_a_question_to_a_proof(
    served: Served, vkey: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run(served, vkey, tmp_path)
    said = capsys.readouterr().out
    assert names["sums"] == names["added"] == {"open": 1_200_000_000, "done": 630_000_000}
    assert "1,200,000,000 ریال" in said
    assert "row 1403/2#61 stands in leaf 3" in said
    assert "continues nothing yet" in said
    assert Portal(served.address, keys=[vkey], remembered=tmp_path / "kept.checkpoint").verify_log().continues == 4


def test_nothing_that_was_printed_is_kept_in_it() -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells())
