"""The drawings of the page of components, as files whose changes are read as differences before they are accepted.

`AYAN_WRITE_GOLDEN=1 uv run pytest tests/ui/charts/test_golden.py` writes them afresh.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ayan.core.values.locale import Lang
from ayan.ui.charts.figure import NARROW, WIDE
from ayan.ui.showcase.figures import Figures

GOLDEN = Path(__file__).parent / "golden"
ANCHORS = [figure.anchor for figure in Figures("fa").all()]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("lang", ["fa", "en"])
@pytest.mark.parametrize("index", range(len(ANCHORS)), ids=ANCHORS)
def test_the_drawing_is_as_it_was_accepted(index: int, lang: Lang, width: int) -> None:
    figure = Figures(lang).all()[index]
    drawn = figure.chart.draw(width).svg(figure.chart.sentence()).replace("><", ">\n<") + "\n"
    path = GOLDEN / f"{figure.anchor}-{lang}-{width}.svg"
    if os.environ.get("AYAN_WRITE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert drawn == path.read_text(encoding="utf-8")


def test_every_accepted_drawing_is_still_drawn() -> None:
    expected = {
        f"{anchor}-{lang}-{width}.svg" for anchor in ANCHORS for lang in ("fa", "en") for width in (WIDE, NARROW)
    }
    assert {path.name for path in GOLDEN.iterdir()} == expected
