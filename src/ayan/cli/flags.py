"""ayan flags: bring integrity flags up to what is published, as the worker does, and say what each came to."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from ayan.cli.serve import prepare
from ayan.cli.wording import bars, say
from ayan.config.env import Misconfigured
from ayan.core.audit.flags.flag import Flag
from ayan.core.audit.flags.register import Told
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
        say(Label(f"تنظیم‌ها کامل نیست: {fault}", f"The settings are not complete: {fault}"), error=True)
        return 1
    from ayan.apps.flags import computing

    here = city.current()
    known = here.registry.flags()
    for problem in known.problems:
        say(Label(problem.text("fa"), problem.text("en")), error=True)
    if unknown := set(args.flag) - {one.name for one in known.sound}:
        names = ", ".join(sorted(unknown))
        say(Label(f"پرچمی به این نام نیست: {names}", f"There is no such flag: {names}"), error=True)
        return 1
    with bars(args.format == "json") as tell:
        tell("check", None)
        computing.compute(args.flag, anew=args.anew)
    register = here.findings.now()
    chosen = [one for one in known.sound if not args.flag or one.name in args.flag]
    if args.format == "json":
        json.dump([_as_json(one, register.flags[one.name]) for one in chosen], sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        for one in chosen:
            _print(one, register.flags[one.name])
    return 2 if known.problems else 0


def _as_json(flag: Flag, told: Told) -> dict[str, Any]:
    """What a flag came to: counts alone, for a command may be read by whoever may not see names yet."""
    return {
        "flag": flag.name,
        "standard": flag.standard or None,
        "missing": [{"dataset": one.dataset, "field": one.field or None} for one in told.missing],
        "judged": told.judged,
        "fired": told.fired,
        "unknown": dict(told.unknown),
        "waiting": told.waiting,
        "asked": told.asked,
        "milliseconds": told.milliseconds,
    }


def _print(flag: Flag, told: Told) -> None:
    mark = "?" if told.missing or not told.judged else "⚑" if told.fired else "·"
    print(f"{mark} {flag.standard:<5}{flag.name}: {flag.title.fa} · {flag.title.en}")
    unknown = sum(told.unknown.values())
    print(f"    {told.judged:,} / {told.fired:,} ⚑ / {unknown:,} ?  {told.milliseconds:,} ms")
    for one in told.missing:
        print(f"    ? {one.dataset}{'.' + one.field if one.field else ''}")
