"""Row numbers in few bytes: in blocks, each as its distance from the first of the block, as narrow as these allow.

Numbers of rows with equal values ascend, so that their distances are small; those of rows in the order of values that
all differ take as many bits as the number of rows has. Distances are counted on from the first row behind the last, so
that nothing is lost where one value's rows end and the next one's begin.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

# Numbers whose distances are counted from one first: with more, numbers of rare values take more bits; with fewer, the
# firsts take more bytes.
BLOCK: Final = 128
# Numbers whose distances have one width, and that share one CRC-32.
SECTION: Final = 65_536
# Widths of a distance: bits that stand side by side in whole bytes, and bits above them, which share bytes.
WIDTHS: Final = ((8, 0), (8, 1), (8, 2), (8, 4), (16, 0), (16, 1), (16, 2), (16, 4), (16, 8), (16, 16))
# Up to so many blocks, to look which of them need a step costs more than the step.
FEW_BLOCKS: Final = 16

Narrow = npt.NDArray[np.uint32]

_FIRST: Final = np.dtype("<u4")
_ALONG: Final = np.arange(BLOCK, dtype=np.uint32)
_UNIT: Final = np.uint32(1)


def _parted(bits: int) -> npt.NDArray[np.generic]:
    """For each byte the numbers of so many bits in it, as the bytes of one number."""
    each = np.arange(256, dtype=np.uint16)[:, None] >> np.arange(0, 8, bits, dtype=np.uint16)
    return (each & ((1 << bits) - 1)).astype(np.uint8).view(f"<u{8 // bits}").ravel()


_PARTED: Final = {bits: _parted(bits) for bits in (1, 2, 4)}


@dataclass(frozen=True, slots=True)
class NumberSection:
    """Where the bytes of up to `SECTION` numbers stand, the bits of their distances, and the CRC-32 of the bytes.

    With no bits at all the numbers of each block follow each other.
    """

    at: int
    bytes: int
    low: int
    high: int
    crc: int

    @property
    def blocks(self) -> int:
        """How many blocks the numbers stand in."""
        return self.bytes // (_FIRST.itemsize + BLOCK * (self.low + self.high) // 8)


@dataclass(frozen=True, slots=True)
class _Planes:
    """A section as it lies in the file: the first number of each block less one, and the bits of distances.

    ``shared`` parts the bytes of ``high`` where several distances share one; ``reach`` is the greatest distance that
    there may be.
    """

    firsts: Narrow
    low: npt.NDArray[Any]
    high: npt.NDArray[Any] | None
    shared: npt.NDArray[Any] | None
    shift: np.uint32
    reach: np.uint32
    rows: np.uint32


def packed(numbers: Narrow, rows: int) -> tuple[bytes, int, int]:
    """Some numbers from 1 to ``rows`` as bytes, and the bits of their distances as in `NumberSection`."""
    blocks = -(-len(numbers) // BLOCK)
    # What fills the last block up is never read.
    filling = np.full(blocks * BLOCK - len(numbers), numbers[-1], dtype=_FIRST)
    grid = np.append(numbers, filling).reshape(blocks, BLOCK) - _UNIT
    firsts = grid[:, :1]
    distances = grid - firsts
    distances += (grid < firsts) * np.uint32(rows)
    if (distances.ravel()[: len(numbers)] == np.resize(_ALONG, len(numbers))).all():
        return firsts.tobytes(), 0, 0
    most = int(distances.max()).bit_length()
    low, high = next(width for width in WIDTHS if sum(width) >= most)
    pieces = [firsts.tobytes(), distances.astype(f"<u{low // 8}").tobytes()]
    if high:
        pieces.append(_shared(distances.ravel() >> np.uint32(low), high))
    return b"".join(pieces), low, high


class NumberReader:
    """Numbers of an open file, section by section; ``number`` counts the sections, places are those in one of them."""

    def __init__(self, data: memoryview, sections: Sequence[NumberSection], rows: int) -> None:
        self._bytes = data
        self._words, self._halves = data.cast("I"), data.cast("H")
        self._sections = sections
        self._rows = rows
        self._opened: dict[int, _Planes] = {}
        self._least_and_most: dict[int, tuple[Narrow, Narrow]] = {}

    def is_sound(self, number: int) -> bool:
        """Whether the bytes of a section are those that were written."""
        section = self._sections[number]
        return zlib.crc32(self._bytes[section.at : section.at + section.bytes]) == section.crc

    def at(self, number: int, place: int) -> int:
        """The number at one place."""
        section = self._sections[number]
        value = self._words[section.at // 4 + place // BLOCK]
        low = section.at + section.blocks * _FIRST.itemsize
        if section.low == 0:
            value += place % BLOCK
        else:
            value += self._bytes[low + place] if section.low == 8 else self._halves[low // 2 + place]
        if section.high:
            high = low + section.blocks * BLOCK * section.low // 8
            if section.high == 16:
                above = self._halves[high // 2 + place]
            else:
                byte, bit = divmod(place * section.high, 8)
                above = self._bytes[high + byte] >> bit & (1 << section.high) - 1
            value += above << section.low
        return (value if value < self._rows else value - self._rows) + 1

    def part(self, number: int, first: int, last: int) -> Narrow:
        """The numbers from one place up to, and without, another."""
        begin = first // BLOCK
        blocks = self._blocks(number, slice(begin, -(-last // BLOCK)))
        numbers: Narrow = blocks.ravel()[first - begin * BLOCK : last - begin * BLOCK]
        return np.add(numbers, _UNIT)

    def gathered(self, number: int, places: npt.NDArray[np.int64]) -> Narrow:
        """The numbers at some places."""
        planes = self._planes(number)
        blocks = places // BLOCK
        numbers = planes.firsts[blocks]
        numbers += (places % BLOCK).astype(np.uint32) if planes.low is _ALONG else planes.low.ravel()[places]
        if planes.high is not None:
            high, bits = planes.high.ravel(), self._sections[number].high
            if planes.shared is None:
                above = high[places].astype(np.uint32)
            else:
                at = places * bits
                above = high[at >> 3] >> (at & 7).astype(np.uint8)
                above = (above & np.uint8((1 << bits) - 1)).astype(np.uint32)
            numbers += above << planes.shift
        wrapped: Narrow = np.minimum(numbers, numbers - planes.rows) + _UNIT
        return wrapped

    def within(self, number: int, first: int, last: int, after: int, until: int) -> Narrow:
        """Those of such a part that are greater than one number and not greater than another."""
        begin, end = first // BLOCK, -(-last // BLOCK)
        planes = self._planes(number)
        firsts = planes.firsts[begin:end].astype(np.int64)
        # A block whose distances reach beyond the last row may go on with the first one.
        greatest = firsts + int(planes.reach)
        near = (greatest >= self._rows) | ((firsts < until) & (greatest >= after))
        if np.count_nonzero(near) > FEW_BLOCKS:
            least, most = self._bounds(number)
            near = (least[begin:end] < until) & (most[begin:end] >= after)
        which = np.flatnonzero(near) + begin
        numbers = self._blocks(number, which) + _UNIT
        for edge in (0, -1)[: len(which)]:
            places = which[edge] * BLOCK + _ALONG
            # No row has the number 0.
            numbers[edge][(places < first) | (places >= last)] = 0
        inside: Narrow = numbers[(numbers > after) & (numbers <= until)]
        return inside

    def _bounds(self, number: int) -> tuple[Narrow, Narrow]:
        """The least and the greatest number less one of each block.

        They are remembered: one block in which one value's rows end and the next one's begin has distances of nearly
        all rows, and then the width of distances tells nothing of any block of the section.
        """
        bounds = self._least_and_most.get(number)
        if bounds is None:
            blocks = self._blocks(number, slice(None))
            bounds = self._least_and_most[number] = blocks.min(axis=1), blocks.max(axis=1)
        return bounds

    def _blocks(self, number: int, which: slice | npt.NDArray[np.int64]) -> Narrow:
        """The numbers of some blocks less one, a line for each."""
        planes = self._planes(number)
        firsts = planes.firsts[which]
        low = planes.low if planes.low is _ALONG else planes.low[which]
        if planes.high is None:
            numbers = low + firsts[:, None]
        else:
            above = planes.high[which]
            if planes.shared is not None:
                above = planes.shared[above].view(np.uint8)
            numbers = above.astype(np.uint32)
            numbers <<= planes.shift
            numbers += low
            numbers += firsts[:, None]
        # What is not beyond the last row becomes greater when less rows are taken, for numbers here are never negative.
        if len(numbers) <= FEW_BLOCKS:
            stepped: Narrow = np.minimum(numbers, numbers - planes.rows)
            return stepped
        over = firsts >= planes.rows - planes.reach
        if over.any():
            beyond = numbers[over]
            numbers[over] = np.minimum(beyond, beyond - planes.rows)
        return numbers

    def _planes(self, number: int) -> _Planes:
        planes = self._opened.get(number)
        if planes is None:
            planes = self._opened[number] = self._open(self._sections[number])
        return planes

    def _open(self, section: NumberSection) -> _Planes:
        blocks, at = section.blocks, section.at
        firsts = np.frombuffer(self._bytes, dtype=_FIRST, count=blocks, offset=at)
        reach = min((1 << section.low + section.high) - 1 if section.low else BLOCK - 1, self._rows)
        low: npt.NDArray[Any] = _ALONG
        high = shared = None
        at += firsts.nbytes
        if section.low:
            low = self._plane(at, blocks, section.low)
            at += low.nbytes
        if section.high:
            high = self._plane(at, blocks, section.high)
            shared = _PARTED.get(section.high)
        return _Planes(firsts, low, high, shared, np.uint32(section.low), np.uint32(reach), np.uint32(self._rows))

    def _plane(self, at: int, blocks: int, bits: int) -> npt.NDArray[np.generic]:
        """Some bits of every distance, a line for each block."""
        kind = np.dtype("<u2" if bits == 16 else "u1")
        count = blocks * BLOCK * bits // (8 * kind.itemsize)
        return np.frombuffer(self._bytes, dtype=kind, count=count, offset=at).reshape(blocks, -1)


def _shared(numbers: npt.NDArray[np.uint32], bits: int) -> bytes:
    """Numbers of so many bits, several in a byte where they are few."""
    if bits == 16:
        return numbers.astype("<u2").tobytes()
    each = 8 // bits
    grid = numbers.astype(np.uint8).reshape(-1, each)
    out = np.zeros(len(grid), dtype=np.uint8)
    for place in range(each):
        out |= grid[:, place] << np.uint8(place * bits)
    return out.tobytes()
