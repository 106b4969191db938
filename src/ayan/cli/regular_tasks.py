"""ayan daily, sources and flags: at once, what the worker does by itself from time to time."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Final

from ayan.cli import database
from ayan.cli.report_text import about, bars, say
from ayan.cli.verb import Verb, clock_argument, confirm_clock
from ayan.config.diagnosis.ledger import examine_witnesses
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.register import RegisteredFlag
from ayan.core.transparency.accountability import NotAsLogged
from ayan.core.values.label import Label
from ayan.wiring import accountability, city


def run_daily(args: argparse.Namespace) -> int:
    """Exit 1 when the audit trail, or what was kept of a sealed day, does not hold: then nothing more is sealed."""
    database.set_up()

    from ayan.apps.accounts import tasks
    from ayan.apps.accounts.audit import TrailBroken
    from ayan.apps.audits import balances
    from ayan.apps.counter.daily_round import daily_round
    from ayan.apps.desk.files import release_originals
    from ayan.apps.flags import finding_days
    from ayan.apps.logbook.tasks import bring_up
    from ayan.apps.promises import missing_data

    current_city = city.current()
    confirm_clock(args, current_city)
    try:
        accountability.check_diary(current_city)
        finding_days.check(current_city)
        gone = len(release_originals.expire())
        missing_data.keep_today(current_city)
        balances.keep_today(current_city)
        finding_days.keep_today(current_city)
        daily_round(current_city)
        done = tasks.daily_round()
        entered = bring_up(current_city)
        accountability.check_published(current_city)
    except TrailBroken as broken:
        say(
            Label("رد کارها مهر نشد: {broken}", "The audit trail was not sealed: {broken}").format(broken=broken.label),
            error=True,
        )
        return 1
    except NotAsLogged as broken:
        say(broken, error=True)
        return 1
    say(
        Label(
            "{reminded} یادآوری فرستاده، {sealed} روز مهر و {gone} پروندهٔ اصلی حذف شد.",
            "{reminded} reminders were sent, {sealed} days sealed and {gone} originals deleted.",
        ).format(reminded=done.reminded, sealed=len(done.sealed), gone=gone)
    )
    if entered.declarations or entered.days:
        say(
            Label(
                "{declared} اعلام تازه و {days} روز از گزارش روزانه در ثبت عمومی آمد.",
                "{declared} new declarations and {days} days of the diary were entered in the log.",
            ).format(declared=len(entered.declarations), days=len(entered.days))
        )
    for finding in examine_witnesses(current_city):
        if finding.state != "ok":
            say(finding.words, error=True)
    return 0


# --- ayan sources -----------------------------------------------------------------------------------------------------


def sources_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan sources``."""
    parser.add_argument("--now", metavar="CODE", default="", help="look at this one, due or not")
    parser.add_argument("--list", action="store_true", help="say how each source stands, and look at none")


def run_sources(args: argparse.Namespace) -> int:
    """Look; exit 1 when a look did not succeed, no source has the code, or the settings do not hold."""
    database.set_up()
    return _list_sources() if args.list else _run_due(args.now)


def _run_due(only: str) -> int:
    from ayan.apps.sources import tasks
    from ayan.apps.sources.labels import FAILED, RUNS
    from ayan.apps.sources.models import Source
    from ayan.apps.sources.source_types import source_type

    named = Source.objects.filter(slug=only, active=True).first() if only else None
    if only and (named is None or source_type(named.kind).sent):
        say(Label("منبع روشنی به نام {only} نیست.", "No source {only} is switched on.").format(only=only), error=True)
        return 1
    failed = False
    for done in tasks.run_due(only):
        for code in done.codes or ("nothing",):
            words, name = RUNS[code], done.source.slug
            failed = failed or code in FAILED
            say(about(name, words), error=code in FAILED)
    return 1 if failed else 0


def _list_sources() -> int:
    from ayan.apps.sources.labels import FAILED, RUNS
    from ayan.apps.sources.models import Source
    from ayan.apps.sources.source_types import source_type

    for source in Source.objects.all():
        kind = source_type(source.kind).label
        last = RUNS.get(source.last_code, Label("—", "—"))
        off = Label("", "") if source.active else Label(" (خاموش)", " (off)")
        say(
            Label("{slug}{off}: {kind}؛ {last}", "{slug}{off}: {kind}; {last}").format(
                off=off, kind=kind, last=last, slug=source.slug
            )
        )
    return 1 if Source.objects.filter(active=True, last_code__in=FAILED).exists() else 0


# --- ayan flags -------------------------------------------------------------------------------------------------------


def flags_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan flags``."""
    parser.add_argument("flag", nargs="*", metavar="OWNER/CODE", help="only these flags")
    parser.add_argument("--anew", action="store_true", help="compute also what has not changed since the last time")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run_flags(args: argparse.Namespace) -> int:
    """Exit 0 when done, 1 when a flag is not known or the settings do not hold, 2 when a declaration is refused."""
    database.set_up()
    from ayan.apps.flags import computation

    current_city = city.current()
    known = current_city.registry.flags()
    for problem in known.problems:
        say(problem.label, error=True)
    if unknown := set(args.flag) - {flag.name for flag in known.sound}:
        names = ", ".join(sorted(unknown))
        say(Label("هشداری به این نام نیست: {names}", "There is no such flag: {names}").format(names=names), error=True)
        return 1
    with bars(args.format == "json") as tell:
        tell("check", None)
        computation.compute(args.flag, anew=args.anew)
    register = current_city.flag_register.now()
    chosen = [flag for flag in known.sound if not args.flag or flag.name in args.flag]
    if args.format == "json":
        json.dump(
            [_flag_json(flag, register.flags[flag.name]) for flag in chosen], sys.stdout, ensure_ascii=False, indent=1
        )
        print()
    else:
        for flag in chosen:
            _print_flag(flag, register.flags[flag.name])
    return 2 if known.problems else 0


def _flag_json(flag: Flag, registered: RegisteredFlag) -> dict[str, Any]:
    """What a flag came to: counts alone, for a command may be read by whoever may not see names yet."""
    return {
        "flag": flag.name,
        "standard": flag.standard or None,
        "missing": [
            {"dataset": missing_input.dataset, "field": missing_input.field or None}
            for missing_input in registered.missing
        ],
        "judged": registered.judged,
        "fired": registered.fired,
        "unknown": dict(registered.unknown),
        "waiting": registered.waiting,
        "asked": registered.examined,
        "milliseconds": registered.milliseconds,
    }


def _print_flag(flag: Flag, registered: RegisteredFlag) -> None:
    mark = "?" if registered.missing or not registered.judged else "⚑" if registered.fired else "·"
    print(f"{mark} {flag.standard:<5}{flag.name}: {flag.title.fa} · {flag.title.en}")
    unknown = sum(registered.unknown.values())
    print(f"    {registered.judged:,} / {registered.fired:,} ⚑ / {unknown:,} ?  {registered.milliseconds:,} ms")
    for missing_input in registered.missing:
        print(f"    ? {missing_input.dataset}{'.' + missing_input.field if missing_input.field else ''}")


VERBS: Final = (
    Verb(
        "daily",
        "send reminders, seal the audit trail, keep what is missing and what fails, delete what is past its time",
        run_daily,
        clock_argument,
    ),
    Verb("sources", "look at watched folders, databases and addresses that are due", run_sources, sources_arguments),
    Verb("flags", "compute the declared integrity flags over what is published", run_flags, flags_arguments),
)
