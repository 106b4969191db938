"""Answers read from documents: shapes are checked, numbers stay exact, and whatever is not as promised is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from ayan_client.answers import (
    Change,
    Counts,
    Differences,
    Facet,
    Facets,
    FacetValue,
    Groups,
    Missing,
    Page,
    ReleaseListed,
    Row,
    Side,
    SumChange,
    ValueChange,
)
from ayan_client.exact_json import malformed
from ayan_client.refusals import Malformed, StateChanged
from ayan_client.schema import Schema, Value
from ayan_client.sources import RELEASE, ROW, source_of
from ayan_client.transport import Transport

Read = TypeVar("Read")
_OF_VALUES = ("min_", "max_")


def shaped(path: str, read: Callable[[], Read]) -> Read:
    """What a reader makes of a document; Malformed where that is of another shape."""
    try:
        return read()
    except Malformed:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as wrong:
        raise malformed(path, f"its shape ({type(wrong).__name__} {wrong})"[:300]) from None


def page_of(transport: Transport, slug: str, path: str, schema: Schema, size: int | None) -> Page:
    """A page of rows, of ``size`` at most; None where there is no bound."""
    document = transport.json(path)
    source = source_of(document, transport.site, slug, path)

    def read() -> Page:
        rows = tuple(row_values(each, schema, path) for each in document["rows"])
        if size is not None and len(rows) > size:
            raise malformed(path, f"{len(rows)} rows where {size} were asked for")
        following = document.get("next")
        if following is not None:
            if not rows:
                raise malformed(path, "it goes on after nothing")
            following = transport.own_path(following, path.partition("?")[0])
        total = document.get("total")
        return Page(
            tuple(Row(values, address, source) for values, address in rows),
            source,
            None if total is None else whole(total),
            following,
        )

    return shaped(path, read)


def row_values(document: Mapping[str, Any], schema: Schema, path: str) -> tuple[dict[str, Value], str]:
    """The values of a row and its address. Raises Malformed."""
    values = dict(document)
    address = values.pop("_row", None)
    if not isinstance(address, str) or not ROW.fullmatch(address):
        raise malformed(path, "the address of a row")
    return schema.converted(values, path), address


def groups_of(transport: Transport, slug: str, path: str, schema: Schema) -> Groups:
    """Groups with their measures."""
    document = transport.json(path)
    source = source_of(document, transport.site, slug, path)

    def read() -> Groups:
        groups = tuple(_measured(group, schema, path) for group in document["groups"])
        return Groups(groups, whole(document["total"]), source)

    return shaped(path, read)


def _measured(group: Mapping[str, Any], schema: Schema, path: str) -> dict[str, Value]:
    """The values of a group: keys as their columns have them; the least and the most of a column as well."""
    keys = {name: name.removeprefix("min_").removeprefix("max_") for name in group if name.startswith(_OF_VALUES)}
    values = {name: value for name, value in group.items() if name not in keys}
    converted = schema.converted(values, path)
    for name, column in keys.items():
        known = {each.name for each in schema.columns}
        of = name if name in known else column
        converted[name] = schema.converted({of: group[name]}, path)[of]
    return {name: converted[name] for name in group}


def facets_of(transport: Transport, slug: str, path: str, schema: Schema) -> Facets:
    """The commonest values of fields."""
    document = transport.json(path)
    source = source_of(document, transport.site, slug, path)

    def read() -> Facets:
        return Facets({name: _facet(name, each, schema, path) for name, each in document["facets"].items()}, source)

    return shaped(path, read)


def _facet(name: str, facet: Mapping[str, Any], schema: Schema, path: str) -> Facet:
    values = tuple(
        FacetValue(
            schema.converted({name: each["value"]}, path)[name], whole(each["count"]), _truth(each.get("chosen", False))
        )
        for each in facet["values"]
    )
    return Facet(values, _truth(facet["more"]))


def differences_of(transport: Transport, below: str, path: str, schema: Schema) -> Differences:
    """All differences between two states, over all pages."""
    document, changes, seen = transport.json(path), list[Change](), {path}

    def states(each: Mapping[str, Any]) -> list[Any]:
        return [each["from"]["state"], each["to"]["state"]]

    first, at, page = shaped(path, lambda: states(document)), path, document
    while True:
        changes += shaped(at, lambda: [_change(each, schema, at) for each in page["changes"]])  # noqa: B023 - read now
        if page.get("next") is None:
            break
        at = transport.own_path(page["next"], below)
        if at in seen:
            raise malformed(path, "its pages go round in a circle")
        seen.add(at)
        page = transport.json(at)
        if shaped(at, lambda: states(page)) != first:  # noqa: B023 - read now
            raise StateChanged("state-changed", "این صفحه از وضعیت دیگری است.", "This page is of other states")

    def read() -> Differences:
        return Differences(
            start=_side(document["from"]),
            end=_side(document["to"]),
            counts=Counts(*(whole(document["counts"][name]) for name in ("added", "removed", "changed", "unchanged"))),
            totals={
                name: SumChange(number(each["before"]), number(each["after"]))
                for name, each in document["totals"].items()
            },
            withdrawn=tuple(_missing(each, "withdrawn_at") for each in document["withdrawn"]),
            erased=tuple(_missing(each, "erased_at") for each in document["erased"]),
            changes=tuple(changes),
            link=transport.site + path,
        )

    return shaped(path, read)


def _side(side: Mapping[str, Any]) -> Side:
    return Side(str(side["state"]), _moment(side["as_of"]) if side["as_of"] else None, side["release"])


def _missing(each: Mapping[str, Any], at: str) -> Missing:
    return Missing(str(each["release"]), str(each["reason"]), whole(each["rows"]), _moment(each[at]))


def _change(each: Mapping[str, Any], schema: Schema, path: str) -> Change:
    sides = {
        side: schema.converted({name: change[side] for name, change in each["fields"].items()}, path)
        for side in ("before", "after")
    }
    fields = {name: ValueChange(sides["before"][name], sides["after"][name]) for name in each["fields"]}
    return Change(
        str(each["change"]), str(each["period"]), str(each["key"]), fields, each["row_before"], each["row_after"]
    )


def releases_of(transport: Transport, slug: str, below: str) -> Iterator[ReleaseListed]:
    """All releases, the newest first."""
    path, seen = f"{below}?_size=1000", set[str]()
    while path:
        seen.add(path)
        document = transport.json(path)
        yield from shaped(path, lambda: [_release(each, slug) for each in document["releases"]])  # noqa: B023 - read now
        following = document.get("next")
        path = "" if following is None else transport.own_path(following, below)
        if path in seen:
            raise malformed(path, "its pages go round in a circle")


def _release(each: Mapping[str, Any], slug: str) -> ReleaseListed:
    name, digest, reason = f"{each['period']}/{each['number']}", each["digest"], each["reason"]
    if not RELEASE.fullmatch(name) or not digest.startswith("sha256:"):
        raise ValueError(f"release {name[:60]}")
    return ReleaseListed(
        dataset=slug,
        period=each["period"],
        number=whole(each["number"]),
        rows=whole(each["rows"]),
        sealed_at=_moment(each["sealed_at"]),
        digest=digest.removeprefix("sha256:"),
        current=_truth(each["current"]),
        withdrawn=_truth(each["withdrawn"]),
        erased_rows=whole(each["erased_rows"]),
        reason=reason["code"] if reason else None,
    )


def whole(value: Any) -> int:
    """A count. Raises ValueError."""
    if type(value) is not int or value < 0:
        raise ValueError(f"not a count: {value!r:.40}")
    return value


def number(value: Any) -> Any:
    """An exact number of an answer. Raises ValueError."""
    if isinstance(value, bool | str) or value is None:
        raise ValueError(f"not a number: {value!r:.40}")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"neither true nor false: {value!r:.40}")
    return value


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
