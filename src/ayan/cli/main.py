"""The ayan command: what a clerk, an operator or a script asks of a city's folder."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final, Protocol, cast

from ayan.cli.report_text import say
from ayan.cli.system_errors import interrupted, trouble
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.label import Label


class Verb(Protocol):
    """A module of this room: one verb of the command."""

    def add_parser(self, verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Declare the verb's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; returns the exit code."""


VERBS: Final = (
    "init", "check", "publish", "template", "withdraw", "erase", "original", "reason",
    "query", "verify", "demo", "serve", "upgrade",
    "worker", "reindex", "backup", "restore", "replay", "export", "doctor", "key", "witness", "audit", "officer",
    "daily", "sources", "flags", "harvest",
)  # fmt: skip


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
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    modules: dict[str, Verb] = {}
    # Only the verb that is asked for is imported: some bring a web framework with them.
    for name in VERBS if not words or words[0] not in VERBS else (words[0],):
        modules[name] = cast(Verb, importlib.import_module(f"ayan.cli.{name}"))
        modules[name].add_parser(verbs)
    args = parser.parse_args(words)
    return modules[args.verb].run(args)


if __name__ == "__main__":
    sys.exit(run())
