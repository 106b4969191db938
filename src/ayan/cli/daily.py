"""ayan daily: reminders, the seal of the trail, the diary of what is missing, the balances, the end of originals."""

from __future__ import annotations

import argparse
import os

from ayan.cli.report_text import say
from ayan.cli.serve import prepare
from ayan.core.values.label import Label


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan daily``: there are none."""
    verbs.add_parser(
        "daily",
        help="send reminders, seal the audit trail, keep what is missing and what fails, delete what is past its time",
    )


def run(_args: argparse.Namespace) -> int:
    """Exit 1 when the audit trail does not hold: then it is not sealed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    prepare()

    from ayan.apps.accounts import daily_tasks
    from ayan.apps.accounts.trail_seals import TrailBroken
    from ayan.apps.audits import cache_refresh
    from ayan.apps.desk import originals
    from ayan.apps.promises import history
    from ayan.wiring import city

    try:
        gone = len(originals.expire())
        history.keep(city.current())
        cache_refresh.keep(city.current())
        done = daily_tasks.run_daily()
    except TrailBroken as broken:
        say(
            Label("رد کارها مهر نشد: {broken}", "The audit trail was not sealed: {broken}").format(broken=broken),
            error=True,
        )
        return 1
    say(
        Label(
            "{reminded} یادآوری فرستاده، {sealed} روز مهر و {gone} پروندهٔ اصلی حذف شد.",
            "{reminded} reminders were sent, {sealed} days sealed and {gone} originals deleted.",
        ).format(reminded=done.reminded, sealed=len(done.sealed), gone=gone)
    )
    return 0
