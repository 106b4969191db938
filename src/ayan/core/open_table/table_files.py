"""The files of an open table: its metadata in JSON, its manifest lists and manifests in Avro; equal input, equal bytes.

The format is that of the table specification of Apache Iceberg, version 2.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from ayan.core.open_table.avro_schemas import MANIFEST_LIST, manifest_schema
from ayan.core.open_table.table_columns import NUMBER, OF_RELEASE, PERIOD
from ayan.core.open_table.table_history import StandingFile, TableHistory, TableSchema, TableSnapshot, place_of
from ayan.core.store.release import Release
from ayan.core.values.canonical import canonical_json

FORMAT: Final = 2
HINT: Final = "version-hint.text"
_FIRST_PARTITION: Final = 1000
_SPEC: Final[list[dict[str, Any]]] = [
    {"name": name, "transform": "identity", "source-id": number, "field-id": _FIRST_PARTITION + number - 1}
    for number, (name, _) in enumerate(OF_RELEASE, 1)
]
_NAME: Final = re.compile(r"(snap|manifest)-([0-9]{1,19})-([0-9a-f]{16})\.avro", re.ASCII)
_METADATA: Final = re.compile(r"v([1-9][0-9]{0,8})\.metadata\.json", re.ASCII)


class TablePlace(Protocol):
    """Where a table is read from: ``location`` is its address, `part` that of a file of a release."""

    @property
    def location(self) -> str:
        """The address of the table, without a slash at its end."""

    @property
    def files(self) -> str:
        """Below which address the files of releases stand: another one gives other files of the table."""

    def part(self, release: Release, name: str) -> str:
        """The address of a public file of a release."""


class TableFileGone(LookupError):
    """A file of an earlier version of the table, which no longer exists: it may have named what was removed."""


class NoTableFile(LookupError):
    """The table never had a file of this name, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A dataset's table at one place. ``history`` has a snapshot with files; ``title`` is what the table is called.

    ``log_index`` gives the place of a release's leaf in the log, None where there is none. With ``most`` only so many
    snapshots are kept, the newest.
    """

    slug: str
    title: str
    history: TableHistory
    place: TablePlace
    log_index: Callable[[Release], int | None] = lambda _: None
    most: int | None = None

    @property
    def snapshots(self) -> tuple[TableSnapshot, ...]:
        """Those that the table keeps, the oldest first."""
        return self.history.snapshots[-(self.most or len(self.history.snapshots)) :]

    @property
    def metadata_name(self) -> str:
        """The name of its present metadata."""
        return f"v{self.history.version}.metadata.json"

    def file(self, name: str) -> bytes:
        """A file below ``metadata/`` by its name. TableFileGone for one of an earlier version, else NoTableFile."""
        if name == HINT:
            return str(self.history.version).encode()
        if (named := _METADATA.fullmatch(name)) is not None:
            if int(named[1]) == self.history.version:
                return self.metadata()
            raise TableFileGone(name) if int(named[1]) < self.history.version else NoTableFile(name)
        avro = _NAME.fullmatch(name)
        if avro is None:
            raise NoTableFile(name)
        for snapshot in self.snapshots:
            if snapshot.id == int(avro[2]) and name in (self.list_name(snapshot), self.manifest_name(snapshot)):
                return self.files_of(snapshot)[name]
        raise TableFileGone(name) if 0 < place_of(int(avro[2])) <= len(self.history.releases) else NoTableFile(name)

    def files_of(self, snapshot: TableSnapshot) -> dict[str, bytes]:
        """The files that belong to a snapshot, by name."""
        files = self.history.files(snapshot)
        manifest = self._manifest(snapshot, files)
        return {
            self.manifest_name(snapshot): manifest,
            self.list_name(snapshot): self._manifest_list(snapshot, files, len(manifest)),
        }

    def list_name(self, snapshot: TableSnapshot) -> str:
        """The name of the file that lists the manifests of a snapshot."""
        return f"snap-{snapshot.id}-{self._mark(snapshot)}.avro"

    def manifest_name(self, snapshot: TableSnapshot) -> str:
        """The name of the file that lists the files of a snapshot."""
        return f"manifest-{snapshot.id}-{self._mark(snapshot)}.avro"

    def metadata(self) -> bytes:
        """The table's metadata: what every reader begins with."""
        history, snapshots = self.history, self.snapshots
        changed = max((each.at for each in snapshots), default=0)
        erased = (int(erasure.at.timestamp() * 1000) for each in history.releases for erasure in each.erasures)
        document = {
            "format-version": FORMAT,
            "table-uuid": str(uuid.uuid5(uuid.NAMESPACE_URL, self.place.location)),
            "location": self.place.location,
            "last-sequence-number": snapshots[-1].place,
            "last-updated-ms": max(changed, *erased, 0),
            "last-column-id": history.numbers.last,
            "current-schema-id": snapshots[-1].schema.number,
            "schemas": [self._schema(schema, history.labels) for schema in history.schemas],
            "default-spec-id": 0,
            "partition-specs": [{"spec-id": 0, "fields": _SPEC}],
            "last-partition-id": _FIRST_PARTITION + len(_SPEC) - 1,
            "default-sort-order-id": 0,
            "sort-orders": [{"order-id": 0, "fields": []}],
            "properties": self._properties(),
            "current-snapshot-id": snapshots[-1].id,
            "refs": {"main": {"snapshot-id": snapshots[-1].id, "type": "branch"}},
            "snapshots": [self._snapshot(each) for each in snapshots],
            "snapshot-log": [{"timestamp-ms": each.at, "snapshot-id": each.id} for each in snapshots],
            "metadata-log": [],
        }
        return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()

    def _manifest_list(self, snapshot: TableSnapshot, files: Sequence[StandingFile], length: int) -> bytes:
        """The list of a snapshot's manifests: there is one, of so many bytes."""
        fresh = [each for each in files if each.place == snapshot.place]
        older = [each for each in files if each.place != snapshot.place]
        line = {
            "manifest_path": self._address(self.manifest_name(snapshot)),
            "manifest_length": length,
            "partition_spec_id": 0,
            "content": 0,
            "sequence_number": snapshot.place,
            "min_sequence_number": min((each.place for each in files), default=snapshot.place),
            "added_snapshot_id": snapshot.id,
            "added_files_count": len(fresh),
            "existing_files_count": len(older),
            "deleted_files_count": 0,
            "added_rows_count": sum(each.file.rows for each in fresh),
            "existing_rows_count": sum(each.file.rows for each in older),
            "deleted_rows_count": 0,
            "partitions": _bounds(files),
        }
        facts = {
            "snapshot-id": str(snapshot.id),
            "sequence-number": str(snapshot.place),
            "format-version": str(FORMAT),
        }
        return _avro(MANIFEST_LIST, [line] if files else [], facts, self._mark(snapshot))

    def _manifest(self, snapshot: TableSnapshot, files: Sequence[StandingFile]) -> bytes:
        """The files of a snapshot, each with the address, size and rows of a public file, and nothing of its values."""
        entries = [
            {
                "status": 1 if each.place == snapshot.place else 0,
                "snapshot_id": snapshot.id if each.place == snapshot.place else each.added,
                "sequence_number": each.place,
                "file_sequence_number": each.place,
                "data_file": {
                    "content": 0,
                    "file_path": self.place.part(each.release, each.file.name),
                    "file_format": "PARQUET",
                    "partition": {PERIOD: each.release.period, NUMBER: each.release.number},
                    "record_count": each.file.rows,
                    "file_size_in_bytes": each.file.bytes,
                },
            }
            for each in files
        ]
        facts = {
            "schema": json.dumps(self._schema(snapshot.schema, {}), separators=(",", ":")),
            "schema-id": str(snapshot.schema.number),
            "partition-spec": json.dumps(_SPEC, separators=(",", ":")),
            "partition-spec-id": "0",
            "format-version": str(FORMAT),
            "content": "data",
        }
        return _avro(manifest_schema(_FIRST_PARTITION), entries, facts, self._mark(snapshot))

    def _snapshot(self, snapshot: TableSnapshot) -> dict[str, Any]:
        release, index = snapshot.release, self.log_index(snapshot.release)
        summary = {
            "operation": snapshot.operation,
            "added-data-files": str(snapshot.came),
            "added-records": str(snapshot.came_rows),
            "total-data-files": str(snapshot.files),
            "total-records": str(snapshot.rows),
            "ayan.release": f"{release.period}/{release.number}",
            "ayan.digest": f"sha256:{release.digest}",
            **({"ayan.withdrawn": "true"} if release.withdrawn else {}),
            **({"ayan.erased-rows": str(sum(e.count for e in release.erasures))} if release.erasures else {}),
            **({} if index is None else {"ayan.log-index": str(index)}),
        }
        before = self.history.snapshots[snapshot.place - 2].id if snapshot.place > 1 else None
        return {
            "snapshot-id": snapshot.id,
            **({} if before is None else {"parent-snapshot-id": before}),
            "sequence-number": snapshot.place,
            "timestamp-ms": snapshot.at,
            "manifest-list": self._address(self.list_name(snapshot)),
            "summary": summary,
            "schema-id": snapshot.schema.number,
        }

    def _properties(self) -> dict[str, str]:
        """What readers need besides: the numbers of the columns, which the files do not have."""
        numbers, types = self.history.numbers, self.history.types
        names = sorted((numbers.of(name, kind), name) for name, kind in types.items())
        mapping = [{"field-id": number, "names": [name]} for number, name in names if self._is_shown(name)]
        left_out = self.history.left_out
        return {
            "schema.name-mapping.default": json.dumps(mapping, ensure_ascii=False, separators=(",", ":")),
            "write.format.default": "parquet",
            "comment": self.title,
            "ayan.dataset": self.slug,
            **({"ayan.left-out": ",".join(left_out)} if left_out else {}),
        }

    def _is_shown(self, name: str) -> bool:
        return any(name == column for schema in self.history.schemas for _, column, _ in schema.columns)

    def _schema(self, schema: TableSchema, labels: dict[str, str]) -> dict[str, Any]:
        fields = [
            {
                "id": number,
                "name": name,
                "required": False,
                "type": kind,
                **({"doc": labels[name]} if name in labels else {}),
            }
            for number, name, kind in schema.columns
        ]
        return {"type": "struct", "schema-id": schema.number, "fields": fields}

    def _address(self, name: str) -> str:
        return f"{self.place.location}/metadata/{name}"

    def _mark(self, snapshot: TableSnapshot) -> str:
        """What a snapshot's files depend on besides its number: where the table is, and its columns."""
        schema = snapshot.schema
        named = canonical_json([self.place.location, self.place.files, str(snapshot.id), schema.number, schema.mark])
        return hashlib.sha256(named).hexdigest()[:16]


def _bounds(files: Sequence[StandingFile]) -> list[dict[str, Any]]:
    """The least and the greatest value of each column that files are parted by, as Iceberg writes single values."""
    if not files:
        return []
    periods = sorted(each.release.period.encode() for each in files)
    numbers = sorted(each.release.number for each in files)
    ends = [(periods[0], periods[-1]), tuple(each.to_bytes(4, "little") for each in (numbers[0], numbers[-1]))]
    return [
        {"contains_null": False, "contains_nan": None, "lower_bound": least, "upper_bound": most}
        for least, most in ends
    ]


def _avro(schema: dict[str, Any], lines: Sequence[dict[str, Any]], facts: dict[str, str], mark: str) -> bytes:
    """An Avro file. Its marker is drawn from ``mark``, and nothing is packed: libraries pack differently."""
    # Only whoever writes a table waits for it, and not every process that opens a store.
    import fastavro

    out = io.BytesIO()
    marker = hashlib.sha256(mark.encode()).hexdigest()[:32]
    fastavro.writer(out, schema, lines, codec="null", metadata=facts, sync_marker=bytes.fromhex(marker))
    return out.getvalue()
