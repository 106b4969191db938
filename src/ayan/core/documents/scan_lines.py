"""The lines of a scanned page, cut out one by one: Persian letters reach so far up and down that Tesseract, left alone,
takes two lines for one and loses both.

The page is turned straight, rules of tables are left out, and it is cut where least ink stands between two lines.
Columns are cut apart first, the right one before the left one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from ayan.core.documents.limits import FEWEST_COLUMN_LINES, LEAST_COLUMN, LEAST_INK, MOST_SCANNED_LINES

Ink = npt.NDArray[np.bool_]
InkSums = npt.NDArray[np.float64]

# Degrees by which a page may lie aslant, and steps of looking for it.
_ASLANT: Final = 2.0
_STEPS: Final = (0.25, 0.05)
# Dots from one line to the next, at 200 to an inch: letters of 6 to 40 points.
_NEAREST: Final = 18
_FARTHEST: Final = 140
# Of that distance: by how much a profile is smoothed, how near two of its heights are one line, what parts columns.
_SMOOTH: Final = 0.13
_ONE_LINE: Final = 0.55
_APART: Final = 0.5
# What parts columns is so much wider than gaps between words, which stand above each other by chance.
_WIDER: Final = 1.5
# Heights of letters from one line to the next where the page does not tell.
_HEIGHTS: Final = 2
# Dots of a run of ink that is a rule and no letter, level and upright, and around a line that is cut out.
_LEVEL_RULE: Final = 200
_UPRIGHT_RULE: Final = 90
# Of the distance of lines, the gap that parts cells of a table: letters of one line are read worse across it.
_CELLS_APART: Final = 1.2
_AROUND: Final = 12


class CutLine(NamedTuple):
    """Where a line, or a cell in it, stands on the page that was turned straight, in dots from its upper left corner;
    cells of one line have one number.
    """

    left: int
    top: int
    right: int
    bottom: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class CutPage:
    """A page turned straight by ``turned`` degrees against the clock, without rules, and the places of its lines."""

    picture: Image.Image
    ink: Ink
    turned: float
    lines: tuple[CutLine, ...]

    def pictures(self) -> list[Image.Image]:
        """Each line on paper of its own."""
        paper = _paper(np.asarray(self.picture))
        cut = []
        for line in self.lines:
            size = (line.right - line.left + 2 * _AROUND, line.bottom - line.top + 2 * _AROUND)
            picture = Image.new("L", size, paper)
            picture.paste(self.picture.crop(line[:4]), (_AROUND, _AROUND))
            cut.append(picture)
        return cut

    def place(self, line: int, left: float, right: float) -> tuple[float, float, float, float]:
        """Where a part of a line, given in dots of its picture, stands on the page as it came: a box in dots.

        It is as high as the line and reaches to the next gaps: recognised words are not placed to the dot.
        """
        own = self.lines[line]
        start, end = self._to_gaps(own, int(left) - _AROUND, math.ceil(right) - _AROUND)
        width, height = self.picture.size
        angle = math.radians(self.turned)
        corners = []
        for x in (own.left + start, own.left + end):
            for y in (own.top, own.bottom):
                across, down = x - width / 2, y - height / 2
                corners.append(
                    (
                        across * math.cos(angle) - down * math.sin(angle) + width / 2,
                        across * math.sin(angle) + down * math.cos(angle) + height / 2,
                    )
                )
        (xs, ys) = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def _to_gaps(self, own: CutLine, start: int, end: int) -> tuple[int, int]:
        """A part of a line, its ends moved out of the letters that they stand in."""
        inked: Ink = np.any(self.ink[own.top : own.bottom, own.left : own.right], axis=0)
        start, end = max(0, min(start, len(inked) - 1)), max(1, min(end, len(inked)))
        while start > 0 and inked[start]:
            start -= 1
        while end < len(inked) and inked[end - 1]:
            end += 1
        return start, end


def cut(picture: Image.Image, covered: Sequence[tuple[float, float, float, float]] = ()) -> CutPage:
    """The lines of a page in grey, in the order in which they are read.

    ``covered`` are places that were taken out, in dots (left, top, right, bottom): they are white and part no columns.
    """
    grey = np.asarray(picture)
    turned = _slant(grey < _threshold(grey))
    if turned:
        picture = picture.rotate(turned, resample=Image.Resampling.BICUBIC, fillcolor=_paper(grey))
        grey = np.asarray(picture)
    ink = grey < _threshold(grey)
    if (rules := _rules(ink)).any():
        bare = grey.copy()
        bare[rules] = _paper(grey)
        picture, ink = Image.fromarray(bare), ink & ~rules
    blocks = [CutLine(0, 0, *picture.size)] if rules.any() else _blocks(ink, _held(picture.size, covered, turned))
    lines = [line for block in blocks for line in _lines(ink, block)]
    gap = _CELLS_APART * _distance(ink)
    cells = [cell for number, line in enumerate(lines) for cell in _cells(ink, line._replace(number=number), gap)]
    return CutPage(picture, ink, turned, tuple(cells[:MOST_SCANNED_LINES]))


def _cells(ink: Ink, line: CutLine, gap: float) -> list[CutLine]:
    """The parts of a line that wide gaps keep apart, from the right."""
    inked: Ink = np.any(ink[line.top : line.bottom, line.left : line.right], axis=0)
    parts = _joined(_spans(inked), gap)
    return [line._replace(left=line.left + start, right=line.left + end) for start, end in reversed(parts)]


def _joined(spans: list[tuple[int, int]], gap: float) -> list[tuple[int, int]]:
    """Spans of which those that no such gap parts are one."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _paper(grey: npt.NDArray[np.uint8]) -> int:
    return int(np.median(grey))


