"""The registry of declared tables: those that come with Ayan, and a city's own, which win by slug."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from copy import copy
from difflib import get_close_matches
from pathlib import Path
from threading import RLock
from typing import Any, Final, TypeVar

from ayan.core.audit.balance import ROOM as BALANCES
from ayan.core.audit.balance import Balance, Balances, load_balance, load_balances, naming
from ayan.core.audit.flags.load import ROOM as FLAGS
from ayan.core.audit.flags.load import Flags, load_flags
from ayan.core.common_questions.declaration import ROOM as QUESTIONS
from ayan.core.common_questions.declaration import CommonQuestions, load_questions
from ayan.core.common_questions.question_notes import ROOM as QUESTION_NOTES
from ayan.core.common_questions.question_notes import AllNotes, load_notes
from ayan.core.procurement.stage_file import ROOM as OCDS
from ayan.core.procurement.stage_file import Procurement, load_procurement
from ayan.core.schema.definition import Dataset
from ayan.core.schema.loader import MAIN, declaration_stamp, load_dataset
from ayan.core.schema.problem import DeclarationError, DeclarationProblem, DeclarationProblems
from ayan.core.schema.tables import files_beside
from ayan.core.schema.view import View
from ayan.core.store.damage import DatasetSetAside
from ayan.core.tariff.tariff_file import FOLDER as TARIFFS
from ayan.core.tariff.tariff_file import Tariffs, load_tariffs, tariff_files
from ayan.datasets import declaration_cache
from ayan.datasets.declaration_cache import ReadDeclaration
from ayan.datasets.pointers import judge_pointers
from ayan.datasets.tariff_flags import tariff_flag_problems, tariff_flags

BUILTIN: Final = Path(__file__).parent

_Seen = TypeVar("_Seen")
_LOOK: Final[ContextVar[dict[Hashable, Any] | None]] = ContextVar("look", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Look at the folders once while this lasts: a page asks for declarations hundreds of times, and means the same.

    Within such a look it is that one which goes on: a copy of the whole portal is of one moment.
    """
    if _LOOK.get() is not None:
        yield
        return
    token = _LOOK.set({})
    try:
        yield
    finally:
        _LOOK.reset(token)


class UnknownDataset(KeyError):
    """No dataset of this slug is declared; ``near`` is the slug most like it, or None."""

    def __init__(self, slug: str, known: Sequence[str]) -> None:
        super().__init__(slug)
        self.slug = slug
        self.near = next(iter(get_close_matches(slug, known, 1)), None)


# What comes with Ayan is the same for every registry of a process: reading all of it takes a second.
_BUILTIN_KNOWN: Final[dict[Path, ReadDeclaration]] = {}
_BUILTIN_ANEW: Final[set[Path]] = set()
"""Those of them that were not kept by an earlier process."""
_BUILTIN_PLACES: Final[dict[Path, tuple[float, dict[str, Path]]]] = {}
BELIEVED: Final = 1.0
"""Seconds for which a look at what comes with Ayan is believed: nobody edits it but who develops it."""


