"""The stylesheet read as a machine reads it: sides follow the reading direction, colours can be told apart, layers hold all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from ayan.apps.questions import small_pictures
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
    css = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    light, *darks = (css[block.end() :].split("}")[0] for block in re.finditer(r":root[^{}]*{", css))
    named = _coloured(light)
    return named | _coloured(darks[0]) if dark else named


def _coloured(block: str) -> dict[str, str]:
    named = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6}|var\(--[\w-]+\))", block))
    return {name: named[value[6:-1]] if value.startswith("var") else value for name, value in named.items()}


def test_the_dark_of_the_system_and_the_dark_that_is_chosen_are_one() -> None:
    blocks = re.findall(r"@media (screen[^{]*){\s*:root([^{]*){([^}]*)}", CSS)
    assert [(media.strip(), choice.strip()) for media, choice, _ in blocks] == [
        ("screen and (prefers-color-scheme: dark)", ':not([data-scheme="light"])'), ("screen", '[data-scheme="dark"]'),
    ]  # fmt: skip
    assert blocks[0][2].split() == blocks[1][2].split()
    assert "color-scheme: dark" in blocks[0][2]


def test_no_colour_stands_outside_the_tokens_but_on_fills_that_are_the_same_in_both() -> None:
    """Whatever names a colour itself stays as it is in the dark."""
    coloured = {
        (selector, value)
        for selector, name, value in declarations()
        if not name.startswith("--") and re.search(r"#[0-9a-f]{3}", value) and "url(" not in value
    }
    # White on turquoise, its shades there, shadows, and the one field on turquoise.
    fixed = {"#fff", "#e4f0ef", "#dceeed", "1px solid #3d767b", "#9cc5c6", "#ffcf33", "0 8px 24px #0002", "#0736"}
    assert {pair for pair in coloured if pair[1] not in fixed} == set()


# Saffron is seen on both.
LEFT_LIGHT = {'fill="#f2b705"'}
TEXT_PAIRS = [
    ("ink", "paper"), ("ink", "tint"), ("ink", "hover"), ("ink", "mark"), ("ink", "sample"), ("ink", "brand-soft"),
    ("ink-2", "paper"), ("ink-2", "tint"), ("ink-2", "hover"), ("link", "paper"), ("link", "tint"), ("link", "hover"),
    ("link-hover", "paper"), ("brand-ink", "paper"), ("brand-ink", "tint"), ("on-soft", "brand-soft"),
    ("on-saffron", "saffron"), ("ok", "ok-soft"), ("late", "late-soft"), ("bad", "bad-soft"), ("ok", "paper"),
    ("late", "paper"), ("bad", "paper"), ("ok", "tint"), ("late", "tint"), ("bad", "tint"), ("late", "hover"),
    ("ink", "late-soft"), ("ink", "ok-soft"), ("ink", "bad-soft"), ("link", "late-soft"), ("ink", "m-1"),
    ("ink", "m-2"), ("ink", "m-3"), ("on-1", "m-4"), ("on-1", "m-5"), ("on-1", "c-1"), ("c-2t", "paper"),
]  # fmt: skip
MARK_PAIRS = [
    ("line-strong", "paper"), ("brand-ink", "paper"), ("c-0e", "paper"), ("c-1", "paper"), ("c-1s", "paper"),
    ("c-2", "paper"), ("ink", "paper"),
]  # fmt: skip
WHITE_ON = ("brand", "brand-deep")


@pytest.mark.parametrize("dark", [False, True])
def test_colours_can_be_told_apart(dark: bool) -> None:
    named = tokens(dark=dark)
    pairs = [(*p, 4.5) for p in TEXT_PAIRS] + [(*p, 3.0) for p in MARK_PAIRS]
    faint = {(ink, paper): round(contrast(named[ink], named[paper]), 2) for ink, paper, least in pairs
             if contrast(named[ink], named[paper]) < least}  # fmt: skip
    assert faint == {}
    for fill in WHITE_ON:
        assert contrast("#ffffff", named[fill]) >= 4.5
        assert contrast("#e4f0ef" if fill == "brand-deep" else "#dceeed", named[fill]) >= 4.5


def test_a_focus_ring_is_seen_on_paper_and_on_turquoise() -> None:
    """Ink outside, saffron round it: one of the two stands out from whatever is behind."""
    for dark in (False, True):
        named = tokens(dark=dark)
        for ground in ("paper", "tint", "brand", "brand-deep"):
            assert max(contrast(named[ring], named[ground]) for ring in ("ink", "saffron")) >= 3, (dark, ground)


def test_marks_of_charts_can_be_told_from_paper_and_letters_read_on_them() -> None:
    for colour in (*drawing.SERIES, drawing.CHOSEN):
        assert contrast(colour, drawing.PAPER) >= 4.5
    for colour in (drawing.CONTEXT, drawing.AXIS, drawing.OUTLINE[1]):
        assert contrast(colour, drawing.PAPER) >= 3
    for colour in (drawing.INK, drawing.INK_2, drawing.SECOND_TEXT):
        assert contrast(colour, drawing.PAPER) >= 4.5


_TOKEN_OF = re.compile(r'(?<![\w"\]])\[(?:fill|stroke)="(#[0-9a-f]+)"\] { (?:fill|stroke): var\(--([\w-]+)\)')


def in_the_dark() -> dict[str, str]:
    """What becomes of each colour of a drawing on a dark page."""
    named = tokens(dark=True)
    return {paper: named[token] for paper, token in _TOKEN_OF.findall(CSS)}


def test_a_drawing_on_a_light_page_keeps_its_colours() -> None:
    named = tokens()
    # The edge of what is open is a red of its own on paper.
    assert {(paper, named[token]) for paper, token in _TOKEN_OF.findall(CSS) if paper != named[token]} == {
        ("#a63a1c", named["bad"])
    }


def test_every_colour_of_a_drawing_has_its_counterpart_in_the_dark() -> None:
    """Read off the drawings themselves: a colour that nobody thought of would stay as it is on paper."""
    drawn = "".join(figure.wide + figure.narrow for figure in Figures("fa").all())
    drawn += small_pictures.tiles(2, 9, "fa") + small_pictures.seats(7, 3, "fa") + small_pictures.hundred((3, 4), "fa")
    rules = set(re.findall(r'(?<![\w"\]])\[((?:fill|stroke)="#[0-9a-f]+")\]', CSS))
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
    styled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", CSS + FRAME, flags=re.DOTALL)))
    used: set[str] = set()
    for path in (static_files.FOLDER.parent / "templates").rglob("*.html"):
        text = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for classes in re.findall(r'\bclass="([^"]*)"', text):
            used |= set(classes.split())
    assert used - styled == set()


def test_what_is_served_says_the_same_with_fewer_spaces() -> None:
    served = static_files.shelf()["css/frame.css"].plain.decode()
    bare = re.sub(r"/\*.*?\*/", "", FRAME, flags=re.DOTALL)
    assert re.sub(r"\s", "", served) == re.sub(r"\s", "", bare)
    assert len(served) < len(bare)
    # What a space means stays: between selectors, within values, and in words that are shown.
    whole = static_files.shelf()["css/site.css"].plain.decode()
    for meant in (".tbl td>svg", 'attr(data-h) " "', "repeat(auto-fill,minmax(", ".fil .go{", "calc(50% - .5rem)"):
        assert meant.replace("td>svg", "td > svg") in whole
