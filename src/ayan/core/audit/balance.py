"""A balance: two sums over published rows that must agree, group by group; how it is declared, and read from TOML."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal, get_args

from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import ExpressionError, aggregate_expression, bare_row_expression
from ayan.core.schema.field import Field
from ayan.core.schema.fields import SLUG
from ayan.core.schema.problem import DeclarationError, DeclarationProblem
from ayan.core.schema.tables import TomlTable, load_beside, near, open_beside
from ayan.core.values.label import Label

BalanceRelation = Literal["equal", "at-least", "at-most"]
RequiredSides = Literal["either", "both", "left", "right"]
BalancePart = Literal["year", "month"]
OnDraft = Literal["block", "warn"]
ROW: Final = "_row"
"""What a key says instead of a field where each row is a group of its own."""
ROOM: Final = "audits"
"""The folder beside a dataset's declaration in which its balances stand, one a file."""

_RELATIONS: Final[tuple[BalanceRelation, ...]] = get_args(BalanceRelation)
_PAIRS: Final[tuple[RequiredSides, ...]] = get_args(RequiredSides)
_PARTS: Final[tuple[BalancePart, ...]] = get_args(BalancePart)
_ON_DRAFT: Final[tuple[OnDraft, ...]] = get_args(OnDraft)
_ONE_TABLE: Final = Label(
    "موازنهٔ ردیف به ردیف (_row) دو سمتش را از یک داده می‌خواند. of همهٔ جمله‌ها را یکی کنید.",
    "A balance row by row (_row) reads both sides from one dataset. Let every term be of the same one.",
)


@dataclass(frozen=True, slots=True)
class BalanceKey:
    """What the rows of a term are put together by: a field, the Jalali year or month of a date field, or nothing.

    With `ROW` as its field nothing is put together: each row is a group, known as ``period~number~row``.
    """

    field: str
    part: BalancePart | None = None

    def __str__(self) -> str:
        return f"{self.field}:{self.part}" if self.part else self.field


