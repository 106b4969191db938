"""Colours and their contrast, against figures that WCAG's own examples give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.wiring.profile import NotAColour, contrast, parse

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#767676", "#fff", 4.54), ("#777777", "#FFFFFF", 4.48), ("#fff", "#fff", 1.0)],
)
def test_known_contrasts(colour: str, other: str, ratio: float) -> None:
    assert contrast(colour, other) == pytest.approx(ratio, abs=0.005)


@given(colours, colours)
def test_contrast_is_the_same_from_both_sides(colour: str, other: str) -> None:
    assert 1 <= contrast(colour, other) == contrast(other, colour) <= 21


@pytest.mark.parametrize("text", ["", "fff", "#ffff", "#12345g", "red", "#0b5c63; }", "#۱۲۳۴۵۶", "rgb(0,0,0)"])
def test_what_is_no_colour_is_refused(text: str) -> None:
    with pytest.raises(NotAColour):
        parse(text)
