"""The balances for programs: the outcome of each, to the last rial, and the columns of money that they hold."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypedDict, cast

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.audits import balances
from ayan.apps.audits.limits import MOST_TURNS_TOLD
from ayan.core.audit.outcomes import BalanceTally, Night
from ayan.core.audit.reconciliation import as_json, in_short
from ayan.core.query.answer import newest
from ayan.core.query.limits import MOST_NAMED_RELEASES
from ayan.core.values.label import Label
from ayan.ui.api.answers import ExactText, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, WORD, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, not_modified, only, reading, tag
from ayan.wiring import city
from ayan.wiring.city import City

ROOT: Final = "/api/v1/audits"
_NONE: Final = Label("موازنه‌ای به این نام نیست.", "There is no balance of this name.")


class BalanceCountsAnswer(TypedDict):
    """What a balance came to."""

    groups: Annotated[WholeNumber, Schema("Groups of rows that were looked at")]
    failed: WholeNumber
    unknown: Annotated[WholeNumber, Schema("Groups of which a value that is needed is not published")]
    off: Annotated[str, Schema("The sum of the differences without their signs, an exact number")]


class BalanceInShortAnswer(BalanceCountsAnswer):
    """A balance and its outcome."""

    code: Annotated[str, Schema("The dataset that answers for it, and its name there")]
    title: WordsAnswer
    relation: Literal["equal", "at-least", "at-most"]
    tolerance: ExactText
    holds: bool


class BalanceAnswer(BalanceInShortAnswer):
    """A balance as the list of all names it."""

    url: Url


class CoverageAnswer(TypedDict):
    """A column of money, and the balances that hold it."""

    dataset: str
    field: str
    whole: Annotated[list[str], Schema("Balances that any cell of it breaks if it moves")]
    partly: Annotated[list[str], Schema("Balances that look at some of its cells")]


class LastNightAnswer(TypedDict):
    """When the balances were last held against what is published."""

    day: str
    at: str
    failing: WholeNumber
    unheld: list[str]


class AuditsAnswer(TypedDict):
    """Every balance, those that do not hold first, and what they hold."""

    balances: list[BalanceAnswer]
    columns: list[CoverageAnswer]
    night: LastNightAnswer | None


class FailedGroupAnswer(TypedDict):
    """A group of rows whose sides differ."""

    key: list[str]
    left: ExactText
    right: ExactText
    difference: ExactText


class NightAnswer(BalanceCountsAnswer):
    """What a balance came to in one night."""

    day: str


class AuditDetailAnswer(BalanceInShortAnswer):
    """What is said of one balance alone."""

    failures: Annotated[list[FailedGroupAnswer], Schema("The worst of the groups that differ")]


class AuditAnswer(AuditDetailAnswer):
    """One balance with the groups that differ."""

    says: WordsAnswer
    on_draft: Literal["block", "warn"]
    parts: Annotated[list[WordsAnswer], Schema("What the parts of a group's key are called")]
    sql: Annotated[str, Schema("For DuckDB, over tables named by the datasets")]
    releases: Annotated[
        list[str], Schema(f"The releases of each dataset that were read, {MOST_NAMED_RELEASES} of each at most")
    ]
    releases_total: WholeNumber
    nights: Annotated[list[NightAnswer], Schema("The nights on which the outcome became another one, newest first")]


OPERATIONS: Final = (
    Operation(
        path=ROOT,
        id="audits",
        words=Label(
            "موازنه‌ها، نتیجهٔ هر یک، و ستون‌های پولی که نگاه می‌دارند",
            "Balances, their outcomes, and the columns of money they hold",
        ),
        answers={JSON: AuditsAnswer},
        parameters=(),
        tag="audits",
    ),
    Operation(
        path=f"{ROOT}/{{owner}}/{{balance}}",
        parts=(
            Parameter("owner", Label("داده‌ای که پاسخ‌گوی موازنه است", "The dataset that answers for the balance"), WORD),
            Parameter("balance", Label("نام موازنه", "The name of the balance"), WORD),
        ),
        id="audit",
        words=Label("یک موازنه با گروه‌هایی که برابر نیستند", "One balance with the groups that differ"),
        answers={JSON: AuditAnswer},
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
    detail = balances.balance_detail(current_city, owner, code)
    if detail is None:
        raise NotFound("no-such-balance", _NONE)
    etag = tag("audit", owner, code, current_city.site_version.now())
    body: AuditAnswer = {
        **cast(AuditDetailAnswer, as_json(detail.outcome)),
        "says": words(detail.outcome.balance.says),
        "on_draft": detail.outcome.balance.on_draft,
        "parts": [words(part) for part in detail.outcome.balance.parts],
        "sql": detail.sql,
        "releases": [release.ref for each in detail.readings for release in newest(each.releases)],
        "releases_total": sum(len(each.releases) for each in detail.readings),
        "nights": [
            _night(*part) for part in current_city.balance_history.turns(detail.outcome.balance.name, MOST_TURNS_TOLD)
        ],
    }
    return not_modified(request, etag, {}) or document(request, etag, lambda: orjson.dumps(body), {})


def _all(city: City) -> bytes:
    last = city.balance_history.last()
    body: AuditsAnswer = {
        "balances": [
            {**cast(BalanceInShortAnswer, in_short(outcome)), "url": f"{ROOT}/{outcome.balance.name}"}
            for outcome in balances.outcomes(city)
        ],
        "columns": [
            {
                "dataset": coverage.dataset.slug,
                "field": coverage.field.name,
                "whole": [balance.name for balance in coverage.whole],
                "partly": [balance.name for balance in coverage.partly],
            }
            for coverage in balances.covered(city)
        ],
        "night": _last_night(last) if last else None,
    }
    return orjson.dumps(body)


def _last_night(night: Night) -> LastNightAnswer:
    at = night.at.isoformat()
    return {"day": night.day.isoformat(), "at": at, "failing": night.failing, "unheld": sorted(night.unheld)}


def _night(night: Night, tally: BalanceTally) -> NightAnswer:
    return {
        "day": night.day.isoformat(),
        "groups": tally.groups,
        "failed": tally.failed,
        "unknown": tally.unknown,
        "off": tally.off,
    }
