"""What documents hide does not go out: it is in no byte of the public copy, in no text and in no drawing of it."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image
from tests.core.redaction import leaks, page_leaks

from ayan.core.documents import document_text, html_page
from ayan.core.redaction import copy_process

SECRET = "Zq7Kx9Wv42"
CASES = [*leaks.PDFS.items(), *leaks.PICTURES.items(), *leaks.DOCX.items(), *page_leaks.PAGES.items()]
"""More than ninety ways."""
OTHERS = (
    "XMP",
    "attached file",
    "value of a form",
    "script",
    "earlier revision",
    "actual text",
    "under a black box",
    "white",
)
"""Those that programs of others are asked about in each run: to start them takes its time."""


def copied(original: Path, out: Path) -> Path:
    made = copy_process.done({"act": "copy", "path": str(original), "out": str(out), "marks": []})
    assert "refused" not in made, made
    return out


def spoken(path: Path) -> str:
    return "\n".join(page.text for page in document_text.of_file(path))


def decoded(path: Path) -> bytes:
    """All bytes of a file, as they stand and unpacked."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return content + b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    with pikepdf.Pdf.open(path) as pdf:
        for each in pdf.objects:
            content += repr(each).encode()
            if isinstance(each, pikepdf.Stream):
                content += each.read_raw_bytes()
                dots = each.get("/Filter") in (pikepdf.Name.DCTDecode, pikepdf.Name.CCITTFaxDecode)
                content += b"" if dots else each.read_bytes()
    return content


def pictures(path: Path) -> list[bytes]:
    with pikepdf.Pdf.open(path) as pdf:
        return [page.Resources.XObject.D.read_raw_bytes() for page in pdf.pages]


def holds(content: bytes) -> bool:
    spelt = (SECRET.encode(), SECRET.encode("utf-16-be"), SECRET.encode("utf-16-le"), SECRET.encode().hex().encode())
    wide = SECRET.encode("utf-16-be").hex().encode()
    return any(each.lower() in content.lower() for each in (*spelt, wide))


@pytest.mark.parametrize(("way", "leak"), CASES, ids=[way for way, _ in CASES])
def test_what_is_hidden_stays_behind(way: str, leak: leaks.Leak, tmp_path: Path) -> None:
    original = leak(tmp_path / "original", SECRET)
    assert holds(original.read_bytes() + decoded_original(original))
    copy = copied(original, tmp_path / "copy")
    assert not holds(decoded(copy))
    assert SECRET not in spoken(copy)
    if way in leaks.PICTURES:
        assert pictures(copy) == pictures(copied(leak(tmp_path / "bare", ""), tmp_path / "bare-copy"))
        return
    assert leaks.SEEN[1:] in spoken(copy)
    if way in leaks.PDFS and way not in leaks.SPECKS:
        # What is drawn is what would be drawn if nothing were hidden, to the last dot.
        assert pictures(copy) == pictures(copied(leak(tmp_path / "bare", ""), tmp_path / "bare-copy"))


def decoded_original(path: Path) -> bytes:
    if path.read_bytes().startswith((b"\xff\xd8", b"\x89PNG")):
        return path.read_bytes()
    if html_page.is_html(path):
        return b"".join(map(base64.b64decode, re.findall(rb"base64,([^\"]+)", path.read_bytes())))
    return decoded(path)


@pytest.mark.skipif(shutil.which("pdftotext") is None or shutil.which("qpdf") is None, reason="no poppler or no qpdf")
@pytest.mark.parametrize("ways", [OTHERS, pytest.param(tuple(leaks.PDFS), marks=pytest.mark.soak)], ids=["some", "all"])
def test_programs_of_others_find_nothing(ways: tuple[str, ...], tmp_path: Path) -> None:
    for number, way in enumerate(ways):
        copy = copied(leaks.PDFS[way](tmp_path / f"{number}", SECRET), tmp_path / f"{number}.pdf")
        said = b"".join(
            subprocess.run(command, capture_output=True, check=False).stdout
            for command in (  # a program, and what it says of a copy
                ["pdftotext", str(copy), "-"],
                ["pdfinfo", "-meta", "-js", str(copy)],
                ["pdfdetach", "-list", str(copy)],
                ["qpdf", "--qdf", "--object-streams=disable", str(copy), "-"],
            )
        )
        assert not holds(said)
        assert b"0 embedded files" in said


RED = (230, 20, 20)


@pytest.mark.parametrize(
    "operators",
    {
        "outside its frame": "q 30 30 40 40 re W n 160 0 0 40 30 30 cm /Im Do Q",
        "off the page": "q 160 0 0 40 150 30 cm /Im Do Q",
        "behind another": "q 160 0 0 40 30 30 cm /Im Do Q 0.5 g 70 30 130 40 re f",
    }.values(),
)
def test_parts_of_pictures_that_nobody_sees_stay_behind(operators: str, tmp_path: Path) -> None:
    picture = Image.new("RGB", (160, 40), "gray")
    picture.paste(RED, (80, 0, 160, 40))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=95, subsampling=0)
    original = leaks.pictured(tmp_path / "original", operators, held.getvalue())
    copy = copied(original, tmp_path / "copy")
    with pikepdf.Pdf.open(copy) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        (only,) = [each for each in streams if each.get("/Subtype") == pikepdf.Name.Image]
        dots = np.array(pikepdf.PdfImage(only).as_pil_image().convert("RGB")).astype(int)
    assert not ((dots[:, :, 0] > 150) & (dots[:, :, 1] < 100)).any()
