"""The text of a document's pages, read by a process that a hostile file may bring to its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ayan.core.attachments.limits import READING_MEMORY, READING_SECONDS
from ayan.core.attachments.page_texts import BadPageTexts, read_text, text_bytes
from ayan.core.documents.document_text import PageText, of_file
from ayan.core.documents.drawn_page import UnreadableDocument
from ayan.core.documents.scan_reader import with_scans_read
from ayan.core.system import child

MODULE: Final = "ayan.core.attachments.reading_process"


def text_of_pages(document: Path, scratch: Path, on_progress: Callable[[int, int], None] = lambda *_: None) -> bytes:
    """The text of a PDF or DOCX as it is stored. ``scratch`` is an empty private folder.

    Pages that are pictures have the text that a machine reads there, where this machine can; ``on_progress`` is called
    with how many of them are done, out of how many.
    Raises UnreadableDocument, also where reading takes too long or too much memory.
    """
    out = scratch / "pages.json"
    request = {"path": str(document), "out": str(out)}
    try:
        refused = child.ask(MODULE, request, memory=READING_MEMORY, seconds=READING_SECONDS)["refused"]
    except child.ChildFailed:
        raise UnreadableDocument("damaged") from None
    if refused is not None:
        raise UnreadableDocument(refused)
    text = out.read_bytes()
    pages = read_text(text)
    if not any(page.drawn for page in pages):
        return text
    try:
        return text_bytes(with_scans_read(document, pages, on_progress))
    except BadPageTexts:
        raise UnreadableDocument("long") from None


def pages_of(document: Path, scratch: Path) -> tuple[PageText, ...]:
    """The same as pages."""
    return read_text(text_of_pages(document, scratch))


def done(request: dict[str, Any]) -> dict[str, Any]:
    """Write the text of the pages to the file that is named, or say what stands in the way."""
    try:
        Path(request["out"]).write_bytes(text_bytes(of_file(Path(request["path"]))))
    except UnreadableDocument as fault:
        return {"refused": fault.hindrance}
    except BadPageTexts:
        return {"refused": "long"}
    return {"refused": None}


if __name__ == "__main__":
    child.answer(done)
