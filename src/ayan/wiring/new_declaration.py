"""A proposed declaration takes its place among the city's own: through the validation of all of them, or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.core.proposal.proposal import Proposal
from ayan.core.schedule.openings import LATER, UNNAMED
from ayan.core.schema.definition import MAIN
from ayan.core.schema.fields import SLUG
from ayan.core.schema.loader import load_dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.schema.toml_text import read_toml
from ayan.core.system.files import folder_locked, make_folder, own_folder, rename, write
from ayan.core.values.refusal import Refusal
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.profile import Profile
from ayan.wiring.profile_text import changed

DATASETS: Final = "datasets"
"""The folder of a city's own declarations."""
UNFINISHED: Final = ".unfinished-"
"""How folders begin in which a declaration is put together, or ends; the next to come sweeps what a killed one left."""
_FILE: Final = re.compile(r"dataset\.toml|(?:codes|sources)/[a-z][a-z0-9_-]{0,59}\.toml")
_OPEN: Final = re.compile(r"(?m)^# open: ([\w.]+)")


class NotConfirmed(Refusal, ValueError):
    """A proposal that cannot be confirmed as it stands; nothing was written."""

    code = "not-confirmed"
    fa = "این پیشنهاد را هنوز نمی‌توان تأیید کرد."
    en = "This proposal cannot be confirmed yet."
    status = 422


def confirm(city: City, proposal: Proposal) -> Path:
    """Put a proposal among the city's own declarations; returns its folder. Raises as `declare`."""
    return declare(city, proposal.texts)


def declare(city: City, texts: Mapping[str, str]) -> Path:
    """Put the files of a new declaration, by their paths, among the city's own; returns its folder.

    Raises NotConfirmed while a question is open (a line `# open:` stands in it), for a slug that is taken or no name of
    a folder, and for files that belong to no declaration; DeclarationError with every fault where it does not hold
    beside the others. What is half written is never seen: the folder comes to its place whole.
    """
    slug = judged(city, texts)
    place = city.home / DATASETS / slug
    make_folder(city.home / DATASETS)
    with folder_locked(city.home / DATASETS), own_folder(city.home / DATASETS, UNFINISHED) as folder:
        for name, text in texts.items():
            make_folder((folder / slug / name).parent)
            write(folder / slug / name, text.replace("\r\n", "\n").encode())
        load_dataset(folder / slug)
        _hold_beside(city, folder, slug)
        rename(folder / slug, place)
    return place


def declare_closed(city: City, texts: Mapping[str, str]) -> Path:
    """The same of a table that is owed from no day yet: `ayan.toml` says so first. Raises as `declare`.

    Nothing is said of it there where all datasets wait for a day, or where that file cannot be changed by a program.
    """
    slug = judged(city, texts)
    profile = city.home / "ayan.toml"
    if city.opens(slug) != UNNAMED:
        make_folder(city.home)
        with folder_locked(city.home):
            standing = profile.read_text(encoding="utf-8") if profile.is_file() else ""
            with suppress(ValueError):
                text = changed(standing, {("opens", slug): LATER})
                Profile.of_text(text.encode(), profile)
                write(profile, text.encode())
    return declare(city, texts)


def judged(city: City, texts: Mapping[str, str]) -> str:
    """The slug of a declaration that may take its place, as far as its names and its open questions go.

    Raises NotConfirmed, and BadToml.
    """
    if MAIN not in texts or not all(_FILE.fullmatch(name) for name in texts):
        raise NotConfirmed("این پرونده‌ها از آن یک اعلام نیستند.", "These files are no declaration.")
    keys = [key for text in texts.values() for key in _OPEN.findall(text)]
    if keys:
        raise NotConfirmed(
            "هنوز بی‌پاسخ است: {keys}. پاسخ دهید، یا همان پیشنهاد را بپذیرید (as-is، یا برداشتن سطر # open).",
            "Not answered yet: {keys}. Answer, or keep what is proposed (as-is, or take the line # open away).",
        ).format(keys=", ".join(keys))
    slug = str(read_toml(texts[MAIN]).get("slug", ""))
    if not SLUG.fullmatch(slug):
        raise NotConfirmed("نام پوشه پذیرفته نیست: {slug}.", "No name for a dataset: {slug}.").format(slug=slug[:60])
    try:
        city.registry.folder(slug)
        taken = True
    except KeyError:
        taken = (city.home / DATASETS / slug).exists()
    if taken:
        raise NotConfirmed(
            "داده‌ای به نام {slug} هست. نام دیگری بگذارید.", "There is a dataset {slug} already. Give another name."
        ).format(slug=slug)
    return slug


def _hold_beside(city: City, folder: Path, slug: str) -> None:
    """Raise DeclarationError for what is wrong with the new declaration among the others, such as a reference."""
    beside = Registry((*city.registry.folders, folder))
    faults = [problem for problem in beside.problems() if problem.file.startswith(f"{slug}/")]
    if faults or not (folder / slug / MAIN).is_file():
        raise DeclarationError(faults)
