"""ayan sources: look at the sources that are due, as the worker does; or say how each of them stands."""

from __future__ import annotations

import argparse
import os

from ayan.cli.report_text import about, say
from ayan.cli.serve import prepare
from ayan.config.env import Misconfigured
from ayan.core.values.label import Label


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan sources``."""
    parser = verbs.add_parser("sources", help="look at watched folders, databases and addresses that are due")
    parser.add_argument("--now", metavar="CODE", default="", help="look at this one, due or not")
    parser.add_argument("--list", action="store_true", help="say how each source stands, and look at none")


def run(args: argparse.Namespace) -> int:
    """Look; exit 1 when a look did not succeed, no source has the code, or the settings do not hold."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    try:
        prepare()
    except Misconfigured as fault:
        say(
            Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    return _listed() if args.list else _run(args.now)


def _run(only: str) -> int:
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


def _listed() -> int:
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
