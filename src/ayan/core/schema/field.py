"""A field, which is one column of a dataset, and its kind: the protocol that every kind in `kinds` answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final, Literal, Self, cast

from ayan.core.values import sql
from ayan.core.values.asked_value import BadValue, Value
from ayan.core.values.label import Label
from ayan.core.values.place import Bbox
from ayan.core.values.text import fold

FieldVisibility = Literal["public", "masked", "withheld"]
CellCalendar = Literal["jalali", "gregorian", "excel", "epoch_s", "epoch_ms"]
DateOrder = Literal["dmy", "mdy"]
FieldRole = Literal[
    "amount", "date", "place", "person", "company", "title", "status", "category", "unit",
    "quantity", "rate", "longitude", "latitude", "counter", "formula", "terms", "ordinal",
]  # fmt: skip
Nature = Literal["flow", "stock", "rate", "quantity"]
TextStyle = Literal["words", "code", "link", "period", "shape"]
JsonType = Literal["string", "integer", "number", "boolean"]

TEXT_STORAGE: Final = "VARCHAR"
# What dates a stock where all rows of a release speak of the moment at which it was sealed.
AT_RELEASE: Final = "_release"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One member of a code list: the code that is stored, its labels, and spellings that files use for it.

    ``until`` is the last day on which it is taken; what was published with it stays as it is.
    """

    code: str
    label: Label
    aliases: tuple[str, ...] = ()
    until: date | None = None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Everything that stands for the code in a file or an address."""
        return (self.code, self.label.fa, self.label.en, *self.aliases)


@dataclass(frozen=True, slots=True)
class CodeList:
    """The closed list of values a field may take, in display order."""

    name: str
    entries: tuple[CodeEntry, ...]

    def label(self, code: str, lang: str) -> str:
        """The label of ``code``, or the code itself when it is unknown."""
        for entry in self.entries:
            if entry.code == code:
                return entry.label.of(lang)
        return code

    def taken_on(self, day: date) -> CodeList:
        """The list without the codes that were retired before a day; the very list where none was."""
        entries = tuple(entry for entry in self.entries if entry.until is None or entry.until >= day)
        return self if len(entries) == len(self.entries) else CodeList(self.name, entries)


@dataclass(frozen=True, slots=True)
class Ref:
    """A pointer to a field of another dataset; ``required`` makes a dangling pointer an error, not a warning."""

    dataset: str
    field: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Withholding:
    """Why something is kept from the public, as its declaration says: None is what it does not say.

    ``until`` is the last day on which it is withheld.
    """

    reason: Label | None = None
    article: Label | None = None
    decider: Label | None = None
    until: date | None = None

    def stands(self, today: date) -> bool:
        """Whether it still holds on a day."""
        return self.until is None or today <= self.until


@dataclass(frozen=True, slots=True)
class Sides:
    """Which codes of a list are money that comes in, and which money that goes out; any other code stands by itself."""

    came_in: tuple[str, ...]
    went_out: tuple[str, ...]

    def of(self, code: str) -> str:
        """The side of a code: ``in``, ``out``, or the code itself where it is on neither."""
        return "in" if code in self.came_in else "out" if code in self.went_out else code


@dataclass(frozen=True, slots=True)
class KindSql:
    """How one field is read, as SQL over the columns of the layers before it.

    The token of field ``f`` (its trimmed cell text, NULL when empty) is the column ``t_f``. ``steps`` are further
    columns, each computed from those before it; ``value`` becomes ``v_f``, typed as stored, NULL for what cannot be
    read; ``error`` becomes ``e_f``: an issue code, or NULL. ``unreadable`` is when ``error`` holds, if that is told
    without the value; ``plain`` a pattern of common cells and their ``value``, which is never NULL.
    """

    steps: tuple[tuple[str, str], ...]
    value: str
    error: str
    unreadable: str | None = None
    plain: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class KindColumns:
    """The names of a field's columns in the layers."""

    field: str

    def __getattr__(self, step: str) -> str:
        return f"{step}_{self.field}"


