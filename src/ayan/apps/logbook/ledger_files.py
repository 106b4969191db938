"""The ledger for programs: tiles and checkpoint as C2SP tlog-tiles has them, the public key, and proof files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from ayan.apps.catalog.releases import erasure_notes
from ayan.apps.logbook import selectors
from ayan.apps.logbook.limits import LEDGER_PAGE
from ayan.apps.logbook.verifier import ADDRESS, NAME, row_check_file, verifier_file
from ayan.core.ledger.commitments import SALTS, open_row
from ayan.core.ledger.log import CHECKPOINT, Log
from ayan.core.ledger.opening import BadRows
from ayan.core.ledger.proof import SUFFIX, prove_leaf
from ayan.core.ledger.tiles import WIDTH, BadTile, parse_path
from ayan.core.transparency import anchors, published_texts
from ayan.core.transparency.accountability import read_published
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.api.responses import FRESH, NotFound, not_modified, reading, release_of
from ayan.ui.contract import CopiedFile
from ayan.wiring import city

# A full tile never changes; a partial one gives way to a fuller one, and a checkpoint to the next.
KEPT: Final = "public, max-age=31536000, immutable"
PLAIN: Final = "text/plain; charset=utf-8"

NO_LOG: Final = Label("این شهر هنوز چیزی در ثبت عمومی ننوشته است.", "This city has entered nothing in its log yet.")
NO_PIECE: Final = Label("ثبت عمومی چنین پاره‌ای ندارد.", "The log has no such piece.")
NO_LEAF: Final = Label("ثبت عمومی چنین برگی ندارد.", "The log has no such leaf.")
NOT_PUBLISHED: Final = Label("ثبت عمومی از چنین نوشته‌ای نمی‌گوید.", "The log speaks of no such text.")
NO_LANGUAGE: Final = Label("این سامانه به آن زبان نیست.", "This site is not in that language.")
NO_ROW: Final = Label("این انتشار چنین ردیفی ندارد.", "The release has no such row.")
UNPROVED: Final = Label(
    "این ردیف با آنچه مهر شده سازگار نیست و اثباتی برای آن نیست. لطفاً به ما خبر دهید.",
    "This row is not what was sealed, so there is no proof of it. Please tell us.",
)


def city_log() -> Log:
    """The log of the city; NotFound while nothing is entered."""
    log = city.current().log
    if log is None:
        raise NotFound("no-log", NO_LOG)
    return log


def _rotations() -> Collection[int]:
    """The leaves by which whoever has an older key of the log comes to the one that signs now."""
    return city.current().log_replay.now().operator.rotations


def answer(request: HttpRequest, body: bytes, kind: str, kept: str = FRESH, name: str = "") -> HttpResponseBase:
    """Bytes with their tag, or that they are the same; they are in no cache of ours."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": kept, "ETag": etag}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return not_modified(request, etag, headers) or HttpResponse(body, content_type=kind, headers=headers)


@reading
def vkey(request: HttpRequest) -> HttpResponseBase:
    """The log's public key. Whoever wants proof compares it with the key from elsewhere."""
    return answer(request, f"{city_log().verifier}\n".encode(), PLAIN)


@reading
def resource(request: HttpRequest, path: str) -> HttpResponseBase:
    """A checkpoint or a tile, byte for byte."""
    log = city_log()
    try:
        body = log.resource(path)
        full = path != CHECKPOINT and parse_path(path).width == WIDTH
    except BadTile:
        raise NotFound("no-such-tile", NO_PIECE) from None
    return answer(request, body, PLAIN if path == CHECKPOINT else "application/octet-stream", KEPT if full else FRESH)


@reading
def anchor_days(request: HttpRequest) -> HttpResponseBase:
    """The days that have an anchor in time."""
    return answer(request, json.dumps(anchors.days(city_log().folder)).encode(), "application/json")


