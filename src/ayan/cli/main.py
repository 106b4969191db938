"""The ayan command: what a clerk, an operator or a script asks of a city's folder."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Final, Protocol, cast

from ayan.core.schema.issue import CannotRead
from ayan.core.schema.problem import DeclarationError


class Verb(Protocol):
    """A module of this room: one verb of the command."""

    def add_parser(self, verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        """Declare the verb's arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; returns the exit code."""


VERBS: Final = ("init", "check", "publish", "withdraw", "query", "demo", "serve", "reindex", "doctor")


def run(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv``; returns the exit code (see each verb)."""
    words = list(sys.argv[1:] if argv is None else argv)
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
    try:
        return modules[args.verb].run(args)
    except CannotRead as refusal:
        print(refusal.issue.message("fa"), refusal.issue.message("en"), sep="\n", file=sys.stderr)
        return 2
    except DeclarationError as refusal:
        for problem in refusal.problems:
            print(problem.text("fa"), problem.text("en"), sep="\n", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("متوقف شد. چیزی منتشر نشد.\nStopped. Nothing was published.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


if __name__ == "__main__":
    sys.exit(run())
