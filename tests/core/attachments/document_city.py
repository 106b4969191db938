"""A city whose documents are carried elsewhere, made once in a run: as it is served in three states, and as it is."""

from __future__ import annotations

from pathlib import Path

from tests.cli.city import FIRST
from tests.core.attachments.published_documents import city_with_documents, paper, prepare, publish, rows_of, seal_rows
from tests.flow.test_killed_mirror import laid_out
from tests.run_folder import made_once

from ayan.core.custody.prepared_documents import DocumentOriginals
from ayan.core.ledger.proof import prove_leaf
from ayan.core.publish.sealing import withdraw

PERMIT, PLAN = paper(), paper("1", "نقشه", kind="plan")
DROPPED, LATER, NEWEST, WAITING = paper("2", "اشتباه"), paper("2", "دیگری"), paper("1", "تازه"), paper("2", "در راه")
ORIGINAL, NAME = b"%PDF-1.7 0912 000 0000", "5a" * 16


def build(root: Path) -> None:
    """``only`` has one release of three documents, ``both`` a second one that lacks one of them and has another.

    In ``after`` the first is withdrawn. The city itself has a third; a document waits and an original is in custody.
    """
    city = city_with_documents(root).city
    publish(city, PERMIT, PLAN, DROPPED)
    laid_out(city, root / "only")
    first = city.release_store.release("trees-documents", "1403-05", 1)
    prepare(city, LATER)
    seal_rows(city, [row for row in rows_of(city, LATER) if row["document_digest"] != DROPPED.digest])
    # The seal is the newest leaf.
    log = city.publish_context.transparency_log().log
    (root / "release.tlog-proof").write_bytes(prove_leaf(log, log.size - 1))
    laid_out(city, root / "both")
    withdraw(city.publish_context, first, "wrong-data", FIRST)
    laid_out(city, root / "after")
    publish(city, NEWEST)
    prepare(city, WAITING)
    DocumentOriginals(city.publish_context.private_store).keep(NAME, [ORIGINAL])


def made() -> Path:
    """The folder of it all, which nobody changes: ``city`` and the three states."""
    return made_once("carried-documents", build)
