"""QR codes as SVG without style or script: what stands on a page or on paper, and a phone reads."""

from __future__ import annotations

from typing import Final

from django.utils.safestring import SafeString, mark_safe
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

MARGIN: Final = 4
"""Of light around it, which the standard asks for."""


def qr_code(text: str) -> SafeString:
    """The QR code of a text; every row is drawn as a few long strokes."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    side = len(rows) + 2 * MARGIN
    strokes = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                strokes.append(f"M{x + MARGIN} {y + MARGIN}h{length}v1h-{length}z")
            x += length or 1
    # Numbers alone stand in it.
    return mark_safe(  # noqa: S308 - drawn from numbers
        f'<svg viewBox="0 0 {side} {side}" width="232" height="232" aria-hidden="true" focusable="false">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#12201f" d="{"".join(strokes)}"/></svg>'
    )