def _threshold(grey: npt.NDArray[np.uint8]) -> int:
    """The tone that parts ink from paper (Otsu)."""
    counted = np.bincount(grey.ravel(), minlength=256).astype(np.float64)
    below, weighed = np.cumsum(counted), np.cumsum(counted * np.arange(256))
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = (weighed[-1] * below - weighed * below[-1]) ** 2 / (below * (below[-1] - below))
    return 0 if np.isnan(apart).all() else int(np.nanargmax(apart)) + 1


def _slant(ink: Ink) -> float:
    """By how many degrees against the clock a page is to be turned so that its lines are level."""
    small = Image.fromarray(ink[::2, ::2] * np.uint8(255))
    best, slant = -1.0, 0.0
    around, reach = 0.0, _ASLANT
    for step in _STEPS:
        for degrees in np.arange(around - reach, around + reach + step / 2, step):
            profile = np.asarray(small.rotate(float(degrees))).sum(1, dtype=np.float64)
            sharp = float((np.diff(profile) ** 2).sum())
            if sharp > best:
                best, slant = sharp, float(degrees)
        around, reach = slant, step
    return round(slant, 2) if abs(slant) >= min(_STEPS) else 0.0


def _rules(ink: Ink) -> Ink:
    """The dots of straight lines, level and upright."""
    return _runs_of(ink, _LEVEL_RULE) | _runs_of(ink.T, _UPRIGHT_RULE).T


def _runs_of(ink: Ink, long: int) -> Ink:
    """The dots that are part of a long run along their row, which may be a little aslant."""
    thick = ink.copy()
    thick[1:] |= ink[:-1]
    thick[:-1] |= ink[1:]
    runs = np.zeros_like(ink)
    for row in np.flatnonzero(thick.sum(1) >= long):
        for start, end in _spans(thick[row]):
            if end - start >= long:
                runs[row, start:end] = True
    return runs & ink


