"""Whether a portal keeps its word: its log, a release, a row, the state of an answer. The one file for outsiders
judges.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import ayan_verify
import httpx2

from ayan_client.answers import Row
from ayan_client.refusals import CannotVerify, NotProved, PortalFault
from ayan_client.schema import Value
from ayan_client.sources import Source
from ayan_client.transport import Transport

_CHECKPOINT: Final = "log/checkpoint"
# Whoever verifies looks like anybody else, so that nobody is shown another log.
_LIKE_ANYBODY: Final = {"User-Agent": str(ayan_verify.BROWSER)}
_ROWS: Final = (
    "import sys, ayan_verify; print(ayan_verify.root_of_rows(sys.argv[2:], sys.argv[1]))"  # a process of its own
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in the log that breaks no rule and is worth a look, as a withdrawal: where, its code, in both
    languages.
    """

    where: str
    code: str
    fa: str
    en: str


@dataclass(frozen=True, slots=True)
class Visit:
    """A log that holds: signed by a key that was given, its entries lead to the signed root, and no rule is broken.

    ``continues`` is the size of the log of an earlier visit that this one was shown to continue; None on the first.
    ``witnesses`` are those whose keys were given and who signed it.
    """

    origin: str
    size: int
    root: str
    witnesses: tuple[str, ...]
    continues: int | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class ProvedRow:
    """A row that the sealed release holds, value by value.

    ``leaf`` is the index in the log of the act that speaks of the release, ``manifest`` the SHA-256 (hex) of its
    manifest, ``text`` the row as it was sealed. ``unsealed`` are columns of the row that the release does not have.
    ``standing`` says whether no later release has taken its place.
    """

    address: str
    leaf: int
    manifest: str
    text: str
    unsealed: tuple[str, ...]
    standing: bool


@dataclass(frozen=True, slots=True)
class ProvedRelease:
    """A release whose manifest and files are those that the log speaks of.

    ``rows_recomputed`` says whether the root over all rows was computed anew, which needs pyarrow.
    """

    name: str
    rows: int
    manifest: str
    rows_recomputed: bool


@dataclass(frozen=True, slots=True)
class ProvedState:
    """The state that an answer names, found in the log: exactly these releases stood after ``leaf``.

    ``present`` says whether they still do, as far as the log tells. What was computed from them is not proved by it.
    """

    leaf: int
    present: bool


class _OwnSource(ayan_verify.Source):  # type: ignore[misc]  # one file without types
    """The verifier's way to a portal, by the connection, the patience and the manners of this client.

    Pieces of the log are kept for the time of one visit, for they are read twice.
    """

    def __init__(self, transport: Transport) -> None:
        self.folder, self.address, self._transport = None, transport.site, transport
        self._kept: dict[str, bytes] = {}

    def open(self, path: str) -> Any:
        asked = "/" + quote(path, safe="/?=&%")
        request = self._transport.opened(asked, _LIKE_ANYBODY)
        try:
            response = request.__enter__()
        except PortalFault as fault:
            gone = getattr(fault, "status", 0) in (404, 410)
            raise (FileNotFoundError if gone else OSError)(f"{path}: {fault}") from fault
        return io.BufferedReader(_Body(request, response))

    def get(self, path: str) -> bytes:
        if path not in self._kept:
            data: bytes = super().get(path)
            if not path.startswith("log/"):
                return data
            self._kept[path] = data
        return self._kept[path]


class _Body(io.RawIOBase):
    """The body of an answer as a file that closes it."""

    def __init__(self, request: Any, response: httpx2.Response) -> None:
        super().__init__()
        self._request, self._pieces, self._rest = request, response.iter_bytes(1 << 18), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            while not self._rest:
                self._rest = next(self._pieces, b"") or b""
                if not self._rest:
                    return 0
        except (httpx2.TransportError, httpx2.DecodingError) as wrong:
            raise OSError(str(wrong)) from None
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._request.__exit__(None, None, None)
        super().close()


class _ChildPython(Executor):
    """Where the verifier has rows unpacked: another Python, which nothing that is unpacked can get out of.

    The verifier's own pool would start the program of whoever calls a second time where that has no guard, as in a
    notebook.
    """

    def submit(self, _function: Any, /, parts: list[str], salts: str) -> Future[str]:  # type: ignore[override]
        future: Future[str] = Future()
        command = [sys.executable, "-c", _ROWS, salts, *parts]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            future.set_exception(RuntimeError(done.stderr[-500:]))
        else:
            future.set_result(done.stdout.strip())
        return future


