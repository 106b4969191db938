"""Public copies: nothing under a mark is left, everything else is, and what cannot be copied safely is refused."""

from __future__ import annotations

import io
import re
import socket
import struct
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image
from tests.core.documents import papers
from tests.core.redaction import leaks

from ayan.core.documents import document_text, pdf_pages
from ayan.core.documents.document_text import Box
from ayan.core.redaction import copy_process, public_copy, shown_pages
from ayan.core.redaction.public_copy import LEFT_OUT, PublicCopy
from ayan.core.redaction.redaction_mark import REASONS, RedactionMark
from ayan.core.redaction.refusals import CopyRefused, MarkRefused, NumberElsewhere
from ayan.core.system import child

MOBILE, OTHER_MOBILE = "09123456789", "09351112233"


@pytest.fixture(autouse=True)
def _in_this_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """To start a process costs a second; what a hostile file does to one is tried with real ones."""
    if "in_a_process" not in request.keywords:
        # Half as sharp is as true and a quarter of the work.
        monkeypatch.setattr(shown_pages, "SHARPNESS", 100 / 72)
        monkeypatch.setattr(child, "ask", lambda module, asked, *, memory, seconds: copy_process.done(asked))


@contextmanager
def refused(obstacle: str) -> Iterator[None]:
    with pytest.raises(CopyRefused) as refusal:
        yield
    assert refusal.value.obstacle == obstacle
    assert refusal.value.fa
    assert refusal.value.en


def texts(path: Path) -> list[str]:
    return [page.text for page in document_text.of_file(path)]


# --- what is marked, and what is not ----------------------------------------------------------------------------------

LAYOUTS = ("letter", "turned", "columns", "table")


def drawn_paper(path: Path, layout: str, chance: Random) -> Path:
    paragraphs = [papers.passage(chance, 1) for _ in range(3)]
    if layout == "columns":
        return papers.columns(path, "قرارداد", paragraphs[:2], paragraphs[2:])
    if layout == "table":
        return papers.table(
            path, [["شرح", "مبلغ"], *([text[:20], str(at)] for at, text in enumerate(paragraphs))], ruled=True
        )
    return papers.letter(path, paragraphs, turn=90 if layout == "turned" else 0)


def signs(path: Path) -> list[tuple[str, float, float, float, float]]:
    """The letters of the first page with their ink, where they are shown."""
    with pdf_pages.opened(path) as document:
        page = document[0]
        frame = pdf_pages.frame_of(page)
        shown = [pdf_pages.shown_sign(each, frame) for each in shown_pages.signs_of(page, 1)]
        page.close()
    return [(sign.text, *sign.ink) for sign in shown]


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layout=st.sampled_from(LAYOUTS), seed=st.integers(0, 10_000), data=st.data())
def test_nothing_under_a_mark_is_left_and_everything_else_is(
    layout: str, seed: int, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("marks")
    original = drawn_paper(folder / "original.pdf", layout, Random(seed))
    places = signs(original)
    chosen = data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3))
    reach = data.draw(st.floats(2, 60))
    boxes = [Box(left, bottom, left + reach, top) for _, left, bottom, right, top in chosen]
    marks = [RedactionMark(1, "personal", box) for box in boxes]
    try:
        copy = public_copy.make_public_copy(original, folder / "copy.pdf", marks)
    except NumberElsewhere:
        # A long number of which one half was marked stands in the other half, or elsewhere: nothing is published.
        return
    kept = [sign for sign in signs(copy.path) if sign[0] != "█"]
    free = [sign for sign in places if not any(overlap(sign, box) > 0.1 for box in boxes)]
    assert contains(kept, free)
    for sign in kept:
        assert all(overlap(sign, box) < 0.2 for box in boxes)
    darkest(copy, boxes)


