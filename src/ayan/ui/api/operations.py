"""What can be asked at which address and with which parameters, as an app declares it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.query import values
from ayan.core.query.change_question import WHATS
from ayan.core.query.grouping import TAKEN, Function, part_names
from ayan.core.query.limits import LONGEST_TEXT, MAX_SIZE, MOST_SEARCH_WORDS
from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.canonical import JsonObject
from ayan.core.values.label import Label

JSON: Final = "application/json"
ATOM: Final = "application/atom+xml"
CSV: Final = "text/csv"

_PART: Final = re.compile(r"\{(\w+)\}")
DAY: Final = "^[0-9]{4}([-/][0-9]{1,2}([-/][0-9]{1,2})?)?$"
INSTANT: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"
RELEASE: Final = "^[0-9A-Za-z-]{1,20}/[0-9]{1,6}$"
FLAG: Final[JsonObject] = {"type": "string", "enum": ["0", "1"]}
MOMENT: Final[JsonObject] = {"anyOf": [{"type": "string", "pattern": DAY}, {"type": "string", "pattern": INSTANT}]}
STATE: Final[JsonObject] = {"anyOf": [*MOMENT["anyOf"], {"type": "string", "pattern": RELEASE}]}
TEXT: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
WORD: Final[JsonObject] = {"type": "string", "minLength": 1}
NAMES: Final[JsonObject] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
NAME: Final[JsonObject] = {"type": "string", "minLength": 1, "maxLength": 60}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an address: what it means, and the JSON Schema of its values.

    ``of`` narrows them to those of a dataset; a ``repeated`` one stands in the address once for each value.
    """

    name: str
    words: Label
    schema: JsonObject
    of: Callable[[Dataset], Sequence[str]] | None = None
    repeated: bool = False

    def schema_for(self, dataset: Dataset | None) -> JsonObject:
        """The JSON Schema of its values, for any dataset or for one."""
        if self.of is None or dataset is None:
            return self.schema
        closed = {"type": "string", "enum": list(self.of(dataset))}
        return {**self.schema, "items": closed} if self.schema["type"] == "array" else closed


LANG: Final = Parameter(
    "_lang",
    Label("برچسب‌ها و پیام‌ها به این زبان.", "Labels and messages in this language."),
    {"type": "string", "enum": [*locale.codes()]},
)


