"""What the city declares and keeps of each day, and bringing the log up to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

import ayan
from ayan.core.schema.loader import MAIN, canonical_declaration
from ayan.core.schema.toml_text import read_toml
from ayan.core.store.tombstone import instant
from ayan.core.system.files import make_folder, write
from ayan.core.transparency import accountability
from ayan.core.transparency.accountability import DayParts
from ayan.core.transparency.declared_files import DeclarationReader, DeclaredFiles, DeclaredFolder
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.diary_day import DiaryDay
from ayan.core.transparency.log_rules import LogHistory
from ayan.core.transparency.published_texts import part_path
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.workdays import WEEKDAYS
from ayan.wiring import ledger
from ayan.wiring.city import City

DATASETS: Final = "datasets"
CASES: Final = "cases"
SHIPPED_CASES: Final = Path(ayan.__file__).parent / "apps" / "counter" / "kinds"
"""The kinds of cases that come with Ayan; a city's own stand in its folder `CASES`, and count where both have one."""

FURTHER: Final = ("tariffs", "public-services")
"""Folders of the city's own whose files are declarations too, as soon as they are there."""

TERMS: Final = "ayan.toml"
"""By this path stands what the city's ``ayan.toml`` binds it to, and nothing else of that file."""

DAYS: Final = {"missing": "missing", "balances": "audits", "findings": "findings", "cases": "counter/days"}
"""The parts of a day, and the folder of the city that keeps each, one file a day."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


# --- declarations -----------------------------------------------------------------------------------------------------


def declared_folders(city: City) -> tuple[DeclaredFolder, ...]:
    """Every folder that holds declarations of the city."""
    own = (DeclaredFolder(name, (city.home / name,)) for name in FURTHER)
    cases = DeclaredFolder(CASES, (SHIPPED_CASES, city.home / CASES))
    return (DeclaredFolder(DATASETS, city.registry.folders, MAIN), cases, *own)


def declared(city: City) -> DeclaredFiles:
    """What the city declares at this moment, as it is published."""
    files = _reader(city.home).read(declared_folders(city))
    try:
        return replace(files, bodies={**files.bodies, TERMS: terms(city)})
    except ValueError:
        return replace(files, unreadable=files.unreadable | {TERMS})


def terms(city: City) -> bytes:
    """The periods that bind the city: which days it works, how long it waits for replies, how long it keeps originals,
    and from which day its datasets are owed.

    As they are in force, whether its ``ayan.toml`` says so or nothing; ways of contact and the like are no part of it.
    Raises ValueError where that file cannot be read.
    """
    profile = city.profile
    workdays, openings = profile.workdays, profile.openings.as_declared()
    return canonical_json(
        {
            "calendar": {
                "weekend": sorted(name for name, day in WEEKDAYS.items() if day in workdays.weekend),
                "off": {day.isoformat(): why for day, why in sorted(workdays.own.items())},
                "worked": sorted(day.isoformat() for day in workdays.worked),
                **profile.hours.as_declared(),
            },
            "flags": {"reply_days": profile.reply_days, "confirm_days": profile.confirm_days},
            "originals": str(profile.retention) if profile.retention else None,
            # A city that says nothing of it is bound to what it always was.
            **({"opens": openings} if openings else {}),
        }
    )


def declare(city: City, slug: str = "") -> list[Declaration]:
    """Enter a leaf for each declared file that is not what the log says, of all that is declared.

    With ``slug`` only of that dataset, of which a release is about to be sealed; nothing before the log holds any
    declaration, for the first round enters all of them. Raises what the log raises when it may not be signed.
    """
    if slug and not city.log_replay.now().declarations:
        return []
    under = f"{DATASETS}/{slug}/" if slug else ""
    log, files = city.transparency_log, declared(city)
    return accountability.declare(log, files, city.clock.now(), under, announce=not slug)


def leaf_of(city: City, path: str, text: str | None, since: datetime) -> int | None:
    """The number of the entry that says since a moment what a file holds, or that it is gone; None without such."""
    try:
        digest = None if text is None else sha256_hex(canonical_declaration(read_toml(text)))
    except ValueError:
        return None
    floor = instant(since)
    entries = city.log_replay.now().declared.items() if city.log is not None else ()
    said = (number for number, each in entries if each.path == path and each.digest == digest and each.at >= floor)
    return min(said, default=None)


@lru_cache(maxsize=8)
def _reader(_home: Path) -> DeclarationReader:
    """One for each city of this process, so that files are read again only when they changed."""
    return DeclarationReader()


# --- the diary --------------------------------------------------------------------------------------------------------


def kept_days(city: City) -> list[date]:
    """The days of which anything is kept, and which are over."""
    names = {path.stem for folder in DAYS.values() for path in (city.home / folder).glob("*.json")}
    days: list[date] = []
    for name in sorted(names):
        with suppress(ValueError):
            if _DAY.fullmatch(name) and (day := date.fromisoformat(name)) < today(city.clock):
                days.append(day)
    return days


def parts_of(city: City, day: date) -> DayParts:
    """What is kept of a day, byte for byte."""
    files = {name: city.home / folder / f"{day.isoformat()}.json" for name, folder in DAYS.items()}
    return {name: file.read_bytes() for name, file in files.items() if file.is_file()}


def seal_diary(city: City) -> list[DiaryDay]:
    """Seal every day that is over and is not sealed; asked twice it does nothing the second time.

    Raises NotAsLogged where a sealed day was rewritten or a kept one is damaged, and what the log raises when it may
    not be signed.
    """
    check_diary(city)
    days = {day: partial(parts_of, city, day) for day in kept_days(city)}
    return accountability.seal_diary(city.transparency_log, days) if days else []


def put_back_days(city: City) -> int:
    """Put what was sealed of days back where the city keeps them, if it is gone from there; how many files."""
    log = city.log
    count = 0
    for day in city.log_replay.now().diary if log is not None else ():
        for part, digest in day.parts.items():
            kept = city.home / DAYS[part] / f"{day.day}.json" if part in DAYS else None
            if log is None or kept is None or kept.exists():
                continue
            body = accountability.read_published(log.folder, part_path(day.day, part))
            if body is not None and sha256_hex(body) == digest:
                make_folder(kept.parent)
                write(kept, body)
                count += 1
    return count


# --- what is not as it was said ---------------------------------------------------------------------------------------

_REWRITTEN: Final = Label(
    "{part} از روز {day} همان نیست که در ثبت عمومی مهر شد. آنچه مهر شد در {published} هست؛ همان "
    "را به {kept} برگردانید.",
    "{part} of {day} is not what was sealed in the log. What was sealed is in {published}; put it back at {kept}.",
)
_ADDED: Final = Label(
    "{kept} هنگامی که روز {day} در ثبت عمومی مهر شد نبود. آن را از آنجا بردارید.",
    "{kept} was not there when the log sealed {day}. Take it away from there.",
)
DAMAGED: Final = Label(
    "{path} همان نیست که برگش در ثبت عمومی می‌گوید. آن را از پشتیبان یا از رونوشتی همگانی برگردانید (ayan replay).",
    "{path} is not what its leaf in the log says. Bring it back from a backup or a public copy (ayan replay).",
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A part of a sealed day that is kept otherwise than it was sealed, in words."""

    day: str
    part: str
    words: Label


