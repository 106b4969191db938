"""A search among packages as CKAN words it: words, and terms on fields (``organization:x``), joined by AND and OR."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ayan.apps.standards.limits import LONGEST_PACKAGE_QUERY, MOST_PACKAGE_TERMS
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold

SearchParameters = Mapping[str, Sequence[str]]
"""What can be searched of a package: the texts of each field, folded; moments as ISO 8601 in UTC."""

WORDS: Final = "text"
MOMENTS: Final = ("metadata_created", "metadata_modified")
FIELDS: Final = (
    "id", "name", "title", "notes", "organization", "owner_org", "groups", "tags", "license_id", "res_format",
    "type", "dataset_type", "state", "private", WORDS, *MOMENTS,
)  # fmt: skip
"""The fields that terms may be on."""

_LONG: Final = Label(
    "پرسش از {most} نویسه یا {terms} جزء بلندتر است.", "The query has more than {most} characters or {terms} terms."
)
_BROKEN: Final = Label(
    "پرسش خوانده نشد. واژه بنویسید، یا field:value، با AND، OR و -.",
    "The query cannot be read. Write words, or field:value, with AND, OR and -.",
)
_FIELD: Final = Label(
    "با این ستون نمی‌توان جست. هست: {fields}.", "There is no such field to search. There are: {fields}."
)
_RANGE: Final = Label(
    "بازه را مثل [2024-08-05T00:00:00Z TO *] بنویسید، فقط برای {fields}.",
    "Write a range like [2024-08-05T00:00:00Z TO *], of {fields} only.",
)
_TERM: Final = re.compile(
    r"\s*(?P<sign>[+-]?)(?:(?P<field>\*|[A-Za-z_]\w*):)?"
    r"(?P<value>\"[^\"]*\"|\[[^\[\]]*\]|\([^()]*\)|[^\s\"()\[\]]+)(?=\s|$)"
)
_EVERYTHING: Final = "*"


class BadPackageQuery(Refusal):
    """The text is no search; the words say why."""

    code = "package-query"
    fa = "پرسش خوانده نشد."
    en = "The query cannot be read."
    status = 409


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One condition on a field: one of ``values`` stands in it, or a moment from ``since`` to ``until``."""

    field: str
    values: tuple[str, ...] = ()
    denied: bool = False
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, searched: SearchParameters) -> bool:
        """Whether a package meets it."""
        return self._met(searched) is not self.denied

    def _met(self, searched: SearchParameters) -> bool:
        texts = searched.get(self.field, ())
        if self.field in MOMENTS and not self.values:
            moments = [_moment(text) for text in texts]
            return any((self.since or at) <= at <= (self.until or at) for at in moments)
        return any(_alike(self.field, value, text) for value in self.values for text in texts)


@dataclass(frozen=True, slots=True)
class PackageQuery:
    """Groups of terms: of each group one must hold."""

    groups: tuple[tuple[QueryTerm, ...], ...] = ()

    def finds(self, searched: SearchParameters) -> bool:
        """Whether a package is found."""
        return all(any(term.holds(searched) for term in group) for group in self.groups)


def parse_query(text: str) -> PackageQuery:
    """The search that a text asks for. Raises BadPackageQuery."""
    if len(text) > LONGEST_PACKAGE_QUERY:
        raise BadPackageQuery().worded(_too_long())
    groups: list[list[QueryTerm]] = []
    at, joined, denied = 0, False, False
    rest = text.rstrip()
    while at < len(rest):
        match = _TERM.match(rest, at)
        if match is None:
            raise BadPackageQuery().worded(_BROKEN)
        at = match.end()
        word = match["value"] if not match["field"] and not match["sign"] else ""
        if word in ("AND", "OR"):
            if not groups or joined:
                raise BadPackageQuery().worded(_BROKEN)
            joined = word == "OR"
            continue
        if word == "NOT" and not denied:
            denied = True
            continue
        term = _term(match["field"] or WORDS, match["value"], denied=denied or match["sign"] == "-")
        if joined:
            groups[-1].append(term)
        else:
            groups.append([term])
        joined = denied = False
    if joined or denied:
        raise BadPackageQuery().worded(_BROKEN)
    if sum(len(term.values) or 1 for group in groups for term in group) > MOST_PACKAGE_TERMS:
        raise BadPackageQuery().worded(_too_long())
    return PackageQuery(tuple(map(tuple, groups)))


def _too_long() -> Label:
    return _LONG.format(most=LONGEST_PACKAGE_QUERY, terms=MOST_PACKAGE_TERMS)


def _term(field: str, value: str, *, denied: bool) -> QueryTerm:
    if field == _EVERYTHING:
        # ``*:*`` is what CKAN's own clients send for everything.
        field = WORDS
    if field not in FIELDS:
        raise BadPackageQuery().worded(_FIELD.format(fields=", ".join(FIELDS)))
    if value.startswith("["):
        return _range(field, value[1:-1], denied=denied)
    if field in MOMENTS and value != _EVERYTHING:
        raise BadPackageQuery().worded(_RANGE.format(fields=", ".join(MOMENTS)))
    values = re.split(r"\s+OR\s+", value[1:-1].strip()) if value.startswith("(") else [value]
    plain = tuple(_EVERYTHING if each == _EVERYTHING else _folded(each) for each in values)
    return QueryTerm(field, plain, denied)


def _folded(value: str) -> str:
    folded = fold(value.strip('"'))
    if not folded:
        raise BadPackageQuery().worded(_BROKEN)
    return folded


def _range(field: str, value: str, *, denied: bool) -> QueryTerm:
    since, to, until = value.strip().partition(" TO ")
    if field not in MOMENTS or not to:
        raise BadPackageQuery().worded(_RANGE.format(fields=", ".join(MOMENTS)))
    first, last = (None if end.strip() == _EVERYTHING else _moment(end.strip()) for end in (since, until))
    return QueryTerm(field, denied=denied, since=first, until=last)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        # CKAN writes moments in UTC without saying so.
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadPackageQuery().worded(_RANGE.format(fields=", ".join(MOMENTS))) from None


def _alike(field: str, value: str, text: str) -> bool:
    """Whether a value stands in a text: anywhere in words, as the whole of a name; ``*`` at its end stands for more."""
    if value == _EVERYTHING:
        return True
    stem = value.rstrip(_EVERYTHING)
    if field in (WORDS, "title", "notes"):
        return stem in text
    return text.startswith(stem) if stem != value else text == value