class Verification:
    """What checks one portal. ``keys`` are the public keys of its log, from elsewhere than the portal.

    ``remembered`` is the file in which the newest checkpoint that held is kept between visits; ``witnesses`` are keys
    of witnesses, ``quorum`` how many of them must have signed (all, where nothing is said).
    """

    def __init__(
        self,
        transport: Transport,
        keys: Sequence[str],
        remembered: Path | None,
        witnesses: Sequence[str] = (),
        quorum: int | None = None,
    ) -> None:
        self._transport, self._remembered = transport, remembered
        needed = len(witnesses) if quorum is None else quorum
        self._trust = Namespace(
            key=[ayan_verify.Key(text, 1) for text in keys],
            witness=[ayan_verify.Key(text, 4) for text in witnesses],
            quorum=needed,
            since=None,
        )
        self._known: _Known | None = None

    def visit(self) -> Visit:
        """Check the log as it is now, and that it continues what was remembered; then remember it.

        Raises NotProved, Unreachable, and CannotVerify where no key was given. What does not hold is not remembered.
        """
        if not self._trust.key:
            raise CannotVerify(
                "no-key",
                "کلید ثبت عمومی داده نشده است. آن را از جایی جز سامانه بگیرید.",
                "No key of the log was given. Take it from elsewhere than the portal.",
            )
        kept = self._remembered.read_bytes() if self._remembered and self._remembered.is_file() else None
        self._trust.since = kept if kept is not None else (self._known.checkpoint if self._known else None)
        source, report = _OwnSource(self._transport), list[dict[str, Any]]()
        with _judged():
            by, history = ayan_verify.check_log(source, self._trust, report)
            hashes = ayan_verify.read_entries(source, by)[1]
        for finding in report:
            if finding["level"] == "broken":
                raise NotProved(finding["code"], finding["fa"], f"{finding['where']}: {finding['en']}")
        earlier = ayan_verify.Checkpoint(self._trust.since, self._trust).size if self._trust.since else None
        remarks = tuple(
            Remark(each["where"], each["code"], each["fa"], each["en"]) for each in report if each["level"] == "look"
        )
        checkpoint = source.get(_CHECKPOINT)
        self._known = _Known(checkpoint, by, history, hashes, ayan_verify.read_entries(source, by)[0])
        if self._remembered:
            _put(self._remembered, checkpoint)
        return Visit(by.origin, by.size, by.root.hex(), tuple(sorted(by.seen)), earlier, remarks)

    def row(self, row: Row) -> ProvedRow:
        """Prove that a row stands, with these values, in the sealed release that it names.

        Raises NotProved where it does not, NotThere where there is no such row, Gone for a withdrawn release.
        """
        data = self._transport.document(row.proof_path, headers=_LIKE_ANYBODY)
        with _judged():
            by = ayan_verify.check_proof(data, self._trust_of_visit(), list[dict[str, Any]]())
            head = data.partition(b"\n\n")[0].decode("ascii").split("\n")
            extra, leaf = json.loads(ayan_verify.unbase64(head[1][6:])), int(head[2][6:])
            fact = ayan_verify.read_entry(extra["leaf"].encode())
            proved = extra["row"]
            sealed = json.loads(proved["text"])
        known = self._up_to(by.size)
        self._same_root(known, by.size, by.root.hex(), "proof")
        expected = f"{row.source.dataset}/{row.release}"
        if fact["kind"] or fact["ref"] != expected or sealed.get("_row") != str(row.number):
            raise _not_proved("another-row", "اثبات از ردیف دیگری است", f"the proof is of another row than {expected}")
        acts = known.history.releases.get(expected, [])
        if not acts or acts[-1]["manifest"] != fact["manifest"] or acts[-1]["act"] == "withdrawn":
            raise _not_proved("old-act", "این انتشار دیگر چنین نیست", f"the log has a later act on {expected}")
        for name, value in row.items():
            if name in sealed and sealed[name] != _spelled(value):
                raise _not_proved(
                    "row-differs",
                    f"ستون {name} آن نیست که مهر شده است",
                    f"{row.address}: column {name} is not what was sealed",
                )
        unsealed = tuple(name for name in row if name not in sealed)
        newest = known.history.numbers.get((row.source.dataset, fact["period"])) == fact["number"]
        return ProvedRow(row.address, leaf, fact["manifest"], proved["text"], unsealed, newest)

    def release(self, name: str, *, rows: bool = True) -> ProvedRelease:
        """Prove that a release (``slug/period/number``) is served as it was sealed: manifest, files, and the root over
        rows.

        All its files are fetched. Raises NotProved with what differs.
        """
        known = self._known or self._visited()
        acts = known.history.releases.get(name)
        if not acts or acts[-1]["act"] == "withdrawn":
            raise CannotVerify("not-in-log", f"ثبت عمومی از {name} نمی‌گوید", f"The log has no standing {name}")
        recomputed = rows and bool(ayan_verify.HAS_ROWS)
        ayan_verify.POOLS[:] = [_ChildPython()]
        with _judged():
            source = _OwnSource(self._transport)
            faults = sorted(ayan_verify.examine(source, acts, known.history.originals.get(name)))
        for code, file, what in faults:
            report = list[dict[str, Any]]()
            ayan_verify.tell(report, "broken", name + file, code, what)
            raise NotProved(code, report[0]["fa"], f"{name}{file}: {report[0]['en']}")
        return ProvedRelease(name, acts[-1]["rows"], acts[-1]["manifest"], recomputed)

    def state(self, source: Source) -> ProvedState:
        """Find the state that an answer names in the log: which releases there were, and whether they still stand.

        Raises NotProved where no state of the log is so, CannotVerify for what is not in the log.
        """
        if source.state is None or source.log is None:
            raise CannotVerify(
                "not-in-log", "این پاسخ در ثبت عمومی نیست", "The log does not hold this answer's releases"
            )
        known = self._up_to(source.log.size)
        if source.log.origin != known.by.origin:
            raise _not_proved("other-log", "ثبت عمومی دیگری است", "it names another log")
        self._same_root(known, source.log.size, source.log.root, "answer")
        found, last = None, ""
        for leaf, digests in _states(known, source.dataset):
            last = digests[0]
            found = leaf if source.state in digests else found
        if found is None:
            raise _not_proved("state", "این وضعیت هرگز در ثبت عمومی نبوده است", "the log never stood so")
        return ProvedState(found, last == source.state)

    def _trust_of_visit(self) -> Namespace:
        if self._known is None:
            self._visited()
        return self._trust

    def _visited(self) -> _Known:
        self.visit()
        assert self._known is not None  # noqa: S101 - a visit that holds leaves it
        return self._known

    def _up_to(self, size: int) -> _Known:
        """What is known of the log, visited again where an answer is of a longer one."""
        known = self._known or self._visited()
        return known if size <= known.by.size else self._visited()

    def _same_root(self, known: _Known, size: int, root: str, what: str) -> None:
        if not 0 < size <= known.by.size or ayan_verify.root_of(known.hashes[:size]).hex() != root:
            raise _not_proved(
                "log-position",
                "ثبت عمومی به اینجا نمی‌رسد",
                f"the {what} is of a log of {size} entries that the signed log does not continue",
            )


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of a log that holds."""

    checkpoint: bytes
    by: Any
    history: Any
    hashes: Sequence[bytes]
    entries: Sequence[bytes]


def _states(known: _Known, slug: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """After each leaf about a dataset: the digests of its state, of that without what was withdrawn since, of each
    release.
    """
    history, gone = ayan_verify.History(), set[str]()
    for ref, acts in known.history.releases.items():
        if acts[-1]["act"] == "withdrawn":
            gone.add(ref)
    for leaf, entry in enumerate(known.entries):
        fact = ayan_verify.read_entry(entry)
        history.read(fact)
        if fact.get("dataset") != slug or fact["kind"]:
            continue
        highest: dict[str, Any] = {}
        for acts in history.releases.values():
            act = acts[-1]
            if act["dataset"] == slug and act["number"] >= highest.get(act["period"], act)["number"]:
                highest[act["period"]] = act
        standing = [highest[period] for period in sorted(highest) if highest[period]["act"] != "withdrawn"]
        left = [act for act in standing if act["ref"] not in gone]
        own = [[act] for act in standing if act["ref"] == fact["ref"]]
        yield leaf, tuple(_digest(slug, acts) for acts in (standing, left, *own))


def _digest(slug: str, acts: Sequence[Any]) -> str:
    """The public name of a state: what its releases are."""
    named = [[act["period"], act["number"], act["manifest"]] for act in acts]
    digest: str = ayan_verify.sha256(ayan_verify.canonical({"dataset": slug, "releases": named})).hex()
    return digest


def _spelled(value: Value) -> str | None:
    """A value as a sealed row spells it."""
    if value is None or isinstance(value, str):
        return value
    text: str = value.isoformat() if isinstance(value, date) else ayan_verify.spelled(value)
    return text


def _not_proved(code: str, fa: str, en: str) -> NotProved:
    return NotProved(code, fa, en)


@contextmanager
def _judged() -> Iterator[None]:
    """Turn what the verifier throws into what this package throws."""
    try:
        yield
    except ayan_verify.Broken as wrong:
        report = list[dict[str, Any]]()
        ayan_verify.tell(report, "broken", "", *wrong.args)
        raise NotProved(report[0]["code"], report[0]["fa"], report[0]["en"]) from None
    except PortalFault:
        raise
    except OSError as wrong:
        if isinstance(wrong.__cause__, PortalFault):
            raise wrong.__cause__ from None
        raise
    except ayan_verify.GARBAGE as wrong:
        raise NotProved("unreadable", "آنچه آمد خوانا نیست", f"What came cannot be read ({wrong})") from None


def _put(place: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False) as out:
        out.write(data)
    Path(out.name).replace(place)
