"""What outsiders check with: the one file `ayan-verify`, and the page that checks a row as a file of its own."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from ayan import ui
from ayan.core.values.locale import Lang
from ayan.ui import language

NAME: Final = "ayan_verify.py"
ADDRESS: Final = f"/log/{NAME}"
# A wheel has it beside this module; in a checkout it stands in the package of its own.
_PLACES: Final = (
    Path(__file__).with_name("offered") / NAME,
    Path(__file__).resolve().parents[4] / "packages" / "ayan-verify" / NAME,
)
_SCRIPT: Final = Path(ui.__file__).parent / "static" / "js" / "row-proof.js"


@dataclass(frozen=True, slots=True)
class VerifierFile:
    """The file as it is offered: its bytes, how many lines it has, and its SHA-256 (hex)."""

    data: bytes = field(repr=False)
    lines: int
    digest: str
    address: str = ADDRESS


@lru_cache(maxsize=1)
def verifier_file() -> VerifierFile:
    """The one file; FileNotFoundError where an installation lacks it."""
    place = next((place for place in _PLACES if place.is_file()), _PLACES[0])
    data = place.read_bytes()
    return VerifierFile(data, data.count(b"\n"), hashlib.sha256(data).hexdigest())


@lru_cache(maxsize=32)
def row_check_file(lang: Lang) -> bytes:
    """The page that checks a row in one file: nothing is fetched, and nothing else in it may run.

    It is opened from a disk, so its script stands in it, and its own policy names the digest of that.
    """
    script, style = _SCRIPT.read_text("utf-8"), render_to_string("logbook/row_check.css")
    facts = {
        "script": mark_safe(script),  # noqa: S308 - our own file, which has no word that could end it
        "style": mark_safe(style),  # noqa: S308 - likewise
        "script_digest": _csp_digest(script),
        "style_digest": _csp_digest(style),
        "file": verifier_file(),
    }
    return language.marked(render_to_string("logbook/row_check_file.html", language.frame(lang) | facts)).encode()


def _csp_digest(text: str) -> str:
    """How a content security policy names an inline element."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
