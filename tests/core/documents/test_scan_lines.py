"""Lines of a scanned page are cut out in the order in which they are read, whole, whatever was covered on the page."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pypdfium2
import pytest
from PIL import Image, ImageDraw
from tests.core.documents import papers

from ayan.core.documents.scan_lines import CutLine, CutPage, cut

SHARPNESS = 200 / 72
WRAPPED = [f"{papers.SENTENCES[first]} {papers.SENTENCES[second]}" for first, second in ((0, 4), (2, 5), (7, 12))]
# A few lines far apart: how far lines are from each other is hardly seen.
SPARSE = (papers.SENTENCES[0], "تلفن همراه پیمانکار است.", papers.SENTENCES[7])


def drawn(folder: Path, source: Path) -> Image.Image:
    scan = papers.scanned(folder / "scan.pdf", source, Random(3))
    picture: Image.Image = pypdfium2.PdfDocument(scan)[0].render(scale=SHARPNESS, grayscale=True).to_pil()
    return picture.convert("L")


def covered(picture: Image.Image, places: list[tuple[int, int, int, int]]) -> Image.Image:
    white = picture.copy()
    for place in places:
        ImageDraw.Draw(white).rectangle(place, fill=255)
    return white


def whole_lines(page: CutPage) -> list[list[CutLine]]:
    """The cells of each line, in the order in which they are read."""
    lines: dict[int, list[CutLine]] = {}
    for cell in page.lines:
        lines.setdefault(cell.number, []).append(cell)
    return list(lines.values())


def tops(page: CutPage) -> list[int]:
    return [min(cell.top for cell in line) for line in whole_lines(page)]


@pytest.mark.parametrize("justified", [False, True])
@pytest.mark.parametrize("size", [11, 16])
def test_lines_of_one_column_are_read_from_above_with_places_covered_or_not(
    tmp_path: Path, size: int, justified: bool
) -> None:
    picture = drawn(tmp_path, papers.letter(tmp_path / "source.pdf", WRAPPED, size=size, justified=justified))
    page = cut(picture)
    assert tops(page) == sorted(tops(page))
    assert len(tops(page)) >= 2 * len(WRAPPED)
    longest = max(page.lines, key=lambda line: line.right - line.left)
    middle = (longest.left + longest.right) // 2
    # One line covered to its end, and a strip of places below each other, as of telephones in a list.
    for places in (
        [(line.left, line.top, line.right - 60, line.bottom) for line in page.lines[2:3]],
        [(middle - 60, line.top, middle + 60, line.bottom) for line in page.lines],
    ):
        copy = cut(covered(picture, places), places)
        assert tops(copy) == sorted(tops(copy))
        assert len(tops(copy)) == len(tops(page))


def test_a_page_of_few_lines_is_cut_at_its_lines_and_through_no_letter(tmp_path: Path) -> None:
    picture = drawn(tmp_path, papers.letter(tmp_path / "source.pdf", SPARSE, size=13))
    page = cut(picture)
    short = page.lines[1]
    places = [(short.left + 80, short.top, short.right, short.bottom)]
    copy = cut(covered(picture, places), places)
    assert [len(line) for line in whole_lines(copy)] == [1, 1, 1]
    for before, after in ((page.lines[0], copy.lines[0]), (page.lines[2], copy.lines[2])):
        assert after[:4] == pytest.approx(before[:4], abs=2)


def test_columns_are_read_one_after_the_other_the_right_one_first(tmp_path: Path) -> None:
    right, left = [WRAPPED[0], papers.SENTENCES[8]], [WRAPPED[1], papers.SENTENCES[3]]
    picture = drawn(tmp_path, papers.columns(tmp_path / "source.pdf", "صورت‌جلسه", right, left))
    title, *lines = cut(picture).lines
    middle = picture.width // 2
    sides = [line.left > middle for line in lines]
    assert sides == sorted(sides, reverse=True)
    assert min(sides.count(True), sides.count(False)) >= 5
    for side in (True, False):
        own = [line.top for line in lines if (line.left > middle) is side]
        assert own == sorted(own)
        assert min(own) > title.bottom
