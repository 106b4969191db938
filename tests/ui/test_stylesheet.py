"""The stylesheet read as a machine reads it: sides follow the reading direction, colours can be told apart, layers hold all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ayan.ui import static_files
from ayan.ui.charts import drawing
from ayan.ui.charts.heat import SHADES
from ayan.ui.showcase.figures import Figures
from ayan.wiring.profile import DEFAULTS, Brand, contrast

CSS, FRAME = ((static_files.FOLDER / "css" / name).read_text(encoding="utf-8") for name in ("site.css", "frame.css"))

# Properties that name a side of the screen, with the logical one to write instead.
PHYSICAL = re.compile(
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)(?:-.*)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius|left|right|top|bottom"
    r"|(?:min-|max-)?(?:width|height)|overflow-[xy]|float|clear"
)
# Reasons: numbers are read from the left in both languages, and so is code; scrolling sideways is the screen's own.
EXCEPTIONS = {
    ("td.n, th.n", "text-align", "right"),
    (".tbl td.n, .tbl th.n", "text-align", "right"),
    (".bud thead th.n", "text-align", "right"),
    ("pre", "text-align", "left"),
    ("pre", "direction", "ltr"),
    (".code, code", "direction", "ltr"),
    (".scroll", "overflow-x", "auto"),
}
# `inline-start` and `both` are the logical values of these two.
LOGICAL_VALUES = {"float": {"inline-start", "inline-end", "none"}, "clear": {"both", "none"}}


def declarations() -> Iterator[tuple[str, str, str]]:
    """Selector, property and value of every declaration outside @font-face."""
    css = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    css = re.sub(r"@font-face\s*{[^}]*}", "", css)
    for selector, block in re.findall(r"([^{};]+){([^{}]*)}", css):
        for declaration in re.split(r";(?![^(]*\))", block):
            name, colon, value = declaration.partition(":")
            if colon:
                yield " ".join(selector.split()), name.strip(), value.strip()


def test_sides_follow_the_reading_direction_but_for_numbers_and_code() -> None:
    offenders = set()
    for selector, name, value in declarations():
        physical = PHYSICAL.fullmatch(name) and value not in LOGICAL_VALUES.get(name, set())
        sided = name in ("text-align", "direction") and value in ("left", "right", "ltr", "rtl")
        if physical or sided:
            offenders.add((selector, name, value))
    assert offenders == EXCEPTIONS


def test_the_search_sees_a_physical_side() -> None:
    for name in ("margin-left", "padding-right", "left", "border-top-left-radius", "width", "border-right-color"):
        assert PHYSICAL.fullmatch(name)
    for name in ("margin-inline-start", "inset-inline-end", "inline-size", "border-block-end", "max-inline-size"):
        assert not PHYSICAL.fullmatch(name)


def tokens(*, dark: bool = False) -> dict[str, str]:
    """The colours by name; those of a dark page win over the others there."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", CSS + (FRAME if dark else "")))


# Saffron and its edge, which are seen on both.
LEFT_LIGHT = {'fill="#f2b705"', 'stroke="#8a5300"', 'stroke="#a63a1c"'}
TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "tint"), ("ink-2", "paper"), ("ink-2", "tint"), ("link", "paper"), ("link", "tint"),
    ("brand", "paper"), ("brand-deep", "brand-soft"), ("ink", "saffron"), ("ok", "ok-soft"), ("late", "late-soft"),
    ("bad", "bad-soft"), ("ok", "paper"), ("late", "paper"), ("bad", "paper"),
]  # fmt: skip
MARK_PAIRS = [("line-strong", "paper"), ("brand", "paper"), ("approved-edge", "paper"), ("d1", "paper")]


@pytest.mark.parametrize(
    ("colour", "other", "least"), [(*p, 4.5) for p in TEXT_PAIRS] + [(*p, 3.0) for p in MARK_PAIRS]
)
def test_colours_can_be_told_apart(colour: str, other: str, least: float) -> None:
    named = tokens()
    assert contrast(named[colour], named[other]) >= least


def test_marks_of_charts_can_be_told_from_paper_and_letters_read_on_them() -> None:
    for colour in (*drawing.SERIES, drawing.CHOSEN):
        assert contrast(colour, drawing.PAPER) >= 4.5
    for colour in (drawing.CONTEXT, drawing.AXIS, drawing.OUTLINE[1]):
        assert contrast(colour, drawing.PAPER) >= 3
    for colour in (drawing.INK, drawing.INK_2, drawing.SECOND_TEXT):
        assert contrast(colour, drawing.PAPER) >= 4.5


def in_the_dark() -> dict[str, str]:
    """What becomes of each colour of a drawing on a dark page."""
    named = tokens(dark=True)
    rules = re.findall(r'\.embed \w*\[(?:fill|stroke)="(#[0-9a-f]+)"\] { (?:fill|stroke): ([^;]+);', FRAME)
    return {paper: named[shade[6:-1]] if shade.startswith("var(--") else shade for paper, shade in rules}


def test_every_colour_of_a_drawing_has_its_counterpart_in_the_dark() -> None:
    """Read off the drawings themselves: a colour that nobody thought of would stay as it is on paper."""
    drawn = "".join(figure.wide + figure.narrow for figure in Figures("fa").all())
    rules = set(re.findall(r'\.embed \w*\[((?:fill|stroke)="#[0-9a-f]+")\]', FRAME))
    assert set(re.findall(r'(?:fill|stroke)="#[0-9a-f]+"', drawn)) - rules <= LEFT_LIGHT
    paper, shades = tokens(dark=True)["paper"], in_the_dark()
    for colour in (*drawing.SERIES, drawing.INK, drawing.INK_2, drawing.SECOND_TEXT):
        assert contrast(shades[colour], paper) >= 4.5, colour
    for colour in (drawing.CONTEXT, drawing.AXIS, drawing.OUTLINE[1]):
        assert contrast(shades[colour], paper) >= 3, colour


def test_letters_are_read_on_marks_in_the_dark() -> None:
    shades = in_the_dark()
    for mark in (drawing.CONTEXT, drawing.OUTLINE[0], *SHADES[:3]):
        assert contrast(shades[drawing.INK], shades[mark]) >= 4.5, mark
    for mark in drawing.SERIES:
        assert contrast(tokens(dark=True)["on-1"], shades[mark]) >= 4.5, mark


def test_letters_are_read_on_marks_on_paper() -> None:
    for mark in (drawing.CONTEXT, drawing.OUTLINE[0], *SHADES[:4]):
        assert contrast(drawing.INK, mark) >= 4.5, mark
    assert contrast(drawing.PAPER, SHADES[-1]) >= 4.5


def test_the_six_colours_of_a_city_are_those_of_the_stylesheet() -> None:
    named = tokens()
    assert {name: named[name] for name in DEFAULTS} == DEFAULTS
    assert Brand().faint() == []


def test_every_class_of_a_template_is_in_the_stylesheet_or_a_hook() -> None:
    """Classes nobody styles are left over from something."""
    styled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)))
    used: set[str] = set()
    for path in (static_files.FOLDER.parent / "templates").rglob("*.html"):
        text = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for classes in re.findall(r'\bclass="([^"]*)"', text):
            used |= set(classes.split())
    assert used - styled == set()
