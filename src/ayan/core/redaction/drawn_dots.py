"""Dots of a page as a PDF holds them: few tones where few are used, so that text stays sharp and files small.

Tones that lie close to each other become one. What somebody wrote in nearly the colour of the paper is gone then, and
no program brings it back.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image

from ayan.core.documents.document_text import Box

# Steps of 255 by which the parts of a colour may differ so that it is still called grey.
_GREY: Final = 24
_TONES: Final = 16
_TONES_OF_PHOTO: Final = 32
_COLOURS_OF_PALETTE: Final = 256
_QUALITY: Final = 85
# Tags of TIFF: where its one strip begins, its bytes, and whether a set bit is black.
_STRIP_OFFSETS: Final = 273
_STRIP_LENGTHS: Final = 279
_PHOTOMETRIC: Final = 262


def blacken(dots: npt.NDArray[np.uint8], boxes: Sequence[Box], sharpness: float) -> None:
    """Paint boxes of a page over, whatever stood there: no dot that any of them touches keeps its tone."""
    height, width = dots.shape[:2]
    for box in boxes:
        rows = slice(
            int(np.clip(np.floor(height - box.top * sharpness) - 1, 0, height)),
            int(np.clip(np.ceil(height - box.bottom * sharpness) + 1, 0, height)),
        )
        columns = slice(
            int(np.clip(np.floor(box.left * sharpness) - 1, 0, width)),
            int(np.clip(np.ceil(box.right * sharpness) + 1, 0, width)),
        )
        dots[rows, columns] = 0


def picture(pdf: Pdf, dots: npt.NDArray[np.uint8]) -> Stream:
    """The dots as an image of a PDF: those of a drawing without greys in two tones, grey ones in few."""
    height, width = dots.shape[:2]
    common = {"Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height}
    if dots.ndim == 2:
        return _faxed(pdf, dots, common)
    # Colours one by one: along the last axis, three at a time, numpy takes twenty times as long.
    red, green, blue = (np.ascontiguousarray(dots[:, :, each]) for each in range(3))
    highest, lowest = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    if int((highest - lowest).max()) <= _GREY:
        mean = np.rint((red.astype(np.uint16) + green + blue) / np.float32(3)).astype(np.uint8)
        return _flate(
            pdf, _packed(_toned(mean, _TONES)), {**common, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 4}
        )
    tones = _toned(dots, _TONES)
    codes = (tones[:, :, 0].astype(np.uint32) << 8) | (tones[:, :, 1].astype(np.uint32) << 4) | tones[:, :, 2]
    counted = np.bincount(codes.ravel(), minlength=_TONES**3)
    colours = np.flatnonzero(counted)
    if len(colours) <= _COLOURS_OF_PALETTE:
        places = np.zeros(_TONES**3, np.uint8)
        places[colours] = np.arange(len(colours))
        table = np.stack([colours >> 8, colours >> 4 & 15, colours & 15], 1).astype(np.uint8) * (255 // (_TONES - 1))
        space = Array([Name.Indexed, Name.DeviceRGB, len(colours) - 1, table.tobytes()])
        return _flate(pdf, places[codes].tobytes(), {**common, "ColorSpace": space, "BitsPerComponent": 8})
    toned = (_toned(dots, _TONES_OF_PHOTO).astype(np.uint16) * 255 // (_TONES_OF_PHOTO - 1)).astype(np.uint8)
    held = io.BytesIO()
    Image.fromarray(toned).save(held, "JPEG", quality=_QUALITY)
    return _stream(
        pdf, held.getvalue(), Name.DCTDecode, {**common, "ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8}
    )


def _toned(values: npt.NDArray[np.uint8], tones: int) -> npt.NDArray[np.uint8]:
    """Values of 0 to 255 as the nearest of so many tones."""
    toned: npt.NDArray[np.uint8] = np.rint(np.arange(256) * (tones - 1) / 255).astype(np.uint8)[values]
    return toned


def _faxed(pdf: Pdf, dots: npt.NDArray[np.uint8], entries: dict[str, object]) -> Stream:
    """Black and white as Group 4 (ITU-T T.6) codes them: half of what greys take that are drawn less sharply."""
    height, width = dots.shape
    held = io.BytesIO()
    # In one strip, which is what a PDF holds.
    Image.fromarray(dots).convert("1", dither=Image.Dither.NONE).save(
        held, "TIFF", compression="group4", strip_size=height * (width // 8 + 1)
    )
    with Image.open(held) as tiff:
        tags = tiff.tag_v2  # type: ignore[attr-defined]  # what was written just now is a TIFF
        (offset,), (count,) = tags[_STRIP_OFFSETS], tags[_STRIP_LENGTHS]
        black_is_one = tags[_PHOTOMETRIC] == 0
    parameters = Dictionary(K=-1, Columns=width, Rows=height, BlackIs1=not black_is_one)
    stream = _stream(
        pdf, held.getvalue()[offset : offset + count], Name.CCITTFaxDecode,
        {**entries, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 1},
    )  # fmt: skip
    stream.DecodeParms = parameters
    return stream


def _packed(grey: npt.NDArray[np.uint8]) -> bytes:
    """Tones of four bits, two to a byte, each row begun on a byte of its own."""
    height, width = grey.shape
    even = np.zeros((height, width + width % 2), np.uint8)
    even[:, :width] = grey
    return bytes(((even[:, ::2] << 4) | even[:, 1::2]).tobytes())


def _flate(pdf: Pdf, body: bytes, entries: dict[str, object]) -> Stream:
    return _stream(pdf, zlib.compress(body, 6), Name.FlateDecode, entries)


def _stream(pdf: Pdf, packed: bytes, how: Name, entries: dict[str, object]) -> Stream:
    stream = Stream(pdf, packed)
    for key, value in entries.items():
        stream[f"/{key}"] = value
    stream.Filter = how
    return stream
