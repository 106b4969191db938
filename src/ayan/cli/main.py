"""The ayan command: what a clerk, an operator or a script asks of a city's folder."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from ayan.cli.report_text import say
from ayan.cli.system_errors import interrupted, trouble
from ayan.cli.verb import Verb
from ayan.config.env import Misconfigured
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label

VERBS: Final[Mapping[str, str]] = {
    "init": "new_city",
    "check": "publication",
    "publish": "publication",
    "template": "publication",
    "withdraw": "withdrawal",
    "erase": "withdrawal",
    "original": "original",
    "reason": "withdrawal",
    "query": "query",
    "verify": "verify",
    "demo": "demo",
    "serve": "serve",
    "upgrade": "upgrade",
    "worker": "serve",
    "reindex": "upgrade",
    "backup": "backup",
    "restore": "backup",
    "replay": "backup",
    "export": "export",
    "doctor": "doctor.command",
    "key": "log_signatures",
    "witness": "log_signatures",
    "audit": "balances",
    "officer": "new_city",
    "daily": "regular_tasks",
    "sources": "regular_tasks",
    "flags": "regular_tasks",
    "harvest": "harvest",
}
"""Every verb, in the order of the help, with the module of this room that has it among its ``VERBS``."""


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv``; returns the exit code (see each verb), 2 when the machine stands in the way."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except CannotRead as refusal:
        say(refusal, error=True)
        return 2
    except DeclarationError as refusal:
        for problem in refusal.problems:
            say(problem.label, error=True)
        return 2
    except Misconfigured as fault:
        say(
            Label("تنظیم‌ها کامل نیست: {fault}", "The settings are not complete: {fault}").format(fault=fault),
            error=True,
        )
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except (Exception, KeyboardInterrupt) as fault:
        if interrupted(fault):
            say(Label("متوقف شد.", "Stopped."), error=True)
            return 130
        label = trouble(fault) if isinstance(fault, Exception) else None
        if label is None:
            raise
        say(label, error=True)
        return 2


def _run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="ayan", description="Ayan (عیان): a municipality's files become verified public records."
    )
    subparsers = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    # Only the verb that is asked for is imported: some bring a web framework with them.
    verbs = {name: load(name) for name in ((words[0],) if words and words[0] in VERBS else VERBS)}
    for name, verb in verbs.items():
        verb.arguments(subparsers.add_parser(name, help=verb.help))
    args = parser.parse_args(words)
    return verbs[args.verb].run(args)


def load(name: str) -> Verb:
    """The verb called ``name``, from the module that has it."""
    verbs: Sequence[Verb] = importlib.import_module(f"ayan.cli.{VERBS[name]}").VERBS
    return next(verb for verb in verbs if verb.name == name)


if __name__ == "__main__":
    sys.exit(run())