def _spans(mask: Ink) -> list[tuple[int, int]]:
    """The runs of a mask: where each begins, and the place after its end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _held(size: tuple[int, int], covered: Sequence[tuple[float, float, float, float]], turned: float) -> Ink:
    """The dots of places that were taken out, on the page that was turned straight."""
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for place in covered:
        pen.rectangle(place, fill=255)
    held: Ink = np.asarray(mask.rotate(turned) if covered and turned else mask) > 0
    return held


def _blocks(ink: Ink, covered: Ink) -> Iterator[CutLine]:
    """The parts of a page without rules that are read one after the other: lines side by side are columns."""
    height, width = ink.shape
    rows = _lines(ink, CutLine(0, 0, width, height))
    gap = _APART * _distance(ink)
    filled = ink | covered
    at = 0
    while at < len(rows):
        end, parts = at + FEWEST_COLUMN_LINES, list[tuple[int, int]]()
        while end <= len(rows) and len(wider := _columns(filled, rows[at:end], gap)) > 1:
            end, parts = end + 1, wider
        if parts:
            top, bottom = rows[at].top, rows[end - 2].bottom
            yield from (CutLine(left, top, right, bottom) for left, right in reversed(parts))
            at = end - 1
        else:
            yield CutLine(0, rows[at].top, width, rows[at].bottom)
            at += 1


def _columns(ink: Ink, rows: Sequence[CutLine], gap: float) -> list[tuple[int, int]]:
    """The columns into which some lines fall, from the left; none where no such gap runs down all of them."""
    joined = _joined(_spans(ink[rows[0].top : rows[-1].bottom].sum(0) > 1), gap)
    if len(joined) > 1:
        joined = _joined(joined, _WIDER * float(np.median([_widest_gap(ink, row, joined) for row in rows])))
    wide = [(start, end) for start, end in joined if end - start >= LEAST_COLUMN * ink.shape[1]]
    return wide if len(wide) == len(joined) else []


def _widest_gap(ink: Ink, row: CutLine, parts: Sequence[tuple[int, int]]) -> int:
    """The widest gap between words of one line, that between its parts left out."""
    inked: Ink = np.any(ink[row.top : row.bottom], axis=0)
    spans = [_spans(inked[start:end]) for start, end in parts]
    return max((after[0] - before[1] for part in spans for before, after in pairwise(part)), default=0)


def _distance(ink: Ink) -> int:
    """Dots from one line to the next: where a profile of the page is most like itself."""
    profile = ink.sum(1).astype(np.float64)
    return _period(profile)


def _period(profile: InkSums) -> int:
    apart = profile - profile.mean()
    size = 1 << (2 * len(apart) - 1).bit_length()
    spectrum = np.fft.rfft(apart, size)
    alike = _smoothed(np.fft.irfft(spectrum * spectrum.conj(), size)[: len(apart)], 2)
    for at in range(_NEAREST, min(_FARTHEST, len(alike) - 1)):
        if alike[at - 1] < alike[at] >= alike[at + 1] and alike[at] > 0.2 * alike[0]:
            return at
    # Few lines, or of unlike distances: told by the letters, at whose height it ends to be like itself.
    unlike = np.flatnonzero(alike[:_FARTHEST] <= 0)
    return min(max(_HEIGHTS * int(unlike[0]), _NEAREST), _FARTHEST) if len(unlike) else _NEAREST


def _smoothed(values: InkSums, width: float) -> InkSums:
    reach = int(3 * width) + 1
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    smoothed: InkSums = np.convolve(values, bell / bell.sum(), "same")
    return smoothed[: len(values)]


def _lines(ink: Ink, block: CutLine) -> list[CutLine]:
    """The lines of a block, from above."""
    part = ink[block.top : block.bottom, block.left : block.right]
    profile = part.sum(1).astype(np.float64)
    if len(profile) < 2 or not profile.any():
        return []
    distance = _distance(ink)
    lines = []
    for top, bottom in _bands(profile, distance) if len(profile) > 1.6 * distance else [(0, len(profile))]:
        across = np.flatnonzero(part[top:bottom].any(0))
        if len(across):
            lines.append(
                CutLine(
                    block.left + int(across[0]), block.top + top, block.left + int(across[-1]) + 1, block.top + bottom
                )
            )
    return lines


def _bands(profile: InkSums, distance: int) -> Iterator[tuple[int, int]]:
    """Where lines begin and end, told by a profile of the ink of each row."""
    smooth = _smoothed(profile, max(1.5, _SMOOTH * distance))
    full = float(np.percentile(smooth[smooth > 0.5], 95)) if (smooth > 0.5).any() else 0.0
    heights: list[int] = []
    for at in range(1, len(smooth) - 1):
        if smooth[at - 1] < smooth[at] >= smooth[at + 1] and smooth[at] > LEAST_INK * full:
            if heights and at - heights[-1] < _ONE_LINE * distance:
                if smooth[at] > smooth[heights[-1]]:
                    heights[-1] = at
            else:
                heights.append(at)
    cuts = [first + int(np.argmin(smooth[first:other])) for first, other in pairwise(heights)]
    for height, above, below in zip(heights, [0, *cuts], [*cuts, len(profile)], strict=True):
        top, bottom = max(above, height - distance), min(below, height + distance)
        rows = np.flatnonzero(profile[top:bottom] > 0)
        if len(rows):
            yield top + int(rows[0]), top + int(rows[-1]) + 1
