"""What an assistant may do: eight questions to the site, each answered with its sources, and computed there alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, quote, urlencode

from ayan.apps.assistants.limits import MOST_PARAMETERS, MOST_RELEASES, MOST_ROWS, ROWS_BESIDE, ROWS_OF_A_FIGURE
from ayan.apps.assistants.site_door import Caller, SiteDoor
from ayan.apps.assistants.sources import NOWHERE, asking, not_published, owed_by, pages, source_of
from ayan.core.query.grouping import FUNCTIONS
from ayan.core.query.keys import step_of
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui.api.responses import NO_DATASET, NotFound

Document = dict[str, Any]
AnswerLanguage = Literal["fa", "en"]
API: Final = "/api/v1"
_SLUG: Final = re.compile("[a-z0-9_-]{1,100}")
PENDING: Final = Label(
    "هنوز همه‌چیز خوانده نشده است. چند ثانیه دیگر دوباره بپرسید.",
    "Not everything has been read yet. Ask again in a few seconds.",
)
NOT_TAKEN: Final = Label(
    "بخشی از پرسش در این پاسخ به حساب نیامده است: {words}.",
    "Part of the question is not taken into account by this answer: {words}.",
)


class NotAQuestion(Refusal):
    """An argument of a tool is none that the grammar knows."""

    code = "not-a-question"
    fa = "نام شرط یا عدد خواسته‌شده شناخته نیست. شرط‌ها نام ستون‌اند و عددها مثل count یا sum_amount."
    en = "A condition or a measure is not known. Conditions are names of fields, measures are as count or sum_amount."
    status = 400


class Tools:
    """The tools over one site; each returns a JSON document, or raises what the site refuses it with."""

    def __init__(self, door: SiteDoor) -> None:
        self._door = door

    # --- what there is ------------------------------------------------------------------------------------------------

    def find_datasets(self, caller: Caller, words: str) -> Document:
        """The datasets that words may be about, the likeliest first; all of them where nothing is said."""
        listed = {each["slug"]: each for each in self._door.get(caller, f"{API}/datasets")["datasets"]}
        searched = list(listed)
        if words.strip():
            parameters = [("q", words), ("_size", str(ROWS_BESIDE))]
            searched = list(dict.fromkeys(_meant(self._door.get(caller, f"{API}/search", parameters))))
        datasets = [_summary(caller, listed[slug]) for slug in searched if slug in listed]
        if datasets:
            return {"status": "found", "datasets": datasets}
        return {"status": "not_published", "text": NOWHERE.words(), "datasets": [], "owed_by": asking(caller)}

    def describe_dataset(self, caller: Caller, dataset: str) -> Document:
        """What a dataset is: its fields, what may be added up, how fresh it is, who owes it, and its releases."""
        described = self._dataset(caller, dataset)
        return {
            **_summary(caller, described),
            "law": described["law"],
            "licence": described["licence"],
            "key": described["key"],
            "fields": [_field(each) for each in described["schema"]["fields"]],
            "releases": described["releases"][:MOST_RELEASES],
            "releases_total": described["releases_total"],
            "owed_by": owed_by(caller, described),
        }

    # --- figures ------------------------------------------------------------------------------------------------------

    def ask(self, caller: Caller, question: str) -> Document:
        """A question in people's words, by the box of the site: figures, lists, records, or that there is nothing."""
        searched = self._door.get(caller, f"{API}/search", [("q", question), ("_size", str(ROWS_BESIDE))])
        answers = [self._answer(caller, each) for each in searched["answers"]]
        if answers and answers[0]["kind"] != "nothing":
            return {"status": "answered", "answers": answers}
        if not answers and searched["pending"]:
            return {"status": "pending", "text": PENDING.words(), "answers": []}
        rows = [
            {"dataset": each["dataset"], "rows": each["total"], "page": pages(caller, each["url"])}
            for each in searched["rows"]
        ]
        first = answers[0] if answers else {"text": NOWHERE.words()}
        return {
            "status": "rows_only" if rows and not answers else "not_published",
            "text": first["text"],
            "answers": answers[:1],
            # What is published nearby; it does not answer the question.
            "instead": answers[1:],
            "rows_that_hold_the_words": rows,
            "owed_by": first.get("owed_by") or asking(caller),
        }

    def _answer(self, caller: Caller, answer: Mapping[str, Any]) -> Document:
        understood = answer["understood"]
        out: Document = {
            "kind": answer["kind"],
            "text": answer["text"],
            "figures": answer["figures"],
            "page": pages(caller, answer["url"]),
            "understood": understood,
            "sources": [source_of(caller, each, _dataset_of(each["address"])) for each in answer["sources"]],
        }
        if answer["unread"]:
            out["unread"] = answer["unread"]
            out["note"] = NOT_TAKEN.format(words=list(answer["unread"])).words()
        if answer["kind"] == "nothing" and understood is not None:
            out["owed_by"] = owed_by(caller, self._dataset(caller, understood["dataset"]))
        return out

    def query_dataset(
        self,
        caller: Caller,
        dataset: str,
        where: Mapping[str, str],
        by: list[str],
        measures: list[str],
        order_by: str,
        limit: int,
        state: Mapping[str, str],
        lang: AnswerLanguage,
    ) -> Document:
        """Counts, sums and the like of the rows that conditions leave, for all of them or by group.

        ``state`` holds ``_search``, ``_as_of`` and ``_release``, where they are given.
        """
        parameters = [*_conditions(where), *_taken_together(by, measures), *state.items(), ("_lang", lang)]
        if by:
            parameters.append(("_size", str(min(limit, MOST_ROWS))))
        if order_by:
            parameters.append(("_sort_desc", order_by[1:]) if order_by.startswith("-") else ("_sort", order_by))
        answered = self._door.get(caller, f"{API}/datasets/{slug_of(dataset)}/groups", parameters)
        groups = answered["groups"]
        if not groups or not any(each["count"] for each in groups):
            return self._nothing(caller, dataset, answered)
        return {
            "status": "answered",
            "groups": groups,
            "groups_total": answered["total"],
            "labels": answered.get("labels"),
            "choices": answered.get("choices"),
            "units": self._units(caller, dataset, measures),
            "page": pages(caller, _page(dataset, where, state)),
            "sources": [source_of(caller, answered, dataset)],
        }

    def list_rows(
        self,
        caller: Caller,
        dataset: str,
        where: Mapping[str, str],
        fields: list[str],
        order_by: str,
        limit: int,
        state: Mapping[str, str],
        cursor: str,
    ) -> Document:
        """The rows that conditions leave, page by page."""
        parameters = [*_conditions(where), *state.items(), ("_size", str(min(limit, MOST_ROWS))), ("_count", "1")]
        if fields:
            parameters.append(("_fields", ",".join(fields)))
        if order_by:
            parameters.append(("_sort_desc", order_by[1:]) if order_by.startswith("-") else ("_sort", order_by))
        if cursor:
            parameters.append(("_next", cursor))
        answered = self._door.get(caller, f"{API}/datasets/{slug_of(dataset)}/rows", parameters)
        if not answered["rows"] and not cursor:
            return self._nothing(caller, dataset, answered)
        following = answered["next"] or ""
        return {
            "status": "answered",
            "rows": answered["rows"],
            "rows_total": answered["total"],
            "next_cursor": following.partition("_next=")[2].partition("&")[0] or None,
            "page": pages(caller, _page(dataset, where, state)),
            "sources": [source_of(caller, answered, dataset)],
        }

    def fetch_record(self, caller: Caller, dataset: str, key: str) -> Document:
        """The rows of one key, with the address of the page on which their proof is had."""
        answered = self._door.get(caller, f"{API}/datasets/{slug_of(dataset)}/rows/{step_of(key)}")
        return {
            "status": "answered",
            "rows": answered["rows"],
            "page": pages(caller, f"/data/{slug_of(dataset)}/r/{step_of(key)}"),
            "verify": pages(caller, "/verify"),
            "sources": [source_of(caller, answered, dataset)],
        }

    def explain_figure(
        self, caller: Caller, dataset: str, where: Mapping[str, str], measure: str, state: Mapping[str, str]
    ) -> Document:
        """How a figure comes about: its definition, how many rows, the largest of them, and what was corrected."""
        described = self._dataset(caller, dataset)
        function, _, name = measure.partition("_")
        field = next((each for each in described["schema"]["fields"] if each["name"] == name), None)
        figure = self.query_dataset(caller, dataset, where, [], [measure], "", 1, state, "fa")
        if figure["status"] != "answered":
            return figure
        out: Document = {
            "status": "answered",
            "figure": {"measure": measure, "value": figure["groups"][0][measure], "rows": figure["groups"][0]["count"]},
            "function": function,
            "field": _field(field) if field is not None else None,
            "conditions": dict(where),
            "law": described["law"],
            "owner": described["owner"],
            "freshness": described["freshness"],
            "corrections": [each for each in described["releases"] if each["reason"] or each["withdrawn"]],
            "page": figure["page"],
            "sources": figure["sources"],
        }
        if field is not None and field["type"] in ("integer", "number"):
            filled = {**where, f"{name}__isnull": "0"}
            counted = self.query_dataset(caller, dataset, filled, [], ["count"], "", 1, state, "fa")
            with_value = counted["groups"][0]["count"] if counted["status"] == "answered" else 0
            out["rows_without_value"] = figure["groups"][0]["count"] - with_value
            out["largest_rows"] = self.list_rows(
                caller, dataset, filled, [], f"-{name}", ROWS_OF_A_FIGURE, state, ""
            ).get("rows", [])
        return out

    def compare(
        self,
        caller: Caller,
        dataset: str,
        measure: str,
        by: str,
        sides: list[str],
        over: str,
        where: Mapping[str, str],
        lang: AnswerLanguage,
    ) -> Document:
        """Two sides or more beside each other, their differences worked out by the site."""
        parameters = [("_data", dataset), ("_measure", measure), *_conditions(where), ("_lang", lang)]
        parameters += [("_by", by)] if by else []
        parameters += [("_side", each) for each in sides]
        parameters += [("_over", over or "none")]
        answered = self._door.get(caller, f"{API}/compare", parameters)
        if not any(side["rows"] for side in answered["sides"]):
            return self._nothing(caller, dataset, None)
        # What each side was read from is said by the question that it was answered by.
        sources = [
            source_of(caller, self._door.get(caller, *_address(side["api"])), dataset) if side["api"] else None
            for side in answered["sides"]
        ]
        return {
            "status": "answered",
            **{name: answered[name] for name in ("title", "finding", "unit", "sides", "total", "lines", "method")},
            "page": pages(caller, f"/compare?{answered['query']}"),
            "sources": sources,
        }

    # --- sources ------------------------------------------------------------------------------------------------------

    def check_citation(self, caller: Caller, citation: str, measure: str, value: float | None) -> Document:
        """Whether a citation was ever made, whether it still stands, and whether a figure under it is right."""
        code = citation.partition("?")[0].strip().rstrip("/").rpartition("/")[2]
        held = self._door.get(caller, f"{API}/citations/{quote(code, safe='')}")
        out: Document = {
            "status": held["standing"],
            **{name: held[name] for name in ("dataset", "title", "query", "sealed_at", "releases", "releases_total")},
            "gone": held["gone"],
            "page": pages(caller, held["url"]),
        }
        if measure and held["groups_then"]:
            then, now = (self._figure(caller, held[each], measure) for each in ("groups_then", "groups_now"))
            out |= {"measure": measure, "value_then": then[measure], "value_now": now[measure]}
            if value is not None:
                out["claim_holds"] = float(value) == float(then[measure] if then[measure] is not None else "nan")
        return out

    def _figure(self, caller: Caller, address: str, measure: str) -> Document:
        path, parameters = _address(address)
        answered = self._door.get(caller, path, [*parameters, *_taken_together([], [measure])])
        groups: list[Document] = answered["groups"]
        return groups[0] if groups else {measure: None}

    def missing(self, caller: Caller) -> Document:
        """Everything that was promised and has not come, with who owes it since when."""
        return {**self._door.get(caller, f"{API}/missing"), "page": pages(caller, "/missing")}

    # --- what they share ----------------------------------------------------------------------------------------------

    def _dataset(self, caller: Caller, slug: str) -> Document:
        return self._door.get(caller, f"{API}/datasets/{slug_of(slug)}")

    def _nothing(self, caller: Caller, dataset: str, answered: Mapping[str, Any] | None) -> Document:
        described = self._dataset(caller, dataset)
        return {
            "status": "not_published",
            "text": not_published(described),
            "owed_by": owed_by(caller, described),
            "sources": [source_of(caller, answered, dataset)] if answered is not None else [],
        }

    def _units(self, caller: Caller, dataset: str, measures: list[str]) -> dict[str, Any]:
        fields = {each["name"]: each for each in self._dataset(caller, dataset)["schema"]["fields"]}
        out: dict[str, Any] = {}
        for measure in measures:
            function, _, name = measure.partition("_")
            field = fields.get(name, {})
            unit = field.get("ayan:unit")
            out[measure] = "count" if function in ("count", "distinct") else unit
        return out