def overlap(sign: tuple[str, float, float, float, float], box: Box) -> float:
    """How much of a sign a box covers, in the direction in which it covers less."""
    _, left, bottom, right, top = sign
    if right <= left or top <= bottom:
        return float(box.left <= left <= box.right and box.bottom <= bottom <= box.top)
    across, up = min(right, box.right) - max(left, box.left), min(top, box.top) - max(bottom, box.bottom)
    return max(0.0, min(across / (right - left), up / (top - bottom)))


def contains(
    kept: list[tuple[str, float, float, float, float]], free: list[tuple[str, float, float, float, float]]
) -> bool:
    """Whether each free sign is kept: one at the edge of a mark may be, too."""
    rest = [text for text, *_ in kept]
    for text, *_ in free:
        if text not in rest:
            return False
        rest.remove(text)
    return True


def darkest(copy: PublicCopy, boxes: list[Box]) -> None:
    with pdf_pages.opened(copy.path) as document:
        page = document[0]
        dots = page.render(scale=2).to_numpy()
        height = page.get_height()
        page.close()
    for box in boxes:
        place = dots[
            max(0, int((height - box.top) * 2) + 1) : max(0, int((height - box.bottom) * 2)),
            max(0, int(box.left * 2) + 1) : max(0, int(box.right * 2)),
        ]
        assert place.size == 0 or place.max() < 40


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("moved", [0, 150])
def test_a_line_is_taken_out_where_it_is_shown(turn: int, moved: int, tmp_path: Path) -> None:
    def laid(pdf: pikepdf.Pdf, page: Dictionary) -> None:
        page.Rotate = turn
        page.MediaBox = Array([-moved, -moved, 200 + moved, 100 + moved])
        page.CropBox = Array([-moved / 2, -moved / 3, 200, 100])

    original = leaks.paper(tmp_path / "original.pdf", "BT /F1 12 Tf 20 40 Td (Other line) Tj ET", change=laid)
    (page,) = document_text.of_file(original)
    (line,) = [line for line in page.lines if line.text == "Other line"]
    copy = public_copy.make_public_copy(original, tmp_path / "copy.pdf", [RedactionMark(1, "personal", line.box)])
    (kept,) = document_text.of_file(copy.path)
    assert [line.text.strip("█ ") for line in kept.lines if line.text.strip("█ ")] == [leaks.SEEN]
    assert kept.size == pytest.approx(page.size, abs=0.01)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_without_marks_the_text_is_that_of_the_original(layout: str, tmp_path: Path) -> None:
    original = drawn_paper(tmp_path / "original.pdf", layout, Random(7))
    copy = public_copy.make_public_copy(original, tmp_path / "copy.pdf")
    assert texts(copy.path) == texts(original)
    assert not copy.left_out


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (f"تلفن همراه {MOBILE} است", "تلفن همراه █ است"),
        ("تلفن همراه ۰۹۱۲۳۴۵۶۷۸۹ است", "تلفن همراه █ است"),
        ("تلفن همراه ٠٩١٢٣٤٥٦٧٨٩ است", "تلفن همراه █ است"),
        ("تلفن همراه 0912 345 6789 است", "تلفن همراه █ است"),
        ("Call 0912-345-6789 today", "Call █ today"),
        ("مبلغ 4125000000 ریال", "مبلغ 4125000000 ریال"),
    ],
)
def test_numbers_of_people_are_proposed_in_any_digits(written: str, kept: str, tmp_path: Path) -> None:
    original = papers.letter(tmp_path / "original.pdf", [written])
    marks = public_copy.propose_marks(original)
    assert {mark.reason for mark in marks} == ({"mobile"} if "█" in kept else set())
    copy = public_copy.make_public_copy(original, tmp_path / "copy.pdf", marks)
    assert [re.sub("█+( █+)*", "█", text) for text in texts(copy.path)] == [kept]


