"""One dataset of a portal: its columns, rows, groups, differences, releases and records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from ayan_client import documents
from ayan_client.answers import Differences, Facets, Groups, Page, ReleaseListed, Row, Version
from ayan_client.conditions import Condition, Having
from ayan_client.downloads import Downloads
from ayan_client.exact_json import malformed
from ayan_client.limits import MOST_VERSIONS, PAGE_ROWS
from ayan_client.refusals import Gone, NotThere, StateChanged
from ayan_client.schema import Schema, schema_of
from ayan_client.transport import Transport

API: Final = "/api/v1/datasets"
Moment = date | datetime | str


class Dataset(Downloads):
    """What is published of one dataset. Nothing is asked before a method is called.

    Of every question: ``conditions`` must all hold, ``search`` are words that must each stand somewhere in a row,
    ``as_of`` asks for the state at the end of a day or at an instant, ``release`` (``period/number``) for one release.
    All raise BadQuestion for a question that is not valid, NotThere for an unknown dataset or release, Gone for what
    was withdrawn, Busy, Unreachable and Malformed.
    """

    def __init__(self, transport: Transport, slug: str) -> None:
        self.slug, self._transport = slug, transport
        self.root = f"{API}/{quote(slug, safe='')}"

    def describe(self) -> Mapping[str, Any]:
        """The whole document about the dataset: titles, owner, law, licence, cadence, freshness, formats."""
        return self._transport.json(self.root)

    def schema(self) -> Schema:
        """The columns, with units and what their numbers mean."""
        return schema_of(self.describe(), self.root)

    # --- rows ---------------------------------------------------------------------------------------------------------

    def rows(
        self,
        *conditions: Condition,
        search: str | None = None,
        sort: str | None = None,
        descending: bool = False,
        fields: Sequence[str] = (),
        as_of: Moment | None = None,
        release: str | None = None,
        size: int = PAGE_ROWS,
    ) -> Iterator[Row]:
        """All rows that match, page by page as they are needed; see `pages`.

        ``sort`` is one field (empty values last, ties in the order of the file), ``fields`` picks columns.
        """
        for page in self.pages(
            *conditions, search=search, sort=sort, descending=descending, fields=fields, as_of=as_of, release=release,
            size=size,
        ):  # fmt: skip
            yield from page.rows

    def pages(
        self,
        *conditions: Condition,
        search: str | None = None,
        sort: str | None = None,
        descending: bool = False,
        fields: Sequence[str] = (),
        as_of: Moment | None = None,
        release: str | None = None,
        size: int = PAGE_ROWS,
        count: bool = False,
    ) -> Iterator[Page]:
        """The pages of all rows that match, ``size`` rows each (1,000 at most), in the state of the first of them.

        Whatever the city publishes meanwhile, later pages are of the same releases. Raises Gone where one of these was
        withdrawn or erased from before the last page, StateChanged where a page is of another state all the same. With
        ``count`` each page says how many rows match in all.
        """
        parameters = [*_conditions(conditions), *_scope(search, as_of, release)]
        parameters += _sorted(sort, descending=descending)
        parameters += [("_fields", ",".join(fields))] if fields else []
        parameters += [("_size", str(size))] + ([("_count", "1")] if count else [])
        schema, below = self.schema(), f"{self.root}/rows.json"
        path: str | None = f"{below}?{_query(parameters)}"
        first, seen = None, set[str]()
        while path is not None:
            seen.add(path)
            page = documents.page_of(self._transport, self.slug, path, schema, size)
            first = first or page
            if page.source.state != first.source.state:
                raise StateChanged(
                    "state-changed",
                    "این صفحه از وضعیت دیگری است. از نو آغاز کنید.",
                    f"This page is of another state than the first; begin again ({path[:200]})",
                )
            yield page
            if page.following in seen:
                raise malformed(path, "its pages go round in a circle")
            path = page.following

    def count(self, *conditions: Condition, search: str | None = None, as_of: Moment | None = None) -> int:
        """How many rows match."""
        page = next(self.pages(*conditions, search=search, as_of=as_of, size=1, count=True))
        if page.total is None:
            raise malformed(page.source.address, "it does not count")
        return page.total

    def record(self, key: str | Sequence[str], *, as_of: Moment | None = None, release: str | None = None) -> list[Row]:
        """The rows of one key: one, unless several periods hold it.

        ``key`` is a text as answers and addresses write it, or the parts of the key as they are.

        Raises NotThere for a key that no row has.
        """
        query = _query(_scope(None, as_of, release))
        path = f"{self.root}/rows/{_step(key)}" + (f"?{query}" if query else "")
        return list(documents.page_of(self._transport, self.slug, path, self.schema(), None).rows)

    def history(self, key: str | Sequence[str]) -> list[Version]:
        """What each release of the periods that hold a record now says of it, in the order of their sealing.

        One request for each such release. Raises NotThere for a key that no row has today, and ValueError where there
        are more than 200 of them: ask for single releases by `record`.
        """
        periods = {row.release.rpartition("/")[0] for row in self.record(key)}
        asked = [each for each in self.releases() if each.period in periods]
        if len(asked) > MOST_VERSIONS:
            raise ValueError(f"{len(asked)} releases; ask for single ones")
        versions = []
        for release in sorted(asked, key=lambda each: (each.sealed_at, each.period, each.number)):
            rows: list[Row] = []
            if not release.withdrawn:
                try:
                    rows = self.record(key, release=release.name)
                except (NotThere, Gone):
                    rows = []
            versions.append(Version(release, tuple(rows)))
        return versions

    # --- figures ------------------------------------------------------------------------------------------------------

    def groups(
        self,
        *conditions: Condition,
        by: Sequence[str] = (),
        count: bool = True,
        sum: Sequence[str] = (),  # noqa: A002 - the word of the grammar
        avg: Sequence[str] = (),
        median: Sequence[str] = (),
        min: Sequence[str] = (),  # noqa: A002 - likewise
        max: Sequence[str] = (),  # noqa: A002 - likewise
        distinct: Sequence[str] = (),
        having: Sequence[Having] = (),
        search: str | None = None,
        sort: str | None = None,
        descending: bool = False,
        size: int | None = None,
        as_of: Moment | None = None,
        release: str | None = None,
    ) -> Groups:
        """Counts, sums and the like by group, computed by the portal to the last rial.

        ``by`` names up to four fields; ``date:year``, ``:quarter`` and ``:month`` put Jalali days together. ``sort``
        names a column of the answer, such as ``sum_amount``. A sum that means nothing is a BadQuestion that says what
        to ask instead (``never-added``, ``over-time``, ``both-sides``).
        """
        functions = {"sum": sum, "avg": avg, "median": median, "min": min, "max": max, "distinct": distinct}
        parameters = [*_conditions(conditions), *_scope(search, as_of, release)]
        parameters += [("by", ",".join(by))] if by else []
        parameters += [(name, ",".join(fields)) for name, fields in functions.items() if fields]
        parameters += [("count", "1")] if count else []
        parameters += [("_having", ",".join(each.text for each in having))] if having else []
        parameters += _sorted(sort, descending=descending) + ([("_size", str(size))] if size is not None else [])
        return documents.groups_of(
            self._transport, self.slug, f"{self.root}/groups?{_query(parameters)}", self.schema()
        )

    def facets(
        self,
        *conditions: Condition,
        by: Sequence[str],
        search: str | None = None,
        size: int | None = None,
        as_of: Moment | None = None,
        release: str | None = None,
    ) -> Facets:
        """The commonest values of fields with their counts; those of a field leave its own conditions out."""
        parameters = [*_conditions(conditions), *_scope(search, as_of, release), ("by", ",".join(by))]
        parameters += [("_size", str(size))] if size is not None else []
        return documents.facets_of(
            self._transport, self.slug, f"{self.root}/facets?{_query(parameters)}", self.schema()
        )

    def differences(
        self,
        start: Moment | None = None,
        end: Moment | None = None,
        *,
        change: str | None = None,
        size: int = PAGE_ROWS,
    ) -> Differences:
        """What differs between two states, all of it.

        ``start`` and ``end`` are days, instants or releases (``1403-05/2``). Without ``end`` the present; without
        ``start`` the state before the newest release: so nothing given says what came last. ``change`` picks
        ``changed``, ``added`` or ``removed`` rows.
        """
        sides = [(name, _moment(given)) for name, given in (("from", start), ("to", end)) if given is not None]
        parameters = sides + ([("change", change)] if change else []) + [("_size", str(size))]
        below = f"{self.root}/changes.json"
        return documents.differences_of(self._transport, below, f"{below}?{_query(parameters)}", self.schema())

    def releases(self) -> list[ReleaseListed]:
        """All releases, the newest first, withdrawn ones among them."""
        return list(documents.releases_of(self._transport, self.slug, f"{self.root}/releases"))


# --- the grammar ------------------------------------------------------------------------------------------------------


def _conditions(conditions: Sequence[Condition]) -> list[tuple[str, str]]:
    return [(condition.parameter, condition.text) for condition in conditions]


def _scope(search: str | None, as_of: Moment | None, release: str | None) -> list[tuple[str, str]]:
    given = (("_search", search), ("_as_of", None if as_of is None else _moment(as_of)), ("_release", release))
    return [(name, text) for name, text in given if text is not None]


def _sorted(field: str | None, *, descending: bool) -> list[tuple[str, str]]:
    return [] if field is None else [("_sort_desc" if descending else "_sort", field)]


def _moment(given: Moment) -> str:
    if isinstance(given, datetime) and given.tzinfo is None:
        raise ValueError("a time without its zone: say which moment is meant")
    return given if isinstance(given, str) else given.isoformat()


def _query(parameters: Sequence[tuple[str, str]]) -> str:
    return urlencode(parameters, safe=",-.:/_", quote_via=quote)


def _step(key: str | Sequence[str]) -> str:
    """A key as an address writes it: parts joined by ``~``, a slash as a comma."""
    if isinstance(key, str):
        step = key.replace("/", ",")
    else:
        escaped = (part.replace("%", "%25").replace("~", "%7E").replace("/", "%2F") for part in key)
        step = "~".join(escaped).replace(",", "%2C").replace("%2F", ",")
    if step in ("", ".", ".."):
        raise ValueError("a key is needed")
    return quote(step, safe="~,")
