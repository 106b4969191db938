"""Answers and pages before and after a change.

python -m tests.parity capture DIR [--checkout CHECKOUT] [--sample] [--only REGEX]
python -m tests.parity compare DIR_A DIR_B [--explained FILE.toml] [--json FILE]
python -m tests.parity between REVISION_A REVISION_B [--sample] [--only REGEX] [--explained FILE.toml] [--json FILE]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.parity.capture import OURS, capture, checked_out
from tests.parity.difference import compare, report, rules


def run(words: Sequence[str]) -> int:
    """Exit 0 where nothing differs, or all that does is explained; 1 otherwise; 2 where a capture fails."""
    args = _parser().parse_args(words)
    try:
        if args.act == "capture":
            _capture(args.checkout, args.dir, args)
            return 0
        if args.act == "compare":
            return _compared(args.before, args.after, args)
        with tempfile.TemporaryDirectory() as folder:
            for name, revision in (("before", args.before), ("after", args.after)):
                with checked_out(revision) as checkout:
                    _capture(checkout, Path(folder, name), args)
            return _compared(Path(folder, "before"), Path(folder, "after"), args)
    except (RuntimeError, ValueError) as fault:
        sys.stderr.write(f"{fault}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.parity", description=__doc__.partition("\n")[0])
    acts = parser.add_subparsers(dest="act", required=True)
    capturing = acts.add_parser("capture", help="write what a checkout answers into a new folder")
    capturing.add_argument("dir", type=Path)
    capturing.add_argument("--checkout", type=Path, default=OURS, help="another working tree of the project")
    comparing = acts.add_parser("compare", help="compare two captures")
    between = acts.add_parser("between", help="capture two revisions of this repository and compare them")
    for act, kind in ((comparing, Path), (between, str)):
        act.add_argument("before", type=kind)
        act.add_argument("after", type=kind)
        act.add_argument("--explained", type=Path, help="a TOML file of differences that are meant, each with a reason")
        act.add_argument("--json", type=Path, help="write the comparison for programs")
    for act in (capturing, between):
        act.add_argument("--only", default="", metavar="REGEX", help="only addresses that match, and no commands")
        act.add_argument("--sample", action="store_true", help="a small city of two datasets in place of the demo's")
    return parser


def _capture(checkout: Path, out: Path, args: argparse.Namespace) -> None:
    began = time.monotonic()

    def tell(step: str) -> None:
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {step}\n")

    count = capture(checkout, out, tell, sample=args.sample, only=args.only)
    tell(f"{count} documents in {out}")


def _compared(before: Path, after: Path, args: argparse.Namespace) -> int:
    comparison = compare(before, after, rules(args.explained))
    sys.stdout.write(comparison.text())
    if args.json:
        report(comparison, args.json)
    return 1 if comparison.unexplained else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
