"""ayan flags: bring integrity flags up to what is published, as the worker does, and say what each came to."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from ayan.cli.report_text import bars, say
from ayan.cli.serve import prepare
from ayan.config.env import Misconfigured
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.register import RegisteredFlag
from ayan.core.values.label import Label
from ayan.wiring import city


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan flags``."""
    parser = verbs.add_parser("flags", help="compute the declared integrity flags over what is published")
    parser.add_argument("flag", nargs="*", metavar="OWNER/CODE", help="only these flags")
    parser.add_argument("--anew", action="store_true", help="compute also what has not changed since the last time")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(args: argparse.Namespace) -> int:
    """Exit 0 when done, 1 when a flag is not known or the settings do not hold, 2 when a declaration is refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    try:
        prepare()
    except Misconfigured as fault:
        say(
            Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    from ayan.apps.flags import computation

    current_city = city.current()
    known = current_city.registry.flags()
    for problem in known.problems:
        say(problem.label, error=True)
    if unknown := set(args.flag) - {flag.name for flag in known.sound}:
        names = ", ".join(sorted(unknown))
        say(Label("پرچمی به این نام نیست: {names}", "There is no such flag: {names}").format(names=names), error=True)
        return 1
    with bars(args.format == "json") as tell:
        tell("check", None)
        computation.compute(args.flag, anew=args.anew)
    register = current_city.flag_register.now()
    chosen = [flag for flag in known.sound if not args.flag or flag.name in args.flag]
    if args.format == "json":
        json.dump(
            [_as_json(flag, register.flags[flag.name]) for flag in chosen], sys.stdout, ensure_ascii=False, indent=1
        )
        print()
    else:
        for flag in chosen:
            _print(flag, register.flags[flag.name])
    return 2 if known.problems else 0


def _as_json(flag: Flag, registered: RegisteredFlag) -> dict[str, Any]:
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


def _print(flag: Flag, registered: RegisteredFlag) -> None:
    mark = "?" if registered.missing or not registered.judged else "⚑" if registered.fired else "·"
    print(f"{mark} {flag.standard:<5}{flag.name}: {flag.title.fa} · {flag.title.en}")
    unknown = sum(registered.unknown.values())
    print(f"    {registered.judged:,} / {registered.fired:,} ⚑ / {unknown:,} ?  {registered.milliseconds:,} ms")
    for missing_input in registered.missing:
        print(f"    ? {missing_input.dataset}{'.' + missing_input.field if missing_input.field else ''}")
