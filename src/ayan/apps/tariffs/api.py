"""The fees for programs: every tariff, and one of them with a case worked out, each step to the last rial."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final, Literal, TypedDict

import orjson
from django.http import HttpRequest, HttpResponseBase

from ayan.apps.tariffs.calculation import CHARGED, Calculation, calculation
from ayan.core.query.problem import BadQuestion, QuestionProblem
from ayan.core.tariff.outcome import TariffOutcome, plain
from ayan.core.tariff.tariff import CoefficientTable, Tariff, TariffInput
from ayan.core.tariff.tariff_query import statement
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.api.answers import ExactText, GregorianDay, Url, WholeNumber, WordsAnswer, words
from ayan.ui.api.json_schema import Schema
from ayan.ui.api.operations import JSON, LANG, SLUG, Operation, Parameter
from ayan.ui.api.responses import NotFound, document, not_modified, only, reading, tag
from ayan.wiring import city

ROOT: Final = "/api/v1/tariffs"
_NONE: Final = Label("تعرفه‌ای به این نام نیست.", "There is no tariff of this name.")


class TariffSourceAnswer(TypedDict):
    """Where a tariff was published; null is what could not be established."""

    says: WordsAnswer
    article: WordsAnswer | None
    address: str | None
    year: str | None


class TariffInShortAnswer(TypedDict):
    """A tariff as the list of all names it."""

    code: str
    item: Annotated[str, Schema("Tariffs of the same item can be compared")]
    kind: Literal["levy", "charge", "fine", "value"]
    city: WordsAnswer
    title: WordsAnswer
    example: Annotated[bool, Schema("Of another city, and not in force in this one")]
    sample: Annotated[bool, Schema("Its numbers are invented")]
    since: Annotated[GregorianDay | None, Schema("In force from this day; null where that is not established")]
    until: GregorianDay | None
    url: Url


class TariffsAnswer(TypedDict):
    """Every tariff: the city's own, then the examples of other cities."""

    tariffs: list[TariffInShortAnswer]


class TariffInputAnswer(TypedDict):
    """What a case must state: a number within bounds, or one of some codes."""

    name: str
    title: WordsAnswer
    unit: WordsAnswer | None
    minimum: ExactText | None
    maximum: ExactText | None
    decimals: WholeNumber | None
    choices: dict[str, WordsAnswer]


class CoefficientRowAnswer(TypedDict):
    """A row of a table: for which codes, from where to where (both inclusive), and its value; null is a gap."""

    codes: dict[str, str]
    low: ExactText | None
    high: ExactText | None
    value: ExactText | None
    gap: WordsAnswer | None


class CoefficientTableAnswer(TypedDict):
    """A table of coefficients."""

    name: str
    title: WordsAnswer
    by: list[str]
    rows: list[CoefficientRowAnswer]


class CalculationStepAnswer(TypedDict):
    """One line of the way to the amount."""

    name: str
    title: str
    formula: str
    numbers: str
    value: ExactText
    article: WordsAnswer | None


class CalculationAnswer(TypedDict):
    """A case worked out: whole rial, or the two ends of a range; none where nothing is established, with the reason."""

    amounts: list[int]
    why: Annotated[str | None, Schema("A code of what the published text does not say")]
    reason: WordsAnswer | None
    charged: int | None
    difference: Annotated[int | None, Schema("What was charged less what the tariff gives")]
    steps: list[CalculationStepAnswer]
    page: Url


class TariffAnswer(TariffInShortAnswer):
    """One tariff as it is declared, and the case that the parameters state."""

    says: WordsAnswer
    source: TariffSourceAnswer
    inputs: list[TariffInputAnswer]
    tables: list[CoefficientTableAnswer]
    rounding: Literal["half-up", "down", "up"]
    notes: list[WordsAnswer]
    sql: Annotated[str, Schema("For DuckDB, over a table `cases` with one column for each input")]
    result: Annotated[CalculationAnswer | None, Schema("Null where the address states no case")]


OPERATIONS: Final = (
    Operation(
        path=ROOT,
        id="tariffs",
        words=Label("تعرفه‌های این شهر و نمونه‌های شهرهای دیگر", "The tariffs of this city, and examples of others"),
        answers={JSON: TariffsAnswer},
        parameters=(),
        tag="tariffs",
    ),
    Operation(
        path=f"{ROOT}/{{tariff}}",
        parts=(Parameter("tariff", Label("نام تعرفه در نشانی", "The tariff's name in addresses"), SLUG.schema),),
        id="tariff",
        words=Label(
            "یک تعرفه؛ با یک پارامتر برای هر ورودی، محاسبهٔ یک مورد گام به گام",
            "One tariff; with one parameter for each input, a case worked out step by step",
        ),
        answers={JSON: TariffAnswer},
        parameters=(
            LANG,
            Parameter(
                "inputs",
                Label(
                    "یک پارامتر برای هر ورودی، به نام همان ورودی.", "One parameter for each input, called by its name."
                ),
                {"type": "object", "additionalProperties": {"type": "string"}},
            ),
            Parameter(
                CHARGED,
                Label("آنچه گرفته شده است، به ریال", "What was charged, in rial"),
                {"type": "string", "pattern": "^[0-9]{1,18}$"},
            ),
        ),
        refusals=(404,),
        tag="tariffs",
    ),
)


