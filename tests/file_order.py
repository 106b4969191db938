"""In which order a run passes the files of tests, and which of them one process passes together."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from xdist.scheduler import LoadFileScheduling

ROOT: Final = Path(__file__).resolve().parent.parent

LONGEST = tuple(
    ROOT / "tests" / file
    for file in (
        # The first of those that read the invented city builds it; the others stand where it is built.
        "flow/test_demo_city.py",
        "deploy/test_operator_way.py",
        "browser/test_desk.py",
        "config/hosting/test_shared_process.py",
        "upgrade/test_stored_cities.py",
        "flow/test_export.py",
        "browser/test_every_page.py",
        "flow/test_desk.py",
        "core/store/test_bucket_faults.py",
        "cli/test_serve.py",
        "flow/test_demo_files.py",
        "browser/test_journeys.py",
        "core/refine/test_privacy_guard.py",
        "browser/test_desk_entry.py",
        "cli/test_bucket.py",
        "browser/test_desk_trust.py",
        "config/hosting/test_national_pages.py",
        "cli/test_original.py",
        "flow/test_demo_visitors.py",
        "browser/test_officers.py",
        "cli/test_machines.py",
        "cli/test_machines_behind_nginx.py",
        "browser/test_components.py",
        "cli/test_doctor.py",
        "flow/test_verify.py",
        "deploy/test_nginx.py",
        "flow/test_crash.py",
        "cli/backup/test_backup.py",
        "cli/test_cities.py",
        "cli/test_database_home.py",
        "cli/test_accountability.py",
        "flow/forgeries/test_lies.py",
        "flow/test_replay.py",
        "faults/test_damage.py",
        "core/refine/test_rules.py",
        "engines/test_time.py",
        "core/publish/test_pending_draft.py",
        "core/ledger/test_bucket_log.py",
        "engines/test_forged.py",
        "core/publish/test_erasure.py",
        "core/system/test_child.py",
        "core/store/test_bucket_cuts.py",
        "corpus/test_real_files.py",
        "corpus/test_proposals.py",
        "datasets/test_examples.py",
        "core/proposal/test_proposal.py",
        "core/intake/test_hostile.py",
    )
)
"""The files that take longest alone, which come first, so that no process is left alone with one of them at the end."""

LONG = tuple(ROOT / "tests" / room for room in ("flow", "browser", "cli", "apps"))
"""The rooms that come after those, for the same reason."""

_ORDER: Final = {path: at for at, path in enumerate((*LONGEST, *LONG))}

TOGETHER: Final = ("tests/architecture/",)
"""Rooms that one process passes: each of their files begins by parsing the whole program, for seconds."""


@cache
def place(file: Path) -> int:
    """Where the tests of ``file`` come in the order of the run; worked out once for all its tests."""
    return min((at for path in above(file) if (at := _ORDER.get(path)) is not None), default=len(_ORDER))


@cache
def above(file: Path) -> frozenset[Path]:
    """The file and every folder that it stands in."""
    return frozenset((file, *file.parents))


class ByRoom(LoadFileScheduling):  # type: ignore[misc]  # the package says no types
    """Gives out whole files, and whole rooms whose files begin alike: whoever has read the program's syntax passes all."""

    def _split_scope(self, nodeid: str) -> str:
        return next((room for room in TOGETHER if nodeid.startswith(room)), None) or super()._split_scope(nodeid)
