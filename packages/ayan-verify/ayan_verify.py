#!/usr/bin/env python3
"""Check an Ayan portal, a copy of one, or a proof file, with nothing but Python's standard library (3.11 or later).

Run it as `python3 ayan_verify.py PORTAL_OR_COPY_OR_PROOF --key log.vkey [--witness VKEY] [--since CHECKPOINT]`, with
`--document FILE` to learn whether a file is a document that is published there, or in the proof's release, and of what.
The key must come from elsewhere than the portal. Checked are the log (signature, entries, tiles, and the rules of what
may follow what), each release's manifest, files and documents, and proofs of rows. Where pyarrow is installed rows are
recomputed, and where it is not the last line says so. Pages, answers and totals are left to `ayan verify`.
Exit: 0 it holds, 1 something is broken, 2 nothing could be looked at, 3 it holds and something is worth a look.
After RFC 6962, 8032, 8785, 9162 and C2SP; it shares no code with the program that runs a portal.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from http.client import HTTPException
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib import error, parse, request

DOCUMENT, PART, SECONDS, MEMORY = 64 << 20, 16 << 30, 1800, 4 << 30  # bytes, bytes, for one answer, of who reads rows
WHOLE, MOST_ENTRIES, MOST_FILES, MANIFEST = 2**53, 50_000_000, 10_000, "datapackage.json"
SLUG, PERIOD, CODE = "[a-z0-9][a-z0-9_-]{0,63}", "[0-9A-Za-z][0-9A-Za-z-]{0,31}", "[a-z][a-z0-9-]{0,63}"
NAME, HEX, SIZE = r"(?!.*\.\.)[0-9A-Za-z][0-9A-Za-z._-]{0,99}", "[0-9a-f]{64}", "0|[1-9][0-9]{0,18}"
DOCUMENT_FILE = f"document-{HEX}|text-{HEX}[.]json"
PLACE, RULE = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", "(dataset|city):P[0-9YMWD]{2,16}"
PART_NAME = "(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*"
REASONS = {"wrong-data", "personal-data", "court-order", "wrong-dataset", "taken-back", "interrupted"}
BACKWARDS, AHEAD = timedelta(hours=1), timedelta(minutes=10)
TAKEN_BACK, MIDNIGHT, LATE = timedelta(hours=36), timedelta(hours=2), timedelta(days=90)
API, CITY = "api/v1/datasets", timezone(timedelta(hours=3, minutes=30))
COUNTED = {"back-dated", "post-dated", "trail-gap", "trail-time", "diary-time", "erasure-dropped"}  # and count
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"  # who verifies is told the same
ENDINGS = ["درست است. It holds.", "چیزی درست نیست. Something does not hold.", "همه دیده نشد. Not all was seen."]
ENDINGS.append("درست است و دیدن دارد. It holds, and something is worth a look.")
Stay = type("Stay", (request.HTTPRedirectHandler,), {"redirect_request": lambda *_: None})  # verifiers are not sent on
GARBAGE = (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OverflowError)
Fact, POOLS, HAS_ROWS = dict[str, Any], list[ProcessPoolExecutor](), find_spec("pyarrow") is not None
WORDS = """
malformed | برگ خوانا نیست | the entry cannot be read
sealed-at | زمان مهر در شناسنامه دیگر است | the manifest states another time of the seal
seal | {ref}: برگ انتشار نادرست است: هر انتشار یک بار و کامل مهر می‌شود | {ref}: a release is sealed once, and wholly
erasure-edits | {ref}: پاک‌کردن فقط ردیف می‌برد | {ref}: an erasure only removes; rows and their root stay
erasure-dropped | پاک‌کردن {ref} ناتمام ماند و کار دیگری شد | an erasure of {ref} was interrupted and not done again
code-unknown | {ref}: علت شناخته نیست | {ref}: the reason is not known
void- | {ref} را نمی‌توان بی‌اثر خواند | {ref} cannot be called without effect: seen, too late, or of something else
back-dated | زمانی پیش از آنچه باید دارد ({ref}) | it is dated before what came earlier ({ref})
post-dated | زمانی پس از آن دارد که گواه دیده است ({ref}) | it is dated later than a witness saw it ({ref})
trail- | رد کارهای {ref} دنبالهٔ روز پیش نیست | the audit trail of {ref} does not follow the day before
unknown-kind | از گونهٔ ناشناختهٔ {ref} گذشتیم | a kind that this program does not know was passed over: {ref}
event- | دیدن دارد: {ref} | worth a look: {ref}
log-broken | دفتر درست نیست: {ref} | the log does not hold: {ref}
log-rewritten | دنبالهٔ {ref} برگی نیست که دیده بودید | it does not continue the {ref} entries that you saw before
log | دفتر {ref} برگ دارد و همه به ریشهٔ امضاشده می‌رسند | the log has {ref} entries, and all lead to the signed root
unlogged | نشان داده می‌شود و در دفتر نیست | it is shown, and the log does not have it
hidden | در دفتر هست و نشان داده نمی‌شود | the log has it, and it is not shown
release | {ref} ردیف؛ شناسنامه و پرونده‌ها همان‌که مهر شد | {ref} rows; manifest and files as they were sealed
manifest | شناسنامه همان نیست که مهر شد یا باید باشد ({ref}) | the manifest is not the sealed one, or not sound ({ref})
file-extra | پروندهٔ سندی است که شناسنامه نامش را ندارد | it is a file of a document that the manifest does not name
file- | پرونده نیست، یا همان نیست که باید ({ref}) | the file is missing, or is not what it should be ({ref})
document-published | همان سندی است که منتشر شد ({ref}) | it is the document that was published ({ref})
document-row | سند این ردیف است: {ref} | it is a document of this row: {ref}
document-unread | ردیفش گفته نشد: ردیف‌ها نیست یا خوانده نشد | its row is not said: rows are not here, or not read
document-absent | در آنچه دیده شد چنین سندی نیست ({ref}) | nothing that was seen has such a document ({ref})
document-unnamed | هیچ ردیفی از این پروندهٔ سند نمی‌گوید | no row speaks of this file of a document
document-missing | سندی که ردیف از آن می‌گوید اینجا نیست | the document that a row speaks of is not in this release
document-size | اندازهٔ سند در ردیف دیگر است | the row states another size of the document
rows- | ردیف‌ها به ریشهٔ دفتر نمی‌رسند یا خوانده نمی‌شوند | the rows do not lead to the root in the log, or cannot be read
proof-of-then | وضع دفترِ {ref} برگی است؛ شاید تازه‌تر هم باشد | as of a log of {ref} entries: a newer state may differ
proof-broken | اثبات درست نیست: {ref} | the proof does not hold: {ref}
row-not-proved | متن ردیف یا نمکش نیست: چیزی اثبات نشد | its text or its salt is not there: nothing is proved
says | {ref} | {ref}
unreadable | آنچه آمد خوانا نیست ({ref}) | what came cannot be read ({ref})
 | با قاعده‌های دفتر یا آنچه در آن است نمی‌خواند ({ref}) | it breaks a rule of the log, or is not as the log says ({ref})
