"""Pages in black on white, as offices print them: two tones are all they have, and more dots keep small letters sharp.

Whether a page is one is seen in its drawing, whatever the file says of its colours: drawn without smoothing it has
black dots and white ones and no others, and in two tones it looks as it does in greys.
"""

from __future__ import annotations

import math
from contextlib import closing
from typing import Final

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from ayan.core.redaction.limits import MOST_DOTS

Dots = npt.NDArray[np.uint8]

# Dots to a point: 300 to an inch, from where two tones are read as easily as greys.
SHARPNESS: Final = 300 / 72
# Steps of 255 up to which a dot is black, and from which it is white: the outermost of sixteen tones.
_BLACK: Final = 8
_WHITE: Final = 247
# The tone from which a dot of a smoothed drawing is white.
_MIDDLE: Final = 144
# Dots to a side of the places that are compared, and steps of 255 by which their mean tone may be another.
_PLACE: Final = 12
_OTHER_TONE: Final = 80


def sharpness_of(width: float, height: float) -> float:
    """Dots to a point at which such a page of this size (in points) is drawn."""
    return min(SHARPNESS, math.sqrt(MOST_DOTS / (width * height)))


def two_tones(page: pdfium.PdfPage, sharpness: float, usual: float) -> Dots | None:
    """The page in black (0) and white (255), rows from its top; None where it has greys or colours.

    ``sharpness`` are the dots to a point that are wanted, ``usual`` those at which its colours are looked for.
    """
    if sharpness < usual or _has_tones(page, usual):
        return None
    grey = _grey(page, sharpness)
    toned = _two(grey)
    return toned if _look_alike(grey, toned) else None


def drawn(page: pdfium.PdfPage, sharpness: float) -> Dots:
    """A page in black and white, without comments and form fields."""
    return _two(_grey(page, sharpness))


def _has_tones(page: pdfium.PdfPage, sharpness: float) -> bool:
    """Whether anything on the page is neither black nor white."""
    bitmap = page.render(
        scale=sharpness, draw_annots=False, may_draw_forms=False,
        no_smoothtext=True, no_smoothimage=True, no_smoothpath=True,
    )  # fmt: skip
    with closing(bitmap):
        dots = bitmap.to_numpy()
        parts = [dots] if dots.ndim == 2 else [dots[:, :, each] for each in range(3)]
        black, white = parts[0] <= _BLACK, parts[0] >= _WHITE
        for part in parts[1:]:
            black &= part <= _BLACK
            white &= part >= _WHITE
        return not bool((black | white).all())


def _grey(page: pdfium.PdfPage, sharpness: float) -> Dots:
    bitmap = page.render(scale=sharpness, grayscale=True, draw_annots=False, may_draw_forms=False)
    with closing(bitmap):
        dots: Dots = bitmap.to_numpy()
        return dots.reshape(dots.shape[:2]).copy() if dots.ndim == 2 or dots.shape[2] == 1 else dots[:, :, 0].copy()


def _two(grey: Dots) -> Dots:
    return np.where(grey >= _MIDDLE, np.uint8(255), np.uint8(0))


def _look_alike(grey: Dots, toned: Dots) -> bool:
    """Whether two tones are as dark as the greys were, place by place: dots of a printed photograph are not."""
    height, width = (side // _PLACE * _PLACE for side in grey.shape)
    if not height or not width:
        return False
    places = (height // _PLACE, _PLACE, width // _PLACE, _PLACE)
    means = (
        each[:height, :width].reshape(places).sum(axis=3, dtype=np.uint16).sum(axis=1, dtype=np.uint32)
        for each in (grey, toned)
    )
    first, other = (mean.astype(np.int64) for mean in means)
    return int(np.abs(first - other).max()) <= _OTHER_TONE * _PLACE**2
