"""Every parameter of the API as its description tells it: what it means, and which values it takes of which dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.query import values
from ayan.core.query.change_question import WHATS
from ayan.core.query.grouping import PARTS, TAKEN, Function
from ayan.core.query.limits import LONGEST_TEXT, MAX_SIZE, MOST_SEARCH_WORDS
from ayan.core.query.question import OPS, Op
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label, joined

Json = dict[str, Any]

DAY: Final = "^[0-9]{4}([-/][0-9]{1,2}([-/][0-9]{1,2})?)?$"
INSTANT: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
RELEASE: Final = "^[0-9A-Za-z-]{1,20}/[0-9]{1,6}$"
FLAG: Final[Json] = {"type": "string", "enum": ["0", "1"]}
MOMENT: Final[Json] = {"anyOf": [{"type": "string", "pattern": DAY}, {"type": "string", "pattern": INSTANT}]}
TEXT: Final[Json] = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: what it means in both languages, and its values.

    ``of`` narrows them to those of a dataset; a ``repeated`` one stands in the address once for each value.
    """

    words: Label
    schema: Json
    of: Callable[[Dataset], Sequence[str]] | None = None
    repeated: bool = False

    def schema_for(self, dataset: Dataset | None) -> Json:
        """The JSON Schema of its values, for any dataset or for one."""
        if self.of is None or dataset is None:
            return self.schema
        closed = {"type": "string", "enum": list(self.of(dataset))}
        return {**self.schema, "items": closed} if self.schema["type"] == "array" else closed


def _published(dataset: Dataset) -> list[str]:
    return [field.name for field in dataset.published]


def _sortable(dataset: Dataset) -> list[str]:
    return [field.name for field in dataset.published if values.sortable(field)]


def _keys(dataset: Dataset) -> list[str]:
    parts = [f"{field.name}:{part}" for field in dataset.published if field.kind.is_day for part in PARTS]
    return [*_sortable(dataset), *parts]


def _taken(function: Function) -> Callable[[Dataset], list[str]]:
    return lambda dataset: [field.name for field in dataset.published if TAKEN[function](field)]


NAMES: Final[Json] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
NAME: Final[Json] = {"type": "string", "minLength": 1, "maxLength": 60}

_OF_FINDINGS: Final = (
    ("flag", "نام پرچم، مثل آنچه در فهرست پرچم‌هاست.", "The name of a flag, as the list of flags gives it."),
    ("dataset", "داده‌ای که پاسخ دربارهٔ آن یا ردیف آن است.", "The dataset that the answer, or its record, is about."),
    ("key", "کلید آن ردیف.", "The key of that record."),
    ("party_id", "شناسهٔ ملی شرکتی که نامش در یافته است.", "The legal ID of the company that a finding names."),
)