class Kind:
    """What holds for every field of one kind, and what follows from it: nowhere else is a kind told by its name.

    A kind is one class below this one, in a module of `ayan.core.schema.kinds`, and one object of it in its registry:
    there is never another one. Facts are attributes, and what depends on the field is a method that takes it.

    ``name`` is the word of declarations, tables and answers; ``label`` what messages call it, ``short_label`` what
    lists of fields call it. ``keys`` are the keys of a declaration that go with it besides those of every field,
    ``roles`` what its fields can be. ``schema_type`` and ``schema_format`` are those of Data Package v2 Table Schema,
    ``json_type`` that of JSON Schema. ``example`` is a cell that nobody's file holds. ``style`` says how pages write a
    value that is text; the others are written by their type.
    """

    name: ClassVar[str]
    label: ClassVar[Label]
    short_label: ClassVar[Label]
    keys: ClassVar[frozenset[str]] = frozenset()
    roles: ClassVar[frozenset[FieldRole]] = frozenset({"status", "category", "unit"})
    schema_type: ClassVar[str] = "string"
    schema_format: ClassVar[str | None] = None
    json_type: ClassVar[JsonType] = "string"
    example: ClassVar[str]
    style: ClassVar[TextStyle] = "words"
    sheet_format: ClassVar[str | None] = "@"
    """The number format of a column to be filled in; None leaves it to the program."""

    # --- what its values are ----------------------------------------------------------------------------------------

    is_number: ClassVar[bool] = False
    bounds: ClassVar[tuple[Decimal | None, Decimal | None]] = (None, None)
    """The least and the greatest number that its values can be; a declaration may narrow them."""
    is_money: ClassVar[bool] = False
    is_day: ClassVar[bool] = False
    is_period: ClassVar[bool] = False
    is_code: ClassVar[bool] = False
    """Its text is a code: digits and letters by which something is known, and no words."""
    is_words: ClassVar[bool] = False
    """Its text is words, compared by folding; the text of other kinds has one spelling already."""
    is_free_text: ClassVar[bool] = False
    """Words of any meaning, a sentence among them."""
    is_shape: ClassVar[bool] = False
    """Its cells are judged by ``judge`` before SQL reads them, and no question compares its values."""
    is_company: ClassVar[bool] = False
    has_decimals: ClassVar[bool] = False
    is_count: ClassVar[bool] = False
    """A whole number that is no money."""
    in_digits: ClassVar[bool] = False
    """A file may write it in Persian digits."""
    needs_ref: ClassVar[bool] = False
    """A declaration must say to which dataset it leads."""
    personal: ClassVar[bool | None] = None
    """Whether its values belong to a person whatever the header says; None where the header tells."""

    # --- what may be done with them ---------------------------------------------------------------------------------

    sortable: ClassVar[bool] = True
    groupable: ClassVar[bool] = True
    summable: ClassVar[bool] = False
    compared: ClassVar[bool] = True
    """A question may ask for one value, or for all others."""
    listed: ClassVar[bool] = True
    """A question may ask for several values."""
    ranged: ClassVar[bool] = False
    """A question may ask for what lies before or after a value, and for the least and the greatest."""
    worded: ClassVar[bool] = True
    """A question may ask for texts with certain words, or that begin with them."""
    searched: ClassVar[bool] = True
    """A search without a field looks through its values."""
    maskable: ClassVar[bool] = False
    """Its values may be shown in part."""
    redactable: ClassVar[bool] = False
    """A piece can be taken out of a value, and a value is left."""
    scanned: ClassVar[bool] = True
    """Its cells are looked through for personal data, one by one."""
    addressable: ClassVar[bool] = True
    """The address of a record may be made of it."""
    referable: ClassVar[bool] = True
    """References lead from it and to it."""
    holds_legal_ids: ClassVar[bool] = False
    """Its text may be the legal ID of a company."""

    # --- what they say to a reader ----------------------------------------------------------------------------------

    brief: ClassVar[bool] = True
    """A value stands among others in a line."""
    plain: ClassVar[bool] = True
    """A value says something without the name of its field."""
    categorical: ClassVar[bool] = True
    """Rows of one value are a group that cities can be compared by."""
    few: ClassVar[bool] = False
    """Its values are so few that rows can be put together by any field of it."""
    identifying: ClassVar[bool] = False
    """Two equal values, wherever they stand, are one thing."""
    telling: ClassVar[bool] = False
    """The form of its cells gives away which column of a file it is."""
    free: ClassVar[bool] = False
    """Its cells have no form that an example could show."""

    _objects: ClassVar[dict[type[Kind], Kind]] = {}

    def __new__(cls) -> Self:
        """The one object of the class, so that a kind which comes back from another process is the same."""
        return cast(Self, Kind._objects.setdefault(cls, super().__new__(cls)))

    def __repr__(self) -> str:
        return f"<kind {self.name}>"

    @property
    def has_bounds(self) -> bool:
        """Whether a declaration may bound it, so that two fields can be the ends of a band."""
        return "minimum" in self.keys

    def storage(self, field: Field) -> str:  # noqa: ARG002 - for kinds whose fields differ
        """The DuckDB (and so the Parquet) type of its values."""
        return TEXT_STORAGE

    def decimals(self, field: Field) -> int:  # noqa: ARG002 - for kinds whose fields differ
        """How many decimals a number has."""
        return 0

    def reading(self, field: Field, c: KindColumns) -> KindSql:
        """How the text of a cell becomes a value, or the code of an issue that says why it is none."""
        raise NotImplementedError

    def judge(self, text: str) -> str:
        """Where SQL cannot read a cell: why it is none, as a short reason code, or empty. Only of an ``is_shape``."""
        raise NotImplementedError

    def parse(self, field: Field, text: str) -> Value:  # noqa: ARG002 - for kinds whose fields differ
        """A text in an address as the value that is stored; it is not empty and has no blanks around. Or BadValue."""
        if not fold(text):
            raise BadValue("empty-value")
        return text

    def of_code(self, code: str) -> Value:
        """The code of a closed list as the value that is stored."""
        return code

    def from_json(self, field: Field, value: object) -> str | int | Decimal | date | bool:  # noqa: ARG002 - as above
        """A stored value as an answer writes it in JSON, back in its type. Raises ValueError for anything else."""
        if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError
        return value

    def example_of(self, field: Field) -> str:
        """A cell as the field's reading takes it, invented: the declared one, else one made for its list or kind."""
        if field.example is not None:
            return field.example
        if field.choices is None:
            return self.invented(field)
        # The same whichever period a template is for: one value of a list is never retired.
        entries = field.choices.entries
        return next((entry for entry in entries if entry.until is None), entries[0]).label.fa

    def invented(self, field: Field) -> str:  # noqa: ARG002 - for kinds whose fields differ
        """A cell of a field that declares neither example nor list."""
        return self.example

    def may_equal(self, other: Kind) -> bool:
        """Whether values of two kinds can be equal: both are text, and a legal ID looks like no place or period."""
        if self.is_company or other.is_company:
            return self.holds_legal_ids and other.holds_legal_ids
        return self.referable and other.referable


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a dataset.

    ``minimum`` and ``maximum`` bound the stored value (rial for money, Gregorian for dates), and are those of the kind
    where a declaration says nothing else. ``position`` is the 1-based column in the file for a column that has no
    header. ``scale`` is the number of decimals kept of a ``decimal``. ``strip`` lists marks such as ``$`` removed
    before a number is read. ``century`` is added to two-digit Jalali years, which are refused without it; ``pivot`` the
    last that one can mean. ``date_order`` is that of day and month before a year. ``formats`` are strptime formats
    tried in order instead of the plain year-month-day forms. ``year_start`` («04-01») is the day on which years begin
    that span two, ``year_parts`` how many numbered periods a year has: 12 months, or 13 of four weeks. ``example`` is
    how a cell may be written, invented. ``reason`` says why a field is not shown, or on what legal ground a personal
    one is; ``ground`` by which article it is not, who decided so and until when. ``codes`` names the codes within a
    text. ``looks_like`` names the traces of personal data that its values may bear although they are public. ``empty``
    is what pages call a cell without a value. ``first_of`` names fields of the same kind, of which it is the first that
    is filled; no file holds it. ``nature`` says what a sum would mean: a ``flow`` may be added over time, a ``stock``
    only at one date of ``at`` (the name of a field, or `AT_RELEASE`), a ``rate`` never, a ``quantity`` always although
    it is no money. Without it nothing is added. ``share_of`` names the field that is the whole of this one, ``side``
    the codes by which rows are money in or money out. ``extent`` is the box in degrees that its shapes touch.
    """

    name: str
    kind: Kind
    label: Label
    description: Label | None = None
    aliases: tuple[str, ...] = ()
    position: int | None = None
    required: bool = False
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    max_length: int | None = None
    choices: CodeList | None = None
    codes: CodeList | None = None
    pattern: str | None = None
    ref: Ref | None = None
    money_unit: str = "rial"
    calendar: CellCalendar = "jalali"
    formats: tuple[str, ...] = ()
    century: int | None = None
    pivot: int | None = None
    date_order: DateOrder | None = None
    year_start: str | None = None
    year_parts: int | None = None
    null: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    scale: int = 2
    slash_decimal: bool = False
    unit: Label | None = None
    shown: FieldVisibility = "public"
    reason: Label | None = None
    ground: Withholding | None = None
    role: FieldRole | None = None
    example: str | None = None
    looks_like: tuple[str, ...] = ()
    empty: Label | None = None
    first_of: tuple[str, ...] = ()
    nature: Nature | None = None
    at: str = ""
    share_of: str = ""
    side: Sides | None = None
    extent: Bbox | None = None

    def __post_init__(self) -> None:
        low, high = self.kind.bounds
        if self.minimum is None and low is not None:
            object.__setattr__(self, "minimum", low)
        if self.maximum is None and high is not None:
            object.__setattr__(self, "maximum", high)

    @property
    def published(self) -> bool:
        """Whether the field reaches the public at all (masked fields do, withheld ones and counters never)."""
        return self.shown != "withheld" and self.role != "counter"

    @property
    def storage(self) -> str:
        """The DuckDB type of its published values: ``BIGINT``, ``DECIMAL(38,2)`` …; a masked one is text."""
        return TEXT_STORAGE if self.shown == "masked" else self.kind.storage(self)

    @property
    def is_text(self) -> bool:
        """Whether its values are stored as text."""
        return self.storage == TEXT_STORAGE


def by_choice(choices: CodeList, c: KindColumns) -> KindSql:
    """The reading of a closed list: exact spellings first, which costs one comparison; any other is folded first.

    The fold stands in a step of its own: as the operand of a CASE it would be planned once for every spelling. So does
    the look at exact spellings, which alone differs from list to list: the fold is then the same for all of them.
    """
    exact, folded = dict[str, str](), dict[str, str]()
    for entry in choices.entries:
        for spelling in entry.spellings:
            exact.setdefault(spelling, entry.code)
            folded.setdefault(fold(spelling), entry.code)
    known = f"CASE WHEN {c.q} THEN {c.t} ELSE {sql.fold(c.t)} END"
    codes = folded | exact
    words, values = (", ".join(map(sql.literal, part)) for part in (codes, codes.values()))
    steps = ((c.q, sql.is_among(c.t, exact)), (c.f, known))
    return KindSql(steps, f"([{values}])[list_position([{words}], {c.f})]", "'not-in-list'")
