"""The releases of a dataset as an Apache Iceberg table: its metadata, over the files of the releases as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.page_context import site
from ayan.core.ledger.log import Log
from ayan.core.open_table.table_columns import PublicColumns
from ayan.core.open_table.table_files import HINT, NoTableFile, OpenTable, TableFileGone
from ayan.core.open_table.table_history import TableHistory
from ayan.core.schema.definition import Dataset
from ayan.core.store.release import Release
from ayan.core.transparency.entries.statement import erased, sealed
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.api.responses import NotFound, dataset_of, document, links, only, reading, root_of, tag
from ayan.wiring import city
from ayan.wiring.city import City

PATH: Final = "iceberg"
AVRO: Final = "application/avro"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"

NO_TABLE: Final = Label("این داده هنوز انتشاری ندارد.", "This dataset has no release yet.")
NO_FILE: Final = Label("این جدول پرونده‌ای به این نام ندارد.", "The table has no file of this name.")


class TableGone(Refusal):
    """Every release of the dataset that held is withdrawn, and its table with them."""

    code = "table-withdrawn"
    fa = "آنچه این جدول نشان می‌داد پس گرفته شده است."
    en = "What this table showed has been withdrawn."
    status = 410


class TableFileReplaced(Refusal):
    """The file belonged to an earlier version of the table."""

    code = "table-file-replaced"
    fa = "این پرونده از نسخهٔ پیشین جدول بود. نسخهٔ کنونی را از metadata.json بخوانید."
    en = "This file belonged to an earlier version of the table. Read the present one from metadata.json."
    status = 410


@dataclass(frozen=True, slots=True)
class WebPlace:
    """The table as it stands at the public address of a ``site``, below that of its dataset."""

    site: str
    dataset: Dataset

    @property
    def location(self) -> str:
        """The address of the table."""
        return f"{self.site}{root_of(self.dataset)}/{PATH}"

    @property
    def files(self) -> str:
        """The address below which the files of releases stand."""
        return f"{self.site}{root_of(self.dataset)}/releases"

    def part(self, release: Release, name: str) -> str:
        """The address of a file of a release."""
        return f"{self.files}/{release.period}/{release.number}/{name}"


def table_of(city: City, dataset: Dataset, place: WebPlace) -> OpenTable:
    """The table of a dataset as it is now. NotFound where nothing was ever released, TableGone where nothing stands."""
    history = TableHistory(city.release_store.releases(dataset.slug), PublicColumns.of(dataset))
    if not history.releases:
        raise NotFound("no-open-table", NO_TABLE)
    if not history.standing:
        raise TableGone
    log = city.log
    return OpenTable(
        dataset.slug, f"{dataset.title.fa} · {dataset.title.en}", history, place, lambda each: _leaf(log, each)
    )


def _leaf(log: Log | None, release: Release) -> int | None:
    if log is None or release.withdrawn:
        return None
    return log.find((erased(release) if release.erasures else sealed(release)).leaf)


@reading
def metadata(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The table's present metadata, at an address that stays."""
    return _answer(request, slug, None)


@reading
def table_file(request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
    """One of the files that the metadata leads to, or the metadata by the number of its version."""
    return _answer(request, slug, name)


def _answer(request: HttpRequest, slug: str, name: str | None) -> HttpResponseBase:
    only(request)
    current_city = city.current()
    dataset = dataset_of(current_city.registry, slug)
    table = table_of(current_city, dataset, WebPlace(site(request), dataset))
    try:
        body = table.file(name or table.metadata_name)
    except TableFileGone:
        raise TableFileReplaced from None
    except NoTableFile:
        raise NotFound("no-such-file", NO_FILE) from None
    kind = TEXT if name == HINT else AVRO if name is not None and name.endswith(".avro") else JSON
    return document(request, tag("open-table", body.hex()), lambda: body, links(dataset), kind)