def _meant(searched: Mapping[str, Any]) -> Iterator[str]:
    for answer in searched["answers"]:
        if answer["understood"] is not None:
            yield answer["understood"]["dataset"]
    yield from (each["slug"] for each in searched["datasets"])
    yield from (each["dataset"] for each in searched["rows"])


def _summary(caller: Caller, dataset: Mapping[str, Any]) -> Document:
    names = ("slug", "title", "description", "owner", "topic", "cadence", "rows", "as_of", "freshness")
    return {**{name: dataset[name] for name in names}, "page": pages(caller, f"/data/{dataset['slug']}")}


def _field(field: Mapping[str, Any]) -> Document:
    names = ("name", "type", "ayan:kind", "ayan:label", "ayan:description", "ayan:unit", "ayan:choices", "ayan:masked")
    return {name.removeprefix("ayan:"): field[name] for name in names if name in field}


def _conditions(where: Mapping[str, str]) -> list[tuple[str, str]]:
    """The conditions of a question; what shapes it has arguments of its own, so that no limit is passed over here."""
    strange = [name for name in where if name.startswith("_") or name in ("by", *FUNCTIONS)]
    if strange or len(where) > MOST_PARAMETERS:
        raise NotAQuestion(field="where")
    return list(where.items())


def _taken_together(by: list[str], measures: list[str]) -> list[tuple[str, str]]:
    """Groups and their numbers as the grammar has them; rows are always counted, so that none is told from zero."""
    asked: dict[str, list[str]] = {}
    for measure in dict.fromkeys(("count", *measures)):
        function, _, field = measure.partition("_")
        if function not in FUNCTIONS or bool(field) == (function == "count"):
            raise NotAQuestion(field="measures")
        asked.setdefault(function, []).append(field or "1")
    return [*([("by", ",".join(by))] if by else []), *((name, ",".join(fields)) for name, fields in asked.items())]


def slug_of(text: str) -> str:
    """The name of a dataset; nothing else leads to another address. Raises NotFound."""
    if not _SLUG.fullmatch(text):
        raise NotFound("no-such-dataset", NO_DATASET)
    return text


def _address(address: str) -> tuple[str, list[tuple[str, str]]]:
    path, _, query = address.partition("?")
    return path, parse_qsl(query, keep_blank_values=True)


def _dataset_of(address: str) -> str:
    return address.removeprefix(f"{API}/datasets/").partition("/")[0]


def _page(dataset: str, where: Mapping[str, str], state: Mapping[str, str]) -> str:
    query = urlencode({**where, **state})
    return f"/data/{slug_of(dataset)}{'?' + query if query else ''}"
