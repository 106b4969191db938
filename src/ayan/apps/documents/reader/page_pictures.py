"""Pictures of pages, drawn once by a process of its own and kept until their document goes, or there are too many."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django_tasks import task

from ayan.apps.documents.limits import MOST_PICTURES, PICTURE_WAIT
from ayan.core.attachments.published_documents import PublishedDocument
from ayan.core.redaction.public_copy import draw_page
from ayan.core.system.files import locked, make_folder, remove, write
from ayan.wiring import city as wired_city
from ayan.wiring.city import City

WIDTHS: Final = (800, 1600)
"""Dots across a page: for reading beside the text, and for looking closely."""
FOLDER: Final = "_pages"
"""In the folder of everything derived; no dataset can be called so."""
PDF: Final = "application/pdf"


def has_pictures(published: PublishedDocument) -> bool:
    """Whether the pages of a document are drawn: those of a text document are made by whatever opens it."""
    return published.media_type == PDF


def page_picture(city: City, published: PublishedDocument, number: int, width: int) -> bytes:
    """A page as PNG of one of `WIDTHS`. Raises CopyRefused, DocumentGone, and BlockingIOError where many wait."""
    folder = city.index_store.root / FOLDER
    path = folder / f"{published.digest}.{number}.{width}.png"
    try:
        return path.read_bytes()
    except OSError:
        make_folder(folder)
    with locked(folder / ".lock", wait=PICTURE_WAIT):
        if path.exists():
            return path.read_bytes()
        picture = draw_page(city.documents.bytes_of(published), number, width, folder)
        _make_room(folder)
        write(path, picture, durable=False)
    return picture


@task
def tidy_pictures() -> None:
    """Remove what is not published any more."""
    drop_pictures(wired_city.current())


def drop_pictures(city: City) -> None:
    """Remove the pictures of documents that are not published any more, which nobody is shown already."""
    folder = city.index_store.root / FOLDER
    kept: dict[str, bool] = {}
    for path in folder.glob("*.png"):
        digest = path.name.partition(".")[0]
        if digest not in kept:
            kept[digest] = city.documents.document(digest) is not None
        if not kept[digest]:
            remove([path])


def _make_room(folder: Path) -> None:
    pictures = sorted(folder.glob("*.png"), key=lambda path: path.stat().st_mtime)
    remove(pictures[: max(0, len(pictures) - MOST_PICTURES + 1)])
