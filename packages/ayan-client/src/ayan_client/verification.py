"""Whether a portal keeps its word: its log, a release, a row, the state of an answer. The one file for outsiders
judges.
"""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import ayan_verify

from ayan_client.answers import Row
from ayan_client.exact_json import exact_number
from ayan_client.proofs import ProvedRelease, ProvedRow, ProvedState, Remark, Visit
from ayan_client.refusals import CannotVerify, NotProved, PortalFault
from ayan_client.schema import Value
from ayan_client.sources import Source
from ayan_client.transport import Transport
from ayan_client.verifier_way import LIKE_ANYBODY, ChildPython, PortalSource

_CHECKPOINT: Final = "log/checkpoint"


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
        kept = self._kept()
        self._trust.since = kept if kept is not None else (self._known.checkpoint if self._known else None)
        source, report = PortalSource(self._transport), list[dict[str, Any]]()
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

    def _kept(self) -> bytes | None:
        """What was remembered, if anything. Raises CannotVerify where that is no checkpoint."""
        if self._remembered is None or not self._remembered.is_file():
            return None
        data = self._remembered.read_bytes()
        try:
            ayan_verify.Checkpoint(data, self._trust)
        except (ayan_verify.Broken, *ayan_verify.GARBAGE):
            raise CannotVerify(
                "remembered",
                f"آنچه از بار پیش در {self._remembered} مانده خوانا نیست",
                f"What was remembered in {self._remembered} is no checkpoint that the key has signed",
            ) from None
        return data

    def row(self, row: Row) -> ProvedRow:
        """Prove that a row stands, with these values, in the sealed release that it names.

        Raises NotProved where it does not, NotThere where there is no such row, Gone for a withdrawn release.
        """
        data = self._transport.document(row.proof_path, headers=LIKE_ANYBODY)
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
            if name in sealed and not _is_sealed(sealed[name], value):
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
        able, recomputed = ayan_verify.HAS_ROWS, rows and bool(ayan_verify.HAS_ROWS)
        ayan_verify.POOLS[:], ayan_verify.HAS_ROWS = [ChildPython()], recomputed
        try:
            with _judged():
                source = PortalSource(self._transport)
                faults = sorted(ayan_verify.examine(source, acts, known.history.originals.get(name)))
        finally:
            ayan_verify.HAS_ROWS = able
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
        matching = None
        for leaf, digests in _states(known, source.dataset):
            matching = leaf if source.state in digests else matching
        if matching is None:
            raise _not_proved("state", "این وضعیت هرگز در ثبت عمومی نبوده است", "the log never stood so")
        acts = [acts[-1] for acts in known.history.releases.values() if acts[-1]["dataset"] == source.dataset]
        now = _standing(acts)
        present = {_digest(source.dataset, now), *(_digest(source.dataset, [act]) for act in now)}
        return ProvedState(matching, source.state in present)

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
    """After each leaf about a dataset: the digests of its state, of that without what was withdrawn since, and of the
    release that the leaf speaks of.
    """
    gone = {ref for ref, acts in known.history.releases.items() if acts[-1]["act"] == "withdrawn"}
    history, last = ayan_verify.History(), dict[str, Any]()
    for leaf, entry in enumerate(known.entries):
        fact = ayan_verify.read_entry(entry)
        history.read(fact)
        if fact.get("dataset") != slug or fact["kind"]:
            continue
        acts = history.releases.get(fact["ref"])
        if acts:
            last[fact["ref"]] = acts[-1]
        else:
            last.pop(fact["ref"], None)
        standing = _standing(list(last.values()))
        left = [act for act in standing if act["ref"] not in gone]
        own = [[act] for act in standing if act["ref"] == fact["ref"]]
        yield leaf, tuple(_digest(slug, acts) for acts in (standing, left, *own))


def _standing(acts: Sequence[Any]) -> list[Any]:
    """Of the last acts on each release of a dataset: those on the releases that stand, by period."""
    highest: dict[str, Any] = {}
    for act in acts:
        if act["number"] >= highest.get(act["period"], act)["number"]:
            highest[act["period"]] = act
    return [highest[period] for period in sorted(highest) if highest[period]["act"] != "withdrawn"]


def _digest(slug: str, acts: Sequence[Any]) -> str:
    """The public name of a state: what its releases are."""
    named = [[act["period"], act["number"], act["manifest"]] for act in acts]
    digest: str = ayan_verify.sha256(ayan_verify.canonical({"dataset": slug, "releases": named})).hex()
    return digest


def _is_sealed(text: object, value: Value) -> bool:
    """Whether a value is the one that a sealed row spells; 12.5 and 12.50 are one number."""
    if value is None or isinstance(value, str | bool):
        return text == (value if not isinstance(value, bool) else ayan_verify.spelled(value))
    if not isinstance(text, str):
        return False
    if isinstance(value, date):
        return text == value.isoformat()
    try:
        return exact_number(text) == value
    except ValueError:
        return False


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