"""


plain = lambda text: "".join(each if each.isprintable() or each == "\u200c" else "\ufffd" for each in text)


class Broken(Exception):
    """Something that cannot be accepted: its code, and what fills in the words."""


def need(holds: object, code: str, ref: object = "") -> None:
    if not holds:
        raise Broken(code, ref)


def tell(report: list[Fact], level: str, where: str, code: str, ref: object = "") -> None:
    """Note a finding: ``holds``, ``note``, ``look`` (worth one) or ``broken``, where, by which code, and in words."""
    lines = (line.split(" | ") for line in WORDS.strip("\n").split("\n"))
    words = next(own for own in lines if code.startswith(own[0].strip()))
    fa, en = (plain(text.format(ref=ref or code)) for text in words[1:])
    report.append({"level": level, "where": plain(where), "code": code, "fa": fa, "en": en})


# --- Ed25519 (RFC 8032): checking a signature
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, ROOT_OF_MINUS_ONE = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def point_at(y: int, sign: int) -> tuple[int, ...]:
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x * ROOT_OF_MINUS_ONE % P if (x * x - square) % P else x
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def plus(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    result: tuple[int, ...] = (0, 1, 1, 0)
    while scalar:
        result = plus(result, point) if scalar & 1 else result
        point, scalar = plus(point, point), scalar >> 1
    return result


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature (64 bytes) was made with the key whose public half (32 bytes) is given."""
    number, response = int.from_bytes(public, "little"), int.from_bytes(signature[32:], "little")
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    key, base = point_at(number & (2**255 - 1), number >> 255), point_at(4 * pow(5, -1, P) % P, 0)
    x, y, z, _ = plus(times(response, base), times(ORDER - digest, key))
    x, y, sound = x * pow(z, -1, P) % P, y * pow(z, -1, P) % P, len(signature) == 64 and response < ORDER and key[1] < P
    sound = sound and (key[1] ** 2 - key[0] ** 2 - 1 - D * key[0] ** 2 * key[1] ** 2) % P == 0  # a point of the curve
    return sound and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# Trees (RFC 6962), canonical JSON (RFC 8785), a value as a row spells it, a name without what writers do differently.
sha256 = lambda data: hashlib.sha256(data).digest()
unbase64 = lambda text: base64.b64decode(text, validate=True)
leaf_hash = lambda entry: sha256(b"\0" + entry)
canonical = lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
spelled = lambda value: f"{value:f}" if hasattr(value, "as_tuple") else str(value).lower()
as_text = lambda v: json.dumps(v if isinstance(v, (str, type(None))) else spelled(v), ensure_ascii=False)
joined = lambda name: "".join(name.casefold().replace("\u200c", "").split())


