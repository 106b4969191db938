"""ayan query SLUG 'QUERY': the questions of the API, answered from the city's folder without a server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from ayan.cli.check import known_dataset
from ayan.cli.wording import say
from ayan.core.query.answer import Unanswered
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.document import facets_page, groups_page, page
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.groups import answer_facets, answer_groups
from ayan.core.query.parse import Parameters, parse
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.reader import Reader
from ayan.core.schema.definition import Dataset, Label
from ayan.wiring import city

OFFERED: Final = ("json", "ndjson", "csv", "parquet")


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan query``."""
    parser = verbs.add_parser("query", help="ask a dataset, in the grammar of the API")
    parser.add_argument("dataset", metavar="SLUG")
    parser.add_argument("query", metavar="QUERY", nargs="?", default="", help="amount__gte=1000000&_sort=date")
    parser.add_argument("--format", choices=OFFERED, default="json")


def run(args: argparse.Namespace) -> int:
    """Write the answer to standard output; exit 1 for a question that is not valid or has no answer."""
    here = city.current()
    dataset = known_dataset(here, args.dataset)
    if dataset is None:
        return 1
    try:
        for piece in answered(here.reader, dataset, args.query, args.format):
            sys.stdout.buffer.write(piece)
    except BadQuestion as bad:
        for one in bad.problems:
            allowed = f" [{', '.join(one.allowed)}]" if one.allowed else ""
            say(Label(f"{one.parameter}: {one.fa}{allowed}", f"{one.parameter}: {one.en}{allowed}"), error=True)
        return 1
    except Unanswered as none:
        say(Label(none.fa, none.en), error=True)
        return 1
    sys.stdout.buffer.flush()
    return 0


def answered(reader: Reader, dataset: Dataset, query: str, name: str) -> Iterator[bytes]:
    """The answer in pieces; ``query`` may start with ``groups?`` or ``facets?``, which are answered in JSON."""
    kind, mark, rest = query.partition("?")
    if not mark or kind not in ("groups", "facets", "rows", ""):
        kind, rest = "rows", query
    params = parse_qsl(rest, keep_blank_values=True)
    if kind in ("groups", "facets") and name != "json":
        raise BadQuestion([problem("not-allowed", "--format", ("json",))])
    if kind == "groups":
        asked = parse_groups(dataset, params)
        yield groups_page(answer_groups(reader, dataset, asked), asked) + b"\n"
    elif kind == "facets":
        wanted = parse_facets(dataset, params)
        yield facets_page(answer_facets(reader, dataset, wanted), wanted, dataset) + b"\n"
    else:
        yield from _rows(reader, dataset, params, name)


def _rows(reader: Reader, dataset: Dataset, params: Parameters, name: str) -> Iterator[bytes]:
    form = FORMATS[name]
    question = parse(dataset, params, refuse=form.refuse)
    standing = reader.standing(dataset, question)
    if form.write is not None:
        yield from form.write(reader, dataset, question, standing)
        return
    answer = reader.rows(dataset, question, standing)
    following = replace(question, cursor=answer.next).query_string() if answer.next else None
    yield page(answer, question, following) + b"\n"