@reading
def tariffs(request: HttpRequest) -> HttpResponseBase:
    """Every tariff in short."""
    only(request)
    current_city = city.current()
    etag = tag("tariffs", current_city.site_version.now())
    body: TariffsAnswer = {"tariffs": [_in_short(each) for each in current_city.registry.tariffs().sound]}
    return not_modified(request, etag, {}) or document(request, etag, lambda: orjson.dumps(body), {})


@reading
def tariff(request: HttpRequest, code: str) -> HttpResponseBase:
    """One tariff, and the case that the parameters state."""
    current_city = city.current()
    shown = current_city.registry.tariffs().named(code)
    if shown is None:
        raise NotFound("no-such-tariff", _NONE)
    only(request, "_lang", CHARGED, *(each.name for each in shown.inputs))
    lang = request.GET.get("_lang") or locale.DEFAULT.code
    worked = calculation(shown, request.GET.dict(), lang)
    if worked.refusals:
        raise BadQuestion([QuestionProblem(wrong.code, wrong.field, wrong.label) for wrong in worked.refusals])
    body: TariffAnswer = {
        **_in_short(shown),
        "says": words(shown.says),
        "source": {
            "says": words(shown.source.says),
            "article": words(shown.source.article) if shown.source.article else None,
            "address": shown.source.address or None,
            "year": shown.source.year or None,
        },
        "inputs": [_input(each) for each in shown.inputs],
        "tables": [_table(each, shown) for each in shown.tables],
        "rounding": shown.rounding.rule,
        "notes": [words(note) for note in shown.notes],
        "sql": statement(shown, {each.name: each.name for each in shown.inputs}, "cases"),
        "result": _result(worked, worked.outcome) if worked.outcome is not None else None,
    }
    etag = tag("tariff", request.get_full_path(), current_city.site_version.now())
    return not_modified(request, etag, {}) or document(request, etag, lambda: orjson.dumps(body), {})


def _in_short(shown: Tariff) -> TariffInShortAnswer:
    return {
        "code": shown.code,
        "item": shown.item,
        "kind": shown.kind,
        "city": words(shown.city),
        "title": words(shown.title),
        "example": shown.is_example,
        "sample": shown.is_sample,
        "since": shown.since.isoformat() if shown.since else None,
        "until": shown.until.isoformat() if shown.until else None,
        "url": f"{ROOT}/{shown.code}",
    }


def _input(tariff_input: TariffInput) -> TariffInputAnswer:
    number = tariff_input.number
    return {
        "name": tariff_input.name,
        "title": words(tariff_input.title),
        "unit": words(tariff_input.unit) if tariff_input.unit else None,
        "minimum": exact(number.low, number.decimals) if number else None,
        "maximum": exact(number.high, number.decimals) if number else None,
        "decimals": number.decimals if number else None,
        "choices": {code: words(label) for code, label in tariff_input.choices},
    }


def _table(table: CoefficientTable, shown: Tariff) -> CoefficientTableAnswer:
    number = shown.input(table.across).number if table.across else None
    return {
        "name": table.name,
        "title": words(table.title),
        "by": list(table.by),
        "rows": [
            {
                "codes": dict(band.codes),
                "low": exact(band.low, number.decimals) if number else None,
                "high": exact(band.high, number.decimals) if number else None,
                "value": None if band.value is None else exact(band.value, table.type.decimals),
                "gap": words(band.why) if band.why else None,
            }
            for band in table.bands
        ],
    }


def _result(worked: Calculation, worked_out: TariffOutcome) -> CalculationAnswer:
    return {
        "amounts": list(worked_out.amounts),
        "why": worked_out.why or None,
        "reason": words(worked_out.reason) if worked_out.reason else None,
        "charged": worked.charged,
        "difference": worked.difference,
        "steps": [
            {
                "name": step.code,
                "title": step.title,
                "formula": step.words,
                "numbers": step.numbers,
                "value": plain(step.value),
                "article": words(step.article) if step.article else None,
            }
            for step in worked.steps
        ],
        "page": f"/tariffs/{worked.tariff.code}{worked.query}",
    }


def exact(units: int, decimals: int) -> str:
    """A number that is counted in its last place, as exact text."""
    return plain(Decimal(units).scaleb(-decimals))