def test_a_number_that_goes_on_overleaf_of_a_line_is_proposed_whole(tmp_path: Path) -> None:
    content = "BT /F1 12 Tf 20 40 Td (mobile 0912345) Tj 0 -16 Td (6789 of her) Tj ET"
    original = leaks.paper(tmp_path / "original.pdf", content)
    copy = public_copy.make_public_copy(original, tmp_path / "copy.pdf", public_copy.propose_marks(original))
    assert not re.search("[0-9]", texts(copy.path)[0])
    assert "of her" in texts(copy.path)[0]


def test_a_marked_number_that_stands_elsewhere_holds_the_copy_back(tmp_path: Path) -> None:
    original = papers.letter(tmp_path / "original.pdf", [f"همراه {MOBILE} است", f"باز {MOBILE} است"])
    first, second = public_copy.propose_marks(original)
    with pytest.raises(NumberElsewhere) as refusal:
        public_copy.make_public_copy(original, tmp_path / "copy.pdf", [first])
    assert refusal.value.page == 1
    assert MOBILE not in refusal.value.en
    assert not (tmp_path / "copy.pdf").exists()
    public_copy.make_public_copy(original, tmp_path / "copy.pdf", [first, second])


def test_the_same_original_and_marks_give_the_same_bytes(tmp_path: Path) -> None:
    original = papers.letter(tmp_path / "original.pdf", [f"همراه {MOBILE} است"])
    marks = public_copy.propose_marks(original)
    copies = [public_copy.make_public_copy(original, tmp_path / name, marks) for name in ("a", "b")]
    assert copies[0].sha256 == copies[1].sha256
    assert public_copy.draw_page(copies[0].path, 1, 400, tmp_path) == public_copy.draw_page(
        copies[1].path, 1, 400, tmp_path
    )


def test_a_mark_takes_the_dots_of_a_scan(tmp_path: Path) -> None:
    original = papers.scan(tmp_path / "original.pdf", under=f"پنهان {MOBILE}")
    mark = RedactionMark(1, "signature", Box(40, 700, 200, 800))
    copy = public_copy.make_public_copy(original, tmp_path / "copy.pdf", [mark])
    darkest(copy, [Box(40, 700, 200, 800)])
    assert MOBILE not in texts(copy.path)[0]


def test_what_is_left_out_is_told(tmp_path: Path) -> None:
    original = leaks.PDFS["comment"](tmp_path / "original.pdf", "word")
    copy = public_copy.make_public_copy(original, tmp_path / "copy.pdf")
    assert [(each.kind, each.page, each.count) for each in copy.left_out] == [("notes", 1, 1)]
    hidden = public_copy.make_public_copy(leaks.PDFS["white"](tmp_path / "white.pdf", "word"), tmp_path / "copy.pdf")
    assert [(each.kind, each.count) for each in hidden.left_out] == [("unseen", 4)]
    assert {each.kind for each in (*copy.left_out, *hidden.left_out)} <= LEFT_OUT.keys()


def test_a_docx_loses_what_is_marked_and_keeps_its_cells(tmp_path: Path) -> None:
    body = f"<w:p>{papers.run(f'همراه {MOBILE} است')}</w:p>" + papers.docx_table(
        [["", "نام", OTHER_MOBILE], ["الف", "", "۲"]]
    )
    original = papers.docx(tmp_path / "original.docx", body)
    marks = public_copy.propose_marks(original)
    copy = public_copy.make_public_copy(original, tmp_path / "copy.docx", marks)
    assert copy.kind == "docx"
    assert [page.text for page in document_text.of_file(copy.path)] == ["همراه █████ است\nنام\t█████\nالف\t\t۲"]
    with zipfile.ZipFile(copy.path) as archive:
        assert MOBILE not in archive.read("word/document.xml").decode()
    again = papers.docx(tmp_path / "again.docx", body + body)
    with pytest.raises(NumberElsewhere):
        public_copy.make_public_copy(again, tmp_path / "x", marks[:1])


