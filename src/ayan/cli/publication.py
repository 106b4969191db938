"""ayan template, check and publish: a file, from the empty workbook to the sealed release."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ayan.cli import balances
from ayan.cli.report_text import bars, issue_lines, say
from ayan.cli.verb import Verb, clock_argument, confirm_clock, known_dataset, local
from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import Draft, NotReady, write_draft
from ayan.core.publish.examination import Examined, examine
from ayan.core.publish.sealing import ReleaseRefused, check_approvals, check_correction, seal
from ayan.core.refine import code_nods
from ayan.core.refine.corrections import accepted
from ayan.core.refine.date_orders import ORDERS, BadOrder, check_orders
from ayan.core.refine.money_units import ANYTHING, BadUnit, StatedUnit, check_units
from ayan.core.refine.privacy_guard import HIDDEN, NoWaivers, read_waivers
from ayan.core.refine.roundtrip import annotate_workbook
from ayan.core.refine.template import write_template
from ayan.core.schema.catalogue import ACCEPTABLE, UNITS
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import Issue
from ayan.core.store.correction_reason import CORRECTION_REASONS, CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.system.progress import Progress
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.money import MONEY_UNITS
from ayan.wiring import accountability, city

_TWO_UNITS: Final = Label("برای {name} دو واحد گفته شده است.", "Two units are said of {name}.")
_TWO_ORDERS: Final = Label("برای {name} دو ترتیب گفته شده است.", "Two orders are said of {name}.")
ALLOW: Final = "AYAN_ALLOW_CLI_APPROVAL"


def template_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan template``."""
    parser.add_argument("dataset", metavar="SLUG")
    parser.add_argument("file", type=local, metavar="FILE", help="where the workbook is written, as .xlsx")
    parser.add_argument(
        "--lang", choices=locale.codes(), default=locale.DEFAULT.code, help="the language of its headers"
    )


def run_template(args: argparse.Namespace) -> int:
    """Exit 0 when it is written, 2 for an unknown dataset or another ending than .xlsx."""
    dataset = known_dataset(city.current(), args.dataset)
    if dataset is None:
        return 2
    if args.file.suffix.lower() != ".xlsx":
        say(Label("نام پرونده باید به xlsx. پایان یابد.", "The name of the file must end in .xlsx."), error=True)
        return 2
    write_template(dataset.taking(today(city.current().clock)), args.file, args.lang)
    say(Label("نوشته شد: {file}", "Written: {file}").format(file=args.file))
    return 0


# --- ayan check -------------------------------------------------------------------------------------------------------


def check_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan check``."""
    _file_arguments(parser)
    parser.add_argument(
        "--remarks", type=local, metavar="XLSX", help="write a copy of the file with remarks beside its cells"
    )


def run_check(args: argparse.Namespace) -> int:
    """Exit 0 without an error-level issue, 1 with one, 2 when the file cannot be read (and says why)."""
    home = city.current()
    dataset = known_dataset(home, args.dataset)
    waivers = _read_waivers(args.waivers)
    if dataset is None or waivers is None or (said := _read_said(args, dataset)) is None:
        return 2
    with (
        bars(args.format == "json") as tell,
        _examined(args, home, dataset, waivers, said, tell) as examined,
    ):
        if args.remarks:
            annotate_workbook(examined.refined, args.remarks)
        _report(examined, args.format, balances.hold(home, examined, tell))
        return 1 if examined.refined.errors else 0


# --- ayan publish -----------------------------------------------------------------------------------------------------


def publish_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan publish``."""
    _file_arguments(parser)
    parser.add_argument("--by", required=True, metavar="NAME", help="who sends the file")
    parser.add_argument(
        "--approve", action="append", default=[], metavar="NAME", help="who approves it; may be repeated"
    )
    balances.override_arguments(parser)
    parser.add_argument("--partial", metavar="REASON", help="leave out the rows that carry errors, and say why")
    parser.add_argument(
        "--reason",
        type=_reason,
        metavar="CODE[:WORDS]",
        help=f"why it takes the place of an earlier release of its period: {', '.join(CORRECTION_REASONS)}",
    )
    clock_argument(parser)


def _reason(text: str) -> CorrectionReason:
    try:
        return CorrectionReason.read(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"one of: {', '.join(CORRECTION_REASONS)}") from None


