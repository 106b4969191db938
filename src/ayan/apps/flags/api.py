"""Flags and findings for programs: what is public and nothing else, in JSON and as a table."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.catalog.api_address import no_format, only
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_reply import document, reading, tag
from ayan.apps.catalog.flagged import current
from ayan.apps.flags import selectors
from ayan.core.audit.flags.register import Shown
from ayan.core.query import values
from ayan.core.query.formats.delimited import safe
from ayan.core.query.problem import BadQuestion, problem
from ayan.core.query.values import BadValue
from ayan.core.values.label import Label
from ayan.wiring import city

CSV: Final = "text/csv"
CONDITIONS: Final = ("flag", "dataset", "key", "party_id")
SIZE: Final = 100
COLUMNS: Final = (
    "id", "flag", "standing", "dataset", "key", "value", "threshold", "party_id", "party", "unit", "found_on",
    "told_on", "published_on", "expires_on", "cleared_on", "reason", "reply_of_party", "reply_of_unit", "behind",
    "releases",
)  # fmt: skip

OPERATIONS: Final = (
    Operation(
        path="/api/v1/flags",
        id="flags",
        words=Label("همهٔ پرچم‌ها و اینکه هر یک چند بار بالا رفته است", "Every flag, and how often each fires"),
        answers={JSON: "Flags"},
        tag="flags",
    ),
    *(
        Operation(
            path=path,
            id=name,
            words=Label("یافته‌های منتشرشدهٔ پرچم‌ها با پاسخ‌ها", "The published findings of flags, with the replies"),
            answers={JSON: "Findings"},
            parameters=(*CONDITIONS, "_size", "_next", "_lang"),
            tag="flags",
        )
        for path, name in (("/api/v1/findings", "findings"), ("/api/v1/findings.json", "findings_json"))
    ),
    Operation(
        path="/api/v1/findings.csv",
        id="findings_csv",
        words=Label("همهٔ یافته‌های منتشرشده به صورت جدول", "All published findings as a table"),
        answers={CSV: ""},
        parameters=(*CONDITIONS, "_lang"),
        tag="flags",
    ),
)


@reading
def flags(request: HttpRequest) -> HttpResponseBase:
    """Every flag, with its words, thresholds, and what computing it came to."""
    only(request, "_lang")
    here = city.current()
    body = orjson.dumps(
        {"flags": [_flag(one) for one in selectors.lines(here)], "state": here.findings.now().mark or None}
    )
    return document(request, tag("flags", body.hex()), lambda: body, {})


def _flag(line: selectors.Line) -> dict[str, Any]:
    flag, told = line.flag, line.told
    causes = {one.code: one.says for one in flag.causes}
    return {
        "flag": flag.name,
        "standard": flag.standard or None,
        "title": _words(flag.title),
        "says": _words(flag.says),
        "why": _words(flag.why),
        "innocent": [_words(one) for one in flag.innocent],
        "needs": _words(flag.needs) if flag.needs else None,
        "about": flag.about,
        "value": _words(flag.value) if flag.value else None,
        "against": _words(flag.against) if flag.against else None,
        "measure": flag.measure,
        "thresholds": [
            {"name": one.name, "value": float(one.value), "says": _words(one.says), "source": _words(one.source)}
            for one in flag.thresholds
        ],
        "expires_days": flag.expires_days,
        "computed_at": told.at if told else None,
        "computed": bool(told and not line.cannot),
        "missing": [
            {"dataset": one.dataset, "field": one.field or None, "unpublished": one.unpublished}
            for one in (told.missing if told else ())
        ],
        "judged": told.judged if told else 0,
        "fired": told.fired if told else 0,
        "unknown": [
            {"code": code, "count": count, "says": _words(causes.get(code, selectors.UNKNOWN))}
            for code, count in (told.unknown if told else {}).items()
        ],
        "published": line.published,
        "cleared": line.cleared,
        "waiting": told.waiting + told.asked if told else 0,
        "ended": told.ended if told else 0,
        "states": dict(told.states) if told else {},
        "url": f"/flags/{flag.name}",
        "findings": f"/api/v1/findings?flag={flag.name}",
    }


@reading
def findings(request: HttpRequest, name: str = "json") -> HttpResponseBase:
    """The published findings that the conditions pick, the newest first; those that were cleared among them."""
    if name not in ("json", "csv"):
        raise no_format(("json", "csv"))
    paging = ("_size", "_next") if name == "json" else ()
    only(request, *CONDITIONS, *paging, "_lang")
    asked = {one: request.GET[one] for one in CONDITIONS if one in request.GET}
    if empty := [one for one, text in asked.items() if not text]:
        raise BadQuestion([problem("empty-value", one) for one in empty])
    here = city.current()
    register = here.findings.now()
    found = selectors.named(current(here, register.findings), *(asked.get(one, "") for one in CONDITIONS))
    if name == "csv":
        headers = {"Content-Disposition": 'attachment; filename="findings.csv"'}
        body = _table(found)
        return document(request, tag("findings.csv", body.hex()), lambda: body, headers, f"{CSV}; charset=utf-8")
    body = _listed(request, found, asked, register.mark)
    return document(request, tag("findings", body.hex()), lambda: body, {})


def _listed(request: HttpRequest, found: list[Shown], asked: Mapping[str, str], mark: str) -> bytes:
    try:
        size = values.read_size(request.GET["_size"]) if "_size" in request.GET else SIZE
    except BadValue as bad:
        raise BadQuestion([problem(bad.code, "_size", bad.allowed, **bad.blanks)]) from None
    start = 0
    if "_next" in request.GET:
        after = next((place for place, one in enumerate(found, 1) if one.id == request.GET["_next"]), None)
        if after is None:
            raise BadQuestion([problem("cursor", "_next")])
        start = after
    page = found[start : start + size]
    following = None
    if page and start + size < len(found):
        kept = {name: request.GET[name] for name in ("_size", "_lang") if name in request.GET}
        following = f"/api/v1/findings?{urlencode({**asked, **kept, '_next': page[-1].id})}"
    return orjson.dumps(
        {
            "findings": [_finding(one) for one in page],
            "total": len(found),
            "next": following,
            "state": mark or None,
            "question": dict(asked),
        }
    )


def _finding(one: Shown) -> dict[str, Any]:
    return {
        "id": one.id,
        "flag": one.flag,
        "standing": one.standing,
        "dataset": one.dataset,
        "key": one.key,
        "url": f"/data/{one.dataset}/r/{quote(one.key, safe='~')}",
        "value": one.value,
        "threshold": one.threshold or None,
        "party_id": one.party_id or None,
        "party": one.party or None,
        "unit": one.unit or None,
        "behind": {name: list(keys) for name, keys in one.behind.items()},
        "releases": list(one.releases),
        "found_on": one.found_on,
        "told_on": one.told_on or None,
        "published_on": one.published_on,
        "expires_on": one.expires_on,
        "cleared_on": one.cleared_on or None,
        "reason": one.reason or None,
        "replies": [{"by": each.by, "text": each.text, "on": each.on} for each in one.replies],
    }


def _table(found: list[Shown]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in found:
        told = {
            **_finding(one),
            "reply_of_party": "\n".join(each.text for each in one.replies if each.by == "party"),
            "reply_of_unit": "\n".join(each.text for each in one.replies if each.by == "unit"),
            "behind": " ".join(f"{name}:{key}" for name, keys in one.behind.items() for key in keys),
            "releases": " ".join(one.releases),
        }
        writer.writerow([safe(str(told[name] or "")) for name in COLUMNS])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _words(label: Label) -> dict[str, str]:
    return label.words()
