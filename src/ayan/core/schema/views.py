"""Reading views: how records are said, what else belongs to one, and what a dataset is to the special pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, get_args

from ayan.core.schema.field import Field, Kind
from ayan.core.schema.kinds.identifiers import CodeKind
from ayan.core.schema.kinds.numbers import DecimalKind, IntegerKind, RialKind
from ayan.core.schema.kinds.temporal import PeriodKind
from ayan.core.schema.kinds.texts import TextKind
from ayan.core.schema.limits import LARGEST_PERCENT, LARGEST_RUNNING_NUMBER, MOST_PARTS, MOST_STEPS
from ayan.core.schema.rules import FieldNames, coded
from ayan.core.schema.tables import TomlTable, near
from ayan.core.schema.view import (
    SELF,
    BarsView,
    ChainView,
    LacksView,
    MeterView,
    NameMatch,
    NumberingView,
    PartsView,
    PeopleView,
    PlacedView,
    PlaysView,
    PriceIndexView,
    ProgressView,
    ProofView,
    RankingView,
    RelatedView,
    SentenceView,
    ShareView,
    UnnamedView,
    View,
)
from ayan.core.schema.view_places import COUNTS, DAYS, MONEY, PARTS, RolePlace
from ayan.core.values.label import Label

_MATCHES: Final[tuple[NameMatch, ...]] = get_args(NameMatch)
_POINTER: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}\.[a-z][a-z0-9_]{0,59}")
BLANK: Final = re.compile(r"\{([a-z0-9_]*)\}")


def read_views(tables: Sequence[TomlTable], fields: FieldNames) -> tuple[View, ...]:
    """``[[view]]``: how rows and records are shown, and what belongs to a record besides its references."""
    views = []
    for table, code in coded(tables):
        table.needed("kind")
        kind = table.one_of("kind", tuple(_READERS))
        if kind is not None:
            views.append(_READERS[kind](table, code, fields))
        table.close()
    return tuple(views)


def _sentence_view(table: TomlTable, code: str, fields: FieldNames) -> View:
    return SentenceView(code=code, text=_sentence(table, fields))


def _sentence(table: TomlTable, fields: FieldNames) -> Label:
    text = table.needed_label("text")
    for words in text.words().values():
        for name in BLANK.findall(words):
            _known(table, "text", name, fields)
    return text


def _bars(table: TomlTable, code: str, fields: FieldNames) -> View:
    for key in ("by", "measure"):
        table.needed(key)
    against = _field(table, "against", fields, (RialKind(),)) if table.has("against") else ""
    return BarsView(
        code=code,
        title=table.needed_label("title"),
        by=_field(table, "by", fields),
        measure=_field(table, "measure", fields, (RialKind(),)),
        against=against,
        where=table.text("where") or "",
        front=table.boolean("front") or False,
    )


def _price_index(table: TomlTable, code: str, fields: FieldNames) -> View:
    year, index = _field(table, "year", fields, (PeriodKind(),)), _field(table, "index", fields, (DecimalKind(),))
    publisher = _field(table, "publisher", fields) if table.has("publisher") else ""
    return PriceIndexView(code=code, year=year, index=index, publisher=publisher)


def _people(table: TomlTable, code: str, fields: FieldNames) -> View:
    return PeopleView(
        code=code,
        year=_field(table, "year", fields, (PeriodKind(),)),
        people=_field(table, "people", fields, (IntegerKind(),)),
        location=_field(table, "place", fields) if table.has("place") else "",
    )


def _related(table: TomlTable, code: str, fields: FieldNames) -> View:
    return RelatedView(
        code=code,
        title=table.label("title"),
        by=_field(table, "by", fields),
        rows=_pointer(table, "rows"),
        through=_pointer(table, "through") if table.has("through") else "",
        match=table.one_of("match", _MATCHES) or "same",
    )


def _meter(table: TomlTable, code: str, fields: FieldNames) -> View:
    by = _field(table, "by", fields)
    against = _pointer(table, "against")
    _refers(table, by, against, fields)
    warn, limit = table.whole("warn", 1, LARGEST_PERCENT) or 0, table.whole("limit", 1, LARGEST_PERCENT)
    if table.needed("limit") and limit is not None and warn > limit:
        table.refuse("warn", "out-of-range", low=1, high=limit)
    return MeterView(
        code=code,
        title=table.needed_label("title"),
        text=table.label("text"),
        by=by,
        measure=_field(table, "measure", fields, (RialKind(), IntegerKind(), DecimalKind())),
        against=against,
        where=table.text("where") or "",
        warn=warn,
        limit=limit or 0,
        spent=_pointer(table, "spent") if table.text("spent") is not None else "",
    )


def _refers(table: TomlTable, by: str, against: str, fields: FieldNames) -> None:
    """What rows are held against is of the record that they name."""
    field, slug = fields.by_name.get(by), against.partition(".")[0]
    if field is not None and against and (field.ref is None or field.ref.dataset != slug):
        table.refuse("by", "meter-ref", value=slug)


def _parts(table: TomlTable, code: str, fields: FieldNames) -> View:
    names = table.texts("parts") if table.needed("parts") else None
    known = tuple(name for name in names or () if _known(table, "parts", name, fields) is not None)
    if len(names or ()) > MOST_PARTS:
        table.refuse("parts", "out-of-range", low=1, high=MOST_PARTS)
    return PartsView(code=code, measure=_field(table, "measure", fields, (RialKind(),)), parts=known)


def _share(table: TomlTable, code: str, fields: FieldNames) -> View:  # noqa: ARG001 - as all readers
    table.needed("where")
    return ShareView(
        code=code, title=table.needed_label("title"), text=table.label("text"), where=table.text("where") or ""
    )


def _plays(table: TomlTable, code: str, fields: FieldNames) -> View:
    part = table.one_of("part", PARTS.keys()) if table.needed("part") else None
    inner = table.table("fields") if table.needed("fields") else None
    names: dict[str, str] = {}
    if part is not None and inner is not None:
        for key, role in PARTS[part].items():
            if role.needed:
                inner.needed(key)
            if role.of:
                names[key] = _choice(inner, key, fields.by_name.get(names.get(role.of, "")))
            elif inner.has(key):
                names[key] = _placed(inner, key, role, fields)
        inner.close()
    return PlaysView(code=code, part=part or "", places=tuple((key, name) for key, name in names.items() if name))


def _placed(table: TomlTable, key: str, role: RolePlace, fields: FieldNames) -> str:
    name = _field(table, key, fields, role.kinds)
    field = fields.by_name.get(name)
    if field is not None and role.listed and field.choices is None:
        table.refuse(key, "place-unlisted", value=name)
    return name


def _choice(table: TomlTable, key: str, field: Field | None) -> str:
    """A code of the list of ``field``."""
    code = table.text(key) or ""
    if field is None or field.choices is None:
        return code
    return table.one_of(key, tuple(entry.code for entry in field.choices.entries)) or ""


def _proof(table: TomlTable, code: str, fields: FieldNames) -> View:
    text, named = _sentence(table, fields), _field(table, "by", fields, (TextKind(),))
    measured = _field(table, "measured", fields, (TextKind(),)) if table.text("measured") else ""
    return ProofView(code=code, text=text, by=named, measured=measured, where=table.text("where") or "")


def _numbering(table: TomlTable, code: str, fields: FieldNames) -> View:
    return NumberingView(
        code=code,
        title=table.needed_label("title"),
        text=table.label("text"),
        by=_field(table, "by", fields, (CodeKind(),)),
        first=table.whole("first", 0, LARGEST_RUNNING_NUMBER),
    )


def _unnamed(table: TomlTable, code: str, fields: FieldNames) -> View:
    return UnnamedView(
        code=code,
        title=table.needed_label("title"),
        text=table.label("text"),
        by=_field(table, "by", fields),
        measure=_field(table, "measure", fields, (RialKind(),)),
    )


def _ranking(table: TomlTable, code: str, fields: FieldNames) -> View:
    by, rank = _field(table, "by", fields), _field(table, "rank", fields, COUNTS)
    against = _pointer(table, "against") if table.text("against") is not None else ""
    # Without amounts of their own nothing could be drawn against it.
    measure = _field(table, "measure", fields, MONEY) if table.has("measure") or against else ""
    if against:
        _refers(table, by, against, fields)
    return RankingView(code=code, title=table.needed_label("title"), by=by, rank=rank, measure=measure, against=against)


def _chain(table: TomlTable, code: str, fields: FieldNames) -> View:
    steps = table.texts("steps") if table.needed("steps") else None
    known = []
    for step in steps or ():
        if "." not in step and step != SELF:
            field = _known(table, "steps", step, fields)
            if field is not None and field.ref is None:
                table.refuse("steps", "chain-ref", value=step)
        elif "." in step and not _POINTER.fullmatch(step):
            table.refuse("steps", "ref-form")
            continue
        known.append(step)
    if steps and not 2 <= len(steps) <= MOST_STEPS:
        table.refuse("steps", "out-of-range", low=2, high=MOST_STEPS)
    return ChainView(code=code, title=table.needed_label("title"), text=table.label("text"), steps=tuple(known))


def _progress(table: TomlTable, code: str, fields: FieldNames) -> View:
    return ProgressView(
        code=code,
        begins=_field(table, "begins", fields, DAYS),
        ends=_field(table, "ends", fields, DAYS),
        moved=_pointer(table, "moved") if table.has("moved") else "",
        done=_pointer(table, "done") if table.has("done") else "",
    )


def _placed_with(table: TomlTable, code: str, fields: FieldNames) -> View:
    return PlacedView(code=code, by=_field(table, "by", fields), at=_pointer(table, "at"))


def _lacks(table: TomlTable, code: str, fields: FieldNames) -> View:  # noqa: ARG001 - as all readers
    return LacksView(code=code, title=table.needed_label("title"), text=table.needed_label("text"))


def _pointer(table: TomlTable, key: str) -> str:
    """``slug.field`` of another dataset; empty, with the problem noted, where it is not written so."""
    text = table.text(key) if table.needed(key) else None
    if text is not None and not _POINTER.fullmatch(text):
        table.refuse(key, "ref-form")
        return ""
    return text or ""


def _field(table: TomlTable, key: str, fields: FieldNames, kinds: Sequence[Kind] = ()) -> str:
    """The name of a published field of a fitting kind; empty, with the problem noted, where it is none."""
    table.needed(key)
    name = table.text(key)
    if name is None:
        return ""
    field = _known(table, key, name, fields)
    if field is not None and kinds and field.kind not in kinds:
        table.refuse(key, "not-one-of", value=field.kind.name, near=near("", ()), allowed=[kind.name for kind in kinds])
    return name


def _known(table: TomlTable, key: str, name: str, fields: FieldNames) -> Field | None:
    field = fields.by_name.get(name)
    if name not in fields.by_name:
        table.refuse(key, "no-such-field", value=name[:60], near=near(name, fields.by_name))
    elif field is not None and not (field.published and field.shown == "public"):
        table.refuse(key, "view-private", value=name)
    return field


# How each kind of view is read, in the order in which messages list them.
_READERS: Final[Mapping[str, Callable[[TomlTable, str, FieldNames], View]]] = {
    SentenceView.kind: _sentence_view,
    BarsView.kind: _bars,
    PriceIndexView.kind: _price_index,
    RelatedView.kind: _related,
    MeterView.kind: _meter,
    PartsView.kind: _parts,
    ShareView.kind: _share,
    PeopleView.kind: _people,
    PlaysView.kind: _plays,
    ProofView.kind: _proof,
    NumberingView.kind: _numbering,
    UnnamedView.kind: _unnamed,
    RankingView.kind: _ranking,
    ChainView.kind: _chain,
    ProgressView.kind: _progress,
    PlacedView.kind: _placed_with,
    LacksView.kind: _lacks,
}
