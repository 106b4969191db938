"""ayan doctor: look at settings, folders, declarations, releases and database, and say what an operator must do."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import Final

from ayan.cli.doctor.database import examine_database, examine_people, examine_sources
from ayan.cli.doctor.installation import examine_assets, examine_capacity, examine_folders, examine_settings
from ayan.cli.doctor.ledger import examine_ledger
from ayan.cli.doctor.originals import examine_originals
from ayan.cli.doctor.privacy import examine_privacy
from ayan.cli.doctor.publication import examine_cities, examine_declarations, examine_index, examine_releases
from ayan.cli.doctor.report import DoctorFinding
from ayan.cli.verb import Verb
from ayan.wiring import city


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan doctor``."""
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also read every published file again, compare its digest, and hold the index against it",
    )


def run_doctor(args: argparse.Namespace) -> int:
    """Exit 0 when nothing is an error, 1 otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    worst = 0
    for finding in examine(args.deep):
        worst = max(worst, finding.level == "error")
        print(finding.lines)
    return worst


def examine(deep: bool = False) -> Iterator[DoctorFinding]:
    """Everything the doctor looks at, in the order in which a new installation would meet it."""
    home = city.current()
    yield from examine_settings()
    yield from examine_folders(home)
    yield from examine_privacy(home)
    yield from examine_declarations(home)
    yield from examine_releases(home, deep)
    yield from examine_originals(home, deep)
    yield from examine_index(home, deep)
    yield from examine_ledger(home, deep)
    yield from examine_cities(home, deep)
    yield from examine_database()
    yield from examine_people()
    yield from examine_sources()
    yield from examine_assets()
    yield from examine_capacity()


VERBS: Final = (
    Verb("doctor", "check settings, folders, declarations, releases and the database", run_doctor, doctor_arguments),
)