SLUG: Final = Parameter(
    "slug", Label("نام داده در نشانی", "The dataset's name in addresses"), {**WORD, "pattern": "^[a-z0-9_-]+$"}
)
DATASET: Final = Parameter(
    "dataset",
    Label("داده‌ای که پاسخ دربارهٔ آن یا ردیف آن است.", "The dataset that the answer, or its record, is about."),
    TEXT,
)
WORDS: Final = Parameter(
    "q",
    Label("تا {most} واژه، یا کلید یک ردیف.", "Up to {most} words, or the key of a record.").format(
        most=MOST_SEARCH_WORDS
    ),
    TEXT,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address that can be read.

    ``answers`` gives for each media type the declared type of the answer (`ayan.ui.api.json_schema`), None for what has
    none. ``parts`` are the ``{parts}`` of the path, ``parameters`` those that may follow it, ``needed`` the names of
    those it does not do without, ``filters`` whether every other one is a condition on a field. ``refusals`` are the
    statuses of its problem documents besides 400 for a wrong parameter. ``ranged`` answers hold to ``Range``.
    ``refused`` is the type of its refusals where they are no problem documents.
    """

    path: str
    id: str
    words: Label
    answers: Mapping[str, Any]
    parts: tuple[Parameter, ...] = ()
    parameters: tuple[Parameter, ...] = (LANG,)
    needed: tuple[str, ...] = ()
    filters: bool = False
    refusals: tuple[int, ...] = ()
    ranged: bool = False
    refused: Any = None
    tag: str = "datasets"

    def __post_init__(self) -> None:
        if _PART.findall(self.path) != [part.name for part in self.parts]:
            raise ValueError(f"{self.path} has other parts than are declared of it")

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status of its answers."""
        return tuple(sorted({200, 304, 400, 405, *((206,) if self.ranged else ()), *self.refusals}))


def _published(dataset: Dataset) -> list[str]:
    return [field.name for field in dataset.published]


def _sortable(dataset: Dataset) -> list[str]:
    return [field.name for field in dataset.published if values.sortable(field)]


def _keys(dataset: Dataset) -> list[str]:
    return [*_sortable(dataset), *(name for field in dataset.published for name in part_names(field))]


def _taken(function: Function) -> Callable[[Dataset], list[str]]:
    return lambda dataset: [field.name for field in dataset.published if TAKEN[function](field)]


_ASCENDING: Final = Label("ترتیب صعودی یک ستون؛ خالی‌ها در پایان.", "Ascending order of one field; empty values last.")
_DESCENDING: Final = Label("ترتیب نزولی یک ستون؛ خالی‌ها در پایان.", "Descending order of one field; empty values last.")
_HAVING: Final = Label(
    "فقط گروه‌هایی که عددشان چنین است، مثل count__gt:5 یا sum_amount__gte:1000000000؛ چند شرط با ویرگول.",
    "Only groups whose numbers are so, such as count__gt:5 or sum_amount__gte:1000000000; several parted by commas.",
)
GROUP_SHAPES: Final = (
    Parameter("_sort", _ASCENDING, NAME),
    Parameter("_sort_desc", _DESCENDING, NAME),
    Parameter("_having", _HAVING, TEXT),
)
"""The order of groups and what their numbers must be: their columns are not called as fields are."""

_GRAMMAR: Final = (
    Parameter(
        "_search",
        Label(
            "تا {most} واژه؛ هر کدام جایی در متن‌های ردیف.",
            "Up to {most} words, each anywhere in the row's texts.",
        ).format(most=MOST_SEARCH_WORDS),
        TEXT,
    ),
    Parameter("_sort", _ASCENDING, NAME, _sortable),
    Parameter("_sort_desc", _DESCENDING, NAME, _sortable),
    Parameter(
        "_size",
        Label("تعداد نتیجه‌ها، حداکثر {max_size}.", "How many results, {max_size} at most.").format(max_size=MAX_SIZE),
        {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
    ),
    Parameter(
        "_next",
        Label("از کجا ادامه یابد: نشانی next پاسخ را دنبال کنید.", "Where it goes on: follow next of the answer."),
        WORD,
    ),
    Parameter("_count", Label("1 برای تعداد دقیق ردیف‌ها در total.", "1 for the exact number of rows in total."), FLAG),
    Parameter("_fields", Label("فقط همین ستون‌ها.", "Only these fields."), NAMES, _published),
    Parameter(
        "_as_of",
        Label("آن‌گونه که در پایان یک روز یا در یک لحظه بود.", "As it stood at the end of a day, or at an instant."),
        MOMENT,
    ),
    Parameter(
        "_release",
        Label("فقط یک انتشار، مثل 1403-05/2.", "One release only, such as 1403-05/2."),
        {"type": "string", "pattern": RELEASE},
    ),
    Parameter(
        "_calendar",
        Label("گاه‌شمار روزهای پاسخ.", "The calendar of the days in the answer."),
        {"type": "string", "enum": ["jalali", "gregorian"]},
    ),
    Parameter(
        "_unit",
        Label(
            "واحد مبلغ‌ها در برگه‌ای که با _lang برای خواندن گرفته می‌شود.",
            "The unit of amounts in a sheet that is taken for reading, with _lang.",
        ),
        {"type": "string", "enum": ["rial", "toman", "mtoman"]},
    ),
    LANG,
    Parameter(
        "from",
        Label(
            "از کدام وضعیت: روز، لحظه یا انتشار؛ اگر نیاید، پیش از تازه‌ترین انتشار.",
            "From which state: a day, an instant or a release; if left out, before the newest release.",
        ),
        STATE,
    ),
    Parameter(
        "to",
        Label(
            "تا کدام وضعیت: روز، لحظه یا انتشار؛ اگر نیاید، اکنون.",
            "To which state: a day, an instant or a release; if left out, the present.",
        ),
        STATE,
    ),
    Parameter(
        "change", Label("فقط یک گونه تغییر.", "One kind of change only."), {"type": "string", "enum": list(WHATS)}
    ),
    Parameter(
        "by",
        Label(
            "ستون‌های گروه‌بندی، با ویرگول؛ از تاریخ، سال یا ماه جلالی.",
            "Fields to group by, parted by commas; of a date its Jalali year or month.",
        ),
        NAMES,
        _keys,
    ),
    Parameter("count", Label("1 برای تعداد ردیف‌های هر گروه.", "1 for how many rows a group has."), FLAG),
    Parameter("sum", Label("جمع این ستون‌ها.", "The sum of these fields."), NAMES, _taken("sum")),
    Parameter("avg", Label("میانگین، با دو رقم اعشار.", "The mean, with two decimals."), NAMES, _taken("avg")),
    Parameter("median", Label("میانه.", "The median."), NAMES, _taken("median")),
    Parameter("min", Label("کمترین.", "The least."), NAMES, _taken("min")),
    Parameter("max", Label("بیشترین.", "The most."), NAMES, _taken("max")),
    Parameter("distinct", Label("تعداد مقدارهای جدا.", "How many different values."), NAMES, _taken("distinct")),
)
GRAMMAR: Final[Mapping[str, Parameter]] = {parameter.name: parameter for parameter in _GRAMMAR}
"""Every parameter of the grammar by its name."""


def named(*names: str, without: Iterable[str] = ()) -> tuple[Parameter, ...]:
    """Parameters of the grammar in this order."""
    return tuple(GRAMMAR[name] for name in names if name not in without)
