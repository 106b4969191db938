"""The open tables of a city in a folder, for engines that share its disk; kept once the folder is there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.open_table.table_folder import FOLDER, TableFolder
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.damage import DatasetDamaged
from ayan.core.store.folder import FolderObjects
from ayan.datasets.registry import Registry


def table_folder(home: Path, store: Path, registry: Callable[[], Registry]) -> TableFolder:
    """The open tables of the city in ``home``, whose releases stand in the folder ``store``.

    ``registry`` gives its declared datasets when it is asked; a dataset that is declared no longer, or wrongly, has no
    table, as it has no page.
    """
    objects = FolderObjects(store)

    def public(slug: str) -> PublicColumns | None:
        try:
            return PublicColumns.of(registry().get(slug))
        except (KeyError, DeclarationError, DatasetDamaged):
            return None

    return TableFolder(home / FOLDER, objects.base, objects.uri, public)
