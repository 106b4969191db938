"""The balances for programs: the outcome of each, to the last rial, and the columns of money that they hold."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.audits import selectors
from ayan.apps.audits.limits import MOST_TURNS_TOLD
from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_reply import NotFound, document, not_modified, reading, tag
from ayan.core.audit.nights import Night, Tally
from ayan.core.audit.told import as_json, in_short
from ayan.core.values.label import Label
from ayan.wiring import city
from ayan.wiring.city import City

ROOT: Final = "/api/v1/audits"
_NONE: Final = Label("موازنه‌ای به این نام نیست.", "There is no balance of this name.")

OPERATIONS: Final = (
    Operation(
        path=ROOT,
        id="audits",
        words=Label(
            "موازنه‌ها، نتیجهٔ هر یک، و ستون‌های پولی که نگاه می‌دارند",
            "Balances, their outcomes, and the columns of money they hold",
        ),
        answers={JSON: "Audits"},
        parameters=(),
        tag="audits",
    ),
    Operation(
        path=f"{ROOT}/{{owner}}/{{balance}}",
        id="audit",
        words=Label("یک موازنه با گروه‌هایی که نمی‌خوانند", "One balance with the groups that differ"),
        answers={JSON: "Audit"},
        parameters=(),
        refusals=(404,),
        tag="audits",
    ),
)


@reading
def audits(request: HttpRequest) -> HttpResponseBase:
    """Every balance, those that do not hold first."""
    only(request)
    here = city.current()
    etag = tag("audits", here.edition.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _all(here), {})


@reading
def audit(request: HttpRequest, owner: str, code: str) -> HttpResponseBase:
    """One balance."""
    only(request)
    here = city.current()
    found = selectors.found(here, owner, code)
    if found is None:
        raise NotFound("no-such-balance", _NONE)
    etag = tag("audit", owner, code, here.edition.now())
    body = {
        **as_json(found.outcome),
        "says": _both(found.outcome.balance.says),
        "on_draft": found.outcome.balance.on_draft,
        "parts": [_both(one) for one in found.outcome.balance.parts],
        "sql": found.sql,
        "releases": [one.ref for each in found.readings for one in each.releases],
        "nights": [_night(*one) for one in here.nights.turns(found.outcome.balance.name, MOST_TURNS_TOLD)],
    }
    return not_modified(request, etag, {}) or document(request, etag, lambda: orjson.dumps(body), {})


def _all(here: City) -> bytes:
    last = here.nights.last()
    body = {
        "balances": [{**in_short(one), "url": f"{ROOT}/{one.balance.name}"} for one in selectors.outcomes(here)],
        "columns": [
            {
                "dataset": one.dataset.slug,
                "field": one.field.name,
                "whole": [balance.name for balance in one.whole],
                "partly": [balance.name for balance in one.partly],
            }
            for one in selectors.covered(here)
        ],
        "night": {"day": last.day.isoformat(), "at": last.at.isoformat(), "failing": last.failing} if last else None,
    }
    return orjson.dumps(body)


def _night(night: Night, tally: Tally) -> dict[str, Any]:
    counts = {"groups": tally.groups, "failed": tally.failed, "unknown": tally.unknown, "off": tally.off}
    return {"day": night.day.isoformat(), **counts}


def _both(label: Label) -> dict[str, str]:
    return label.words()
