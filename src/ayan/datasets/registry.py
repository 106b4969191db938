"""The registry of declared tables: those that come with Ayan, and a city's own, which win by name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ayan.core.schema.declaration import DeclarationError, Fault
from ayan.core.schema.definition import CODE_KINDS, Dataset, Label
from ayan.core.schema.load import load_dataset

BUILTIN: Final = Path(__file__).parent


class Registry:
    """The datasets declared in ``folders``; a later folder's dataset replaces an earlier one's of the same slug.

    Declarations are read when first asked for and again when their files change, so a city can edit its own while
    the server runs.
    """

    def __init__(self, folders: Sequence[Path] = (BUILTIN,)) -> None:
        self._folders = tuple(folders)
        self._known: dict[Path, tuple[Hashable, Dataset | DeclarationError]] = {}

    def get(self, slug: str) -> Dataset:
        """The dataset called ``slug``. KeyError when none is declared, DeclarationError when its declaration is broken."""
        return self._read(self._places()[slug])

    def all(self) -> tuple[Dataset, ...]:
        """Every dataset whose declaration can be read, by slug; broken ones are in ``problems``."""
        found = []
        for slug in sorted(self._places()):
            try:
                found.append(self.get(slug))
            except DeclarationError:
                continue
        return tuple(found)

    def problems(self) -> tuple[Fault, ...]:
        """Everything wrong with any declaration, pointers between datasets included."""
        faults: list[Fault] = []
        for slug, folder in sorted(self._places().items()):
            try:
                dataset = self._read(folder)
            except DeclarationError as problem:
                faults += problem.faults
                continue
            faults += self._dangling(slug, dataset)
        return tuple(faults)

    def _dangling(self, slug: str, dataset: Dataset) -> Iterator[Fault]:
        places = self._places()
        for one in dataset.fields:
            if one.ref is None:
                continue
            path = f"field.{one.name}.ref"
            file = f"{slug}/dataset.toml"
            if one.ref.dataset not in places:
                yield Fault(
                    file,
                    path,
                    Label(f"داده‌ای به نام {one.ref.dataset} نیست.", f"There is no dataset {one.ref.dataset}."),
                )
                continue
            try:
                target = self._read(places[one.ref.dataset]).field(one.ref.field)
            except DeclarationError:
                continue
            except KeyError:
                yield Fault(
                    file, path, Label(f"ستون {one.ref.field} آنجا نیست.", f"There is no field {one.ref.field} there.")
                )
                continue
            if not target.published or target.shown != "public" or target.kind not in (*CODE_KINDS, "text"):
                yield Fault(
                    file, path, Label("مقصد باید شناسه‌ای منتشرشده باشد.", "The target must be a published code.")
                )

    def _places(self) -> dict[str, Path]:
        places: dict[str, Path] = {}
        for root in self._folders:
            if root.is_dir():
                places.update({one.name: one for one in root.iterdir() if (one / "dataset.toml").is_file()})
        return places

    def _read(self, folder: Path) -> Dataset:
        stamp = tuple(
            (str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sorted(folder.rglob("*.toml"))
        )
        known = self._known.get(folder)
        if known is None or known[0] != stamp:
            try:
                made: Dataset | DeclarationError = load_dataset(folder)
            except DeclarationError as problem:
                made = problem
            known = self._known[folder] = (stamp, made)
        if isinstance(known[1], DeclarationError):
            raise known[1]
        return known[1]
