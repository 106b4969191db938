"""The Avro schemas of manifest lists and manifests, with the numbers that the specification of Iceberg gives them."""

from __future__ import annotations

from typing import Any, Final


def _field(name: str, kind: Any, number: int) -> dict[str, Any]:
    return {"name": name, "type": kind, "field-id": number}


def _optional(name: str, kind: Any, number: int) -> dict[str, Any]:
    return {"name": name, "type": ["null", kind], "default": None, "field-id": number}


_BOUNDS: Final = {
    "type": "record",
    "name": "r508",
    "fields": [
        _field("contains_null", "boolean", 509),
        _optional("contains_nan", "boolean", 518),
        _optional("lower_bound", "bytes", 510),
        _optional("upper_bound", "bytes", 511),
    ],
}

MANIFEST_LIST: Final[dict[str, Any]] = {
    "type": "record",
    "name": "manifest_file",
    "fields": [
        _field("manifest_path", "string", 500),
        _field("manifest_length", "long", 501),
        _field("partition_spec_id", "int", 502),
        _field("content", "int", 517),
        _field("sequence_number", "long", 515),
        _field("min_sequence_number", "long", 516),
        _field("added_snapshot_id", "long", 503),
        _field("added_files_count", "int", 504),
        _field("existing_files_count", "int", 505),
        _field("deleted_files_count", "int", 506),
        _field("added_rows_count", "long", 512),
        _field("existing_rows_count", "long", 513),
        _field("deleted_rows_count", "long", 514),
        _optional("partitions", {"type": "array", "items": _BOUNDS, "element-id": 508}, 507),
    ],
}


def manifest_schema(first_partition: int) -> dict[str, Any]:
    """The schema of a manifest whose files are parted by period and number of their release, numbered from there."""
    partition = {
        "type": "record",
        "name": "r102",
        "fields": [
            _optional("_period", "string", first_partition),
            _optional("_release", "int", first_partition + 1),
        ],
    }
    data_file = {
        "type": "record",
        "name": "r2",
        "fields": [
            _field("content", "int", 134),
            _field("file_path", "string", 100),
            _field("file_format", "string", 101),
            _field("partition", partition, 102),
            _field("record_count", "long", 103),
            _field("file_size_in_bytes", "long", 104),
        ],
    }
    return {
        "type": "record",
        "name": "manifest_entry",
        "fields": [
            _field("status", "int", 0),
            _optional("snapshot_id", "long", 1),
            _optional("sequence_number", "long", 3),
            _optional("file_sequence_number", "long", 4),
            _field("data_file", data_file, 2),
        ],
    }
