"""The documents that a release is about to have: their files beside its parts, each of them what its row says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ayan.core.attachments.document_files import media_type_of
from ayan.core.attachments.document_rows import StatedDocument, stated_documents
from ayan.core.attachments.limits import MOST_DOCUMENTS
from ayan.core.attachments.line_links import BadLinks, line_at, read_links
from ayan.core.attachments.page_texts import BadPageTexts, machine_read, read_text
from ayan.core.custody.prepared_documents import PreparedDocuments, PreparedLost
from ayan.core.publish.draft import Draft, ReleaseRefused
from ayan.core.publish.publish_context import PublishContext
from ayan.core.store.objects import StoreError
from ayan.core.store.release import Release
from ayan.core.system.files import link
from ayan.core.values.label import Label

_MANY: Final = Label(
    "این دوره {count} سند دارد و بیش از {most} سند در یک انتشار نمی‌گنجد.",
    "This period has {count} documents; one release holds at most {most}.",
)
_LACKING: Final = Label(
    "سندی که این ردیف از آن می‌گوید اینجا نیست: {digest}. سند را دوباره پیوست کنید.",
    "The document that a row speaks of is not here: {digest}. Attach the document again.",
)
_OTHERWISE: Final = Label(
    "آنچه ردیف دربارهٔ سند {digest} می‌گوید با خود سند یکی نیست. سند را دوباره پیوست کنید.",
    "What a row says of the document {digest} is not so. Attach the document again.",
)


def check_documents(context: PublishContext, draft: Draft) -> None:
    """Raise ReleaseRefused unless every document that a draft speaks of is here."""
    prepared, standing = PreparedDocuments(context.private_store), _Standing(context, draft)
    for stated in _stated(draft):
        if not standing.has(stated) and not prepared.has(stated.digest, stated.text_digest):
            raise ReleaseRefused("document-lacking", _LACKING.format(digest=stated.digest[:16]))


def put_documents(context: PublishContext, draft: Draft) -> Mapping[str, tuple[int, str]]:
    """Put the files of all documents of a draft into its staging folder; what the manifest is to say of them.

    Those that stand in an earlier release of the dataset are the same files; the others come from where they were
    prepared, and are held against what the rows say. Raises ReleaseRefused where one is not here or is another one.
    """
    standing, prepared = _Standing(context, draft), PreparedDocuments(context.private_store)
    named: dict[str, tuple[int, str]] = {}
    for stated in _stated(draft):
        copy, text = (draft.staged / name for name in stated.names)
        try:
            if not copy.exists() and not standing.put(copy):
                prepared.copy_into(stated.digest, draft.staged, copy.name)
            if not text.exists() and not standing.put(text):
                prepared.text_into(stated.digest, stated.text_digest, draft.staged, text.name)
        except PreparedLost:
            raise ReleaseRefused("document-lacking", _LACKING.format(digest=stated.digest[:16])) from None
        if not standing.says(stated) and not _is_so(stated, copy, text):
            raise ReleaseRefused("document-otherwise", _OTHERWISE.format(digest=stated.digest[:16]))
        named[copy.name] = copy.stat().st_size, stated.digest
        named[text.name] = text.stat().st_size, stated.text_digest
    return named


def let_go_of_prepared(context: PublishContext, release: Release) -> None:
    """Remove what was prepared and stands in a release now."""
    prepared = PreparedDocuments(context.private_store)
    for stated in stated_documents(release.parts()):
        prepared.discard(stated.digest)


class _Standing:
    """The documents of earlier releases that stand: where their files are, and what is said of them."""

    def __init__(self, context: PublishContext, draft: Draft) -> None:
        releases = context.release_store.releases(draft.dataset.slug)
        self._releases = [release for release in reversed(releases) if not release.withdrawn]
        self._holders: dict[str, Release] = {}
        for release in self._releases:
            for name in release.beside:
                self._holders.setdefault(name, release)
        self._said: set[StatedDocument] | None = None

    def has(self, stated: StatedDocument) -> bool:
        """Whether both files of a document stand in some release."""
        return all(name in self._holders for name in stated.names)

    def says(self, stated: StatedDocument) -> bool:
        """Whether a release that stands says the very same of it, which was found to be so when that was sealed."""
        if self._said is None:
            self._said = {each for release in self._releases for each in stated_documents(release.parts())}
        return stated in self._said

    def put(self, target: Path) -> bool:
        """Let a file of an earlier release stand at ``target`` too; whether there is one of this name."""
        holder = self._holders.get(target.name)
        if holder is None:
            return False
        try:
            link(holder.local(target.name), target)
        except (StoreError, FileNotFoundError):
            # It was withdrawn meanwhile, or is damaged: what was prepared may still be here.
            target.unlink(missing_ok=True)
            return False
        return True


def _stated(draft: Draft) -> list[StatedDocument]:
    stated = list(stated_documents([draft.staged / part.name for part in draft.parts]))
    if (count := len({each.digest for each in stated})) > MOST_DOCUMENTS:
        raise ReleaseRefused("documents-many", _MANY.format(count=count, most=MOST_DOCUMENTS))
    return stated


def _is_so(stated: StatedDocument, copy: Path, text: Path) -> bool:
    """Whether a document is what its row says: as many bytes and pages, of this kind, as surely read, with its lines.

    A line of which all is covered holds nothing.
    """
    try:
        pages, links = read_text(text.read_bytes()), read_links(stated.lines)
    except (BadPageTexts, BadLinks):
        return False
    if any(line_at(pages, each.page, each.line) is None for each in links):
        return False
    with copy.open("rb") as file:
        kind = media_type_of(file.read(8))
    held = (copy.stat().st_size, len(pages), kind, machine_read(pages))
    return held == (stated.size, stated.pages, stated.media_type, stated.machine_read)