def check_diary(city: City) -> None:
    """Raise NotAsLogged for the first part of a sealed day that is not kept as it was sealed."""
    history = city.log_replay.now()
    for each in rewritten(city, history):
        raise accountability.NotAsLogged().worded(each.words)


def check_published(city: City) -> None:
    """Raise NotAsLogged for the first thing beside the log that is not what its leaf says."""
    for path in damaged(city, city.log_replay.now()):
        raise accountability.NotAsLogged().worded(DAMAGED.format(path=f"{ledger.FOLDER}/{path}"))


def rewritten(city: City, history: LogHistory) -> Iterator[Rewritten]:
    """Every part of a sealed day that is not kept as it was sealed."""
    days = {day: partial(parts_of, city, day) for day in kept_days(city)}
    sealed = {day.day: day.parts for day in history.diary}
    for day, part in accountability.rewritten(history, days):
        published = f"{ledger.FOLDER}/{part_path(day, part)}"
        kept = f"{DAYS.get(part, part)}/{day}.json"
        words = _REWRITTEN if part in sealed.get(day, ()) else _ADDED
        yield Rewritten(day, part, words.format(part=part, day=day, published=published, kept=kept))


def undeclared(city: City, history: LogHistory) -> list[Declaration]:
    """What the city declares today and the log does not say yet."""
    return accountability.changes(history, declared(city), instant(city.clock.now()))


def damaged(city: City, history: LogHistory) -> list[str]:
    """The paths in the log's folder of what is published and is not what its leaf says."""
    return list(accountability.damaged(city.home / ledger.FOLDER, history))