@pytest.mark.parametrize(
    "mark",
    [
        RedactionMark(2, "personal", Box(0, 0, 10, 10)),
        RedactionMark(0, "personal", Box(0, 0, 10, 10)),
        RedactionMark(1, "because", Box(0, 0, 10, 10)),
        RedactionMark(1, "personal", Box(500, 0, 510, 10)),
        RedactionMark(1, "personal", Box(10, 10, 10, 10)),
        RedactionMark(1, "personal", line=0),
        RedactionMark(1, "personal", Box(float("nan"), 0, 10, 10)),
    ],
)
def test_a_mark_without_a_place_or_a_reason_is_refused(mark: RedactionMark, tmp_path: Path) -> None:
    original = leaks.paper(tmp_path / "original.pdf")
    with pytest.raises(MarkRefused):
        public_copy.make_public_copy(original, tmp_path / "copy.pdf", [mark])
    assert not (tmp_path / "copy.pdf").exists()


@pytest.mark.parametrize(
    "mark",
    [
        RedactionMark(1, "personal", line=9),
        RedactionMark(1, "personal", line=0, start=3, end=99),
        RedactionMark(1, "personal", Box(1, 1, 2, 2)),
    ],
)
def test_a_mark_of_no_line_is_refused(mark: RedactionMark, tmp_path: Path) -> None:
    original = papers.docx(tmp_path / "original.docx", f"<w:p>{papers.run('متن')}</w:p>")
    with pytest.raises(MarkRefused):
        public_copy.make_public_copy(original, tmp_path / "copy.docx", [mark])


def test_marks_go_through_json() -> None:
    for mark in (RedactionMark(1, "card", Box(1, 2, 3, 4)), RedactionMark(2, "home", line=3, start=1, end=5)):
        assert RedactionMark.from_json(mark.as_json()) == mark
    assert all(reason.fa and reason.en for reason in REASONS.values())


# --- hostile files ----------------------------------------------------------------------------------------------------


def test_a_locked_a_broken_and_another_file_are_refused(tmp_path: Path) -> None:
    original = leaks.paper(tmp_path / "original.pdf")
    with pikepdf.Pdf.open(original) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    (tmp_path / "broken.pdf").write_bytes(original.read_bytes()[:120])
    (tmp_path / "text").write_text("words")
    for name, obstacle in (("locked.pdf", "locked"), ("broken.pdf", "damaged"), ("text", "kind")):
        with refused(obstacle):
            public_copy.make_public_copy(tmp_path / name, tmp_path / "copy.pdf")


def test_pages_of_impossible_size_are_refused(tmp_path: Path) -> None:
    def sized(pdf: pikepdf.Pdf, page: Dictionary) -> None:
        page.MediaBox = Array([0, 0, 900_000, 900_000])

    with refused("size"):
        public_copy.make_public_copy(leaks.paper(tmp_path / "large.pdf", change=sized), tmp_path / "copy.pdf")


