"""Verifying a portal or an export: the log against its signatures, every release against the log and its bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ayan.core.ledger.note import Verifier
from ayan.core.ledger.policy import Policy
from ayan.core.store.manifest import TOTAL_RULES, file_name
from ayan.core.transparency.entries.original_deleted import commitment_of
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import MANIFEST, Evidence, TooLong
from ayan.core.transparency.limits import ANSWER_SHARE, LARGEST_DOCUMENT
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.log_verification import read_log
from ayan.core.transparency.manifest_facts import ReleaseFault
from ayan.core.transparency.reading_apart import RowReader
from ayan.core.transparency.release_verification import (
    BadManifest,
    VerificationBroken,
    VerificationReport,
    examine_release,
    fetch_release,
)
from ayan.core.values.label import Label

Tell = Callable[[str, float | None], None]

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
        history = read_log(evidence, policy, report, since=since, former=former)
    except VerificationBroken:
        return report
    with RowReader() as reader:
        _releases(evidence, history, report, say, reader)
    return report


# --- the releases ---------------------------------------------------------------------------------------------------


def _releases(
    evidence: Evidence, history: LogHistory, report: VerificationReport, tell: Tell, reader: RowReader
) -> None:
    logged = history.standing()
    shown = set(evidence.releases())
    for ref in sorted(shown - logged.keys()):
        words = Label("نشان داده می‌شود ولی در دفتر نیست.", "It is shown, and the log does not have it.")
        report.add("broken", ref, words, "unlogged")
    ruled: dict[str, bool] = {}
    for position, (ref, statement) in enumerate(sorted(logged.items())):
        tell(ref, position / len(logged))
        if statement.act == "withdrawn":
            if ref in shown:
                words = Label("دفتر می‌گوید برداشته شده است.", "It is shown, and the log says withdrawn.")
                report.add("broken", ref, words, "withdrawn-shown")
        elif ref not in shown:
            words = Label("در دفتر هست و نشان داده نمی‌شود.", "The log has it, and it is not shown.")
            report.add("broken", ref, words, "hidden")
        elif manifest := _release(evidence, history, statement, report, reader):
            ruled[ref] = TOTAL_RULES in manifest["ayan"]
    _check_rules(history, ruled, report)
    current = _current(
        statement for statement in logged.values() if statement.act != "withdrawn" and statement.ref in shown
    )
    for slug, releases in sorted(current.items()):
        _served(evidence, slug, releases, logged, report, reader)


def _release(
    evidence: Evidence, history: LogHistory, statement: Statement, report: VerificationReport, reader: RowReader
) -> Mapping[str, Any]:
    """Fetch one release and hold manifest, files, row commitments and totals against the log and each other.

    Returns its manifest; nothing where it could not be had.
    """
    ref = statement.ref
    gone = history.originals.get(ref)
    with tempfile.TemporaryDirectory(prefix="ayan-verify-") as name:
        manifest, faults = examine_release(evidence, history.releases[ref], Path(name), reader)
        wrong = list(faults)
    if manifest and gone is not None and gone.commitment != commitment_of(manifest):
        words = Label(
            "پرونده‌ای که دفتر از حذفش می‌گوید، پروندهٔ این انتشار نیست.",
            "The original that the log calls deleted is not the one this release was made from.",
        )
        wrong.append(ReleaseFault("original-other", MANIFEST, words))
    for fault in wrong:
        where = f"{ref}/{fault.file}" if fault.file else ref
        report.add("broken" if fault.broken else "note", where, fault.what, fault.code)
    if not any(fault.broken for fault in wrong):
        count = sum(int(erasure["count"]) for erasure in manifest["ayan"].get("erasures", ()))
        words = (_SOUND_ERASED if count else _SOUND).format(rows=statement.rows, count=count)
        report.add("holds", ref, words)
    return manifest


def _check_rules(history: LogHistory, ruled: Mapping[str, bool], report: VerificationReport) -> None:
    """Manifests of older versions state no rules of totals; once a log has one that does, all later ones must."""
    first = min((history.releases[ref].index for ref, has in ruled.items() if has), default=None)
    for ref in sorted(ref for ref, has in ruled.items() if not has):
        if first is not None and history.releases[ref].index > first:
            words = Label(
                "شناسنامه قاعدهٔ جمع‌ها را ندارد، با آنکه انتشارهای پیش از آن دارند.",
                "The manifest states no rules of its totals, though releases before it do.",
            )
            report.add("broken", f"{ref}/{MANIFEST}", words, "total-rules")


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
            report.add(
                "broken",
                f"{slug}: {error}",
                Label("ردیف‌ها پاسخ داده نمی‌شود.", "The rows are not answered."),
                "rows-unanswered",
            )
            return
        apart = reader.differing(folder / "served.parquet", parts)
    if isinstance(apart, Label):
        report.add("broken", f"{slug}/rows", apart, "rows-unreadable")
    elif apart:
        report.add(
            "broken",
            f"{slug}/rows",
            Label(
                "{apart} ردیف از پاسخ سامانه با انتشارها نمی‌خواند.",
                "{apart} rows that the portal answers with are not those of the releases.",
            ).format(apart=apart),
            "rows-apart",
        )
    else:
        report.add(
            "holds",
            f"{slug}/rows",
            Label("پاسخ سامانه همان ردیف‌های مهرشده است.", "The portal answers with the sealed rows."),
        )
