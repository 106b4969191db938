"""What a static copy has of the log: its pages, and a proof for each entry; its own files are copied as they stand."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from ayan.apps.logbook.selectors import PAGE
from ayan.core.ledger.log import Log
from ayan.core.values import locale
from ayan.ui.contract import CopiedFile


def files(log: Log) -> Iterator[CopiedFile]:
    """The pages in every language, then the proofs and what the log is checked with."""
    size = log.size
    for lang in locale.codes():
        address = reverse(f"{lang}:log")
        yield CopiedFile(address)
        for before in range(size - PAGE, 0, -PAGE):
            yield CopiedFile(f"{address}?before={before}", f"{address.strip('/')}/before-{before}/index.html")
    for index in range(size):
        yield from CopiedFile.pages("leaf", index)
        proof = reverse("leaf_proof", args=(index,))
        yield CopiedFile(proof, f"{proof.strip('/')}.tlog-proof")
    for name in ("vkey", "checkpoint"):
        yield CopiedFile(f"/log/{name}", f"log/{name}")
