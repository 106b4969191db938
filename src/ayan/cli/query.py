"""ayan query SLUG 'QUERY': the questions of the API, answered from the city's folder without a server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl

from ayan.cli.report_text import about, say
from ayan.cli.verb import Verb, known_dataset
from ayan.core.query.answer import Unanswered
from ayan.core.query.change_question import parse_changes, sides
from ayan.core.query.changes import changes, every_change
from ayan.core.query.engines.engine_choice import EngineChoice, listening
from ayan.core.query.formats import FORMATS
from ayan.core.query.formats.differences import CHANGE_FORMATS, changes_page
from ayan.core.query.formats.document import facets_page, groups_page, page
from ayan.core.query.formats.group_tables import TABLE_FORMATS, GroupedTable, facets_table, groups_table
from ayan.core.query.grouping import parse_facets, parse_groups
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.query_service import answer_facets, answer_groups
from ayan.core.query.question import Question
from ayan.core.query.question_parser import Parameters, parse
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.city import City

ALONE: Final = Label(
    "این دستگاه از خود نسخه‌ها پاسخ داد؛ نه نمایه‌ای در کار است و نه خوشه‌ای.",
    "This machine answered from the releases; there is neither an index nor a cluster.",
)
INTERNAL: Final = Label("این دستگاه: {why}", "This machine: {why}")
CLUSTER: Final = Label("خوشه، از {rows} ردیف: {why}", "The cluster, of {rows} rows: {why}")
THIS_MACHINE: Final = Label("این دستگاه، از {rows} ردیف: {why}", "This machine, of {rows} rows: {why}")


def query_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan query``."""
    parser.add_argument("dataset", metavar="SLUG")
    parser.add_argument(
        "query",
        metavar="QUERY",
        nargs="?",
        default="",
        help="amount__gte=1000000&_sort=date; or groups?by=…, facets?by=…, changes?from=…",
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="json")
    parser.add_argument(
        "--explain", action="store_true", help="say, beside the answer, where it was looked up and why there"
    )


def run_query(args: argparse.Namespace) -> int:
    """Write the answer to standard output; exit 1 for a question that is not valid or has no answer."""
    current_city = city.current().as_sealed
    dataset = known_dataset(current_city, args.dataset)
    if dataset is None:
        return 1
    try:
        with listening() as choices:
            for piece in answered(current_city, dataset, args.query, args.format):
                sys.stdout.buffer.write(piece)
        if args.explain:
            _explain(choices)
    except BadQuestion as bad:
        for fault in bad.problems:
            allowed = f" [{', '.join(fault.allowed)}]" if fault.allowed else ""
            say(about(fault.parameter, fault.wording, allowed), error=True)
        return 1
    except Unanswered as none:
        say(none, error=True)
        return 1
    sys.stdout.buffer.flush()
    return 0


def _explain(choices: Sequence[EngineChoice]) -> None:
    """Say where each part of an answer came from, on standard error."""
    if not choices:
        say(ALONE, error=True)
    for choice in choices:
        where = INTERNAL if choice.cluster is None else CLUSTER if choice.cluster else THIS_MACHINE
        say(where.format(rows=f"{choice.rows:,}", why=choice.why), error=True)


def answered(city: City, dataset: Dataset, query: str, name: str) -> Iterator[bytes]:
    """The answer in pieces; ``query`` may start with ``groups?``, ``facets?`` or ``changes?`` instead of ``rows?``."""
    kind, mark, rest = query.partition("?")
    if not mark or kind not in ASKED:
        kind, rest = "rows", query
    yield from ASKED[kind](city, dataset, parse_qsl(rest, keep_blank_values=True), name)


def _rows(city: City, dataset: Dataset, params: Parameters, name: str) -> Iterator[bytes]:
    form = FORMATS[name]
    question = parse(dataset, params, refuse=form.refuse, takes=form.takes)
    standing = city.query_service.snapshot(dataset, question)
    if form.write is not None:
        yield from form.write(city.query_service, dataset, question, standing)
        return
    answer = city.query_service.rows(dataset, question, standing)
    following = replace(question, cursor=answer.next).query_string() if answer.next else None
    yield page(answer, question, following) + b"\n"


def _table_format(name: str, scope: Question) -> Callable[[GroupedTable], bytes] | None:
    if name == "ndjson" and scope.lang:
        # As for rows: lines of JSON have no place for labels.
        raise BadQuestion([problem("unknown-parameter", "_lang")])
    if name != "json" and name not in TABLE_FORMATS:
        raise BadQuestion([problem("not-allowed", "--format", ("json", *TABLE_FORMATS))])
    return TABLE_FORMATS.get(name)


def _groups(city: City, dataset: Dataset, params: Parameters, name: str) -> Iterator[bytes]:
    question = parse_groups(dataset, params)
    write = _table_format(name, question.scope)
    answer = answer_groups(city.query_service, dataset, question)
    if write and answer.total > len(answer.rows):
        # A table has no place to say that it breaks off: without a size it is whole, with one its reader is told.
        if question.scope.size is None:
            whole = replace(question, scope=replace(question.scope, size=answer.total))
            answer = answer_groups(city.query_service, dataset, whole, answer.snapshot)
        else:
            _say_cut(len(answer.rows), answer.total)
    yield write(groups_table(answer, question, dataset)) if write else groups_page(answer, question, dataset) + b"\n"


def _say_cut(given: int, total: int) -> None:
    counts = {"given": given, "total": total}
    words = Label(
        "از {total:,} گروه {given:,} گروه نوشته شد، به اندازهٔ _size.",
        "{given:,} of {total:,} groups were written, as _size asks.",
    )
    say(words.format(**counts), error=True)


def _facets(city: City, dataset: Dataset, params: Parameters, name: str) -> Iterator[bytes]:
    question = parse_facets(dataset, params)
    write = _table_format(name, question.scope)
    answer = answer_facets(city.query_service, dataset, question)
    yield write(facets_table(answer, question, dataset)) if write else facets_page(answer, question, dataset) + b"\n"


def _changes(city: City, dataset: Dataset, params: Parameters, name: str) -> Iterator[bytes]:
    form = CHANGE_FORMATS.get(name)
    if form is None:
        raise BadQuestion([problem("not-allowed", "--format", tuple(CHANGE_FORMATS))])
    question = parse_changes(dataset.slug, params, refuse=form.refuse)
    pair = sides(city.release_store, question)
    if form.write is not None:
        yield from form.write(every_change(dataset, question, city.index_store.spill, pair), question, dataset)
        return
    answer = changes(city.release_store, dataset, question, city.index_store.spill, pair)
    start, end = pair.before.pinned, pair.after.pinned
    after = replace(question, start=start, end=end, cursor=answer.next)
    yield changes_page(answer, question, dataset, f"changes?{after.query_string()}" if answer.next else None) + b"\n"


AnswerWriter = Callable[[City, Dataset, Parameters, str], Iterator[bytes]]
ASKED: Final[dict[str, AnswerWriter]] = {
    "": _rows,
    "rows": _rows,
    "groups": _groups,
    "facets": _facets,
    "changes": _changes,
}


VERBS: Final = (Verb("query", "ask a dataset, in the grammar of the API", run_query, query_arguments),)
