"""A static copy of a city with documents: all bytes are their digests', links lead to files, what went is gone from it."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from tests.cli.city import FIRST, Town
from tests.core.attachments.document_city import DROPPED, LATER, NAME, NEWEST, ORIGINAL, PERMIT, PLAN, WAITING, made
from tests.core.attachments.published_documents import paper, publish
from tests.core.documents import papers

from ayan.apps.export.site_copy import make_copy
from ayan.cli import main
from ayan.core.attachments.document_files import digest_in, document_name
from ayan.core.publish.sealing import withdraw
from ayan.core.values.canonical import sha256_file
from ayan.wiring import ledger
from ayan.wiring.city import City, in_use


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    root = tmp_path_factory.mktemp("town")
    shutil.copytree(made() / "city", root / "city", symlinks=True)
    return Town(root / "city").city


def copied(town: City, target: Path) -> Path:
    signer = ledger.signing(town.home, town.store, demo=True)
    with in_use(town):
        make_copy(town, signer, target, records=50, tell=lambda stage, share: None)
    return target


def links(page: Path) -> list[str]:
    tags = re.findall(r"<(?:a|img|link|script)\s[^>]*>", page.read_text(encoding="utf-8"))
    return [link for tag in tags for link in re.findall(r'\s(?:href|src)="([^"]+)"', tag)]


def check(copy: Path, town: City, capsys: pytest.CaptureFixture[str]) -> None:
    """Every link leads to a file, every file of a document has its digest, and the copy is verified."""
    for page in copy.rglob("*.html"):
        for link in links(page):
            if urlsplit(link).scheme or link.startswith("#"):
                continue
            target = Path(unquote(urlsplit(urljoin(page.as_uri(), link)).path))
            assert target.is_file(), (page, link)
            assert target.suffix == ".png" or not link.endswith(".png"), (page, link)
    held = [path for path in copy.rglob("*") if digest_in(path.name) is not None]
    assert all(sha256_file(path) == digest_in(path.name) for path in held)
    for path in (copy / "documents").glob("*/file"):
        assert sha256_file(path) == path.parent.name
    assert main.run(["verify", str(copy), "--key", str(town.home / "ledger" / "vkey")]) == 0
    capsys.readouterr()


@pytest.mark.soak
@pytest.mark.django_db
def test_a_copy_has_all_of_the_documents_and_the_next_one_none_that_went(
    town: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = papers.letter(tmp_path / "a.pdf", papers.SENTENCES[:3])
    drawn = replace(paper("1", "رسم", kind="plan", series=2), content=file.read_bytes())
    renewed = replace(paper("1", "رسم تازه", kind="plan", series=2, version=2), content=file.read_bytes() + b"\n")
    last = publish(town, drawn, renewed)
    copy = copied(town, tmp_path / "copy")
    check(copy, town, capsys)
    for each in (PERMIT, PLAN, LATER, NEWEST, drawn):
        assert (copy / "documents" / each.digest / "file").read_bytes() == each.content
        record = json.loads((copy / "api/v1/documents" / f"{each.digest}.json").read_bytes())
        assert (record["digest"], record["bytes"]) == (each.digest, len(each.content))
    page = copy / "documents" / drawn.digest / "index.html"
    assert links(page).count("1.png") == 2, "the picture, and the link to it"
    assert (copy / "documents" / drawn.digest / "1.png").read_bytes()[:4] == b"\x89PNG"
    newer = links(copy / "documents" / renewed.digest / "index.html")
    assert any(link.endswith(f"difference/{drawn.digest}/index.html") for link in newer)
    # What no program could draw has its words in the place of a picture.
    undrawn = copy / "documents" / PERMIT.digest / "index.html"
    assert "<img" not in undrawn.read_text(encoding="utf-8").partition("doc-picture")[2].partition("</figure>")[0]
    shared = {path.stat().st_ino for path in copy.rglob(document_name(PLAN.digest))}
    held = len(list(copy.rglob(document_name(PLAN.digest))))
    assert held == 3
    assert len(shared) < held
    everything = b"".join(path.read_bytes() for path in copy.rglob("*") if path.is_file() and path.suffix != ".png")
    for hidden in (ORIGINAL, NAME.encode(), WAITING.digest.encode(), DROPPED.content):
        assert hidden not in everything
    (copy / "documents" / PLAN.digest / "file").write_bytes(b"%PDF-1.7 forged")
    assert main.run(["verify", str(copy), "--key", str(town.home / "ledger" / "vkey")]) == 1
    withdraw(town.publish_context, last, "personal-data", FIRST)
    copied(town, copy)
    check(copy, town, capsys)
    assert not list(copy.glob(f"documents/{drawn.digest}/**/*"))
    assert not list(copy.rglob(document_name(drawn.digest)))