SHAPING: Final[Mapping[str, Parameter]] = {
    **{name: Parameter(Label(fa, en), TEXT) for name, fa, en in _OF_FINDINGS},
    "q": Parameter(
        Label(
            "تا {most} واژه، یا کلید یک ردیف.",
            "Up to {most} words, or the key of a record.",
        ).format(most=MOST_SEARCH_WORDS),
        TEXT,
    ),
    "_search": Parameter(
        Label(
            "تا {most} واژه؛ هر کدام جایی در متن‌های ردیف.",
            "Up to {most} words, each anywhere in the row's texts.",
        ).format(most=MOST_SEARCH_WORDS),
        TEXT,
    ),
    "_sort": Parameter(
        Label("ترتیب صعودی یک ستون؛ خالی‌ها در پایان.", "Ascending order of one field; empty values last."),
        NAME,
        _sortable,
    ),
    "_sort_desc": Parameter(
        Label("ترتیب نزولی یک ستون؛ خالی‌ها در پایان.", "Descending order of one field; empty values last."),
        NAME,
        _sortable,
    ),
    "_size": Parameter(
        Label("شمار نتیجه‌ها، حداکثر {max_size}.", "How many results, {max_size} at most.").format(max_size=MAX_SIZE),
        {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
    ),
    "_next": Parameter(
        Label("از کجا ادامه یابد: نشانی next پاسخ را دنبال کنید.", "Where it goes on: follow next of the answer."),
        {"type": "string", "minLength": 1},
    ),
    "_count": Parameter(
        Label("1 برای شمار دقیق ردیف‌ها در total.", "1 for the exact number of rows in total."),
        FLAG,
    ),
    "_fields": Parameter(Label("فقط همین ستون‌ها.", "Only these fields."), NAMES, _published),
    "_as_of": Parameter(
        Label("آن‌گونه که در پایان یک روز یا در یک لحظه بود.", "As it stood at the end of a day, or at an instant."),
        MOMENT,
    ),
    "_release": Parameter(
        Label("فقط یک انتشار، مثل 1403-05/2.", "One release only, such as 1403-05/2."),
        {"type": "string", "pattern": RELEASE},
    ),
    "_calendar": Parameter(
        Label("گاه‌شمار روزهای پاسخ.", "The calendar of the days in the answer."),
        {"type": "string", "enum": ["jalali", "gregorian"]},
    ),
    "_lang": Parameter(
        Label("برچسب‌ها و پیام‌ها به این زبان.", "Labels and messages in this language."),
        {"type": "string", "enum": [*locale.codes()]},
    ),
    "from": Parameter(
        Label(
            "از کدام وضعیت: روز، لحظه یا انتشار؛ اگر نیاید، پیش از تازه‌ترین انتشار.",
            "From which state: a day, an instant or a release; if left out, before the newest release.",
        ),
        {"anyOf": [*MOMENT["anyOf"], {"type": "string", "pattern": RELEASE}]},
    ),
    "to": Parameter(
        Label(
            "تا کدام وضعیت: روز، لحظه یا انتشار؛ اگر نیاید، اکنون.",
            "To which state: a day, an instant or a release; if left out, the present.",
        ),
        {"anyOf": [*MOMENT["anyOf"], {"type": "string", "pattern": RELEASE}]},
    ),
    "about": Parameter(
        Label("آنچه دنبال می‌شود، مثل missing.", "What is followed, such as missing."),
        {"type": "string", "minLength": 1, "maxLength": 1000},
    ),
    "since": Parameter(
        Label("از کدام روز، ماه یا سال.", "From which day, month or year on."), {"type": "string", "pattern": DAY}
    ),
    "until": Parameter(
        Label("تا پایان کدام روز، ماه یا سال.", "To the end of which day, month or year."),
        {"type": "string", "pattern": DAY},
    ),
    "change": Parameter(
        Label("فقط یک گونه تغییر.", "One kind of change only."),
        {"type": "string", "enum": list(WHATS)},
    ),
    "by": Parameter(
        Label(
            "ستون‌های گروه‌بندی، با ویرگول؛ از تاریخ، سال یا ماه جلالی.",
            "Fields to group by, parted by commas; of a date its Jalali year or month.",
        ),
        NAMES,
        _keys,
    ),
    "count": Parameter(Label("1 برای شمار ردیف‌های هر گروه.", "1 for how many rows a group has."), FLAG),
    "sum": Parameter(Label("جمع این ستون‌ها.", "The sum of these fields."), NAMES, _taken("sum")),
    "avg": Parameter(Label("میانگین، با دو رقم اعشار.", "The mean, with two decimals."), NAMES, _taken("avg")),
    "unit": Parameter(
        Label("واحد، به نام؛ - یعنی احراز نشده.", "The unit by name; - for not established."),
        {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "minItems": 1},
        repeated=True,
    ),
    "group": Parameter(
        Label("کد حوزه؛ - یعنی هیچ.", "The code of the domain; - for none."),
        {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 200}, "minItems": 1},
        repeated=True,
    ),
    "status": Parameter(
        Label("وضعیت فعالیت.", "How an activity stands."),
        {"type": "array", "items": {"type": "string", "enum": ["fresh", "late", "absent", "withheld"]}, "minItems": 1},
        repeated=True,
    ),
    "_data": Parameter(Label("دادهٔ سنجیده‌شده.", "The dataset that is compared."), NAME),
    "_measure": Parameter(
        Label(
            "عدد سنجیده‌شده: count یا sum_ستون، avg_ستون، median_ستون، distinct_ستون.",
            "The number that is compared: count, or sum_FIELD, avg_FIELD, median_FIELD, distinct_FIELD.",
        ),
        NAME,
    ),
    "_by": Parameter(
        Label(
            "سوها مقدارهای این ستون‌اند، یا سال یا ماه یک تاریخ؛ _as_of و _release یعنی همان ردیف‌ها در دو زمان و "
            "_city یعنی همین داده در دو شهر (here و نام شهرهای دیگر).",
            "What the sides are values of: a field, or the year or month of a date; _as_of and _release are the same "
            "rows at two times, _city is the same dataset in two cities (here, and the codes of others).",
        ),
        NAME,
    ),
    "_side": Parameter(
        Label(
            "یک سو؛ دو تا شش بار می‌آید. بی _by، هر سو پرسشی است مثل field=value.",
            "One side; given two to six times. Without _by each is a query such as field=value.",
        ),
        {"type": "array", "items": {"type": "string", "maxLength": LONGEST_TEXT}, "minItems": 2, "maxItems": 6},
        repeated=True,
    ),
    "_over": Parameter(
        Label("به تفکیک چه؛ none یعنی همه با هم.", "What the comparison runs along; none for all together."), NAME
    ),
    "_real": Parameter(Label("1 یعنی به پول یک سال.", "1 for the money of one year."), FLAG),
    "_base": Parameter(
        Label("سالی که مبلغ‌ها به پول آن گفته می‌شود.", "The year in whose money amounts are told."),
        {"type": "string", "pattern": "^[0-9]{4}$"},
    ),
    "_per": Parameter(
        Label(
            "برای هر واحد از این ستون، یا person برای هر نفر.",
            "For each unit of this field, or person for each person.",
        ),
        NAME,
    ),
    "median": Parameter(Label("میانه.", "The median."), NAMES, _taken("median")),
    "min": Parameter(Label("کمترین.", "The least."), NAMES, _taken("min")),
    "max": Parameter(Label("بیشترین.", "The most."), NAMES, _taken("max")),
    "distinct": Parameter(Label("شمار مقدارهای جدا.", "How many different values."), NAMES, _taken("distinct")),
}

