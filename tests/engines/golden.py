"""The SQL of sample questions, kept in ``golden/`` to be looked at as a diff: `python -m tests.engines.golden`."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from tests.engines.world import DATASET

from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.plan import ADDRESS, Facet, Groups, Plan, Record, RowCount, RowFile, Rows
from ayan.core.query.question import read_cursor
from ayan.core.query.question_parser import parse
from ayan.core.query.sql import to_sql
from ayan.core.query.values import as_asked
from ayan.core.values.sql import SqlStatement

FOLDER: Final = Path(__file__).parent / "golden"
ASKED: Final = as_asked(DATASET)

# Name of the file → the question, as an address has it.
QUESTIONS: Final = {
    "rows": "rows?",
    "rows-by-equality": "rows?state=active&amount=5&share=7.5&open=true&grade=2&firm=10101234567",
    "rows-by-stretches-of-days": "rows?day=1403-05&month=1403&day__not=2024-08-02",
    "rows-from-and-to": "rows?amount__gt=5&amount__lte=1000&day__gte=1403&day__lt=1404-02&share__lt=0.5",
    "rows-by-lists": "rows?number__in=1-1,1-2&state__in=active,ended&day__in=1403-05-12,1402&title__in=پل,چاه",
    "rows-by-words": "rows?title=پل&title__not=چاه&street__contains=خیابان 12&number__startswith=A-0",
    "rows-empty": "rows?amount__isnull=1&shape__isnull=0&state__not=void",
    "rows-search": "rows?_search=پل 12",
    "rows-in-order": "rows?_sort_desc=amount&_fields=number,amount&_size=20",
    "rows-in-the-order-of-words": "rows?_sort=title",
    "rows-of-a-release": "rows?_release=1403-04/2",
    "rows-next": 'rows?_next={"v":1,"s":"state","o":"","k":null,"n":7}',
    "rows-next-in-order": 'rows?_sort=share&_next={"v":1,"s":"state","o":"%2Bshare","k":"7.50","n":7}',
    "rows-next-in-the-order-of-words": 'rows?_sort_desc=title&_next={"v":1,"s":"state","o":"-title","k":"پل","n":7}',
    "rows-next-among-the-empty": 'rows?_sort=day&_next={"v":1,"s":"state","o":"%2Bday","k":null,"n":7}',
    "count": "count?state=active&amount__gt=5",
    "stream": "stream?_fields=number,amount&_sort=day",
    "stream-cells": "cells?_fields=number,title,state,day&_lang=fa&state=active",
    "groups": "groups?by=state&count=1&sum=amount&avg=share&median=amount&min=day&max=amount&distinct=title",
    "groups-by-year-and-month": "groups?by=day:year,day:month&sum=amount",
    "groups-by-quarter-of-days-and-of-periods": "groups?by=day:quarter,month:quarter,month:month&month=1403-Q2",
    "groups-by-words": "groups?by=title&_sort_desc=title&open=true",
    "groups-in-the-order-of-an-average": "groups?by=state&avg=amount&_sort_desc=avg_amount",
    "groups-in-the-order-of-a-median": "groups?by=grade&median=share&_sort=median_share&_size=5",
    "groups-by-their-numbers": "groups?by=title&count=1&avg=share&_having=count__gt:2,avg_share__lte:7.5",
    "groups-of-everything": "groups?sum=amount&count=1&_release=1403-04/2",
    "facet": "facets?by=state&state=active&amount__gt=5&_size=10",
    "facet-of-words": "facets?by=title&_search=پل",
    "facet-of-years": "facets?by=day:year",
    "record": "record?A-001",
    "record-by-place": "place?1403-05/1/2",
}


def statement(question: str) -> SqlStatement:
    """What an engine runs for a question."""
    return to_sql(ASKED, plan_of(question))


def plan_of(question: str) -> Plan:
    """What an engine is asked for."""
    kind, _, text = question.partition("?")
    if kind == "record":
        return Record((("number", text),))
    if kind == "place":
        period, release, row = text.split("/")
        return Record(tuple(zip(ADDRESS, (period, int(release), int(row)), strict=True)))
    params = [(name, _cursor(value) if name == "_next" else value) for name, value in parse_qsl(text)]
    if kind == "groups":
        return Groups(parse_groups(DATASET, params))
    if kind == "facets":
        asked = parse_facets(DATASET, params)
        return Facet(asked.scope, asked.by[0], asked.limit)
    parsed = parse(DATASET, params)
    position = read_cursor(parsed.cursor, ASKED, parsed.sort) if parsed.cursor else None
    if kind == "rows":
        return Rows(parsed, position)
    if kind == "count":
        return RowCount(parsed)
    return RowFile(parsed, position, kind == "cells")


def _cursor(document: str) -> str:
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


def text_of(question: str) -> str:
    """What a golden file holds: the question, the SQL that is run, and the values bound to it; long texts cut short."""
    compiled = statement(question)
    text = re.sub(r"'(?:[^']|'')*'", lambda match: _shortened(match[0]), compiled.sql)
    values = "".join(f"-- ${name} = {_shortened(repr(value))}\n" for name, value in compiled.values.items())
    return "\n".join((f"-- {question}", *_lines(text), values))


def _shortened(text: str) -> str:
    """A long text by its beginning and its digest, so that a change of it shows all the same."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:12]}… {len(text)} characters, {sha256(text.encode()).hexdigest()[:8]}{text[-1]}"


LONGEST: Final = 60
_CLAUSE: Final = re.compile(r"FROM |WHERE |AND |GROUP BY |ORDER BY |LIMIT ")


def _lines(text: str) -> Iterator[str]:
    """The statement broken before its clauses, but not inside of brackets."""
    start = depth = 0
    for match in re.finditer(r"'[^']*'|[()]| (?=[A-Z])", text):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if match[0] == " " and depth == 0 and _CLAUSE.match(text, match.end()):
            yield text[start : match.start()]
            start = match.end()
    yield text[start:]


def main() -> None:
    """Write every file, and remove those of questions that are no longer asked."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.sql"):
        path.unlink()
    for name, question in QUESTIONS.items():
        (FOLDER / f"{name}.sql").write_text(text_of(question), encoding="utf-8")


if __name__ == "__main__":
    main()