@pytest.mark.in_a_process
def test_pages_that_hold_themselves_are_no_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_copy, "COPY_SECONDS", 2.0)

    def looped(pdf: pikepdf.Pdf, page: Dictionary) -> None:
        own = Stream(pdf, b"/Own Do /Own Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        own.Resources = Dictionary(XObject=Dictionary(Own=own))
        page.Resources.XObject = Dictionary(Own=own)
        page.Contents.write(page.Contents.read_bytes() + b"/Own Do")
        pdf.Root.Pages.Kids.append(pdf.Root.Pages)

    original = leaks.paper(tmp_path / "original.pdf", change=lambda pdf, page: None)
    with pikepdf.Pdf.open(original, allow_overwriting_input=True) as pdf:
        looped(pdf, pdf.pages[0].obj)
        pdf.save(original)
    with pytest.raises(CopyRefused) as refusal:
        public_copy.make_public_copy(original, tmp_path / "copy.pdf")
    assert refusal.value.obstacle in ("damaged", "memory", "slow")


@pytest.mark.parametrize("picture", ["photo", "plan"])
def test_colours_stay_and_marks_take_them(picture: str, tmp_path: Path) -> None:
    dots = Image.new("RGB", (300, 200), "white")
    if picture == "photo":
        dots = Image.merge("RGB", [Image.effect_noise((300, 200), 80) for _ in range(3)])
    dots.paste((200, 30, 30), (200, 100, 280, 180))
    dots.save(tmp_path / "picture.png")
    high = 200 / shown_pages.SHARPNESS
    box = Box(0, high / 2, 40, high)
    copy = public_copy.make_public_copy(
        tmp_path / "picture.png", tmp_path / "copy.pdf", [RedactionMark(1, "child", box)]
    )
    darkest(copy, [box])
    drawn = Image.open(io.BytesIO(public_copy.draw_page(copy.path, 1, 300, tmp_path))).convert("RGB")
    for tone, wanted in zip(drawn.crop((240, 140, 241, 141)).tobytes(), (200, 30, 30), strict=True):
        assert abs(tone - wanted) < 24


def test_pictures_that_are_bombs_or_broken_are_refused(tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "large.png")
    Image.effect_noise((90, 90), 9).save(tmp_path / "small.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "small.png").read_bytes()[:900])
    with refused("picture"):
        public_copy.make_public_copy(tmp_path / "large.png", tmp_path / "copy.pdf")
    with refused("damaged"):
        public_copy.make_public_copy(tmp_path / "broken.png", tmp_path / "copy.pdf")


@pytest.mark.parametrize(
    ("reply", "obstacle"),
    [(b"stream: OK\0", None), (b"stream: Eicar FOUND\0", "malware"), (b"size limit exceeded. ERROR\0", "scanner")],
)
def test_nothing_goes_past_a_scanner(reply: bytes, obstacle: str | None, tmp_path: Path) -> None:
    original, place = leaks.paper(tmp_path / "original.pdf"), tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, ThreadPoolExecutor(1) as threads:
        listener.bind(str(place))
        listener.listen(1)
        sent = threads.submit(said_to_scanner, listener, reply)
        if obstacle is None:
            assert public_copy.make_public_copy(original, tmp_path / "copy.pdf", scanner=str(place)).scanned
        else:
            with refused(obstacle):
                public_copy.make_public_copy(original, tmp_path / "copy.pdf", scanner=str(place))
        assert sent.result() == original.read_bytes()
    with refused("scanner"):
        public_copy.make_public_copy(original, tmp_path / "copy.pdf", scanner=str(tmp_path / "nobody"))
    assert not public_copy.make_public_copy(original, tmp_path / "copy.pdf").scanned


def said_to_scanner(listener: socket.socket, reply: bytes) -> bytes:
    """What a scanner is sent, which gives this reply."""
    line, _ = listener.accept()
    with line, line.makefile("rb") as said:
        assert said.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", said.read(4))[0]:
            content += said.read(size)
        line.sendall(reply)
    return content


@pytest.mark.in_a_process
def test_a_file_that_ends_its_process_ends_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public_copy, "COPY_SECONDS", 2.0)

    def many(pdf: pikepdf.Pdf, page: Dictionary) -> None:
        inner = Stream(pdf, b"0 0 1 1 re f\n" * 40, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
        for _ in range(9):
            inner = Stream(
                pdf,
                b"/I Do\n" * 40,
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=[0, 0, 9, 9],
                Resources=Dictionary(XObject=Dictionary(I=inner)),
            )
        page.Resources.XObject = Dictionary(I=inner)
        page.Contents.write(b"/I Do")

    original = leaks.paper(tmp_path / "bomb.pdf", change=many)
    with pytest.raises(CopyRefused) as refusal:
        public_copy.make_public_copy(original, tmp_path / "copy.pdf")
    assert refusal.value.obstacle in ("objects", "memory", "slow")
    monkeypatch.undo()
    copy = public_copy.make_public_copy(leaks.paper(tmp_path / "good.pdf"), tmp_path / "copy.pdf")
    assert copy.pages == 1
