"""The key of a record in an address: its natural key, or where the dataset has none, the place of the row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from urllib.parse import quote, unquote

from ayan.core.query import values
from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.plan import ADDRESS, Record
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.query_service import QueryService
from ayan.core.schema.definition import Dataset
from ayan.core.values import period
from ayan.core.values.address_step import written_key
from ayan.core.values.asked_value import BadValue, Span

SEPARATOR = "~"


def key_of(dataset: Dataset, row: Row) -> str:
    """The key as text, before it is percent-encoded into an address: parts joined by ``~``.

    In a part, ``~``, ``%`` and ``/`` are escaped, so that they cannot be taken for what joins or divides.
    """
    parts: Sequence[object] = (
        [row.values[name] for name in dataset.key] if dataset.key else [row.period, row.release, row.number]
    )
    return joined_key(parts)


def joined_key(parts: Sequence[object]) -> str:
    """The same of the values of a natural key, in its order."""
    return SEPARATOR.join(_escaped(part) for part in parts)


def step_of(key: str) -> str:
    """A key as one step of an address, percent-encoded."""
    return quote(written_key(key), safe="~,")


def readable(key: str) -> str:
    """The key as people read it, with its slashes and signs as they stand in the data."""
    return SEPARATOR.join(_parts(key))


def find(reader: QueryService, dataset: Dataset, key: str, snapshot: Snapshot) -> tuple[Row, ...]:
    """The rows that a key names, of the newest period first; more than one where periods repeat a natural key.

    Raises BadQuestion for a text that cannot be a key of the dataset.
    """
    dataset = values.as_asked(dataset)
    if dataset.key:
        return reader.pick(dataset, Record(tuple(natural(dataset, key).items())), snapshot)
    return reader.pick(dataset, Record(tuple(zip(ADDRESS, place_of(key), strict=True))), snapshot)


def _parts(key: str) -> list[str]:
    return [unquote(part, errors="replace") for part in key.split(SEPARATOR)]


def natural(dataset: Dataset, key: str) -> dict[str, object]:
    """The stored values of the fields of a natural key. Raises BadQuestion for a text that cannot be a key."""
    parts = _parts(key)
    if len(parts) != len(dataset.key):
        raise BadQuestion([problem("key", "key")])
    out: dict[str, object] = {}
    for name, text in zip(dataset.key, parts, strict=True):
        field = dataset.field(name)
        try:
            value = values.read_value(field, text) if text.strip() else None
        except BadValue:
            raise BadQuestion([problem("key", "key")]) from None
        if isinstance(value, Span):
            # A key names one day or one period, never a range of them.
            if field.kind.is_day and value.first != value.last:
                raise BadQuestion([problem("key", "key")])
            out[name] = value.first if field.kind.is_day else value.text
        else:
            out[name] = value
    return out


def place_of(key: str) -> tuple[str, int, int]:
    """Period, release number and row number that a key of a dataset without natural key names, or BadQuestion."""
    parts = _parts(key)
    try:
        name, release, row = str(period.parse(parts[0])), int(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        raise BadQuestion([problem("key", "key")]) from None
    if len(parts) != 3 or not (0 < release < 2**31 and 0 < row < 2**63):
        raise BadQuestion([problem("key", "key")])
    return name, release, row


def _escaped(part: object) -> str:
    if part is None:
        return ""
    if isinstance(part, bool):
        text = "true" if part else "false"
    elif isinstance(part, date):
        text = part.isoformat()
    else:
        text = format(part, "f") if isinstance(part, Decimal) else str(part)
    return text.replace("%", "%25").replace(SEPARATOR, "%7E").replace("/", "%2F")
