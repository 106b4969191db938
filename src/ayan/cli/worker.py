"""ayan worker: do what the pages put off, in a process apart from the site."""

from __future__ import annotations

import argparse
import os

from ayan.cli.report_text import say
from ayan.config import env
from ayan.config.env import Misconfigured
from ayan.core.values.label import Label


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan worker``."""
    parser = verbs.add_parser("worker", help="do the work that pages put off: reading files, sealing releases")
    parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")
    parser.add_argument("--parent", type=int, metavar="PID", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Work until stopped; exit 1 when the settings do not hold."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    try:
        import django

        django.setup()
        from ayan.config import tasks

        if args.parent:
            tasks.leave_with(args.parent)
        tasks.run(env.home() / "work", once=args.once)
    except Misconfigured as fault:
        say(
            Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    return 0
