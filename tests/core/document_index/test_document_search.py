"""A document is found by what it says: phrases, half-spaces, endings, numbers; and by nothing that has gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.document_index import asked_words, document_search
from ayan.core.document_index.document_index import DocumentIndex, DocumentSource
from ayan.core.document_index.document_search import DocumentHits
from ayan.core.document_index.page_words import pieces, words
from ayan.core.document_index.word_marks import marked_lines, marks, snippet
from ayan.core.documents.document_text import PageLine, PageText
from ayan.core.system.processor_budget import spending
from ayan.core.values.asked_value import BadValue


@dataclass(frozen=True)
class Paper:
    texts: tuple[str, ...]
    name: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.name} {self.texts}".encode()).hexdigest()

    @property
    def text_digest(self) -> str:
        return hashlib.sha256(str(self.texts).encode()).hexdigest()


def pages(paper: DocumentSource) -> Iterable[PageText]:
    assert isinstance(paper, Paper)
    for number, text in enumerate(paper.texts, 1):
        yield PageText(number, tuple(PageLine(line) for line in text.split("\n")))


def put(index: DocumentIndex, *papers: Paper, state: str = "now") -> None:
    assert index.sync(state, {paper.digest: paper for paper in papers}, pages).unread == []


def find(index: DocumentIndex, text: str, *, state: str = "now", size: int = 10) -> DocumentHits:
    return document_search.search(index, asked_words.read(text), size, state, lambda _: True)


def first(index: DocumentIndex, text: str) -> tuple[str, int] | None:
    hits = find(index, text).hits
    return (hits[0].digest, hits[0].page.page) if hits else None


CONTRACT = Paper(
    (
        "قرارداد روکش آسفالت\nمیان شهرداری و شرکت «راه‌سازان نمونه» بسته می‌شود.",
        "ماده ۳\nمبلغ قرارداد ۴٬۱۲۵٬۰۰۰٬۰۰۰ ریال است و تا ۱۴۰۳/۰۵/۱۲\nپرداخت خواهد شد؛ نامه‌های شماره C-1404-0022.",
    )
)
LETTER = Paper(("نامه به شهرداری دربارهٔ آسفالت خیابان بهشتی", "مبلغ دیگری نیز در قرارداد آمده است."))


@pytest.fixture
def index(tmp_path: Path) -> DocumentIndex:
    index = DocumentIndex(tmp_path)
    put(index, LETTER, CONTRACT)
    return index


@pytest.mark.parametrize(
    "text",
    [
        "«مبلغ قرارداد»",
        '"مبلغ قرارداد"',
        "مبلغ قرارداد",
        "مبلغ  قرارداد ۴۱۲۵۰۰۰۰۰۰",
        "4,125,000,000",
        "4125000000 ریال",
        "1403/5/12",
        "«۱۴۰۳/۰۵/۱۲ پرداخت خواهد شد»",
        "نامههای",
        "نامه های",
        "نامه‌های شماره",
        "C-1404-22",
    ],
)
def test_words_find_the_page_that_holds_them(index: DocumentIndex, text: str) -> None:
    assert first(index, text) == (CONTRACT.digest, 2)


@pytest.mark.parametrize("text", ["راه سازان نمونه", "راه‌سازان", "راهسازان نمونه", "میشود", "می شود"])
def test_half_spaces_are_typed_in_any_way(index: DocumentIndex, text: str) -> None:
    assert first(index, text) == (CONTRACT.digest, 1)


@pytest.mark.parametrize("text", ["«قرارداد مبلغ»", "41250000", "125", "«1403/12/05»", "«سازان راه»", "«نامه‌ای دیگر»"])
def test_what_is_not_written_so_is_not_found(index: DocumentIndex, text: str) -> None:
    assert find(index, text).hits == ()


def test_a_whole_phrase_comes_first(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    scattered = [Paper((f"قرارداد {'مبلغ ' * 9}دیگر قرارداد {n}",), str(n)) for n in range(30)]
    exact = Paper(("این قرارداد دیگر نیست، و مبلغ قرارداد دیگر این است.",))
    put(index, exact, *scattered)
    result = find(index, "مبلغ قرارداد دیگر", size=5)
    assert result.hits[0].digest == exact.digest
    assert (result.total, result.pages, len(result.hits)) == (31, 31, 5)


def test_words_on_several_pages_are_told_as_such(index: DocumentIndex) -> None:
    result = find(index, "آسفالت ریال")
    assert [(hit.digest, hit.is_scattered) for hit in result.hits] == [(CONTRACT.digest, True)]
    assert result.total == 0


def test_a_beginning_is_found_where_few_hold_the_word(index: DocumentIndex) -> None:
    assert first(index, "پرداختن") is None
    assert first(index, "پرداخ") == (CONTRACT.digest, 2)


def test_a_snippet_says_where_it_stands(index: DocumentIndex) -> None:
    (hit, *_) = find(index, "«۱۴۰۳/۰۵/۱۲ پرداخت»").hits
    shown = hit.page.snippet
    assert shown.line == 2
    assert [part.text for part in shown.parts if part.is_marked] == ["۱۴۰۳/۰۵/۱۲ پرداخت"]


def test_what_is_withdrawn_is_found_no_more_even_before_the_file_knows(index: DocumentIndex) -> None:
    gone = document_search.search(
        index, asked_words.read("قرارداد"), 10, "later", lambda digest: digest != CONTRACT.digest
    )
    assert [hit.digest for hit in gone.hits] == [LETTER.digest]
    assert (gone.is_whole, gone.total) == (False, None)


def test_nothing_withdrawn_stays_in_the_file(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)
    secret = Paper(("واژه‌ای محرمانه zxqvprivateword میان دیگران",))
    others = [Paper((f"متن شماره {n} با واژه‌های دیگر و دیگران",), str(n)) for n in range(50)]
    put(index, secret, *others)
    assert first(index, "zxqvprivateword") == (secret.digest, 1)
    put(index, *others, state="later")
    assert find(index, "zxqvprivateword", state="later").hits == ()
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    # Lists of words share beginnings, so a piece of the word is looked for.
    assert b"privateword" not in held
    assert secret.digest.encode() not in held


def test_a_new_text_of_the_same_bytes_replaces_the_former(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)

    @dataclass(frozen=True)
    class Read:
        digest: str
        text_digest: str
        text: str

    for text in ("خوانش نخست", "خوانش دوم"):
        document = Read("a" * 64, hashlib.sha256(text.encode()).hexdigest(), text)
        index.sync(text, {document.digest: document}, lambda each: [PageText(1, (PageLine(each.text),))])  # type: ignore[attr-defined]  # its own source
    assert find(index, "نخست", state="خوانش دوم").hits == ()
    assert len(find(index, "دوم", state="خوانش دوم").hits) == 1


@pytest.mark.parametrize("harm", ["nonsense", "truncated", "emptied", "overwritten", "gone"])
def test_a_harmed_file_is_made_anew_and_never_believed(tmp_path: Path, harm: str) -> None:
    index = DocumentIndex(tmp_path)
    papers = [*(Paper((f"متن شماره {n} از قرارداد",) * 5, str(n)) for n in range(40)), CONTRACT]
    put(index, *papers)
    path = index.path
    assert path is not None
    whole = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(
            {
                "nonsense": b"nonsense" * 1000,
                "truncated": whole[:5000],
                "emptied": b"",
                "overwritten": whole[:4096] + b"\xff" * (len(whole) - 4096),
            }[harm]
        )
    result = find(index, "روکش آسفالت")
    assert result.hits == () or result.hits[0].digest == CONTRACT.digest
    put(index, *papers)
    put(index, *papers)
    assert first(index, "روکش آسفالت") == (CONTRACT.digest, 1)
    assert index.is_sound()


def test_an_index_that_is_not_there_says_so(tmp_path: Path) -> None:
    result = find(DocumentIndex(tmp_path), "قرارداد")
    assert (result.hits, result.total, result.is_whole) == ((), None, False)


def test_a_text_that_cannot_be_read_is_named_and_the_answer_is_not_called_whole(tmp_path: Path) -> None:
    index = DocumentIndex(tmp_path)

    def broken(paper: DocumentSource) -> Iterable[PageText]:
        if paper is LETTER:
            raise OSError
        return pages(paper)

    outcome = index.sync("now", {paper.digest: paper for paper in (LETTER, CONTRACT)}, broken)
    assert (outcome.added, outcome.unread) == (1, [LETTER.digest])
    result = find(index, "قرارداد")
    assert ([hit.digest for hit in result.hits], result.is_whole) == ([CONTRACT.digest], False)


def test_a_search_ends_when_its_time_is_up(index: DocumentIndex) -> None:
    with spending(0.0):
        result = find(index, "قرارداد")
    assert not result.is_whole


def test_pages_of_one_document_come_in_their_order(index: DocumentIndex) -> None:
    hits = document_search.pages_within(index, CONTRACT.digest, asked_words.read("قرارداد"))
    assert [hit.page for hit in hits or ()] == [1, 2]
    assert document_search.pages_within(index, "f" * 64, asked_words.read("قرارداد")) is None


@pytest.mark.parametrize(("text", "code"), [("", "empty-value"), ("«»", "empty-value"), ("،؛", "empty-value")])
def test_a_text_without_words_is_refused(text: str, code: str) -> None:
    with pytest.raises(BadValue) as refused:
        asked_words.read(text)
    assert refused.value.code == code


def test_too_many_words_are_refused() -> None:
    with pytest.raises(BadValue) as refused:
        asked_words.read("آن " * 41)
    assert refused.value.code == "too-many"


WRITTEN = st.text(st.sampled_from("ابپ می‌هاکي۰٠0۱4٬,./-«»()\t\nZé½ٔ"), max_size=40)


@given(WRITTEN)
def test_the_words_of_pieces_are_those_of_the_text(text: str) -> None:
    written = list(pieces(text))
    assert [word for piece in written for word in piece.apart] == words(text, "apart")
    assert [word for piece in written for word in piece.joined] == words(text, "joined")
    assert all(text[piece.start : piece.end].strip() == text[piece.start : piece.end] for piece in written)


@given(st.lists(WRITTEN, min_size=1, max_size=4), st.text("ابپ می‌ها0۱4Z«» ", min_size=1, max_size=12))
def test_marked_lines_are_the_lines(lines: list[str], text: str) -> None:
    lines = [line.replace("\n", " ") for line in lines]
    try:
        asked = asked_words.read(text)
    except BadValue:
        return
    parts = marked_lines(lines, asked)
    assert ["".join(part.text for part in line) for line in parts] == lines
    shown = snippet("\n".join(lines), asked)
    assert (shown is None) == (not marks("\n".join(lines), asked))
    assert shown is None or any(part.is_marked for part in shown.parts)


@pytest.mark.parametrize(
    "text", ["OR", "a AND b", "NEAR(a b)", "apart : x", "words*", "^x", "'; DROP TABLE page; --", '"']
)
def test_signs_of_the_index_mean_nothing(index: DocumentIndex, text: str) -> None:
    with suppress(BadValue):
        find(index, text)
    assert first(index, "روکش آسفالت") == (CONTRACT.digest, 1)
