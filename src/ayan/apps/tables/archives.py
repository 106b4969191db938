"""A table's folder as an archive of TOML files: packed to be kept or taken elsewhere, and unpacked with care."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from ayan.apps.tables.limits import LARGEST_ARCHIVE, LARGEST_UNPACKED, MOST_ENTRIES
from ayan.apps.tables.refusals import TableRefused
from ayan.core.schema.definition import MAIN
from ayan.core.schema.limits import LARGEST_DECLARATION
from ayan.core.values.label import Label
from ayan.wiring.table_folder import TABLE_FILE, Texts

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def packed(slug: str, texts: Texts) -> bytes:
    """The files of a table below a folder of its name; the same files are the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            info = zipfile.ZipInfo(f"{slug}/{name}", _EPOCH)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, text)
    return out.getvalue()


def unpacked(slug: str, data: bytes) -> dict[str, str]:
    """The files of a table out of an archive, of its folder or of what stands in it. Nothing is written anywhere.

    Raises TableRefused for what is no archive, too large, or holds anything but the TOML files of one table; other
    files of a table's folder, such as examples and guides, are passed over.
    """
    if len(data) > LARGEST_ARCHIVE:
        raise TableRefused(_TOO_LARGE, "archive")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _texts(slug, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise TableRefused(
            Label("این پرونده zip درستی نیست یا رمز دارد.", "This is no sound zip file, or it has a password."),
            "archive",
        ) from None


def _texts(slug: str, archive: zipfile.ZipFile) -> dict[str, str]:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise TableRefused(_TOO_LARGE, "archive")
    names = {entry.filename: entry for entry in entries if not entry.is_dir()}
    if len(names) != len([entry for entry in entries if not entry.is_dir()]):
        raise TableRefused(Label("نامی دو بار در آن آمده است.", "A name stands in it twice."), "archive")
    top = f"{slug}/" if f"{slug}/{MAIN}" in names else ""
    if f"{top}{MAIN}" not in names:
        raise TableRefused(
            Label("dataset.toml این جدول در آن نیست.", "The dataset.toml of this table is not in it."), "archive"
        )
    texts: dict[str, str] = {}
    for name, entry in names.items():
        inner = name.removeprefix(top)
        if not name.startswith(top) or "\\" in name or ".." in name.split("/") or name.startswith("/"):
            raise TableRefused(
                Label(
                    "پرونده‌ای در آن بیرون از پوشهٔ این جدول است.", "A file in it lies outside the folder of this table."
                ),
                "archive",
            )
        if TABLE_FILE.fullmatch(inner):
            texts[inner] = _read(archive, entry)
    return texts


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        # What the head says of its size is believed by nobody.
        data = file.read(LARGEST_DECLARATION + 1)
    if len(data) > LARGEST_DECLARATION:
        raise TableRefused(_TOO_LARGE, "archive")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise TableRefused(Label("پرونده‌ای در آن UTF-8 نیست.", "A file in it is not UTF-8."), "archive") from None


_TOO_LARGE: Final = Label("این بیش از آن است که برای یک جدول پذیرفته شود.", "This is more than is taken for one table.")