def run_publish(args: argparse.Namespace) -> int:
    """Exit as ``check``; 3 when policy refuses. Nothing is sealed while an error stands."""
    home = city.current()
    dataset = known_dataset(home, args.dataset)
    waivers = _read_waivers(args.waivers)
    if dataset is None or waivers is None or (said := _read_said(args, dataset)) is None:
        return 2
    reasons = _override_reasons(args, waivers)
    if reasons is None:
        return 3
    context = home.publish_context
    with (
        bars(args.format == "json") as tell,
        _examined(args, home, dataset, waivers, said, tell) as examined,
    ):
        try:
            draft = write_draft(
                context,
                examined,
                sent_by=args.by,
                reconciler=home.reconciler(dataset.slug),
                progress=tell,
            )
            draft = draft.overridden(balances.overrides_of(draft.trials, reasons, args.overridden_by))
        except NotReady:
            _report(examined, args.format)
            return 1
        now = context.clock.now()
        approvals = [Approval(name, now, "cli", draft.digest) for name in args.approve]
        try:
            check_approvals(draft, approvals)
            check_correction(draft.base, args.reason)
            confirm_clock(args, home)
            # What is sealed is read by what was declared, so that stands in the log before it.
            accountability.declare(home, dataset.slug)
            release = seal(context, draft, approvals, tell, reason=args.reason)
        except ReleaseRefused as refusal:
            context.release_store.discard(draft.staged)
            for line in balances.trial_lines(draft.trials) if refusal.code == "balance-fails" else ():
                print(line, file=sys.stderr)
            say(refusal, error=True)
            return 3
        except BaseException:
            if draft.staged.exists():
                context.release_store.discard(draft.staged)
            else:
                say(Label("پیش از این اشکال منتشر شده بود.", "It had been published before this trouble."), error=True)
            raise
        issues = examined.refined.issues
    _report_release(release, draft, issues, args.format)
    return 0


def _override_reasons(args: argparse.Namespace, waivers: Mapping[str, str]) -> dict[str, str] | None:
    """Why balances are overridden, by their names; None after saying that the command may not do what was asked."""
    reasons = balances.read_overrides(args)
    if isinstance(reasons, Label):
        say(reasons, error=True)
        return None
    if (args.approve or waivers or reasons) and os.environ.get(ALLOW) != "1":
        say(
            Label(
                "تأیید از خط فرمان خاموش است. اگر مجاز است {allow}=1 را بگذارید.",
                "Approval on the command line is off. Set {allow}=1 where it is allowed.",
            ).format(allow=ALLOW),
            error=True,
        )
        return None
    return reasons


def _report_release(release: Release, draft: Draft, issues: Sequence[Issue], how: str) -> None:
    """Print what was published, and what was found on the way."""
    if how == "json":
        sealed: dict[str, Any] = {"release": release.ref, "digest": f"sha256:{release.digest}", "rows": release.rows}
        if draft.trials:
            sealed["balances"] = balances.trials_json(draft.trials)
        json.dump(sealed | {"sealed_at": release.sealed_at.isoformat()}, sys.stdout, ensure_ascii=False)
        print()
        return
    passed = {override.balance for override in draft.facts.overrides}
    for line in (
        *issue_lines([issue for issue in issues if issue.level != "info"]),
        *balances.trial_lines(draft.trials, passed),
    ):
        print(line)
    print(release.ref)
    print(f"sha256:{release.digest}")


# --- what check and publish share -------------------------------------------------------------------------------------


