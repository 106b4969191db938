"""ayan doctor: every check of the city's health, for a person in two languages, or as JSON for a timer or a program."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import orjson

import ayan
from ayan.cli.verb import Verb
from ayan.config.diagnosis import checks
from ayan.config.diagnosis.health_finding import RANK, HealthFinding, worst


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan doctor``."""
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also read every published file again, compare its digest, and hold the index against it",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: one object, for programs")
    parser.add_argument("--strict", action="store_true", help="end with 1 for a warning too")


def run_doctor(args: argparse.Namespace) -> int:
    """Exit 0 when nothing is an error, 1 when something is; with ``--strict`` 1 for a warning as well."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    findings = []
    for finding in checks.examine(deep=args.deep):
        findings.append(finding)
        if args.format == "text":
            print(finding.lines)
    if args.format == "json":
        print(_document(findings, deep=args.deep))
    return int(RANK[worst(findings)] >= RANK["warning" if args.strict else "error"])


def _document(findings: Sequence[HealthFinding], *, deep: bool) -> str:
    document = {
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": ayan.version(),
        "deep": deep,
        "state": worst(findings),
        "checks": [finding.as_json() for finding in findings],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


VERBS: Final = (
    Verb("doctor", "check settings, disks, releases, the log, keys, work and backup", run_doctor, doctor_arguments),
)
