"""The end of an original: kept for as long as is declared after its release was sealed, then deleted, and told so."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal, TypeAlias

from ayan.core.release.deletion import Deletions, Entered, OriginalDeleted, commitment_of
from ayan.core.release.lock import HEAD, is_locked
from ayan.core.release.workplace import COMING_SECONDS, Workplace
from ayan.core.schema.release_terms import Retention
from ayan.core.store.shelf import Release, instant
from ayan.core.system.files import flush
from ayan.core.values.clock import TEHRAN, today

_NAME: Final = re.compile(r"[0-9a-f]{64}")
_SALT: Final = re.compile(r"([0-9a-f]{64})\.([0-9a-f]{64})\.salt")


@dataclass(frozen=True, slots=True)
class Rule:
    """How long an original is kept, and who declared it: the dataset, or the city for whatever declares nothing."""

    by: Literal["dataset", "city"]
    retention: Retention

    def __str__(self) -> str:
        return f"{self.by}:{self.retention}"


Rules: TypeAlias = Callable[[str], Rule | None]
"""The rule for a dataset's slug; None where nothing is declared, and then nothing is deleted."""


@dataclass(frozen=True, slots=True)
class Holding:
    """One kept file and the commitments whose salts stand beside it, each that of a release made from it."""

    path: Path
    salts: Mapping[str, Path]

    @property
    def stands(self) -> bool:
        """Whether the file itself is there."""
        return self.path.is_file()


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the original of one release.

    ``path`` is where it stands, None where it does not; ``until`` the first day on which it is no longer kept, None
    where no rule says so or the file serves another release too that has none; ``gone`` its deletion, as the log says.
    """

    release: Release
    path: Path | None
    bytes: int
    rule: Rule | None
    until: date | None
    gone: Entered | None


def holdings(place: Workplace) -> list[Holding]:
    """Everything that stands among the originals, in a fixed order: files, and salts whose file is gone."""
    found: dict[Path, dict[str, Path]] = {}
    for path in sorted(place.originals.glob("[0-9a-f][0-9a-f]/*")):
        if _NAME.fullmatch(path.name):
            found.setdefault(path, {})
        elif salt := _SALT.fullmatch(path.name):
            found.setdefault(path.with_name(salt[1]), {})[salt[2]] = path
    return [Holding(path, salts) for path, salts in found.items()]


def kept(place: Workplace, deletions: Deletions, rules: Rules, slug: str | None = None) -> list[Kept]:
    """What became of the original of every release (of one dataset), newest first."""
    gone, releases = deletions.all(), _releases(place)
    by_commitment = {commitment: one for one in holdings(place) for commitment in one.salts if one.stands}
    made = []
    for commitment, release in releases.items():
        if slug is not None and release.slug != slug:
            continue
        held = by_commitment.get(commitment)
        until = _until(held.salts, releases, rules) if held else None
        path, size = (held.path, held.path.stat().st_size) if held else (None, 0)
        made.append(Kept(release, path, size, rules(release.slug), until, gone.get(commitment)))
    return sorted(made, key=lambda one: (one.release.sealed_at, one.release.ref), reverse=True)


def loose(place: Workplace) -> list[Holding]:
    """Kept files that no release was made from, as a seal that was refused leaves them."""
    releases = _releases(place)
    found = (one for one in holdings(place) if one.stands and not _coming(one, releases))
    return [one for one in found if not one.salts.keys() & releases.keys()]


def delete_due(place: Workplace, deletions: Deletions, rules: Rules) -> list[Entered]:
    """Delete every original whose time is over, each after the log has said so; returns what was entered now.

    A file from which several releases were made goes when the last of them lets it. Whatever the log calls deleted and
    still stands, because somebody was stopped in between, is deleted first. Raises what the log raises when it may not
    be signed; then nothing is deleted.
    """
    with place.originals_alone():
        releases, now = _releases(place), instant(place.clock.now())
        _finish(place, deletions.all(), releases)
        due = [one for one in holdings(place) if _due(one, place, releases, rules)]
        if not due:
            return []
        told = [
            _told(releases[commitment], commitment, now, rules)
            for one in due
            for commitment in one.salts
            if commitment in releases
        ]
        first = place.record().enter([one.leaf for one in told])
        for one in due:
            _remove(one)
    place.record().announce()
    return [Entered(first + at, said) for at, said in enumerate(told)]


def delete_loose(place: Workplace) -> int:
    """Delete the kept files that no release was made from; nothing public ever spoke of them. Returns how many."""
    with place.originals_alone():
        found = loose(place)
        for one in found:
            _remove(one)
    return len(found)


def _finish(place: Workplace, gone: Mapping[str, Entered], releases: Mapping[str, Release]) -> None:
    """Do what the log says was done."""
    for one in holdings(place):
        over = {commitment: salt for commitment, salt in one.salts.items() if commitment in gone}
        if over and (_coming(one, releases) or (one.salts.keys() & releases.keys()) - over.keys()):
            # The same file came again: only the older tie to it goes.
            _unlink(over.values())
        elif over:
            _remove(one)


def _due(one: Holding, place: Workplace, releases: Mapping[str, Release], rules: Rules) -> bool:
    if not one.stands or not one.salts.keys() & releases.keys() or _coming(one, releases):
        return False
    until = _until(one.salts, releases, rules)
    return until is not None and today(place.clock) >= until


def _until(salts: Iterable[str], releases: Mapping[str, Release], rules: Rules) -> date | None:
    """The first day on which no release asks for the file any more; None where one of them names no day."""
    last = date.min
    for release in (releases[one] for one in salts if one in releases):
        rule = rules(release.slug)
        if rule is None:
            return None
        last = max(last, rule.retention.until(release.sealed_at.astimezone(TEHRAN).date()))
    return last if last > date.min else None


def _coming(one: Holding, releases: Mapping[str, Release]) -> bool:
    """Whether a release may be on its way that is made from this file."""
    for commitment, salt in one.salts.items():
        with suppress(FileNotFoundError):
            if commitment not in releases and salt.stat().st_mtime > time.time() - COMING_SECONDS:
                return True
    return not one.salts and one.stands and one.path.stat().st_mtime > time.time() - COMING_SECONDS


def _releases(place: Workplace) -> dict[str, Release]:
    """Every release by its commitment; those that commit themselves to nothing are left out."""
    found = (release for slug in place.shelf.datasets() for release in place.shelf.releases(slug))
    return {commitment: one for one in found if _NAME.fullmatch(commitment := commitment_of(one.manifest))}


def _told(release: Release, commitment: str, now: str, rules: Rules) -> OriginalDeleted:
    return OriginalDeleted(
        at=now,
        dataset=release.slug,
        period=release.period,
        number=release.number,
        commitment=commitment,
        rule=str(rules(release.slug)),
    )


def _remove(one: Holding) -> None:
    """Remove a file and then its salts; safe to do again.

    The head of a locked file is overwritten first: without it no key opens what a disk may keep of the rest.
    """
    with suppress(FileNotFoundError):
        if is_locked(one.path):
            with one.path.open("r+b") as file:
                file.write(secrets.token_bytes(HEAD))
                file.flush()
                os.fsync(file.fileno())
    _unlink((one.path,))
    _unlink(one.salts.values())


def _unlink(paths: Iterable[Path]) -> None:
    gone: Sequence[Path] = list(paths)
    for path in gone:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in gone}:
        flush(folder)
