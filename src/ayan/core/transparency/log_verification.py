"""Verifying a log: its signature, its tree, the rules that its entries keep, and what of it deserves a look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from ayan.core.ledger import tree
from ayan.core.ledger.note import BadNote, NotSigned, Verifier, parse_note, signed_by
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, LogReader, TreeEdge
from ayan.core.ledger.tree import leaf_hash
from ayan.core.ledger.trust_policy import Policy, PolicyCheck
from ayan.core.transparency.entries.entry import Entry, read_entry
from ayan.core.transparency.entries.notice import NOTICES
from ayan.core.transparency.evidence import Files
from ayan.core.transparency.limits import TOMORROW
from ayan.core.transparency.log_rules import EventKind, LogHistory, before, beyond
from ayan.core.transparency.operator_rules import NOTICE_EVENTS
from ayan.core.transparency.release_verification import VerificationBroken, VerificationReport
from ayan.core.transparency.violation import Violation, violation
from ayan.core.values.label import Label

LOG: Final = "log"

EVENTS: Final[dict[EventKind, Label]] = {
    "void": Label("کار ناتمامی که بی‌اثر خوانده شد", "an interrupted act was taken back"),
    "withdrawn": Label("برداشته شد", "withdrawn"),
    "repeat": Label("برداشتنش دوباره گفته شد", "its withdrawal was told once more"),
    "erased": Label("ردیف‌هایی از آن پاک شد", "rows were erased"),
    "again": Label("پس از برداشتن دوباره منتشر شد", "published again after a withdrawal"),
    "late": Label("دیر اصلاح شد", "corrected late"),
    "redeclared": Label("اعلام شهر عوض شد", "a declaration was changed or taken away"),
    "rotated": Label(
        "کلید ثبت عمومی عوض شد و هر دو کلید امضا کردند", "the log's key was changed, and both keys signed"
    ),
    **{kind: NOTICES[code] for kind, code in NOTICE_EVENTS.items()},
}
"""What the events of a log are called, in the order in which they are listed."""


def read_log(
    evidence: Files,
    policy: Policy,
    report: VerificationReport,
    *,
    since: bytes | None = None,
    former: Sequence[Verifier] = (),
) -> LogHistory:
    """The history of the log; Broken, with the reason in the report, when its signature or its tree does not hold.

    Entries that break a rule of the log are named in the report, and what can be read is read nevertheless.
    """
    where = f"{LOG}/checkpoint"
    try:
        report.checkpoint = by = policy.check(signed := evidence.get(where))
    except FileNotFoundError:
        report.add("broken", where, Label("نقطهٔ بازبینی نیست.", "There is no checkpoint."))
        raise VerificationBroken from None
    except (BadNote, NotSigned, UnicodeDecodeError) as error:
        report.add(
            "broken",
            where,
            Label("امضای نقطهٔ بازبینی پذیرفته نیست: {error}", "The checkpoint is refused: {error}").format(error=error),
        )
        raise VerificationBroken from None
    size = by.checkpoint.size
    entries, hashes = _entries(evidence, by, report)
    report.add(
        "holds",
        LOG,
        Label(
            "ثبت عمومی {size} برگ دارد و همه به ریشهٔ امضاشده می‌رسند.",
            "The log has {size} leaves, and all lead to the signed root.",
        ).format(size=size),
    )
    violations = list(_seen(by, entries, 0))
    for late in beyond(dict(enumerate(entries)), datetime.now(UTC), TOMORROW):
        # A word only: the clock of this machine may be the wrong one.
        words = Label("برگ {index} زمانی در آینده دارد.", "Leaf {index} is dated in the future.").format(
            index=late.index
        )
        report.add("note", f"{LOG}/{late.index}", words, "in-the-future")
    history = LogHistory()
    for entry in entries:
        history.read(entry)
    violations += replaced(signed, history, policy.logs)
    if since is not None:
        # A witness's word for the state of then bounds what stood in it, and what came after it.
        known = [Verifier.parse(key) for key in history.operator.keys]
        trusted = Policy((*policy.logs, *former, *known), policy.witnesses)
        violations += _since(since, trusted, hashes, entries, report)
    for broken in dict.fromkeys(sorted([*history.violations, *violations], key=lambda broken: broken.index)):
        report.add("broken", f"{LOG}/{broken.index}", broken.what, broken.code)
    _describe(history, report)
    return history


def _describe(history: LogHistory, report: VerificationReport) -> None:
    """What there is beside releases, what was passed over, and every act that deserves a look."""
    if history.trail:
        report.add(
            "holds",
            LOG,
            Label(
                "{count} برگ از آن‌ها روزهای رد کارهای کارکنان را مهر می‌کند (بی‌نام؛ تا {last}).",
                "{count} of its leaves seal days of the officers' audit trail (no names; up to {last}).",
            ).format(count=len(history.trail), last=history.trail[-1].day),
        )
    if history.originals:
        report.add(
            "holds",
            LOG,
            Label(
                "{gone} برگ می‌گوید پروندهٔ اصلی پس از مهلت اعلام‌شده حذف شد (تا {last}).",
                "{gone} leaves say that an original was deleted as declared (up to {last}).",
            ).format(gone=len(history.originals), last=max(said.day for said in history.originals.values())),
        )
    for index, kind in history.unknown.items():
        report.add(
            "note",
            f"{LOG}/{index}",
            Label(
                "برگی از گونهٔ {kind} که این نسخه نمی‌شناسد؛ از آن گذشت.",
                "A leaf of the kind {kind}, which this version does not know; it was passed over.",
            ).format(kind=kind),
            "unknown-kind",
        )
    for name, words in EVENTS.items():
        for event in (event for event in history.events.values() if event.kind == name):
            code = Label(" ({code})", " ({code})").format(code=event.code) if event.code else ""
            report.add(
                "note",
                f"{LOG}/{event.index}",
                Label("{ref}: {words}{code}، {at}", "{ref}: {words}{code}, {at}").format(
                    ref=event.ref, words=words, code=code, at=event.at
                ),
                f"event-{name}",
            )


def _seen(by: PolicyCheck, entries: Sequence[Entry], first: int) -> Iterable[Violation]:
    """Entries that are dated later than a witness saw them."""
    if by.cosigned:
        yield from beyond(dict(enumerate(entries, first)), datetime.fromtimestamp(min(by.cosigned.values()), UTC))


def replaced(signed: bytes, history: LogHistory, keys: Iterable[Verifier]) -> Iterable[Violation]:
    """Whether the checkpoint is signed with another key than the last that the log itself tells of."""
    stated = history.operator.key
    if stated is not None and str(_signer_of(signed, keys)) != stated:
        yield violation(history.operator.replaced, "replaced-key")


def _signer_of(signed: bytes, keys: Iterable[Verifier]) -> Verifier | None:
    return next((key for key, _ in signed_by(parse_note(signed), list(keys))), None)


def _entries(evidence: Files, by: PolicyCheck, report: VerificationReport) -> tuple[list[Entry], list[bytes]]:
    """Read every entry, rebuild the tree from them, and hold every tile against it; the entries and their leaf hashes.

    Of a long log the bytes themselves are let go bundle by bundle.
    """
    size = by.checkpoint.size
    stored = LogReader(lambda path: evidence.get(f"{LOG}/{path}"))
    edge, entries, hashes = TreeEdge(), list[Entry](), list[bytes]()
    try:
        for bundle in range(-(-size // WIDTH)):
            leaves = stored.entries(bundle, size)
            own = [leaf_hash(leaf) for leaf in leaves]
            entries += map(read_entry, leaves)
            hashes += own
            for tile, data in edge.grow(own).items():
                if tile.level != "entries" and stored.hashes(tile.level, tile.index, size)[: len(data)] != data:
                    raise LogDamaged(f"{tile.path} does not fit the entries below it")
        if edge.root() != by.checkpoint.root:
            raise LogDamaged("the entries do not lead to the root of the checkpoint")
    except FileNotFoundError as error:
        report.add(
            "broken",
            f"{LOG}/{error}",
            Label("پاره‌ای از ثبت عمومی نیست.", "A piece of the log is missing: {error}").format(error=error),
        )
        raise VerificationBroken from None
    except LogDamaged as error:
        report.add(
            "broken",
            LOG,
            Label("ثبت عمومی دست خورده است: {error}", "The log was tampered with: {error}").format(error=error),
        )
        raise VerificationBroken from None
    return entries, hashes


def _since(
    signed: bytes, policy: Policy, hashes: list[bytes], entries: Sequence[Entry], report: VerificationReport
) -> Iterable[Violation]:
    """Hold the log against a checkpoint kept from earlier."""
    try:
        by = policy.check(signed)
    except (BadNote, NotSigned, UnicodeDecodeError) as error:
        report.add(
            "broken",
            "--since",
            Label("نقطهٔ بازبینیِ شما پذیرفته نیست: {error}", "Your checkpoint: {error}").format(error=error),
        )
        return
    earlier = by.checkpoint
    kept = hashes[: earlier.size]
    if len(kept) < earlier.size or tree.root_of(kept) != earlier.root:
        report.add(
            "broken",
            LOG,
            Label(
                "ثبت عمومی دنبالهٔ آنچه پیش‌تر دیده‌اید نیست: آن زمان {size} برگ داشت.",
                "The log does not continue what you saw before: a log of {size} leaves.",
            ).format(size=earlier.size),
        )
        return
    report.add(
        "holds",
        LOG,
        Label(
            "ثبت عمومی ادامهٔ همان {size} برگی است که پیش‌تر دیده‌اید.",
            "The log continues the {size} leaves that you saw before.",
        ).format(size=earlier.size),
    )
    yield from _seen(by, entries[: earlier.size], 0)
    if by.cosigned:
        came = dict(enumerate(entries[earlier.size :], earlier.size))
        yield from before(came, datetime.fromtimestamp(max(by.cosigned.values()), UTC))
