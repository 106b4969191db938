"""ayan verify SOURCE: whether what a portal, an export or a proof shows is what was sealed and logged."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.x509 import Certificate, load_pem_x509_certificates

from ayan.cli.report_text import bars, say
from ayan.cli.verb import Verb, local
from ayan.core.continuity.copy_seal import check_copy
from ayan.core.ledger.note import BadNote, BadNoteKey, NotSigned, Verifier
from ayan.core.ledger.opening import Opening
from ayan.core.ledger.proof import FIRST_LINE, check_proof, parse_proof
from ayan.core.ledger.tree import BadProof
from ayan.core.ledger.trust_policy import BadPolicy, Policy, PolicyCheck, parse_policy
from ayan.core.transparency.anchors import check_anchors
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.entries.entry import UnknownEntry, read_entry
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.core.transparency.entries.notice import NOTICES, Notice
from ayan.core.transparency.entries.original_deletion import OriginalDeleted
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.core.transparency.evidence import MANIFEST, Evidence, Folder, Portal, Unreachable
from ayan.core.transparency.key_chain import followed, followed_in_proof
from ayan.core.transparency.later_states import OF_THEN, tell_later
from ayan.core.transparency.limits import LARGEST_SEED
from ayan.core.transparency.log_verification import EVENTS, read_log
from ayan.core.transparency.public_answers import Chance
from ayan.core.transparency.release_verification import VerdictLevel, VerificationBroken, VerificationReport, check_file
from ayan.core.transparency.verification import verify
from ayan.core.values.clock import TEHRAN
from ayan.core.values.label import Label, day_label, joined

LOG: Final = "log/"
VKEY: Final = "log/vkey"
_MARKS: Final = {"holds": "✓", "note": "!", "broken": "✗"}


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan verify``."""
    parser.add_argument(
        "source", metavar="SOURCE", help="a portal's address, an export's folder, a proof file, or a release's file"
    )
    parser.add_argument(
        "--proof",
        type=local,
        metavar="FILE",
        help=f"proves the release of SOURCE, whose {MANIFEST} is beside it",
    )
    parser.add_argument("--key", type=local, metavar="FILE", help="the log's public key, as you got it elsewhere")
    parser.add_argument("--policy", type=local, metavar="FILE", help="the logs and witnesses you believe (tlog-policy)")
    parser.add_argument("--since", type=local, metavar="CHECKPOINT", help="a checkpoint you kept from earlier")
    parser.add_argument(
        "--former",
        action="append",
        default=[],
        type=local,
        metavar="FILE",
        help="an older key, for --since alone",
    )
    parser.add_argument(
        "--max-age",
        type=_hours,
        metavar="HOURS",
        help="the newest signature of a witness may be so old at most (hours, or days as 7d)",
    )
    parser.add_argument(
        "--tsa",
        action="append",
        default=[],
        type=local,
        metavar="FILE",
        help="the certificate (PEM) of a time-stamping authority you believe, for anchors in time; may be repeated",
    )
    parser.add_argument("--whole", action="store_true", help="read all that people read, not some of it by chance")
    parser.add_argument(
        "--seed", type=_seed, metavar="N", help="draw what an earlier verification drew, by the seed that it printed"
    )
    parser.add_argument(
        "--now", metavar="SOURCE", help="with a proof: the portal or folder whose log says what came after it"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _hours(text: str) -> timedelta:
    """A length of time as an argument: ``48``, ``48h`` or ``7d``."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})([hd]?)", text, re.ASCII)
    if match is None:
        raise argparse.ArgumentTypeError("hours, such as 48, or days, such as 7d")
    return timedelta(days=int(match[1])) if match[2] == "d" else timedelta(hours=int(match[1]))


def run_verify(args: argparse.Namespace) -> int:
    """Exit 0 when everything holds, 1 when something does not, 2 when nothing could be looked at."""
    try:
        report = _report(args)
    except (Unreachable, OSError) as fault:
        say(
            Label("به این منبع دسترسی نیست: {fault}", "The source cannot be reached: {fault}").format(fault=fault),
            error=True,
        )
        return 2
    except (BadNoteKey, BadPolicy) as fault:
        say(
            Label("کلید یا سیاست پذیرفته نیست: {fault}", "The key or the policy is not accepted: {fault}").format(
                fault=fault
            ),
            error=True,
        )
        return 2
    if args.format == "json":
        json.dump(_as_json(report), sys.stdout, ensure_ascii=False, indent=2)
        print()
    else:
        for finding in report.findings:
            print(f"{_MARKS[finding.level]} {finding.where}: {finding.what.fa}\n  {finding.what.en}")
        _conclude(report)
    return 0 if report.holds else 1


def _report(args: argparse.Namespace) -> VerificationReport:
    with ExitStack() as stack:
        return _checked(args, stack)


def _checked(args: argparse.Namespace, stack: ExitStack) -> VerificationReport:
    path = Path(args.source)
    file = args.proof or (path if path.is_file() else None)
    proof = file.read_bytes() if file else None
    if proof is not None and not proof.startswith(FIRST_LINE.encode()):
        raise Unreachable(f"{file} is not a proof; a release's file is checked with --proof")
    evidence: Evidence | None = None
    if proof is None:
        evidence = stack.enter_context(closing(_evidence(args.source)))
    policy, own = _policy(args, evidence)
    policy, rotation = _followed(policy, evidence, proof)
    report = _proof(proof, policy, path if args.proof else None, args.now) if proof is not None else None
    if report is None and evidence is not None:
        since = args.since.read_bytes() if args.since else None
        former = [Verifier.parse(file.read_text(encoding="utf-8")) for file in args.former]
        chance = Chance.fresh(whole=args.whole) if args.seed is None else Chance(args.seed, args.whole)
        with bars(args.format == "json") as tell:
            report = verify(evidence, policy, since=since, former=former, chance=chance, tell=tell)
            if isinstance(evidence, Folder):
                tell("files", None)
                check_copy(path, policy, report)
    if report is None:
        raise Unreachable(args.source)
    if rotation is not None:
        words = Label(
            "کلیدی که دادید در {at} عوض شده است؛ هر دو کلید آن را امضا کرده‌اند (برگ {index}). "
            "اکنون کلید ثبت عمومی این است: "
            "{new}. آن را با آنچه شهر بیرون از سامانه اعلام کرده است بسنجید.",
            "The key that you gave was changed at {at}, and both keys have signed that (leaf {index}). From now on the "
            "log's key is {new}: compare it with what the city states outside its portal.",
        ).format(at=rotation.at, index=rotation.size, new=rotation.new)
        report.add("note", "--key", words, "key-rotated")
    if evidence is not None and report.checkpoint is not None:
        check_anchors(evidence, policy.logs, report.checkpoint.checkpoint, _authorities(args.tsa), report)
    if args.max_age is not None and report.checkpoint is not None:
        _bound_age(report.checkpoint, args.max_age, report)
    if own:
        report.add(
            "note",
            "--key",
            Label(
                "کلید از خود سامانه گرفته شد، و این اثبات نیست: کلید را از جای دیگری بگیرید و با --key بدهید.",
                "The key came from the portal itself, which proves nothing: get it elsewhere and give it with --key.",
            ),
        )
    return report


def _authorities(files: Sequence[Path]) -> list[Certificate]:
    """The certificates (PEM) of the time-stamping authorities that the user believes."""
    try:
        return [root for file in files for root in load_pem_x509_certificates(file.read_bytes())]
    except ValueError:
        raise Unreachable("a certificate is PEM: -----BEGIN CERTIFICATE-----") from None


def _followed(policy: Policy, evidence: Evidence | None, proof: bytes | None) -> tuple[Policy, KeyRotation | None]:
    """The policy with the key that the log has now, where leaves that both keys signed lead there; the last of them."""
    try:
        if proof is not None:
            return followed_in_proof(proof, policy)
    except (BadProof, BadNote, UnicodeDecodeError):
        return policy, None
    return followed(lambda path: evidence.get(LOG + path), policy) if evidence is not None else (policy, None)


def _bound_age(by: PolicyCheck, most: timedelta, report: VerificationReport) -> None:
    """Name a state that no witness has signed lately: an old one may be shown for ever."""
    newest = max(by.cosigned.values(), default=None)
    if newest is None:
        words = Label(
            "گواهی که به او اعتماد دارید این وضعیت را امضا نکرده است، پس تازگی‌اش سنجیدنی نیست.",
            "No witness that you believe has signed this state, so nobody knows how old it is.",
        )
        report.add("broken", "--max-age", words, "no-witness")
    elif (age := datetime.now(UTC) - datetime.fromtimestamp(newest, UTC)) > most:
        words = Label(
            "تازه‌ترین امضای گواهان {age} ساعت پیش بوده است، بیش از {most} ساعت.",
            "The newest signature of a witness is {age} hours old, more than {most}.",
        ).format(age=_in_hours(age), most=_in_hours(most))
        report.add("broken", "--max-age", words, "stale")


def _in_hours(length: timedelta) -> int:
    return int(length / timedelta(hours=1))


def _seed(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:20]) < LARGEST_SEED):
        raise argparse.ArgumentTypeError(f"a whole number below {LARGEST_SEED}")
    return int(text)


def _evidence(source: str) -> Evidence:
    return Portal(source) if "://" in source else Folder(Path(source))


def _policy(args: argparse.Namespace, evidence: Evidence | None) -> tuple[Policy, bool]:
    """Whom the user believes; and whether that is the portal's word alone."""
    if args.policy:
        return parse_policy(args.policy.read_text(encoding="utf-8")), False
    if args.key:
        return Policy.of(Verifier.parse(args.key.read_text(encoding="utf-8"))), False
    if evidence is None:
        raise BadNoteKey("a proof is checked with --key or --policy")
    try:
        return Policy.of(Verifier.parse(evidence.get(VKEY).decode("ascii"))), True
    except FileNotFoundError:
        raise Unreachable(f"{evidence.name} keeps no log ({VKEY})") from None


def _proof(data: bytes, policy: Policy, file: Path | None = None, now: str | None = None) -> VerificationReport:
    """What a proof says, and, given one, whether a release's ``file`` is of the release that it names.

    ``now`` is where the log of today is, which says what came after.
    """
    report = VerificationReport()
    try:
        proved = check_proof(data, policy)
        statement = read_entry(proved.leaf)
    except (BadProof, BadNote, NotSigned, ValueError) as fault:
        report.add(
            "broken", "proof", Label("اثبات درست نیست: {fault}", "The proof does not hold: {fault}").format(fault=fault)
        )
        return report
    report.checkpoint = proved.by
    if isinstance(statement, UnknownEntry):
        words = Label("برگی که این نسخه نمی‌شناسد: {kind}", "a leaf that this version does not know: {kind}").format(
            kind=statement.kind or "–"
        )
        level: VerdictLevel = "broken" if statement.malformed else "note"
        report.add(level, f"log/{proved.index}", words, "malformed" if statement.malformed else "unknown-kind")
        return report
    if file is not None and not isinstance(statement, Statement):
        report.add("broken", "proof", Label("این اثبات از هیچ انتشاری نیست.", "The proof is not of a release."))
    if not isinstance(statement, Statement):
        report.add("holds", f"log/{proved.index}", _said(statement))
        return report
    report.add(
        "holds",
        f"log/{proved.index}",
        Label("{ref}: {act}، {at}، {rows} ردیف", "{ref}: {act} at {at}, {rows} rows").format(
            ref=statement.ref, act=statement.act, at=statement.at, rows=statement.rows
        ),
    )
    if proved.row is not None:
        _row(proved.row, statement, report)
    if file is not None:
        check_file(file, statement, report)
    if now is None:
        report.add("note", "proof", OF_THEN.format(size=proved.by.checkpoint.size), "state-of-then")
    else:
        with closing(_evidence(now)) as evidence:
            _later(evidence, policy, parse_proof(data).checkpoint, proved.index, statement, report)
    return report


def _later(
    evidence: Evidence, policy: Policy, then: bytes, index: int, statement: Statement, report: VerificationReport
) -> None:
    """What the log of today says of the release since the checkpoint of ``then``, which it must continue."""
    own = VerificationReport()
    try:
        history = read_log(evidence, policy, own, since=then)
    except VerificationBroken:
        history = None
    report.findings += [finding for finding in own.findings if finding.level == "broken"]
    if history is not None:
        tell_later(history, statement, index, report)


def _said(entry: TrailDay | OriginalDeleted | Declaration | DiaryDay | Notice | KeyRotation) -> Label:
    """What an entry says that is of no act on a release."""
    match entry:
        case Notice() | KeyRotation():
            words = EVENTS["rotated"] if isinstance(entry, KeyRotation) else NOTICES[entry.code]
            return Label("{words}، {at}", "{words}, {at}").format(words=words, at=entry.at)
        case TrailDay():
            return Label(
                "رد کارهای کارکنان در {day}: {acts} کار، اثر انگشت {head}",
                "the officers' audit trail of {day}: {acts} acts, digest {head}",
            ).format(day=entry.day, acts=entry.acts, head=entry.head)
        case Declaration():
            return Label(
                "شهر {path} را اعلام می‌کند از {at}، اثر انگشت {digest}",
                "the city declares {path} from {at} on, digest {digest}",
            ).format(path=entry.path, at=entry.at, digest=entry.digest or "–")
        case DiaryDay():
            parts = ", ".join(f"{name} {digest}" for name, digest in sorted(entry.parts.items()))
            return Label("گزارش روزانهٔ {day}: {parts}", "the diary of {day}: {parts}").format(
                day=entry.day, parts=parts
            )
    return Label(
        "پروندهٔ اصلی {ref} در {day} حذف شد، طبق {rule}",
        "the original of {ref} was deleted on {day}, as declared ({rule})",
    ).format(ref=entry.ref, day=entry.day, rule=entry.rule)


def _row(row: Opening, statement: Statement, report: VerificationReport) -> None:
    """What a proof says of a row; without text and salt, nothing."""
    where = f"{statement.ref}, {row.position + 1}/{row.rows}"
    if row.text is not None:
        text = row.text.decode()
        report.add("holds", where, Label(text, text))
    else:
        # Whoever takes text and salt out of a proof must not get it called erased.
        words = Label(
            "اثبات نشد: متن ردیف و نمکش در پرونده نیست و چکیدهٔ تنها چیزی نمی‌گوید. "
            "پاک‌شدن ردیف را برگ خودِ پاک‌کردن نشان می‌دهد، نه این پرونده.",
            "Not proved: the file lacks the row's text and salt, and a hash alone says nothing. "
            "That rows were erased is shown by the leaf of the erasure, not by this file.",
        )
        report.add("broken", where, words, "row-not-proved")


def _conclude(report: VerificationReport) -> None:
    broken = sum(finding.level == "broken" for finding in report.findings)
    if broken:
        say(Label("{broken} مورد درست نیست.", "{broken} things do not hold.").format(broken=broken))
        return
    seen = _witness_text(report.checkpoint)
    say(Label("همه درست است. {seen}", "Everything holds. {seen}").format(seen=seen))


def _witness_text(by: PolicyCheck | None) -> Label:
    """Who has cosigned the checkpoint, and when."""
    if by is None or not by.cosigned:
        return Label(
            "هیچ گواهی این وضعیت را امضا نکرده یا گواهی نخواسته‌اید.",
            "No witness that you believe has signed this state.",
        )
    times = {name: datetime.fromtimestamp(at, TEHRAN) for name, at in sorted(by.cosigned.items())}
    days = {name: day_label(at.date()) for name, at in times.items()}
    each = (Label("{name} در {day}", "{name} on {day}").format(name=name, day=day) for name, day in days.items())
    age = datetime.now(UTC) - datetime.fromtimestamp(max(by.cosigned.values()), UTC)
    return Label(
        "گواهان: {names}؛ تازه‌ترین امضا {age} ساعت پیش.",
        "Witnessed by {names}; the newest signature is {age} hours old.",
    ).format(names=joined(each), age=max(0, _in_hours(age)))


def _as_json(report: VerificationReport) -> dict[str, object]:
    by = report.checkpoint
    return {
        "holds": report.holds,
        "size": by.checkpoint.size if by else None,
        "root": by.checkpoint.root.hex() if by else None,
        "witnesses": dict(by.cosigned) if by else {},
        "newest_cosignature": max(by.cosigned.values(), default=None) if by else None,
        "findings": [finding.as_json() for finding in report.findings],
    }


VERBS: Final = (Verb("verify", "check a portal, an export or a proof against the log", run_verify, verify_arguments),)