def root_of(hashes: Sequence[bytes]) -> bytes:
    level = list(hashes) or [sha256(b"")]
    while len(level) > 1:
        pairs = [sha256(b"\1" + level[at] + level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:  # RFC 9162, 2.1.3.2
    last, value = size - 1, leaf
    need(0 <= index < size and all(len(step) == 32 for step in path), "proof-broken", "it is of a leaf beyond the tree")
    for step in path:
        need(last, "proof-broken", "it is longer than the tree is high")
        left = index & 1 or index == last
        value = sha256(b"\1" + step + value) if left else sha256(b"\1" + value + step)
        while left and not index & 1 and index:
            index, last = index >> 1, last >> 1
        index, last = index >> 1, last >> 1
    need(not last, "proof-broken", "it is shorter than the tree is high")
    return value


class Key:
    """A public key of a log (kind 1) or of a witness (kind 4), as ``name+id+base64`` spells it."""

    def __init__(self, text: str, kind: int) -> None:
        match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text.strip())
        value = unbase64(match[3]) if match else b""
        self.text, self.kind, self.public, self.name = text.strip(), kind, value[1:], match[1] if match else ""
        self.id = sha256(self.name.encode() + b"\n" + value)[:4]
        if not match or self.id.hex() != match[2] or len(value) != 33 or value[0] != kind:
            raise ValueError(f"not a key of kind {kind} in the form name+id+base64")

    def time_of(self, text: bytes, value: bytes) -> int | None:  # None where it did not sign; of a log it is 0
        stamp, value = (int.from_bytes(value[:8], "big"), value[8:]) if self.kind == 4 else (0, value)
        text = b"cosignature/v1\ntime %d\n" % stamp + text if self.kind == 4 else text
        return stamp if not stamp >> 63 and signed(self.public, text, value) else None


def open_note(data: bytes, keys: Sequence[Key]) -> tuple[list[str], dict[Key, int]]:
    """The lines of a signed note and when which of the keys signed it; a wrong signature of a log ends it."""
    note, seen = data.decode(), dict[Key, int]()
    text, gap, lines = note.rpartition("\n\n")
    marks = [re.fullmatch("— ([^\\s+]+) (\\S+)", line) for line in lines[:-1].split("\n")]
    shaped = len(data) <= 1 << 20 and gap and lines[-1:] == "\n" and not re.search(r"[\x00-\x09\x0b-\x1f]", note)
    need(shaped and all(marks) and len(marks) <= 100, "log-broken", "not a signed note")
    for name, value in ((match[1], unbase64(match[2])) for match in marks if match):
        need(len(value) > 4, "log-broken", "a signature without a key id")
        for key in (key for key in keys if (key.name, key.id) == (name, value[:4])):
            stamp = key.time_of((text + "\n").encode(), value[4:])
            need(stamp is not None or key.kind == 4, "log-broken", f"the signature by {name} does not fit")
            seen |= {} if stamp is None else {key: stamp}
    return text.split("\n"), seen


class Checkpoint:
    """What a log says of itself, signed by its key and enough witnesses; ``seen`` is when each of these signed."""

    def __init__(self, data: bytes, trust: argparse.Namespace) -> None:
        lines, times_by_key = open_note(data, [*trust.key, *trust.witness])
        need(len(lines) > 2 and all(lines) and re.fullmatch(SIZE, lines[1]), "log-broken", "not a checkpoint")
        self.size, self.root, self.origin = int(lines[1]), unbase64(lines[2]), lines[0]
        self.signers = {key.text for key in times_by_key if key.kind == 1 and key.name == self.origin}
        self.seen = {key.name: at for key, at in times_by_key.items() if key.kind == 4}

    def believed(self, trust: argparse.Namespace) -> Checkpoint:
        need(self.signers, "log-broken", f"no key that you gave has signed the checkpoint of {self.origin}")
        need(len(self.seen) >= trust.quorum, "log-broken", f"{len(self.seen)} witnesses signed, not {trust.quorum}")
        return self


class Source:
    """A portal at its web address, or a folder laid out as one is served."""

    def __init__(self, name: str) -> None:
        self.folder = None if name.startswith(("https://", "http://")) else Path(name).resolve(strict=True)
        self.address, self.opener = name.rstrip("/"), request.build_opener(Stay)

    def open(self, path: str) -> Any:
        if self.folder:
            if not (self.folder / path).is_file():
                raise FileNotFoundError(path)
            return (self.folder / path).open("rb")
        address = f"{self.address}/{parse.quote(path, safe='/?=&%')}"
        try:
            return self.opener.open(request.Request(address, headers={"User-Agent": BROWSER}), timeout=60)
        except error.HTTPError as refusal:
            refusal.close()
            raise (FileNotFoundError if refusal.code in (404, 410) else OSError)(f"{path}: {refusal}") from None

    def copy(self, path: str, out: Any, most: int) -> tuple[int, str]:
        state, size, end = hashlib.sha256(), 0, time.monotonic() + SECONDS
        try:
            with self.open(path) as file:
                while piece := file.read1(1 << 20):
                    state.update(piece)
                    size += len(piece)
                    need(size <= most and time.monotonic() < end, "file-long", path)
                    out.write(piece)
        except FileNotFoundError:
            raise Broken("file-missing", path) from None
        except (HTTPException, ValueError) as wrong:
            raise OSError(f"{path}: {wrong}") from None
        return size, state.hexdigest()

    def get(self, path: str) -> bytes:
        out = io.BytesIO()
        self.copy(path, out, DOCUMENT)
        return out.getvalue()

    def releases(self) -> Iterator[str]:
        for manifest in (self.folder / API).glob(f"*/releases/*/*/{MANIFEST}") if self.folder else ():
            slug, _, period, number = manifest.parent.relative_to(self.folder / API).parts
            yield f"{slug}/{period}/{number}"
        for dataset in [] if self.folder else json.loads(self.get(API))["datasets"]:
            path = after = f"{API}/{parse.quote(dataset['slug'], safe='')}/releases"
            while after:
                listed = json.loads(self.get(after))
                for release in (release for release in listed["releases"] if not release["withdrawn"]):
                    yield f"{dataset['slug']}/{release['period']}/{release['number']}"
                query = parse.urlsplit(listed.get("next") or "").query
                after = f"{path}?{query}" if query and listed["releases"] else ""


def read_tile(source: Source, level: int | str, index: int, width: int) -> bytes:
    name, rest = f"{index % 1000:03d}", index // 1000
    while rest:
        name, rest = f"x{rest % 1000:03d}/{name}", rest // 1000
    try:
        return source.get(f"log/tile/{level}/{name}" + (f".p/{width}" if width < 256 else ""))
    except Broken:
        return source.get(f"log/tile/{level}/{name}")


def read_entries(source: Source, by: Checkpoint) -> tuple[list[bytes], list[bytes]]:
    """Every entry of the log and its hash; Broken when tiles, entries and the signed root do not fit each other."""
    need(by.size <= MOST_ENTRIES, "log-broken", f"{by.size} entries")
    entries: list[bytes] = []
    for index in range(-(-by.size // 256)):
        bundle, at = read_tile(source, "entries", index, min(256, by.size - index * 256)), 0
        for _ in range(min(256, by.size - index * 256)):
            start, at = at + 2, at + 2 + int.from_bytes(bundle[at : at + 2], "big")
            need(start <= len(bundle) >= at, "log-broken", f"bundle {index} is cut short")
            entries.append(bundle[start:at])
    hashes = above = [leaf_hash(entry) for entry in entries]
    need(root_of(hashes) == by.root, "log-broken", "the entries do not lead to the root of the checkpoint")
    level = 0
    while above:
        for at in range(0, len(above), 256):
            own = b"".join(above[at : at + 256])
            tile = read_tile(source, level, at // 256, len(own) // 32)
            need(tile[: len(own)] == own, "log-broken", f"tile {level}/{at // 256} does not fit the entries below it")
        above, level = [root_of(above[at : at + 256]) for at in range(0, len(above) // 256 * 256, 256)], level + 1
    return entries, hashes


is_moment = lambda v: isinstance(v, str) and len(v) <= 40 and datetime.fromisoformat(v).tzinfo is not None
is_day = lambda v: isinstance(v, str) and date.fromisoformat(v).isoformat() == v
is_object = lambda v: isinstance(v, dict)
is_key = lambda v: Key(v, 1).text == v
are_signed = lambda v: v.keys() == {"old", "new"} and all(len(unbase64(line)) == 68 for line in v.values())
are_parts = lambda v: is_object(v) and v and all(matches(PART_NAME, name) and matches(HEX, v[name]) for name in v)
whole = lambda text: int(text) if len(text) < 17 else need(abs(int(text)) <= WHOLE, "malformed") or int(text)
COUNT, NUMBER = (0, WHOLE), (0, 999_999_999)
RELEASE = {"dataset": SLUG, "period": PERIOD, "number": (1, 999_999_999)}
STATEMENT = {"act": "sealed|withdrawn|erased|void", "at": is_moment, "manifest": HEX, "rows": COUNT, **RELEASE}
NULLABLE = {"rows_root": HEX, "supersedes": NUMBER, "code": CODE, "reason_digest": HEX, "voids": COUNT}
SHAPES: dict[str, Fact] = {
    "": STATEMENT | NULLABLE,
    "trail": {"day": is_day, "at": is_moment, "acts": COUNT, "last": COUNT, "head": HEX},
    "original-deleted": RELEASE | {"at": is_moment, "commitment": HEX, "rule": RULE},
    "declaration": {"at": is_moment, "path": f"{PLACE}(/{PLACE}){{0,7}}", "digest": HEX, "size": COUNT},
    "diary": {"at": is_moment, "day": is_day, "parts": are_parts},
    "notice": {"at": is_moment, "code": CODE, "facts": is_object},
    "key-rotated": {"at": is_moment, "old": is_key, "new": is_key, "size": COUNT, "signatures": are_signed},
}
NOTICES: Fact = {"clock-is-right": {"latest": is_moment}, "restored-unseen": {"size": COUNT}}
NOTICES |= {"key-lost": {"new": is_key, "old": is_key}, "acts-lost": {"findings": COUNT, "last": COUNT, "since": COUNT}}
OPERATOR = {"clock-is-right": "clock", "restored-unseen": "unseen"}
same = lambda fact, other, *but: all(fact[name] == other[name] for name in SHAPES[""] if name not in ("at", *but))


def matches(check: Any, value: Any) -> bool:  # a text of a pattern, a whole number within bounds, or what a check says
    if isinstance(check, str):
        return isinstance(value, str) and re.fullmatch(check, value, re.ASCII) is not None
    return type(value) is int and check[0] <= value <= check[1] if isinstance(check, tuple) else bool(check(value))


def fits(fact: Fact, shape: Fact, null: Any = ()) -> bool:
    named = fact.keys() == shape.keys()
    return named and all((fact[name] is None and name in null) or matches(shape[name], fact[name]) for name in shape)


def read_entry(entry: bytes) -> Fact:
    """What an entry says, with its ``kind``: one of `SHAPES`, ``malformed``, or ``unknown`` for kinds to come."""
    try:
        fact = json.loads(entry, parse_float=whole, parse_constant=whole, parse_int=whole)
        kind = fact.get("kind", "")
        need(canonical(fact) == entry and (kind or "kind" not in fact), "malformed")
        if kind not in SHAPES and matches(CODE, kind):
            return {"kind": "unknown", "name": kind}
        shape = SHAPES[kind] | ({"kind": kind} if kind else {})
        gone = kind == "declaration" and fact["digest"] is None and fact["size"] is None
        null = NULLABLE if not kind else ("digest", "size") if gone else ()
        need(fits(fact, shape, null) and (kind != "notice" or fits(fact["facts"], NOTICES[fact["code"]])), "malformed")
        need(kind or (fact["act"] == "void") == (fact["voids"] is not None), "malformed")
        ref = "/".join(str(fact[name]) for name in RELEASE if name in fact) or fact.get("path") or fact.get("day", kind)
        return fact | {"kind": kind, "time": datetime.fromisoformat(fact["at"]), "ref": ref}
    except (Broken, *GARBAGE):
        return {"kind": "malformed", "ref": ""}


def is_rotated(fact: Fact) -> bool:
    text = canonical({name: fact[name] for name in ("at", "kind", "new", "old", "size")}) + b"\n"
    lines = [(Key(fact[role], 1), unbase64(fact["signatures"][role])) for role in ("old", "new")]
    return all(key.id == line[:4] and key.time_of(text, line[4:]) == 0 for key, line in lines)


class History:
    """The entries replayed in order: what stands, what breaks a rule, and what is worth a look."""

    def __init__(self) -> None:
        self.size, self.floor, self.day, self.trail = 0, datetime.min.replace(tzinfo=UTC), "", {"day": "", "last": 0}
        self.releases, self.acts = dict[str, list[Fact]](), dict[int, Fact]()
        self.numbers, self.newest, self.open = dict[Any, int](), dict[str, int](), dict[str, tuple[int, Fact]]()
        self.originals, self.declared = dict[str, Fact](), dict[str, str]()
        self.keys, self.lately, self.aside = list[str](), set[datetime](), set[datetime]()
        self.named, self.events = list[tuple[int, str, str]](), dict[int, tuple[str, str]]()

    def read(self, fact: Fact) -> None:
        """Take in the next entry; one that breaks a rule of what may be done is as if it were not there."""
        index = self.size
        codes = [code for code, broken in self.rules(fact) if broken]
        self.named += [(index, code, str(self.floor) if code == "back-dated" else fact["ref"]) for code in codes]
        self.acts |= {} if fact["kind"] else {index: fact}
        if fact["kind"] == "unknown":
            self.events[index] = "unknown-kind", fact["name"]
        elif COUNTED.issuperset(codes):
            self.accept(index, fact)
        self.size += 1

    def rules(self, fact: Fact) -> Iterator[tuple[str, object]]:
        """The rules that may be broken by an entry where it stands, and whether they are."""
        what, ref, slug = fact["kind"] or fact["act"], fact.get("ref", ""), fact.get("dataset", "")
        acts, last = self.releases.get(ref, []), self.numbers.get((slug, fact.get("period")), 0)
        yield "malformed", what == "malformed"
        if "time" not in fact:
            return
        earlier = self.floor.year > 1 and fact["time"] < self.floor - BACKWARDS
        yield "back-dated", earlier and what not in ("trail", "diary") and fact.get("code") != "clock-is-right"
        undone = self.open.get(slug, (0, fact))[1]
        dropped = not fact["kind"] and undone is not fact and undone["act"] == "erased"
        yield "erasure-dropped", dropped and (ref != undone["ref"] or what == "sealed")
        if what == "sealed":
            yield "seal-incomplete", not fact["rows"] or not fact["rows_root"] or fact["code"] or fact["reason_digest"]
            yield "sealed-twice", fact["number"] <= last
            yield "number-skipped", fact["number"] > last + 1
            yield "supersedes", fact["number"] == last + 1 and fact["supersedes"] != (last or None)
        elif what in ("erased", "withdrawn"):
            seal, gone = (acts or [fact])[0], bool(acts) and acts[-1]["act"] == "withdrawn"
            known = any(act["manifest"] == fact["manifest"] for act in acts)
            kept = fact["rows_root"] == seal["rows_root"] and fact["supersedes"] is None and known == (what != "erased")
            kept = kept and fact["rows"] == (seal["rows"] if what == "erased" else 0)
            yield "code-unknown", fact["code"] not in REASONS
            yield "not-sealed", not acts
            yield "withdrawn-before", gone and not same(fact, acts[-1], "reason_digest")
            yield "erasure-edits" if what == "erased" else "withdrawal-differs", acts and not gone and not kept
        elif what == "void":
            undone = self.acts.get(fact["voids"], fact)
            other = not same(fact, undone, "act", "voids") or undone["act"] == "void"
            seen, late = self.newest.get(slug) != fact["voids"] or ref in self.originals, fact["time"] - undone["time"]
            broken = {"void-mismatch": other, "void-withdrawal": undone["act"] == "withdrawn", "void-visible": seen}
            yield next((rule for rule in broken.items() if rule[1]), ("void-late", late > TAKEN_BACK))
        elif what in ("trail", "diary"):
            later = fact["day"] > (self.day if what == "diary" else self.trail["day"])
            yield f"{what}-order", not later
            gap = what == "trail" and (not fact["acts"] or fact["last"] - fact["acts"] != self.trail["last"])
            yield "trail-gap", later and gap
            apart = fact["time"] - datetime.fromisoformat(f"{ref}T00:00+03:30") - timedelta(days=1)
            yield f"{what}-time", later and (abs(apart) > MIDNIGHT or ref > "9999-12-30")  # no day follows
        elif what == "original-deleted":
            yield "original-unsealed", not acts
            yield "original-twice", acts and ref in self.originals
            rule = re.fullmatch(r"\w+:P([0-9]{1,9})([YD])", fact["rule"]) or ["", "0", "D"]
            sealed, day = ((entry["time"].astimezone(CITY)).date() for entry in ((acts or [fact])[0], fact))
            years = (day.year - int(rule[1]), day.month, day.day) < (sealed.year, sealed.month, sealed.day)
            early = years if rule[2] == "Y" else (day - sealed).days < int(rule[1])
            yield "original-early", acts and ref not in self.originals and early
        elif what == "declaration":
            yield "declared-before", fact["digest"] and fact["digest"] == self.declared.get(ref)
            yield "not-declared", not fact["digest"] and ref not in self.declared
        elif what in ("notice", "key-rotated"):
            said, now = fact.get("facts", fact), datetime.fromisoformat(fact.get("facts", {}).get("latest", fact["at"]))
            old, new = said.get("old"), said.get("new")
            fresh = old is None or (new not in (old, *self.keys) and old.split("+")[0] == new.split("+")[0])
            fit = said.get("size", self.size) == self.size and ("latest" not in said or now == self.floor)
            fit = fit and (old is None or (self.keys or [old])[-1] == old)
            lost = "since" not in said or said["last"] == self.trail["last"] >= said["since"] + (not said["findings"])
            yield "notice-facts" if what == "notice" else "rotation-chain", not (fresh and fit and lost)
            yield "rotation-unsigned", what == "key-rotated" and not is_rotated(fact)

    def accept(self, index: int, fact: Fact) -> None:
        kind, ref, more = fact["kind"], fact["ref"], fact.get("code")
        what, slug, event = kind or fact["act"], fact.get("dataset", ""), ""
        self.lately.add(fact["time"])
        if more == "clock-is-right":  # the clock was ahead: what it signed then bounds nothing
            self.floor, self.aside = fact["time"], self.aside | {at for at in self.lately if at > fact["time"] + AHEAD}
        self.floor = max(self.floor, fact["time"]) if fact["time"] not in self.aside else self.floor
        if not kind:
            self.open.pop(slug, None)
            self.newest[slug] = index
        self.trail, self.day = fact if what == "trail" else self.trail, ref if what == "diary" else self.day
        self.originals |= {ref: fact} if what == "original-deleted" else {}
        if what == "declaration":
            event = "event-redeclared" if ref in self.declared else ""
            self.declared = {path: own for path, own in (self.declared | {ref: fact["digest"]}).items() if own}
        elif what in ("notice", "key-rotated"):
            event, said = f"event-{OPERATOR.get(more, more or 'rotated')}", fact.get("facts", fact)
            self.keys += [key for key in (said.get("old"), said.get("new")) if key and key not in self.keys]
        elif what == "sealed":
            before = self.releases.get(f"{slug}/{fact['period']}/{fact['number'] - 1}")
            if before and (before[-1]["act"] == "withdrawn" or fact["time"] - before[0]["time"] > LATE):
                event = "event-again" if before[-1]["act"] == "withdrawn" else "event-late"
            self.releases[ref], self.numbers[slug, fact["period"]] = [fact], fact["number"]
        elif what == "void":
            event, self.open[slug] = "event-void", (index, self.releases[ref].pop())
            self.events.pop(fact["voids"], None)
            if not self.releases[ref]:
                self.releases.pop(ref)
                self.numbers[slug, fact["period"]] = fact["number"] - 1
        elif not kind:
            event = "event-repeat" if self.releases[ref][-1]["act"] == "withdrawn" else f"event-{what}"
            self.releases[ref] += [] if event == "event-repeat" else [fact]
        if event:
            self.events[index] = event, f"{ref}, {fact['at']}" + (f", {more}" if more else "")


def files_of(manifest: Fact, fact: Fact) -> list[Fact]:
    facts = manifest["ayan"]
    documents = facts.get("documents", [])
    files = [*manifest["resources"], *(facts.get("commitments") or {"files": []})["files"], *documents]
    need(all(f["path"] in (f"document-{f['hash'][7:]}", f"text-{f['hash'][7:]}.json") for f in documents), "manifest")
    names, counts = {file["path"] for file in files}, [facts["rows"], *(e["count"] for e in facts.get("erasures", []))]
    need(len(names) == len(files) <= MOST_FILES and not names & {MANIFEST, "tombstone.json"}, "manifest", "files")
    need(all(matches(NAME, name) for name in names) and facts["rows"] >= 0, "manifest", "names")
    need(all(matches((0, PART), f["bytes"]) and matches("sha256:" + HEX, f["hash"]) for f in files), "manifest", "hash")
    need(all(facts[name] == fact[name] for name in RELEASE), "manifest", "address")
    need(all(matches(COUNT, count) for count in counts) and sum(counts) == fact["rows"], "manifest", "rows")
    return files


def contradictions(manifest: Fact, acts: list[Fact], gone: Fact | None) -> Iterator[tuple[object, str, str]]:
    """What a manifest says beside its files: whether it is as the log says, and its code."""
    facts, seal, erasures = manifest["ayan"], acts[0], manifest["ayan"].get("erasures", [])
    writes = [act for act in acts if act["act"] != "withdrawn"]
    names, content = ("at", "code", "reason_digest"), facts["content"]
    stated = [[erasure["before"], *(erasure[name] for name in names)] for erasure in erasures]
    logged = [[f"sha256:{before['manifest']}", *(own[name] for name in names)] for before, own in pairwise(writes)]
    end = datetime.fromisoformat(facts["sealed_at"]) + AHEAD
    yield facts["sealed_at"] == seal["at"] == manifest["created"], "sealed-at", ""
    yield facts["supersedes"] == seal["supersedes"], "supersedes", ""
    yield "reason" not in facts or bool(facts["reason"]) == bool(facts["supersedes"]), "reason", ""
    yield (facts["commitments"] or {}).get("rows_root") == seal["rows_root"], "rows-root", ""
    yield manifest["version"] == f"{seal['number']}.{len(erasures)}.0", "version", ""
    yield stated == logged, "erasures", ""
    yield gone is None or gone["commitment"] == facts["source"]["commitment"], "original-other", ""
    yield facts["approvals"] and (content is None if erasures else matches(HEX, content)), "approvals", ""
    for approval in facts["approvals"]:
        by = joined(approval["by"]) not in ("", joined(facts["sent_by"])) and approval["digest"] == content
        yield by and datetime.fromisoformat(approval["at"]) <= end, "approvals", ""


def examine(source: Source, acts: list[Fact], gone: Fact | None) -> set[tuple[str, ...]]:
    root, last = "{}/{dataset}/releases/{period}/{number}".format(API, **acts[0]), acts[-1]
    manifest = json.loads(text := source.get(f"{root}/{MANIFEST}"))
    need(sha256(text).hex() == last["manifest"], "manifest-other")
    files, count = files_of(manifest, last), len(manifest["resources"])
    faults = [(code, f"/{MANIFEST}", what) for right, code, what in contradictions(manifest, acts, gone) if not right]
    own = {path.name for path in (source.folder / root).iterdir()} if source.folder else set()
    extra = {name for name in own if re.fullmatch(DOCUMENT_FILE, name)} - {file["path"] for file in files}
    faults += [("file-extra", f"/{name}", "") for name in extra]
    with tempfile.TemporaryDirectory(prefix="ayan-verify-") as folder:
        paths = [Path(folder) / str(at) for at in range(len(files))]  # numbers, never names that somebody else chose
        for file, path in zip(files, paths, strict=True):
            try:
                with path.open("wb") as out:
                    size, digest = source.copy(f"{root}/{file['path']}", out, file["bytes"])
                need(size == file["bytes"] and f"sha256:{digest}" == file["hash"], "file-hash")
            except Broken as wrong:
                faults.append((wrong.args[0], f"/{file['path']}", ""))
        if HAS_ROWS and not any(code.startswith("file") for code, *_ in faults):
            salts = next((path for path, file in zip(paths, files, strict=True) if "salts" in file["path"]), folder)
            parts, documents = [str(path) for path in paths[:count]], manifest["ayan"].get("documents", [])
            ours = apart(root_of_rows, parts, str(salts))
            faults += (
                [("rows-unreadable" if ours is None else "rows-root", "", "")] if ours != last["rows_root"] else []
            )
            if documents or b'"document_digest"' in text:
                faults += faults_of_documents({f["path"]: f["bytes"] for f in documents}, apart(document_rows, parts))
    return set(faults)


def faults_of_documents(files: Fact, rows: list[Fact] | None) -> Iterator[tuple[str, ...]]:
    """Whether the files of documents that a manifest names, with their sizes, are those that the rows speak of."""
    if rows is None:
        yield "rows-unreadable", "", ""
        return
    stated = {name: size for row in rows for name, size in row["files"].items()}
    yield from (("document-unnamed", f"/{name}", "") for name in files.keys() - stated)
    yield from (("document-missing", f"/{name}", "") for name in stated.keys() - files)
    both = ((name, size) for name, size in stated.items() if name in files and size is not None)
    yield from (("document-size", f"/{name}", "") for name, size in both if files[name] != size)


def apart(work: Any, *given: Any) -> Any:
    """What some work answers in another process, None where that ends: what unpacking does, it does to that alone."""
    POOLS[:] = POOLS or [ProcessPoolExecutor(1, get_context("spawn"))]
    try:
        return POOLS[0].submit(work, *given).result()
    except Exception:  # noqa: BLE001 - whatever ends that process, its files are to blame
        POOLS.pop().shutdown()
        return None


def confined() -> Any:
    parquet = import_module("pyarrow.parquet")
    if sys.platform != "win32":
        resource, signal = import_module("resource"), import_module("signal")
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    return parquet


def document_rows(parts: Sequence[str]) -> list[Fact]:
    """Of each row that speaks of a document its number, the fields that name what it is of, and sizes by file."""
    rows: list[Fact] = []
    parquet = confined()
    for part in (parquet.ParquetFile(name) for name in parts):
        for batch in part.iter_batches(4096) if "document_digest" in part.schema_arrow.names else ():
            for row in batch.to_pylist():
                of = {name: spelled(row[name]) for name in row if name[0] != "_" and name[:9] != "document_"}
                files = {f"document-{row['document_digest']}": row["document_bytes"]}
                files[f"text-{row['document_text_digest']}.json"] = None
                rows.append({"row": row["_row"], "of": ", ".join(map(" ".join, of.items())), "files": files})
            need(len(rows) <= MOST_FILES, "rows-many")
    return rows


def check_document(file: Path, source: Source, root: str, fact: Fact, report: list[Fact]) -> bool:
    """Whether a file is a document of the release that an entry tells of, its files at ``root``; and of which rows."""
    text, ref = source.get(f"{root}{MANIFEST}"), fact["ref"]
    need(sha256(text).hex() == fact["manifest"], "manifest-other")
    manifest = json.loads(text)
    with file.open("rb") as data:
        name = f"document-{hashlib.file_digest(data, 'sha256').hexdigest()}"
    if name not in {each["path"] for each in files_of(manifest, fact)[len(manifest["resources"]) :]}:
        return False
    tell(report, "holds", ref, "document-published", name)
    with tempfile.TemporaryDirectory(prefix="ayan-verify-") as folder:
        rows, parts = None, [Path(folder) / str(at) for at, _ in enumerate(manifest["resources"])]
        try:
            for part, path in zip(manifest["resources"], parts, strict=True):
                with path.open("wb") as out:
                    digest = source.copy(f"{root}{part['path']}", out, part["bytes"])[1]
                need(f"sha256:{digest}" == part["hash"], "file-hash", part["path"])
            rows = apart(document_rows, [str(path) for path in parts]) if HAS_ROWS else None
        except Broken as wrong:
            if wrong.args[0] != "file-missing":
                raise
    own = [row for row in rows or [] if name in row["files"]]
    for row in own:
        tell(report, "holds", f"{ref}, {row['row']}", "document-row", row["of"])
    if not own:
        tell(report, "note", ref, "document-unread")
    return True


def root_of_rows(parts: Sequence[str], salts: str) -> str:
    """The root (hex) over the rows of Parquet files, erased ones stood for by their hash; nothing where they differ."""
    parquet = confined()
    texts, blocks, hashes = row_texts([parquet.ParquetFile(part) for part in parts]), list[bytes](), list[bytes]()
    for batch in parquet.ParquetFile(salts).iter_batches(4096, columns=["_row", "_salt", "_commitment"]):
        for row, salt, kept in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            number, text = next(texts, (None, b"")) if kept is None else (row, b"")
            if number != row or (salt is None) == (kept is None):
                return ""
            hashes.append(leaf_hash(kept or sha256(salt + text)))
        whole = len(hashes) // 256 * 256
        blocks, hashes = blocks + [root_of(hashes[at : at + 256]) for at in range(0, whole, 256)], hashes[whole:]
    return root_of(blocks + ([root_of(hashes)] if hashes else [])).hex() if next(texts, None) is None else ""


def row_texts(parts: Sequence[Any]) -> Iterator[tuple[int, bytes]]:
    for part in parts:
        names = sorted(part.schema_arrow.names, key=lambda name: name.encode("utf-16-be"))
        for batch in part.iter_batches(4096, columns=names):
            for row in batch.to_pylist():
                members = (f"{json.dumps(name, ensure_ascii=False)}:{as_text(row[name])}" for name in names)
                yield row["_row"], ("{" + ",".join(members) + "}").encode()


def check_proof(data: bytes, trust: argparse.Namespace, report: list[Fact], document: Path | None = None) -> Checkpoint:
    """A proof file (C2SP tlog-proof): an entry, and perhaps one row or document of the release that it tells of."""
    head, _, rest = data.partition(b"\n\n")
    first, packed, place, *path = head.decode("ascii").split("\n")
    extra, by, index = json.loads(unbase64(packed[6:])), Checkpoint(rest, trust).believed(trust), int(place[6:])
    need((first, packed[:6]) == ("c2sp.org/tlog-proof@v1", "extra ") and place == f"index {index}", "proof-broken")
    entry, row, where = extra["leaf"].encode(), extra.get("row"), f"log/{index}"
    root = root_by_path(leaf_hash(entry), index, by.size, [unbase64(line) for line in path])
    need(root == by.root, "proof-broken", "the entry does not stand in the log where it says")
    fact = read_entry(entry)
    need(fact["kind"] != "malformed", "malformed")
    tell(report, "holds", where, "says", entry.decode())
    tell(report, "note", where, "proof-of-then", by.size)
    if row is not None:
        commitment, at, rows = bytes.fromhex(row["commitment"]), row["position"], row["rows"]
        root = root_by_path(leaf_hash(commitment), at, rows, [bytes.fromhex(step) for step in row["path"]])
        need(matches(COUNT, at) and rows == fact["rows"] and root.hex() == fact["rows_root"], "proof-broken", "row")
        need(row["text"] is not None and row["salt"] is not None, "row-not-proved")
        need(sha256(bytes.fromhex(row["salt"]) + row["text"].encode()) == commitment, "proof-broken", "another row")
        tell(report, "holds", f"{fact['ref']}, {at + 1}/{rows}", "says", row["text"])
    if document is not None:  # the manifest stands beside it, and perhaps the rows
        near = Source(str(document.parent))
        if "manifest" not in fact or not check_document(document, near, "", fact, report):
            tell(report, "broken", document.name, "document-absent", fact["ref"])
    return by


def check_log(source: Source, trust: argparse.Namespace, report: list[Fact]) -> tuple[Checkpoint, History]:
    data, history = source.get("log/checkpoint"), History()
    by = Checkpoint(data, trust)
    entries, hashes = read_entries(source, by)
    facts = [read_entry(entry) for entry in entries]
    for index, fact in enumerate(facts):  # a key that was given leads to others over leaves that both have signed
        if fact["kind"] == "key-rotated" and fact["size"] == index and is_rotated(fact):
            trust.key += [Key(fact["new"], 1)] if fact["old"] in [key.text for key in trust.key] else []
    by = Checkpoint(data, trust).believed(trust)
    tell(report, "holds", "log", "log", by.size)
    seen = [(by.size, sorted(by.seen.values()))]
    if trust.since:
        kept = Checkpoint(trust.since, trust).believed(trust)
        need(kept.size <= by.size and root_of(hashes[: kept.size]) == kept.root, "log-rewritten", kept.size)
        seen.append((kept.size, sorted(kept.seen.values())))
    for index, fact in enumerate(facts):
        history.read(fact)
        at = fact["time"].timestamp() if "time" in fact else 0
        for size, moments in (own for own in seen if own[1] and at):
            if index < size and at > moments[0] + AHEAD.total_seconds():
                history.named.append((index, "post-dated", str(datetime.fromtimestamp(moments[0], UTC))))
            earlier = fact["kind"] not in ("trail", "diary") and at < moments[-1] - BACKWARDS.total_seconds()
            if index >= size and earlier:
                history.named.append((index, "back-dated", str(datetime.fromtimestamp(moments[-1], UTC))))
    alone = [(index, "void-alone", undone["ref"]) for index, undone in history.open.values()]
    if history.keys and history.keys[-1] not in by.signers:
        alone.append((by.size, "replaced-key", history.keys[-1]))
    for index, code, ref in sorted([*history.named, *alone]):
        tell(report, "broken", f"log/{index}", code, ref)
    for index, (code, ref) in sorted(history.events.items()):
        tell(report, "look", f"log/{index}", code, ref)
    return by, history


def verify(source: Source, trust: argparse.Namespace, report: list[Fact]) -> Checkpoint:
    by, history = check_log(source, trust, report)
    if trust.document is not None:
        find_document(source, trust, history, report)
        return by
    shown = set(source.releases())
    for ref in sorted(shown | set(history.releases)):
        acts = history.releases.get(ref, [{"act": "unlogged"}])
        stands = acts[-1]["act"] in ("sealed", "erased")
        try:
            need(stands or ref not in shown, "unlogged" if len(acts[0]) == 1 else "withdrawn-shown")
            need(not stands or ref in shown, "hidden")
            if stands:
                faults = examine(source, acts, history.originals.get(ref))
                for code, file, what in sorted(faults):
                    tell(report, "broken", ref + file, code, what)
                if not faults:
                    tell(report, "holds", ref, "release", acts[-1]["rows"])
        except Broken as wrong:
            tell(report, "broken", f"{ref}/{MANIFEST}" if wrong.args[0][:4] in ("mani", "file") else ref, *wrong.args)
        except GARBAGE:
            tell(report, "broken", f"{ref}/{MANIFEST}", "manifest")
    return by


def find_document(source: Source, trust: argparse.Namespace, history: History, report: list[Fact]) -> None:
    """Look for a document in every release that stands, or in those of which ``trust.release`` is the beginning."""
    proved, seen = False, 0
    for ref, acts in sorted(history.releases.items()):
        if acts[-1]["act"] in ("sealed", "erased") and f"{ref}/".startswith(
            f"{trust.release}/" if trust.release else ""
        ):
            seen += 1
            try:
                root = "{}/{dataset}/releases/{period}/{number}/".format(API, **acts[0])
                proved |= check_document(trust.document, source, root, acts[-1], report)
            except Broken as wrong:
                tell(report, "broken", ref, *wrong.args)
            except GARBAGE:
                tell(report, "broken", f"{ref}/{MANIFEST}", "manifest")
    if not proved:
        tell(report, "broken", trust.document.name, "document-absent", seen)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="ayan-verify", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("source", help="a portal's address, the folder of a copy, or a proof file")
    parser.add_argument("--key", action="append", required=True, help="the log's public key, or a file that holds it")
    parser.add_argument("--witness", action="append", default=[], help="the key of a witness you believe, or its file")
    parser.add_argument("--quorum", type=int, help="how many of them must have signed (all, if nothing is said)")
    parser.add_argument("--since", type=Path, help="a checkpoint that you kept")
    parser.add_argument("--document", type=Path, help="say whether this file is a document that is published there")
    parser.add_argument("--release", default="", help="with --document: the release, or the dataset, to look in")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    args, report, by = parser.parse_args(arguments), list[Fact](), None
    path = Path(args.source)
    try:
        for name, kind in (("key", 1), ("witness", 4)):
            texts = [Path(text).read_text() if Path(text).is_file() else text for text in getattr(args, name)]
            setattr(args, name, [Key(text, kind) for text in texts])
        args.quorum = len(args.witness) if args.quorum is None else args.quorum
        args.since, args.ready = args.since and args.since.read_bytes(), True
        read = path.is_file() and check_proof(path.read_bytes(), args, report, args.document)
        by = read or verify(Source(args.source), args, report)
    except OSError as wrong:
        tell(report, "unseen", args.source, "says", wrong)
    except (Broken, *GARBAGE) as wrong:
        said = wrong.args if isinstance(wrong, Broken) else ("unreadable", wrong)
        tell(report, "broken" if hasattr(args, "ready") else "unseen", args.source, *said)
    levels = {finding["level"] for finding in report}
    code = 1 if "broken" in levels else 2 if "unseen" in levels else 3 if "look" in levels else 0
    seen = {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in by.seen.items()} if by else {}
    if args.format == "json":
        facts = {"holds": code != 1, "size": by and by.size, "witnesses": seen, "rows": HAS_ROWS}
        print(json.dumps(facts | {"findings": report}, ensure_ascii=False, indent=1))
        return code
    for finding in report:
        print("{level:6} {where} [{code}]\n       {fa}\n       {en}".format(**finding))
    print(ENDINGS[code])
    print("گواهان Witnesses:", ", ".join(f"{name} ({at})" for name, at in seen.items()) or "—")
    if not HAS_ROWS:
        print("ردیف‌ها از نو حساب نشد؛ pyarrow نیست. Rows not recomputed: pyarrow is not installed.")
    return code


if __name__ == "__main__":
    sys.exit(main())
