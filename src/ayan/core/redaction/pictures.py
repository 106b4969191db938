"""Photographs and scans that are handed in as they are: one page of dots, without what a camera wrote beside them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from ayan.core.redaction import shown_pages
from ayan.core.redaction.limits import MOST_DOTS, MOST_PICTURE_DOTS
from ayan.core.redaction.refusals import CopyRefused
from ayan.core.redaction.shown_pages import ShownPage

_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_FORMATS: Final = ("JPEG", "PNG")


def is_picture(path: Path) -> bool:
    """Whether a file is a JPEG or a PNG."""
    with path.open("rb") as file:
        return file.read(8).startswith(_BEGINNINGS)


def shown(path: Path) -> ShownPage:
    """The picture as a page, turned as it is to be seen, on white where it is clear. Raises CopyRefused."""
    # Sizes are judged here, and what else a broken file makes Pillow say is said by its refusal.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(path, formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PICTURE_DOTS:
                    raise CopyRefused("picture")
                dots = _dots(picture)
        except Image.DecompressionBombError:
            raise CopyRefused("picture") from None
        except (OSError, ValueError, SyntaxError):
            raise CopyRefused("damaged") from None
    height, width = dots.shape[:2]
    return ShownPage(1, width / shown_pages.SHARPNESS, height / shown_pages.SHARPNESS, dots, (), 0, 0)


def _dots(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    turned = ImageOps.exif_transpose(picture).convert("RGBA")
    share = (MOST_DOTS / (turned.width * turned.height)) ** 0.5
    if share < 1:
        turned = turned.resize((max(1, int(turned.width * share)), max(1, int(turned.height * share))))
    paper = Image.new("RGBA", turned.size, "white")
    paper.alpha_composite(turned)
    return np.array(paper.convert("RGB"))
