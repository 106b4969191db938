"""Flags and findings for programs: what is public and nothing else, in JSON and as a table."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypedDict
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.citation import file_sources
from ayan.apps.catalog.record.record_flags import current
from ayan.apps.flags import selectors
from ayan.apps.flags.limits import FINDINGS_PAGE
from ayan.core.audit.flags.register import RegisteredFinding
from ayan.core.query import keys, values
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.values.asked_value import BadValue
from ayan.core.values.label import Label
from ayan.core.values.spreadsheet import safe
from ayan.ui.api.answers import GregorianDay, Instant, NextPage, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import CSV, DATASET, JSON, LANG, TEXT, Operation, Parameter, named
from ayan.ui.api.responses import document, no_format, only, reading, tag
from ayan.wiring import city

CONDITIONS: Final = (
    Parameter(
        "flag",
        Label("نام هشدار، مثل آنچه در فهرست هشدار‌هاست.", "The name of a flag, as the list of flags gives it."),
        TEXT,
    ),
    DATASET,
    Parameter("key", Label("کلید آن ردیف.", "The key of that record."), TEXT),
    Parameter(
        "party_id",
        Label("شناسهٔ ملی شرکتی که نامش در یافته است.", "The legal ID of the company that a finding names."),
        TEXT,
    ),
)
NAMES: Final = tuple(condition.name for condition in CONDITIONS)
COLUMNS: Final = (
    "id", "flag", "standing", "dataset", "key", "value", "threshold", "party_id", "party", "unit", "found_on",
    "told_on", "published_on", "expires_on", "cleared_on", "reason", "reply_of_party", "reply_of_unit", "behind",
    "releases",
)  # fmt: skip

FlagsDigest = Annotated[str | None, Schema("Digest of all that is public of flags; null before they were computed")]


class ThresholdAnswer(TypedDict):
    """A number that a flag compares with, and where it comes from."""

    name: str
    value: float
    says: WordsAnswer
    source: WordsAnswer


class MissingInputAnswer(TypedDict):
    """What a flag would need and the city does not publish."""

    dataset: str
    field: str | None
    unpublished: bool


class UnknownRecordsAnswer(TypedDict):
    """How many records cannot be judged for one cause."""

    code: str
    count: WholeNumber
    says: WordsAnswer


class FlagAnswer(TypedDict):
    """A flag, with its words, thresholds, and what computing it came to."""

    flag: Annotated[str, Schema("Owner and code; the value of `flag` at findings")]
    standard: Annotated[str | None, Schema("Its code in a public catalogue of indicators")]
    title: WordsAnswer
    says: WordsAnswer
    why: WordsAnswer
    innocent: list[WordsAnswer]
    needs: WordsAnswer | None
    about: Annotated[str, Schema("The dataset whose records it judges")]
    value: WordsAnswer | None
    against: WordsAnswer | None
    measure: Literal["rial", "per-mille", "days", "count", "number"]
    thresholds: list[ThresholdAnswer]
    expires_days: WholeNumber
    computed_at: Instant | None
    computed: Annotated[bool, Schema("Whether at least one record could be judged")]
    missing: list[MissingInputAnswer]
    judged: WholeNumber
    fired: WholeNumber
    unknown: list[UnknownRecordsAnswer]
    published: WholeNumber
    cleared: WholeNumber
    waiting: Annotated[WholeNumber, Schema("Findings that whoever they name has first to see, or to answer")]
    ended: WholeNumber
    states: dict[str, str]
    url: str
    findings: str


class FlagsAnswer(TypedDict):
    """Every flag."""

    flags: list[FlagAnswer]
    state: FlagsDigest


class ReplyAnswer(TypedDict):
    """What whoever a finding names answers."""

    by: Literal["party", "unit"]
    text: str
    on: GregorianDay


class FindingAnswer(TypedDict):
    """A record that a flag named, with the replies."""

    id: Annotated[str, Schema(pattern="^[0-9a-f]{16}$")]
    flag: str
    standing: Literal["published", "cleared"]
    dataset: str
    key: Annotated[str, Schema("The record's key as addresses write it")]
    url: str
    value: Annotated[str, Schema("An exact number, in what `measure` of the flag says")]
    threshold: str | None
    party_id: str | None
    party: str | None
    unit: str | None
    behind: Annotated[dict[str, list[str]], Schema("Keys of the records behind it, by the input of the flag's query")]
    releases: list[str]
    found_on: GregorianDay
    told_on: GregorianDay | None
    published_on: GregorianDay
    expires_on: GregorianDay
    cleared_on: GregorianDay | None
    reason: str | None
    replies: list[ReplyAnswer]


class FindingsAnswer(TypedDict):
    """A page of published findings, the newest first."""

    findings: list[FindingAnswer]
    total: WholeNumber
    next: NextPage
    state: FlagsDigest
    question: dict[str, str]


OPERATIONS: Final = (
    Operation(
        path="/api/v1/flags",
        id="flags",
        words=Label("همهٔ هشدارها و اینکه هر یک چند مورد دارد", "Every flag, and how often each fires"),
        answers={JSON: FlagsAnswer},
        tag="flags",
    ),
    *(
        Operation(
            path=path,
            id=name,
            words=Label("یافته‌های منتشرشدهٔ هشدار‌ها با پاسخ‌ها", "The published findings of flags, with the replies"),
            answers={JSON: FindingsAnswer},
            parameters=(*CONDITIONS, *named("_size", "_next", "_lang")),
            tag="flags",
        )
        for path, name in (("/api/v1/findings", "findings"), ("/api/v1/findings.json", "findings_json"))
    ),
    Operation(
        path="/api/v1/findings.csv",
        id="findings_csv",
        words=Label("همهٔ یافته‌های منتشرشده به صورت جدول", "All published findings as a table"),
        answers={CSV: None},
        parameters=(*CONDITIONS, LANG),
        tag="flags",
    ),
)


@reading
def flags(request: HttpRequest) -> HttpResponseBase:
    """Every flag, with its words, thresholds, and what computing it came to."""
    only(request, "_lang")
    current_city = city.current()
    answer: FlagsAnswer = {
        "flags": [_flag(line) for line in selectors.lines(current_city)],
        "state": current_city.flag_register.now().mark or None,
    }
    body = orjson.dumps(answer)
    return document(request, tag("flags", body.hex()), lambda: body, {})


def _flag(line: selectors.FlagLine) -> FlagAnswer:
    flag, registered = line.flag, line.register_entry
    causes = {cause.code: cause.says for cause in flag.causes}
    return {
        "flag": flag.name,
        "standard": flag.standard or None,
        "title": words(flag.title),
        "says": words(flag.says),
        "why": words(flag.why),
        "innocent": [words(explanation) for explanation in flag.innocent],
        "needs": words(flag.needs) if flag.needs else None,
        "about": flag.about,
        "value": words(flag.value) if flag.value else None,
        "against": words(flag.against) if flag.against else None,
        "measure": flag.measure,
        "thresholds": [
            {
                "name": threshold.name,
                "value": float(threshold.value),
                "says": words(threshold.says),
                "source": words(threshold.source),
            }
            for threshold in flag.thresholds
        ],
        "expires_days": flag.expires_days,
        "computed_at": registered.at if registered else None,
        "computed": bool(registered and not line.cannot),
        "missing": [
            {
                "dataset": missing_input.dataset,
                "field": missing_input.field or None,
                "unpublished": missing_input.unpublished,
            }
            for missing_input in (registered.missing if registered else ())
        ],
        "judged": registered.judged if registered else 0,
        "fired": registered.fired if registered else 0,
        "unknown": [
            {"code": code, "count": count, "says": words(causes.get(code, selectors.UNKNOWN))}
            for code, count in (registered.unknown if registered else {}).items()
        ],
        "published": line.published,
        "cleared": line.cleared,
        "waiting": registered.waiting + registered.examined if registered else 0,
        "ended": registered.ended if registered else 0,
        "states": dict(registered.states) if registered else {},
        "url": f"/flags/{flag.name}",
        "findings": f"/api/v1/findings?flag={flag.name}",
    }


@reading
def findings(request: HttpRequest, name: str = "json") -> HttpResponseBase:
    """The published findings that the conditions pick, the newest first; those that were cleared among them."""
    if name not in ("json", "csv"):
        raise no_format(("json", "csv"))
    paging = ("_size", "_next") if name == "json" else ()
    only(request, *NAMES, *paging, "_lang")
    asked = {name: request.GET[name] for name in NAMES if name in request.GET}
    if empty := [name for name, text in asked.items() if not text]:
        raise BadQuestion([problem("empty-value", name) for name in empty])
    current_city = city.current()
    register = current_city.flag_register.now()
    matching = selectors.named(current(current_city, register.findings), *(asked.get(name, "") for name in NAMES))
    if name == "csv":
        named = file_sources.list_name(current_city, "findings", request.get_full_path(), "csv")
        headers = {"Content-Disposition": file_sources.attachment(named)}
        body = _table(matching)
        return document(request, tag("findings.csv", body.hex()), lambda: body, headers, f"{CSV}; charset=utf-8")
    body = _listed(request, matching, asked, register.mark)
    return document(request, tag("findings", body.hex()), lambda: body, {})


def _listed(request: HttpRequest, findings: list[RegisteredFinding], asked: Mapping[str, str], mark: str) -> bytes:
    try:
        size = values.read_size(request.GET["_size"]) if "_size" in request.GET else FINDINGS_PAGE
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "_size", bad.allowed, **bad.blanks)]) from None
    start = 0
    if "_next" in request.GET:
        after = next(
            (position for position, finding in enumerate(findings, 1) if finding.id == request.GET["_next"]), None
        )
        if after is None:
            raise BadQuestion([problem("cursor", "_next")])
        start = after
    page = findings[start : start + size]
    following = None
    if page and start + size < len(findings):
        kept = {name: request.GET[name] for name in ("_size", "_lang") if name in request.GET}
        following = f"/api/v1/findings?{urlencode({**asked, **kept, '_next': page[-1].id})}"
    answer: FindingsAnswer = {
        "findings": [_finding(finding) for finding in page],
        "total": len(findings),
        "next": following,
        "state": mark or None,
        "question": dict(asked),
    }
    return orjson.dumps(answer)


def _finding(finding: RegisteredFinding) -> FindingAnswer:
    return {
        "id": finding.id,
        "flag": finding.flag,
        "standing": finding.standing,
        "dataset": finding.dataset,
        "key": finding.key,
        "url": f"/data/{finding.dataset}/r/{keys.step_of(finding.key)}",
        "value": finding.value,
        "threshold": finding.threshold or None,
        "party_id": finding.party_id or None,
        "party": finding.party or None,
        "unit": finding.unit or None,
        "behind": {name: list(keys) for name, keys in finding.behind.items()},
        "releases": list(finding.releases),
        "found_on": finding.found_on,
        "told_on": finding.told_on or None,
        "published_on": finding.published_on,
        "expires_on": finding.expires_on,
        "cleared_on": finding.cleared_on or None,
        "reason": finding.reason or None,
        "replies": [{"by": each.by, "text": each.text, "on": each.on} for each in finding.replies],
    }


def _table(findings: list[RegisteredFinding]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for finding in findings:
        cells = {
            **_finding(finding),
            "reply_of_party": "\n".join(each.text for each in finding.replies if each.by == "party"),
            "reply_of_unit": "\n".join(each.text for each in finding.replies if each.by == "unit"),
            "behind": " ".join(f"{name}:{key}" for name, keys in finding.behind.items() for key in keys),
            "releases": " ".join(finding.releases),
        }
        writer.writerow([safe(str(cells[name] or "")) for name in COLUMNS])
    return codecs.BOM_UTF8 + out.getvalue().encode()
