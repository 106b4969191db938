"""The kinds of cases in use, and the rules under which each case came."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from ayan.apps.counter.models import Case, KindVersion
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_kind_file import CaseKinds, kind_of_text, read_kinds
from ayan.core.values.refusal import Refusal
from ayan.wiring import city
from ayan.wiring.accountability import CASES, SHIPPED_CASES

SHIPPED: Final = SHIPPED_CASES
OWN: Final = CASES
"""The folder of a city with kinds of its own, and with its own wording of those that are shipped."""

_KEPT: Final = 64


class NoSuchKind(Refusal):
    """Nothing of this kind can be brought."""

    code = "no-such-kind"
    fa = "چنین درخواستی در پیشخان نیست."
    en = "Nothing of this kind is taken at the counter."
    status = 404


def kinds() -> CaseKinds:
    """The kinds in use now: those that are shipped, and the city's own, which count where both declare one."""
    # Cities without kinds of their own share one reading.
    folders = tuple(folder for folder in (SHIPPED, city.current().home / OWN) if folder.is_dir())
    files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
    stats = [path.stat() for path in files]
    stamps = tuple((str(path), each.st_mtime_ns, each.st_size) for path, each in zip(files, stats, strict=True))
    return _read(folders, stamps)


@lru_cache(maxsize=64)
def _read(folders: tuple[Path, ...], _stamps: tuple[tuple[str, int, int], ...]) -> CaseKinds:
    return read_kinds(*folders)


def kind_named(code: str) -> CaseKind:
    """The kind of this code. Raises NoSuchKind."""
    kind = kinds().sound.get(code)
    if kind is None:
        raise NoSuchKind
    return kind


def kind_of(case: Case) -> CaseKind:
    """The kind of a case as it was declared when the case came."""
    now = kinds().sound.get(case.kind)
    return now if now is not None and now.digest == case.kind_digest else _version(case.kind_digest)


@lru_cache(maxsize=_KEPT)
def _version(digest: str) -> CaseKind:
    kept = KindVersion.objects.get(digest=digest)
    return kind_of_text(kept.kind, kept.text)