FILTERS: Final = Label(
    "هر پارامتر دیگر یک شرط است: field=value یا field__OP=value؛ OP یکی از {operators}. "
    "عملگرهای هر ستون در توصیف خودِ داده آمده است.",
    "Every other parameter is a condition: field=value or field__OP=value with OP one of {operators}. "
    "Which operators a field takes is in the description of its dataset.",
)
OPERATORS: Final[Mapping[Op, Label]] = {
    "eq": Label("{field} برابر است با", "{field} equals"),
    "not": Label("{field} برابر نیست با", "{field} differs from"),
    "in": Label("{field} یکی از این‌ها است", "{field} is one of"),
    "contains": Label("{field} دربر دارد", "{field} contains"),
    "startswith": Label("{field} آغاز می‌شود با", "{field} starts with"),
    "gt": Label("{field} بیشتر است از", "{field} is more than"),
    "gte": Label("{field} دست‌کم", "{field} is at least"),
    "lt": Label("{field} کمتر است از", "{field} is less than"),
    "lte": Label("{field} دست‌بالا", "{field} is at most"),
    "isnull": Label("{field} خالی است (1) یا نه (0)", "{field} is empty (1) or not (0)"),
}


def filters_text() -> Label:
    """How any field is made a condition, with the operators that there are."""
    return FILTERS.format(operators=joined(Label(op, op) for op in OPS if op != "eq"))


def filters(dataset: Dataset) -> Iterator[tuple[str, Parameter]]:
    """Every condition that the dataset's rows can be asked with, by the name of its parameter."""
    for field in values.as_asked(dataset).published:
        for op in values.operators(field):
            name = field.name if op == "eq" else f"{field.name}__{op}"
            label = OPERATORS[op].format(field=field.label)
            yield name, Parameter(label, _value(field, op))


def _value(field: Field, op: Op) -> Json:
    """The values of one condition. Digits may be Persian and labels stand for codes, which is not repeated here."""
    if op == "isnull":
        return FLAG
    schema = _field_schema(field)
    return {"type": "array", "items": schema, "minItems": 1} if op == "in" else schema


def _field_schema(field: Field) -> Json:
    if field.choices is not None:
        return {"type": "string", "enum": [entry.code for entry in field.choices.entries]}
    kind = field.kind
    if kind.json_type == "integer":
        return {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
    if kind.json_type == "number":
        return {"type": "number"}
    if kind.json_type == "boolean":
        return {"type": "string", "enum": ["true", "false", "1", "0", "yes", "no"]}
    if kind.is_day:
        return {"type": "string", "pattern": DAY}
    if kind.is_period:
        return {"type": "string", "pattern": "^[0-9A-Za-z/-]{1,20}$"}
    return TEXT