class Registry:
    """The datasets declared in ``folders``; a later folder's dataset replaces an earlier one's of the same slug.

    A declaration is read when it is first asked for, and again when one of its files has changed, so a city can edit
    its own while the server runs. A city's broken declaration is refused; the one it replaces does not come back in
    its stead. Safe to share between threads.
    """

    def __init__(self, folders: Sequence[Path] = (BUILTIN,), tariffs: Path | None = None) -> None:
        self._folders = tuple(folders)
        self._own_tariffs = tariffs
        self._known: dict[Path, ReadDeclaration] = {}
        self._paths: dict[tuple[Path, str], Path] = {}
        self._beside: dict[str, tuple[object, Any]] = {}
        self._lock = RLock()
        self._aside: frozenset[str] = frozenset()
        self._words: Callable[[Dataset], Dataset] = _as_declared

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where declarations stand; of datasets of the same slug that of the last folder counts."""
        return self._folders

    def worded(self, words: Callable[[Dataset], Dataset]) -> Registry:
        """The same declarations in other words: what ``words`` makes of each dataset; `declared` has them as they are.

        It must say the same of the same dataset as long as `one_look` lasts.
        """
        other = copy(self)
        other._beside = {}
        other._words = words
        return other

    def get(self, slug: str) -> Dataset:
        """The dataset called ``slug``, in the words of this registry.

        Raises UnknownDataset or DatasetSetAside (both a KeyError), or DeclarationError when it is broken.
        """
        return self._once((Registry.get, slug), lambda: self._words(self.declared(slug)))

    def declared(self, slug: str) -> Dataset:
        """The dataset called ``slug`` as its declaration words it; raises as `get`."""
        if slug in self._aside:
            raise DatasetSetAside(slug)
        loaded = self._once(slug, lambda: self._read(self.folder(slug)))
        if isinstance(loaded, DeclarationError):
            raise DeclarationError(loaded.problems)
        return loaded

    def all(self) -> tuple[Dataset, ...]:
        """Every dataset whose declaration is sound, by slug; the others are in ``errors``."""
        return self._once(Registry.all, self._sound)

    def as_declared(self) -> tuple[Dataset, ...]:
        """Those of `all` as they are declared: words are looked up for none of them."""
        return self._declared()

    def declaring(self, kind: type[View]) -> tuple[Dataset, ...]:
        """Those of `as_declared` that declare a view of a kind."""
        return self._once(
            (Registry.declaring, kind), lambda: tuple(each for each in self._declared() if each.views_of(kind))
        )

    def in_words(self, dataset: Dataset) -> Dataset:
        """A declared dataset in the words of this registry."""
        return self._words(dataset)

    def without(self, slugs: Collection[str]) -> Registry:
        """The same declarations, some datasets set aside: `all` does not have them, and `get` says so."""
        rest = copy(self)
        rest._beside = {}
        rest._aside = self._aside | frozenset(slugs)
        return rest

    def errors(self) -> Mapping[str, DeclarationError]:
        """The refused declarations by the name of their folder."""
        read = ((slug, self._read(folder)) for slug, folder in sorted(self._places().items()))
        return {slug: loaded for slug, loaded in read if isinstance(loaded, DeclarationError)}

    def folder(self, slug: str) -> Path:
        """The folder of the dataset called ``slug``, where its guide and examples stand. Raises UnknownDataset."""
        # Asked for with every question, so the folders are not listed for it, and no path is put together twice.
        roots = reversed(self._folders) if slug not in ("", ".", "..") and "/" not in slug else ()
        for root in roots:
            if os.path.isfile(f"{root}/{slug}/{MAIN}"):  # noqa: PTH113 - as above
                if (folder := self._paths.get((root, slug))) is None:
                    folder = self._paths[root, slug] = root / slug
                return folder
        raise UnknownDataset(slug, sorted(self._places()))

    def balances(self) -> Balances:
        """The balances that stand beside the declared datasets, and what is wrong with those that are refused."""
        return self._once(Registry.balances, lambda: self._read_beside(BALANCES, self._standing, load_balances))

    def balances_of(self, slug: str) -> tuple[tuple[Balance, ...], dict[str, Dataset]]:
        """The sound balances that read one dataset, and the datasets that they read; no other declaration is opened."""
        balances: list[Balance] = []
        datasets: dict[str, Dataset] = {}
        for path, read in naming((folder for _, folder in sorted(self._places().items())), slug):
            try:
                needed = {name: self.get(name) for name in (*sorted(read), path.parent.parent.name)}
                balance = load_balance(path, needed)
            except (KeyError, DeclarationError):
                # Told of where all declarations are looked at; a city may also declare fewer datasets.
                continue
            balances.append(balance)
            datasets |= {name: needed[name] for name in read}
        return tuple(sorted(balances, key=lambda balance: (balance.owner, balance.code))), datasets

    def flags(self) -> Flags:
        """The flags that stand beside the declared datasets or that tariffs make, and what is wrong with the others."""
        return self._once(Registry.flags, self._read_flags)

    def _read_flags(self) -> Flags:
        beside, tariffs = self._read_beside(FLAGS, self._standing, load_flags), self.tariffs()
        with self._lock:
            known = self._beside.get("tariff flags")
            # Both are the very same objects as long as no file has changed.
            if known is None or known[0] != (id(beside), id(tariffs)):
                sound = {dataset.slug: dataset for dataset in self.all()}
                flags = sorted((*beside.sound, *tariff_flags(tariffs, sound)), key=lambda flag: flag.name)
                problems = (*beside.problems, *tariff_flag_problems(tariffs, sound))
                known = self._beside["tariff flags"] = (id(beside), id(tariffs)), Flags(tuple(flags), problems)
            read: Flags = known[1]
            return read

    def questions(self) -> CommonQuestions:
        """The questions that stand beside the declared datasets, a city's own last, and what is wrong with others."""
        return self._once(Registry.questions, lambda: self._read_beside(QUESTIONS, self._anywhere, load_questions))

    def question_notes(self) -> AllNotes:
        """What the city adds to questions, and what is wrong with what is refused."""
        return self._once(
            Registry.question_notes,
            lambda: self._read_beside(QUESTION_NOTES, self._anywhere, lambda folders, _: load_notes(folders)),
        )

    def procurement(self) -> Procurement:
        """The stages of contracting that datasets play, and what is wrong with those that are refused."""
        return self._once(Registry.procurement, lambda: self._read_beside(OCDS, self._standing, load_procurement))

    def tariffs(self) -> Tariffs:
        """The tariffs that come with Ayan as examples, a city's own, and what is wrong with those that are refused."""
        return self._once(Registry.tariffs, self._read_tariffs)

    def _read_tariffs(self) -> Tariffs:
        examples, own = BUILTIN / TARIFFS, self._own_tariffs
        stamp = tariff_files((examples,) if own is None else (examples, own))
        with self._lock:
            if TARIFFS not in self._beside or self._beside[TARIFFS][0] != stamp:
                self._beside[TARIFFS] = stamp, load_tariffs(examples, own)
            read: Tariffs = self._beside[TARIFFS][1]
            return read

    def _read_beside(
        self,
        room: str,
        folders_of: Callable[[Collection[str]], Sequence[Path]],
        load: Callable[[Sequence[Path], Mapping[str, Dataset]], _Seen],
    ) -> _Seen:
        """What ``load`` makes of a room of the datasets' folders; again when a dataset or a file in it has changed."""
        sound = {dataset.slug: dataset for dataset in self.all()}
        folders = folders_of(sound)
        stamp = tuple(dataset.digest for dataset in sound.values()), tuple(files_beside(folders, room))
        with self._lock:
            if room not in self._beside or self._beside[room][0] != stamp:
                self._beside[room] = stamp, load(folders, sound)
            read: _Seen = self._beside[room][1]
            return read

    def _standing(self, slugs: Collection[str]) -> list[Path]:
        """The folders of datasets, each of the declaration that counts."""
        return [folder for slug, folder in sorted(self._places().items()) if slug in slugs]

    def _anywhere(self, slugs: Collection[str]) -> list[Path]:
        """The folders of datasets, of every declaration."""
        return [root / slug for root in self._folders for slug in sorted(slugs)]

    def problems(self) -> tuple[DeclarationProblem, ...]:
        """Everything wrong with any declaration, and every reference that points to nothing it could point to."""
        errors = self.errors()
        sound = {dataset.slug: dataset for dataset in self.all()}
        problems = DeclarationProblems([problem for error in errors.values() for problem in error.problems])
        for dataset in sound.values():
            judge_pointers(dataset, sound, errors, problems)
        problems.listed += [*self.balances().problems, *self.flags().problems, *self.questions().problems]
        problems.listed += self.tariffs().problems
        problems.listed += self.question_notes().problems
        problems.listed += self.procurement().problems
        return tuple(problems.listed)

    def _once(self, what: Hashable, look: Callable[[], _Seen]) -> _Seen:
        """What ``look`` sees; while `one_look` lasts, what it saw when it was first asked for ``what``."""
        seen = _LOOK.get()
        if seen is None:
            return look()
        if (self, what) not in seen:
            seen[self, what] = look()
        result: _Seen = seen[self, what]
        return result

    def _sound(self) -> tuple[Dataset, ...]:
        return tuple(map(self._words, self._declared()))

    def _declared(self) -> tuple[Dataset, ...]:
        """The sound declarations, by slug, for this registry and for those that word them otherwise."""
        seen, key = _LOOK.get(), (self._folders, self._aside)
        if seen is not None and key in seen:
            known: tuple[Dataset, ...] = seen[key]
            return known
        read = (self._read(folder) for _, folder in sorted(self._places().items()))
        sound = (loaded for loaded in read if isinstance(loaded, Dataset))
        declared = tuple(dataset for dataset in sound if dataset.slug not in self._aside)
        if _BUILTIN_ANEW:
            _BUILTIN_ANEW.clear()
            declaration_cache.keep(BUILTIN, dict(_BUILTIN_KNOWN))
        if seen is not None:
            seen[key] = declared
        return declared

    def _places(self) -> dict[str, Path]:
        places: dict[str, Path] = {}
        for root in self._folders:
            places |= _builtin_places() if root == BUILTIN else _places_in(root)
        return places

    def _read(self, folder: Path) -> Dataset | DeclarationError:
        builtin = folder.parent == BUILTIN
        known, now = _BUILTIN_KNOWN if builtin else self._known, time.monotonic()
        with self._lock:
            if builtin and not known:
                known.update(declaration_cache.kept(BUILTIN))
            read = known.get(folder)
            if read is not None and builtin and now - read.at < BELIEVED:
                return read.result
            stamp = declaration_stamp(folder)
            as_read = read is not None and read.stamp == stamp
            result = read.result if read is not None and as_read else _loaded(folder)
            known[folder] = ReadDeclaration(stamp, result, now)
            if builtin and not as_read:
                _BUILTIN_ANEW.add(folder)
            return result


def _places_in(root: Path) -> dict[str, Path]:
    """The folders below one that hold a declaration, by their names."""
    places: dict[str, Path] = {}
    with suppress(OSError), os.scandir(root) as entries:
        for entry in entries:
            if entry.is_dir() and os.path.isfile(f"{entry.path}/{MAIN}"):  # noqa: PTH113 - with every page
                places[entry.name] = root / entry.name
    return places


def _builtin_places() -> dict[str, Path]:
    known, now = _BUILTIN_PLACES.get(BUILTIN), time.monotonic()
    if known is None or now - known[0] >= BELIEVED:
        known = _BUILTIN_PLACES[BUILTIN] = now, _places_in(BUILTIN)
    return known[1]


def _as_declared(dataset: Dataset) -> Dataset:
    return dataset


def _loaded(folder: Path) -> Dataset | DeclarationError:
    try:
        return load_dataset(folder)
    except DeclarationError as refused:
        return refused
