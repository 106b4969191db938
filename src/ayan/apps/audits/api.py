"""The balances for programs: the outcome of each, to the last rial, and the columns of money that they hold."""

from __future__ import annotations

from typing import Any, Final

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.audits import selectors
from ayan.apps.audits.limits import MOST_TURNS_TOLD
from ayan.apps.catalog.api_address import only
from ayan.apps.catalog.api_operations import JSON, Operation
from ayan.apps.catalog.api_response import NotFound, document, not_modified, reading, tag
from ayan.core.audit.outcomes import BalanceTally, Night
from ayan.core.audit.reconciliation import as_json, in_short
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
    current_city = city.current()
    etag = tag("audits", current_city.site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: _all(current_city), {})


@reading
def audit(request: HttpRequest, owner: str, code: str) -> HttpResponseBase:
    """One balance."""
    only(request)
    current_city = city.current()
    detail = selectors.balance_detail(current_city, owner, code)
    if detail is None:
        raise NotFound("no-such-balance", _NONE)
    etag = tag("audit", owner, code, current_city.site_version.now())
    body = {
        **as_json(detail.outcome),
        "says": _both(detail.outcome.balance.says),
        "on_draft": detail.outcome.balance.on_draft,
        "parts": [_both(part) for part in detail.outcome.balance.parts],
        "sql": detail.sql,
        "releases": [release.ref for each in detail.readings for release in each.releases],
        "nights": [_night(*part) for part in current_city.nights.turns(detail.outcome.balance.name, MOST_TURNS_TOLD)],
    }
    return not_modified(request, etag, {}) or document(request, etag, lambda: orjson.dumps(body), {})


def _all(city: City) -> bytes:
    last = city.nights.last()
    body = {
        "balances": [
            {**in_short(outcome), "url": f"{ROOT}/{outcome.balance.name}"} for outcome in selectors.outcomes(city)
        ],
        "columns": [
            {
                "dataset": coverage.dataset.slug,
                "field": coverage.field.name,
                "whole": [balance.name for balance in coverage.whole],
                "partly": [balance.name for balance in coverage.partly],
            }
            for coverage in selectors.covered(city)
        ],
        "night": {"day": last.day.isoformat(), "at": last.at.isoformat(), "failing": last.failing} if last else None,
    }
    return orjson.dumps(body)


def _night(night: Night, rollup: BalanceTally) -> dict[str, Any]:
    counts = {"groups": rollup.groups, "failed": rollup.failed, "unknown": rollup.unknown, "off": rollup.off}
    return {"day": night.day.isoformat(), **counts}


def _both(label: Label) -> dict[str, str]:
    return label.words()
