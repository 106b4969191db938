"""Verifying a portal or an export: the log against its signatures, every release against the log and its bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from ayan.core.ledger import tree
from ayan.core.ledger.note import BadNote, NotSigned, Verifier
from ayan.core.ledger.policy import Policy, PolicyCheck
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, LogReader, TreeEdge
from ayan.core.ledger.tree import leaf_hash
from ayan.core.store.manifest import file_name
from ayan.core.transparency.evidence import MANIFEST, Evidence, Files, TooLong
from ayan.core.transparency.limits import ANSWER_SHARE, LARGEST_DOCUMENT
from ayan.core.transparency.reading_apart import RowReader
from ayan.core.transparency.release_verification import (
    BadManifest,
    VerificationBroken,
    VerificationReport,
    examine_release,
    fetch_release,
)
from ayan.core.transparency.statement import (
    BadStatement,
    Entry,
    OriginalDeleted,
    Statement,
    TrailDay,
    commitment_of,
    parse_entry,
)
from ayan.core.values.label import Label

Tell = Callable[[str, float | None], None]

LOG: Final = "log"

_SOUND: Final = Label("{rows} ردیف، همان‌که مهر شد.", "{rows} rows, as they were sealed.")
_SOUND_ERASED: Final = Label(
    "{rows} ردیف، همان‌که مهر شد، {count} ردیف پاک شده.",
    "{rows} rows, as they were sealed, {count} of them erased since.",
)


def verify(
    evidence: Evidence,
    policy: Policy,
    *,
    since: bytes | None = None,
    former: Sequence[Verifier] = (),
    tell: Tell | None = None,
) -> VerificationReport:
    """Check everything that ``evidence`` shows, as somebody would who believes the logs and witnesses of ``policy``.

    ``since`` is a signed checkpoint of the same log that was kept from earlier; keys that the log was signed with
    before are ``former``, and vouch for nothing else. Every release is fetched whole.
    """
    report = VerificationReport()
    say = tell or (lambda stage, share: None)
    try:
        statements = read_log(evidence, policy, report, since=since, former=former)
    except VerificationBroken:
        return report
    with RowReader() as reader:
        _releases(evidence, statements, report, say, reader)
    return report


# --- the log --------------------------------------------------------------------------------------------------------


def read_log(
    evidence: Files,
    policy: Policy,
    report: VerificationReport,
    *,
    since: bytes | None = None,
    former: Sequence[Verifier] = (),
) -> list[Entry]:
    """Every statement of the log; Broken, with the reason in the report, when the log does not hold."""
    where = f"{LOG}/checkpoint"
    try:
        report.checkpoint = by = policy.check(evidence.get(where))
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
    entries = _entries(evidence, by, report)
    report.add(
        "holds",
        LOG,
        Label(
            "دفتر {size} برگ دارد و همه به ریشهٔ امضاشده می‌رسند.",
            "The log has {size} leaves, and all lead to the signed root.",
        ).format(size=size),
    )
    if since is not None:
        _since(since, Policy.of(*policy.logs, *former), entries, report)
    statements: list[Entry] = []
    for index, entry in enumerate(entries):
        try:
            statements.append(parse_entry(entry))
        except BadStatement as error:
            report.add(
                "broken",
                f"{LOG}/{index}",
                Label("برگ {index} خوانا نیست.", "Leaf {index} cannot be read: {error}").format(
                    index=index, error=error
                ),
            )
            raise VerificationBroken from None
    if days := [statement for statement in statements if isinstance(statement, TrailDay)]:
        _days(days, report)
    _deleted(statements, report)
    return statements


def _deleted(statements: list[Entry], report: VerificationReport) -> None:
    """Originals that were deleted: nobody can look at what is gone, but each must be of a release sealed before."""
    sealed: set[str] = set()
    gone: list[OriginalDeleted] = []
    for index, statement in enumerate(statements):
        if isinstance(statement, Statement) and statement.act == "sealed":
            sealed.add(statement.ref)
        if isinstance(statement, OriginalDeleted):
            gone.append(statement)
            if statement.ref not in sealed:
                report.add(
                    "broken",
                    f"{LOG}/{index}",
                    Label(
                        "از حذف پروندهٔ اصلی {ref} می‌گوید که پیش از آن منتشر نشده است.",
                        "It tells of the deletion of the original of {ref}, which was not sealed before.",
                    ).format(ref=statement.ref),
                )
    if gone:
        report.add(
            "holds",
            LOG,
            Label(
                "{gone} برگ می‌گوید پروندهٔ اصلی پس از مهلت اعلام‌شده حذف شد (تا {last}).",
                "{gone} leaves say that an original was deleted as declared (up to {last}).",
            ).format(gone=len(gone), last=gone[-1].day),
        )


def _days(days: list[TrailDay], report: VerificationReport) -> None:
    """Days of the audit trail: only the city can show the acts behind them, but their numbers must go on."""
    for earlier, later in pairwise(days):
        if later.day <= earlier.day or later.last - later.acts < earlier.last:
            report.add(
                "broken",
                LOG,
                Label(
                    "رد کارهای {later} دنبالهٔ {earlier} نیست.",
                    "The audit trail of {later} does not continue that of {earlier}.",
                ).format(later=later.day, earlier=earlier.day),
            )
    report.add(
        "holds",
        LOG,
        Label(
            "{count} برگ از آن‌ها روزهای رد کارهای کارکنان را مهر می‌کند (بی‌نام؛ تا {last}).",
            "{count} of its leaves seal days of the officers' audit trail (no names; up to {last}).",
        ).format(count=len(days), last=days[-1].day),
    )


def _entries(evidence: Files, by: PolicyCheck, report: VerificationReport) -> list[bytes]:
    """Read every entry, rebuild the tree from them, and hold every tile against it."""
    size = by.checkpoint.size
    stored = LogReader(lambda path: evidence.get(f"{LOG}/{path}"))
    edge, entries = TreeEdge(), list[bytes]()
    try:
        for bundle in range(-(-size // WIDTH)):
            bundle_entries = stored.entries(bundle, size)
            entries += bundle_entries
            for tile, data in edge.grow([leaf_hash(entry) for entry in bundle_entries]).items():
                if tile.level != "entries" and stored.hashes(tile.level, tile.index, size)[: len(data)] != data:
                    raise LogDamaged(f"{tile.path} does not fit the entries below it")
        if edge.root() != by.checkpoint.root:
            raise LogDamaged("the entries do not lead to the root of the checkpoint")
    except FileNotFoundError as error:
        report.add(
            "broken",
            f"{LOG}/{error}",
            Label("پاره‌ای از دفتر نیست.", "A piece of the log is missing: {error}").format(error=error),
        )
        raise VerificationBroken from None
    except LogDamaged as error:
        report.add(
            "broken",
            LOG,
            Label("دفتر دست خورده است: {error}", "The log was tampered with: {error}").format(error=error),
        )
        raise VerificationBroken from None
    return entries


def _since(signed: bytes, policy: Policy, entries: list[bytes], report: VerificationReport) -> None:
    """Hold the log against a checkpoint kept from earlier."""
    try:
        earlier = policy.check(signed).checkpoint
    except (BadNote, NotSigned, UnicodeDecodeError) as error:
        report.add(
            "broken",
            "--since",
            Label("نقطهٔ بازبینیِ شما پذیرفته نیست: {error}", "Your checkpoint: {error}").format(error=error),
        )
        return
    kept = entries[: earlier.size]
    if len(kept) < earlier.size or tree.root_of([leaf_hash(entry) for entry in kept]) != earlier.root:
        report.add(
            "broken",
            LOG,
            Label(
                "دفتر دنبالهٔ آنچه پیش‌تر دیده‌اید نیست: آن زمان {size} برگ داشت.",
                "The log does not continue what you saw before: a log of {size} leaves.",
            ).format(size=earlier.size),
        )
        return
    report.add(
        "holds",
        LOG,
        Label(
            "دفتر ادامهٔ همان {size} برگی است که پیش‌تر دیده‌اید.",
            "The log continues the {size} leaves that you saw before.",
        ).format(size=earlier.size),
    )


# --- the releases ---------------------------------------------------------------------------------------------------


def standing(statements: Iterable[Entry]) -> dict[str, Statement]:
    """For every release, by its ref, the last thing the log says of it; acts that were taken back do not count."""
    numbered = [(index, statement) for index, statement in enumerate(statements) if isinstance(statement, Statement)]
    undone = {statement.voids for _index, statement in numbered if statement.act == "void"}
    return {
        statement.ref: statement for index, statement in numbered if statement.act != "void" and index not in undone
    }


def _releases(
    evidence: Evidence, statements: list[Entry], report: VerificationReport, tell: Tell, reader: RowReader
) -> None:
    logged = standing(statements)
    gone = {deletion.ref: deletion for deletion in statements if isinstance(deletion, OriginalDeleted)}
    shown = set(evidence.releases())
    for ref in sorted(shown - logged.keys()):
        report.add(
            "broken", ref, Label("نشان داده می‌شود ولی در دفتر نیست.", "It is shown, and the log does not have it.")
        )
    for position, (ref, statement) in enumerate(sorted(logged.items())):
        tell(ref, position / len(logged))
        if statement.act == "withdrawn":
            if ref in shown:
                report.add(
                    "broken", ref, Label("دفتر می‌گوید برداشته شده است.", "It is shown, and the log says withdrawn.")
                )
        elif ref not in shown:
            report.add("broken", ref, Label("در دفتر هست و نشان داده نمی‌شود.", "The log has it, and it is not shown."))
        else:
            _release(evidence, statement, report, reader, gone.get(ref))
    current = _current(
        statement for statement in logged.values() if statement.act != "withdrawn" and statement.ref in shown
    )
    for slug, releases in sorted(current.items()):
        _served(evidence, slug, releases, logged, report, reader)


def _release(
    evidence: Evidence,
    statement: Statement,
    report: VerificationReport,
    reader: RowReader,
    gone: OriginalDeleted | None = None,
) -> None:
    """Fetch one release and hold manifest, files, row commitments and totals against the log and each other."""
    ref = statement.ref
    with tempfile.TemporaryDirectory(prefix="ayan-verify-") as name:
        manifest, faults = examine_release(evidence, statement, Path(name), reader)
        wrong = list(faults)
    if manifest and gone is not None and gone.commitment != commitment_of(manifest):
        wrong.append(
            (
                MANIFEST,
                Label(
                    "پرونده‌ای که دفتر از حذفش می‌گوید، پروندهٔ این انتشار نیست.",
                    "The original that the log calls deleted is not the one this release was made from.",
                ),
            )
        )
    for file, what in wrong:
        report.add("broken", f"{ref}/{file}" if file else ref, what)
    if not wrong:
        count = sum(int(erasure["count"]) for erasure in manifest["ayan"].get("erasures", ()))
        words = (_SOUND_ERASED if count else _SOUND).format(rows=statement.rows, count=count)
        report.add("holds", ref, words)


def _current(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    """By dataset, the release of each period that holds now: the highest number."""
    highest: dict[tuple[str, str], Statement] = {}
    for statement in statements:
        held = highest.get((statement.dataset, statement.period))
        if held is None or statement.number > held.number:
            highest[statement.dataset, statement.period] = statement
    by_dataset: dict[str, list[Statement]] = {}
    for (slug, _), newest in sorted(highest.items()):
        by_dataset.setdefault(slug, []).append(newest)
    return by_dataset


def _served(
    evidence: Evidence,
    slug: str,
    current: list[Statement],
    logged: Mapping[str, Statement],
    report: VerificationReport,
    reader: RowReader,
) -> None:
    """Hold the rows that the portal answers with against the bytes of the releases they should come from."""
    last: dict[str, int] = {}
    for statement in logged.values():
        if statement.dataset == slug:
            last[statement.period] = max(statement.number, last.get(statement.period, 0))
    holding = [statement for statement in current if last[statement.period] == statement.number]
    with tempfile.TemporaryDirectory(prefix="ayan-verify-") as name:
        folder = Path(name)
        parts: dict[str, list[Path]] = {}
        size = LARGEST_DOCUMENT
        try:
            # Folders have numbers, never names that somebody else chose.
            for position, statement in enumerate(holding):
                own = folder / str(position)
                own.mkdir()
                manifest = fetch_release(evidence, statement, own)
                if manifest is None:
                    return
                size += ANSWER_SHARE * sum(part["bytes"] for part in manifest["resources"])
                parts[f"{statement.period}/{statement.number}"] = [
                    own / file_name(part) for part in manifest["resources"]
                ]
            if not holding or not evidence.served(slug, folder / "served.parquet", size):
                return
        except (FileNotFoundError, TooLong, BadManifest) as error:
            report.add("broken", f"{slug}: {error}", Label("ردیف‌ها پاسخ داده نمی‌شود.", "The rows are not answered."))
            return
        apart = reader.differing(folder / "served.parquet", parts)
    if isinstance(apart, Label):
        report.add("broken", f"{slug}/rows", apart)
    elif apart:
        report.add(
            "broken",
            f"{slug}/rows",
            Label(
                "{apart} ردیف از پاسخ سامانه با انتشارها نمی‌خواند.",
                "{apart} rows that the portal answers with are not those of the releases.",
            ).format(apart=apart),
        )
    else:
        report.add(
            "holds",
            f"{slug}/rows",
            Label("پاسخ سامانه همان ردیف‌های مهرشده است.", "The portal answers with the sealed rows."),
        )