@dataclass(frozen=True, slots=True)
class BalanceTerm:
    """One sum of a side: an aggregate (SQL over fields) of the rows of a dataset that meet ``where``, by ``by``."""

    dataset: str
    value: str
    by: tuple[BalanceKey, ...]
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Two sides that must agree for every group of rows.

    A side is the sum of its terms; a group that no row of a side has counts as 0 there. ``pairs`` says which groups
    are looked at: those of ``either`` side, of ``both``, or of the ``left`` or ``right`` one. ``tolerance`` is the
    largest difference, in the unit of the values, that still passes. ``on_draft`` says what becomes of a draft that
    would make it fail: it is not published until somebody overrides the balance, or its sender is told.
    """

    code: str
    owner: str
    title: Label
    says: Label
    parts: tuple[Label, ...]
    left: tuple[BalanceTerm, ...]
    right: tuple[BalanceTerm, ...]
    relation: BalanceRelation = "equal"
    pairs: RequiredSides = "either"
    tolerance: Decimal = Decimal(0)
    on_draft: OnDraft = "warn"

    @property
    def name(self) -> str:
        """Its name among all: the dataset that answers for it, and its code."""
        return f"{self.owner}/{self.code}"

    @property
    def terms(self) -> tuple[BalanceTerm, ...]:
        """The terms of both sides."""
        return self.left + self.right

    @property
    def datasets(self) -> frozenset[str]:
        """The slugs of the datasets it reads."""
        return frozenset(term.dataset for term in self.terms)

    @property
    def by_row(self) -> bool:
        """Whether each row is a group of its own."""
        return any(key.field == ROW for term in self.terms for key in term.by)


# --- from a TOML file to a balance, or to a refusal that lists everything that is wrong with it -----------------------


@dataclass(frozen=True, slots=True)
class Balances:
    """Every balance that can be held, and what is wrong with the others."""

    sound: tuple[Balance, ...]
    problems: tuple[DeclarationProblem, ...]


def load_balances(folders: Iterable[Path], datasets: Mapping[str, Dataset]) -> Balances:
    """The balances in ``audits/*.toml`` of each dataset's folder, by owner and code.

    One that reads a dataset which a city does not declare is left out without a word: a city may have fewer.
    """
    sound, problems = load_beside(folders, ROOM, lambda path: load_balance(path, datasets))
    known = [balance for balance in sound if balance.datasets <= datasets.keys()]
    return Balances(tuple(sorted(known, key=lambda balance: (balance.owner, balance.code))), problems)


def naming(folders: Iterable[Path], slug: str) -> Iterator[tuple[Path, frozenset[str]]]:
    """The balances that read the dataset ``slug``, with the slugs of all that each reads; the others are not parsed.

    One whose file is no TOML, or says so little that its datasets cannot be told, is passed over.
    """
    for folder in folders:
        for path in sorted((folder / ROOM).glob("*.toml")):
            text = path.read_bytes()
            if slug.encode() not in text:
                continue
            try:
                raw = tomllib.loads(text.decode("utf-8-sig"), parse_float=Decimal)
                read = frozenset(term["of"] for side in ("left", "right") for term in raw[side])
            except (ValueError, KeyError, TypeError):
                continue
            if slug in read:
                yield path, read


def load_balance(path: Path, datasets: Mapping[str, Dataset]) -> Balance:
    """The balance declared in ``path``; its code is the file's name, its owner the dataset in whose folder it stands.

    Raises DeclarationError with every fault.
    """
    top = open_beside(path, ROOM)
    if not SLUG.fullmatch(path.stem):
        top.refuse("", "file-name")
    parts = _parts(top)
    balance = Balance(
        code=path.stem,
        owner=path.parent.parent.name,
        title=top.needed_label("title"),
        says=top.needed_label("says"),
        parts=parts,
        left=_side(top, "left", len(parts), datasets),
        right=_side(top, "right", len(parts), datasets),
        relation=top.one_of("holds", _RELATIONS) or "equal",
        pairs=top.one_of("pairs", _PAIRS) or "either",
        tolerance=_tolerance(top),
        on_draft=top.one_of("on_draft", _ON_DRAFT) or "warn",
    )
    top.close()
    if balance.by_row and len(balance.datasets) > 1:
        top.refuse("", "wrong-type", _ONE_TABLE)
    if top.problems.listed:
        raise DeclarationError(top.problems.listed)
    return balance


def _parts(top: TomlTable) -> tuple[Label, ...]:
    """What the parts of a group's key are called; a balance without any holds one sum against another."""
    labels = []
    for table in top.tables("parts", "en"):
        labels.append(table.words() or Label("", ""))
        table.close()
    return tuple(labels)


def _tolerance(top: TomlTable) -> Decimal:
    value = top.raw_value("tolerance")
    if value is None:
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
        top.wrong("tolerance", "number")
        return Decimal(0)
    return Decimal(value)


def _side(top: TomlTable, name: str, parts: int, datasets: Mapping[str, Dataset]) -> tuple[BalanceTerm, ...]:
    top.needed(name)
    return tuple(_term(table, parts, datasets) for table in top.tables(name, "of"))


def _term(table: TomlTable, parts: int, datasets: Mapping[str, Dataset]) -> BalanceTerm:
    for key in ("of", "value"):
        table.needed(key)
    slug, value, where = table.text("of") or "", table.text("value") or "", table.text("where")
    texts = table.texts("by") or ()
    table.close()
    keys = tuple(_key(table, text) for text in texts)
    if len(keys) != parts:
        table.refuse("by", "wrong-type", _keys_wanted(parts, len(keys)))
    dataset = datasets.get(slug)
    if dataset is not None:
        _judge(table, dataset, value, where, keys)
    return BalanceTerm(slug, value, keys, where)


def _keys_wanted(parts: int, count: int) -> Label:
    return Label(
        "هر جمله باید به تعداد parts کلید داشته باشد ({parts})، ولی {count} کلید دارد. by را کامل کنید.",
        "Each term needs as many keys as there are parts ({parts}), and this one has {count}. Complete its by.",
    ).format(parts=parts, count=count)


def _key(table: TomlTable, text: str) -> BalanceKey:
    name, _, part = text.partition(":")
    known = next((code for code in _PARTS if code == part), None)
    if part and known is None:
        table.refuse("by", "not-one-of", value=part, near=near(part, _PARTS), allowed=list(_PARTS))
    return BalanceKey(name, known)


def _judge(table: TomlTable, dataset: Dataset, value: str, where: str | None, keys: tuple[BalanceKey, ...]) -> None:
    """Hold a term against the dataset it reads: known fields, public ones, and parts of dates alone."""
    public = {field.name: field for field in dataset.published if field.shown == "public"}
    read: set[str] = set()
    for key, text, parse in (("value", value, aggregate_expression), ("where", where, bare_row_expression)):
        if text:
            try:
                read |= parse(text, tuple(field.name for field in dataset.fields)).names
            except ExpressionError as fault:
                table.refuse(key, "sql", fault.label)
    for name in sorted(read - public.keys()):
        table.refuse("value", "total-private", value=name)
    for term_key in keys:
        _judge_key(table, term_key, public)


def _judge_key(table: TomlTable, key: BalanceKey, public: Mapping[str, Field]) -> None:
    if key == BalanceKey(ROW):
        return
    field = public.get(key.field)
    if field is None:
        table.refuse("by", "no-such-field", value=key.field[:60], near=near(key.field, public))
    elif key.part and not field.kind.is_day:
        table.refuse("by", "period-kind")
