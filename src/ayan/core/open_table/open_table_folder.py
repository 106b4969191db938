"""Open tables as files, for engines that share the disk of a city: renewed with every act, and never ahead of one.

They stand in one folder, ``{slug}/metadata/`` each, and name the files of the releases where these stand. Without the
folder there are none. Before bytes of a release go, all that names them goes, durably; what a killed process left
unsettled has a note, by which the next who opens the store writes the table anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.core.open_table.limits import MOST_SNAPSHOTS
from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.open_table.table_files import HINT, OpenTable
from ayan.core.open_table.table_history import TableHistory
from ayan.core.store.objects import SLUG, ReleaseAddress
from ayan.core.store.release import Release
from ayan.core.system.files import DRAFTS, PUBLIC, PUBLIC_FOLDER, flush, locked, make_folder, remove, sweep, write

FOLDER: Final = "iceberg"
"""Its name in a city's folder."""
_NOTE: Final = ".unsettled"
_LOCK: Final = ".lock"
_LOG: Final = logging.getLogger("ayan.open_table")

ReleaseSource = Callable[[], Sequence[Release]]


@dataclass(frozen=True, slots=True)
class SharedPlace:
    """The table of a dataset in a shared folder. ``uri`` gives the address of a file of a release, ``files`` says
    below which one all of them stand."""

    folder: Path
    files: str
    uri: Callable[[ReleaseAddress, str], str]

    @property
    def location(self) -> str:
        """The address of the table."""
        return f"file://{self.folder}"

    def part(self, release: Release, name: str) -> str:
        """The address of a file of a release."""
        return self.uri(release.address, name)


class TableFolder:
    """The open tables of a city below ``root``; see `SharedPlace` for ``files`` and ``uri``.

    ``public`` says what of a dataset's columns may be shown, None where nothing of it may. It is a follower of the
    release store (`ReleaseStore`).
    """

    def __init__(
        self,
        root: Path,
        files: str,
        uri: Callable[[ReleaseAddress, str], str],
        public: Callable[[str], PublicColumns | None],
    ) -> None:
        self.root = root.absolute()
        self._files = files
        self._uri = uri
        self._public = public

    @property
    def location(self) -> str:
        """The folder below which the tables stand."""
        return str(self.root)

    def begin(self) -> None:
        """Make the folder, from which on tables are kept."""
        make_folder(self.root, mode=PUBLIC_FOLDER)

    def end(self) -> None:
        """Remove the folder with all tables; none are kept any more."""
        remove([self.root])

    @contextmanager
    def changing(self, slug: str, releases: ReleaseSource, *, removes: bool) -> Iterator[None]:
        """Keep the table of a dataset in step with a change of its releases, which the block makes.

        Where it ``removes`` files, nothing names them from before the block on; if that cannot be, it raises OSError
        and the block does not run. What goes wrong afterwards is written down and made good by the next change.
        """
        if not self.root.is_dir():
            yield
            return
        with locked(self.root / f"{slug}{_LOCK}"):
            write(self._note(slug), b"", mode=PUBLIC)
            if removes:
                self._clear(slug)
            try:
                yield
            finally:
                self._settle(slug, releases)

    def settle(self, slug: str, releases: ReleaseSource) -> None:
        """Write the table of a dataset as it is now. Raises BlockingIOError while somebody else is about to."""
        with locked(self.root / f"{slug}{_LOCK}", wait=0):
            write(self._note(slug), b"", mode=PUBLIC)
            self._settle(slug, releases)

    def unsettled(self) -> list[str]:
        """The datasets whose table a killed process, or a fault, left behind; notes that were half written go."""
        sweep(self.root.glob(DRAFTS))
        notes = (path.name.removesuffix(_NOTE) for path in self.root.glob(f"*{_NOTE}"))
        return sorted(filter(SLUG.fullmatch, notes))

    def _settle(self, slug: str, releases: ReleaseSource) -> None:
        try:
            self._write(slug, releases())
        except Exception:  # noqa: BLE001 - whatever it is must not be taken for a failure of the act
            # The act itself has taken place, or has failed for a reason of its own that is raised.
            _LOG.exception("the open table of %s is not written yet", slug)
            return
        self._note(slug).unlink(missing_ok=True)
        flush(self.root)

    def _write(self, slug: str, releases: Sequence[Release]) -> None:
        public = self._public(slug)
        history = TableHistory(releases, public)
        if public is None or not history.standing:
            self._clear(slug)
            return
        folder = self.root / slug / "metadata"
        make_folder(folder.parent, mode=PUBLIC_FOLDER)
        make_folder(folder, mode=PUBLIC_FOLDER)
        sweep(folder.glob(DRAFTS))
        place = SharedPlace(folder.parent, self._files, self._uri)
        table = OpenTable(slug, slug, history, place, most=MOST_SNAPSHOTS)
        names: list[str] = []
        for snapshot in table.snapshots:
            named = table.manifest_name(snapshot), table.list_name(snapshot)
            names += named
            if not all((folder / name).exists() for name in named):
                for name, data in table.files_of(snapshot).items():
                    write(folder / name, data, mode=PUBLIC)
        write(folder / table.metadata_name, table.metadata(), mode=PUBLIC)
        write(folder / HINT, table.file(HINT), mode=PUBLIC)
        kept = {*names, table.metadata_name, HINT}
        remove(path for path in folder.iterdir() if path.name not in kept)
        flush(folder)

    def _clear(self, slug: str) -> None:
        """Remove every file of a table, those first by which readers begin."""
        folder = self.root / slug / "metadata"
        if not folder.is_dir():
            return
        remove([folder / HINT, *folder.glob("*.metadata.json")])
        remove(list(folder.iterdir()))
        flush(folder)

    def _note(self, slug: str) -> Path:
        return self.root / f"{slug}{_NOTE}"
