"""Reading order against the ordering of another program: what is read is drawn as it stood."""

from __future__ import annotations

from fpdf.bidi import BidiParagraph
from fpdf.enums import TextDirection
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.documents import logical_order

MIRRORED = str.maketrans("()[]«»", ")(][»«")
"""What is seen of a bracket on a line from right to left."""

WORDS = st.sampled_from(["شهر", "باغ", "ناحیه", "ABC", "Co", "۱۲", "۱۴۰۳/۰۵/۱۲", "4,125", "۱۷:۳۰", "۰٫۵", "رأی", "x"])
SIGNS = st.sampled_from([" ", " ", " ", ". ", "، ", "؛ ", " - ", ": ", "/"])
LINES = st.lists(st.tuples(WORDS, SIGNS), min_size=1, max_size=9).map(
    lambda parts: "".join(word + sign for word, sign in parts).strip()
)


def drawn(text: str) -> str:
    """A line from right to left as another program orders it, its signs from left to right."""
    return str(BidiParagraph(text, TextDirection.RTL).get_reordered_string())


@given(LINES)
def test_what_is_read_is_drawn_as_it_stood(text: str) -> None:
    visual = drawn(text)
    read = "".join(visual[at] for at in logical_order.logical(list(visual), True))
    assert drawn(read) == visual


@given(
    st.lists(
        st.sampled_from(["شهر", "باغ ", "(ناحیه)", "«بند ۲»", "[پیوست]", " و ", "۱۲ "]), min_size=1, max_size=8
    ).map("".join)
)
def test_brackets_are_read_as_they_were_written(text: str) -> None:
    visual = list(drawn(text).translate(MIRRORED))
    order = logical_order.logical(visual, True)
    read = logical_order.unmirrored(visual, order, True)
    assert "".join(read) == text
    assert logical_order.misplaced(read) == 0


def test_lines_of_the_other_direction_keep_their_persian_words() -> None:
    visual = list("abc " + "رهش ۱۲ غاب"[::1] + " def 12")
    assert "".join(visual[at] for at in logical_order.logical(visual, False)) == "abc باغ ۱۲ شهر def 12"