@reading
def anchor(request: HttpRequest, name: str) -> HttpResponseBase:
    """The checkpoint of a day's anchor, or what the time-stamping authority answered to it (RFC 3161, DER)."""
    body = anchors.file(city_log().folder, name)
    if body is None:
        raise NotFound("no-such-anchor", NO_PIECE)
    return answer(request, body, PLAIN if name.endswith(anchors.CHECKPOINT) else "application/timestamp-reply", KEPT)


@reading
def verifier(request: HttpRequest) -> HttpResponseBase:
    """The one file that checks a portal without the city's own program."""
    return answer(request, verifier_file().data, "text/x-python; charset=utf-8", name=NAME)


@reading
def row_check(request: HttpRequest, lang: str) -> HttpResponseBase:
    """The page that checks a row as one file, to be saved and opened from a disk."""
    if lang not in locale.codes():
        raise NotFound("no-such-language", NO_LANGUAGE)
    return answer(request, row_check_file(lang), "text/html; charset=utf-8", name=f"check-a-row-{lang}.html")


@reading
def leaf_proof(request: HttpRequest, index: int) -> HttpResponseBase:
    """The proof file of one leaf."""
    try:
        body = prove_leaf(city_log(), index, rotations=_rotations())
    except IndexError:
        raise NotFound("no-such-leaf", NO_LEAF) from None
    return answer(request, body, PLAIN, name=f"leaf-{index}{SUFFIX}")


@reading
def row_proof(request: HttpRequest, slug: str, period: str, number: int, row: int) -> HttpResponseBase:
    """The proof file of one row of one release, by the row's number in it."""
    current_city = city.current()
    release = release_of(current_city.release_store, slug, period, number)
    if release.withdrawn:
        return erasure_notes.withdrawn(request, current_city, release)
    own = selectors.leaf_of(city_log(), release)
    if own is None:
        raise NotFound("no-such-leaf", NO_LEAF)
    try:
        body = prove_leaf(
            city_log(),
            own.index,
            open_row(release.parts(), release.whole(), row, salts=release.salts or SALTS),
            _rotations(),
        )
    except KeyError:
        raise NotFound("no-such-row", NO_ROW) from None
    except BadRows:
        raise NotFound("row-differs", UNPROVED) from None
    return answer(request, body, PLAIN, name=f"{slug}-{period}-{number}-{row}{SUFFIX}")


@reading
def published(request: HttpRequest, path: str) -> HttpResponseBase:
    """What the log speaks of and stands beside it: a declaration by its digest, a part of a day of the diary."""
    body = read_published(city_log().folder, path)
    if body is None:
        raise NotFound("not-published", NOT_PUBLISHED)
    return answer(request, body, "application/json", KEPT)


def copied(log: Log, history: LogHistory) -> Iterator[CopiedFile]:
    """What a static copy has of the log beside its tiles: pages in every language, proofs, key, what it tells of."""
    size = log.size
    for lang in locale.codes():
        address = reverse(f"{lang}:log")
        yield CopiedFile(address)
        for before in range(size - LEDGER_PAGE, 0, -LEDGER_PAGE):
            yield CopiedFile(f"{address}?before={before}", f"{address.strip('/')}/before-{before}/index.html")
        # Without an ending of its own: as it is, and not as a page whose links are led into the copy.
        saved = reverse("row_check_file", args=(lang,))
        yield CopiedFile(saved, saved.strip("/"))
    yield from CopiedFile.pages("check_row")
    yield from CopiedFile.pages("declared_changes", any_query=True)
    yield from CopiedFile.feeds("declared_changes_feed")
    yield CopiedFile(ADDRESS, ADDRESS.strip("/"))
    for index in range(size):
        yield from CopiedFile.pages("leaf", index)
        proof = reverse("leaf_proof", args=(index,))
        yield CopiedFile(proof, f"{proof.strip('/')}.tlog-proof")
    for name in ("vkey", "checkpoint", anchors.LIST, *published_texts.published(history)):
        yield CopiedFile(f"/log/{name}", f"log/{name}")
    for day in anchors.days(log.folder):
        for suffix in (anchors.CHECKPOINT, anchors.RESPONSE):
            name = f"log/{anchors.FOLDER}/{day}{suffix}"
            yield CopiedFile(f"/{name}", name)