def _file_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which file is read and as what."""
    parser.add_argument("file", type=local, metavar="FILE")
    parser.add_argument("--dataset", required=True, metavar="SLUG")
    parser.add_argument("--period", metavar="P", help="1403-05, 1403-Q2, 1403, 1403-05-12; none for a register")
    parser.add_argument("--source", default="default", metavar="NAME", help="the declared layout of the sender's file")
    parser.add_argument("--sheet", metavar="S", help="which sheet of a workbook")
    parser.add_argument(
        "--unit",
        action="append",
        default=[],
        metavar="FIELD=UNIT",
        help=f"the unit of money that the column of a field is in; may be repeated; one of {', '.join(MONEY_UNITS)}",
    )
    parser.add_argument(
        "--date-order",
        action="append",
        default=[],
        metavar="FIELD=ORDER",
        help=f"whether day or month comes first in the dates of a field; may be repeated; one of {', '.join(ORDERS)}",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        choices=ACCEPTABLE,
        metavar="CODE",
        help=f"what was asked about is right as it stands; may be repeated; one of {', '.join(ACCEPTABLE)}",
    )
    parser.add_argument(
        "--hidden-as-meant",
        action="store_true",
        help="hidden rows, columns and sheets were looked at and belong to what is sent; approvers are told",
    )
    parser.add_argument(
        "--leave-hidden-rows",
        metavar="REASON",
        help="hidden rows are no part of what is sent, and why; the release says how many were left out",
    )
    parser.add_argument(
        "--waivers",
        type=local,
        metavar="JSON",
        help="which privacy hits are waived, and why: {fingerprint: reason}",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _read_waivers(path: Path | None) -> dict[str, str] | None:
    """The privacy hits that are waived, from the file of ``--waivers``; None after saying why it cannot be used."""
    if path is None:
        return {}
    try:
        return read_waivers(path.read_text("utf-8"))
    except NoWaivers as refusal:
        say(refusal, error=True)
    except (OSError, UnicodeDecodeError):
        say(Label("{path} خواندنی نیست.", "{path} cannot be read.").format(path=path), error=True)
    return None


@dataclass(frozen=True, slots=True)
class _Said:
    """What the arguments say of columns, whatever the file says: units of money, and orders of day and month."""

    units: Mapping[str, StatedUnit]
    date_orders: Mapping[str, str]


def _read_said(args: argparse.Namespace, dataset: Dataset) -> _Said | None:
    """``--unit`` and ``--date-order``; None after saying why one of them cannot be taken."""
    units, orders = _pairs(args.unit), _pairs(args.date_order)
    try:
        check_units(dataset, units)
        check_orders(dataset, orders)
    except (BadUnit, BadOrder) as refusal:
        say(refusal, error=True)
        return None
    for pairs, label in ((units, _TWO_UNITS), (orders, _TWO_ORDERS)):
        twice = next((name for name, _ in pairs if len({other for each, other in pairs if each == name}) > 1), None)
        if twice is not None:
            say(label.format(name=twice), error=True)
            return None
    return _Said({name: StatedUnit(unit, (ANYTHING,)) for name, unit in units}, dict(orders))


def _pairs(given: Sequence[str]) -> list[tuple[str, str]]:
    return [(name.strip(), said.strip()) for name, _, said in (each.partition("=") for each in given)]


def _examined(
    args: argparse.Namespace,
    home: city.City,
    dataset: Dataset,
    waivers: Mapping[str, str],
    said: _Said,
    tell: Progress,
) -> AbstractContextManager[Examined]:
    """The file of the arguments, examined as one of ``dataset``."""
    # A hidden column is a decision of its own, the rows and the sheet are one each.
    fields = (None, *(field.name for field in dataset.published)) if args.hidden_as_meant else ()
    meant = tuple(accepted(code, field, 1) for code in sorted(HIDDEN) for field in fields)
    return examine(
        home.publish_context,
        dataset,
        args.file,
        ClerkDecisions(
            args.period,
            fixes=meant,
            waivers=waivers,
            partial=getattr(args, "partial", None),
            units=said.units,
            date_orders=said.date_orders,
            accepted={code: sys.maxsize for code in args.accept if code != code_nods.CODE},
            nods=(code_nods.ANYTHING,) if code_nods.CODE in args.accept else (),
        ),
        source=args.source,
        sheet=args.sheet,
        leave_hidden=args.leave_hidden_rows,
        progress=tell,
    )


def _report(examined: Examined, how: str, trials: Sequence[DraftTrial] = ()) -> None:
    """Print what was found, as text in both languages or as JSON."""
    if how == "json":
        document = examined.as_json() | {"balances": balances.trials_json(trials)}
        json.dump(document, sys.stdout, ensure_ascii=False, indent=1)
        print()
        return
    for line in (*issue_lines(examined.refined.issues), *balances.trial_lines(trials)):
        print(line)
    _hint(examined)
    _hint_hidden(examined)
    counts = examined.refined.counts
    print(
        f"{examined.dataset.slug}/{examined.period}: rows read {counts.read:,} · good {counts.good:,} · "
        f"totals rows {counts.totals} · errors {sum(issue.count for issue in examined.refined.errors):,}"
    )


def _hint_hidden(examined: Examined) -> None:
    """Say how hidden cells are sent all the same, where some are in the way."""
    if any(issue.code in HIDDEN for issue in examined.refined.errors):
        say(
            Label(
                "اگر آنچه پنهان است دیده شده و جزو داده است: --hidden-as-meant؛ "
                "اگر ردیف‌های پنهان جزو داده نیست: --leave-hidden-rows 'چرا'",
                "If what is hidden was looked at and belongs to the data: --hidden-as-meant; "
                "if hidden rows are no part of it: --leave-hidden-rows 'why'",
            )
        )


def _hint(examined: Examined) -> None:
    """Say how what is asked about is answered: a unit of money, and what may be right as it stands."""
    asked = sorted({str(issue.field) for issue in examined.refined.errors if issue.code in UNITS})
    if asked:
        options = " ".join(f"--unit {name}=…" for name in asked)
        say(Label("واحد را چنین بگویید: {options}", "Name the unit like this: {options}").format(options=options))
    asked = sorted({issue.code for issue in examined.refined.errors if issue.code in ACCEPTABLE})
    if asked:
        options = " ".join(f"--accept {code}" for code in asked)
        say(Label("اگر همان درست است: {options}", "If it is right as it stands: {options}").format(options=options))


VERBS: Final = (
    Verb("template", "write a workbook to fill in", run_template, template_arguments),
    Verb("check", "check a file and write nothing", run_check, check_arguments),
    Verb("publish", "take a file all the way to a sealed release", run_publish, publish_arguments),
)
