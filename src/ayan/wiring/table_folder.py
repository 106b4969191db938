"""The folder of a table's declaration as texts: read, judged by the loader beside all others, and put in its place.

A table that comes with Ayan becomes the city's own with its first change: its folder is copied whole, and a later
version of Ayan no longer changes it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias

from ayan.core.schema.definition import MAIN, Dataset
from ayan.core.schema.limits import LARGEST_DECLARATION
from ayan.core.schema.problem import DeclarationError, DeclarationProblem
from ayan.core.system.files import folder_locked, make_folder, own_folder, remove, rename, write, write_all
from ayan.core.values.refusal import Refusal
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.limits import MOST_TABLE_FILES
from ayan.wiring.new_declaration import DATASETS, UNFINISHED

Texts: TypeAlias = Mapping[str, str]
"""The files of a table by their paths within its folder."""
TextChanges: TypeAlias = Mapping[str, str | None]
"""Files with what they say; None where a file is not there."""

TABLE_FILE: Final = re.compile(
    r"dataset\.toml|(?:codes|sources|audits|flags|questions|question-notes)/[a-z0-9][a-z0-9_-]{0,59}\.toml"
)


class NotATableFile(Refusal, ValueError):
    """A path that no file of a table's declaration has."""

    code = "not-a-table-file"
    fa = "چنین پرونده‌ای در پوشهٔ یک جدول نیست."
    en = "The folder of a table has no such file."
    status = 422


class TableMoved(Refusal):
    """The files are no longer what they were when the change was asked for."""

    code = "table-moved"
    fa = "در این میان پرونده‌های این جدول تغییر کرده است. صفحه را دوباره ببینید."
    en = "The files of this table have changed meanwhile. Look at the page again."
    status = 409


class TableUnreadable(Refusal):
    """A file of the table that is no text."""

    code = "table-unreadable"
    fa = "پرونده‌ای از این جدول خوانده نشد؛ کاربر سرور باید آن را درست کند (ayan doctor)."
    en = "A file of this table could not be read; the operator has to mend it (ayan doctor)."
    status = 422


class TooManyFiles(Refusal):
    """More files than one table is declared by."""

    code = "table-files"
    fa = "پوشهٔ یک جدول این همه پرونده ندارد."
    en = "These are too many files for one table."
    status = 422


def is_own(city: City, slug: str) -> bool:
    """Whether the city has made a table its own, or declared it. Raises UnknownDataset."""
    return city.registry.folder(slug).parent == city.home / DATASETS


def texts_of(city: City, slug: str) -> dict[str, str]:
    """The files of a table as they stand, the declaration itself first. Raises UnknownDataset, and TableUnreadable."""
    folder = city.registry.folder(slug)
    texts = {}
    for path in sorted(folder.glob("**/*.toml"), key=lambda each: (each.parent != folder, each)):
        name = path.relative_to(folder).as_posix()
        if not TABLE_FILE.fullmatch(name):
            continue
        try:
            texts[name] = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
            raise TableUnreadable from None
    return texts


def merged(texts: Texts, changes: TextChanges) -> dict[str, str]:
    """The texts with some files changed, added or taken away."""
    return {name: text for name, text in {**texts, **changes}.items() if text is not None}


def differences(before: Texts, after: Texts) -> dict[str, tuple[str | None, str | None]]:
    """The files that differ, each as it was and as it becomes."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def judged(city: City, slug: str, texts: Texts) -> Dataset:
    """The table as these files declare it, after the loader took them beside all other declarations of the city.

    Raises NotATableFile and TooManyFiles, and DeclarationError with each fault that was not there before: also of
    another table that speaks of this one.
    """
    if len(texts) > MOST_TABLE_FILES:
        raise TooManyFiles
    for name, text in texts.items():
        if not TABLE_FILE.fullmatch(name):
            raise NotATableFile(
                "چنین پرونده‌ای در پوشهٔ یک جدول نیست: {path}.", "The folder of a table has no such file: {path}."
            ).format(path=name[:100])
        if len(text.encode()) > LARGEST_DECLARATION:
            raise NotATableFile("پروندهٔ {path} بیش از اندازه بزرگ است.", "The file {path} is too large.").format(
                path=name
            )
    with city.private_store.scratch_folder() as scratch:
        for name, text in texts.items():
            make_folder((scratch / slug / name).parent)
            write(scratch / slug / name, text.encode(), durable=False)
        if MAIN not in texts:
            raise NotATableFile("dataset.toml لازم است.", "There has to be a dataset.toml.")
        beside = Registry((*city.registry.folders, scratch))
        dataset = beside.declared(slug)
        known = {_fault(problem) for problem in city.registry.problems()}
        faults = [problem for problem in beside.problems() if _fault(problem) not in known]
    if faults:
        raise DeclarationError(faults)
    return dataset


def _fault(problem: DeclarationProblem) -> tuple[str, str, str]:
    # Its words name other tables, which may be in the words of what is published of them.
    return problem.file, problem.key, problem.code


def put(city: City, slug: str, before: TextChanges, after: TextChanges) -> None:
    """Let some files of a table say something else, if they still say what they did; durable when it returns.

    One file is replaced in one step. Of several those that the declaration leans on come first, and what is taken away
    goes last. Raises TableMoved where one of them is not as ``before`` says.
    """
    home = city.home / DATASETS
    make_folder(home)
    with folder_locked(home):
        standing = texts_of(city, slug)
        if any(standing.get(name) != text for name, text in before.items()):
            raise TableMoved
        if is_own(city, slug):
            _replace(home / slug, after)
        else:
            _take_over(city.registry.folder(slug), home / slug, after)


def _replace(folder: Path, after: TextChanges) -> None:
    written = {name: text for name, text in after.items() if text is not None}
    in_order = sorted(written, key=lambda name: (name == MAIN, name))
    write_all({folder / name: written[name].encode() for name in in_order}, folder)
    remove(folder / name for name, text in after.items() if text is None)


def _take_over(builtin: Path, place: Path, after: TextChanges) -> None:
    """Make a table that comes with Ayan the city's own, with what is changed: it comes to its place whole."""
    with own_folder(place.parent, UNFINISHED) as folder:
        shutil.copytree(builtin, folder / place.name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        _replace(folder / place.name, after)
        rename(folder / place.name, place)
