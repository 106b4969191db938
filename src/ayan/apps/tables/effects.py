"""What a change means for the rows that are published, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ayan.apps.tables import changes
from ayan.apps.tables.limits import RELEASES_SHOWN
from ayan.apps.tables.models import TableChange
from ayan.core.audit.release_fit import Misfit, MisfitCode, from_json
from ayan.core.values.label import Label, in_each, joined
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import Tone
from ayan.ui.value_html import period_label, plain_number

_WORDS: Final[Mapping[MisfitCode, Label]] = {
    "not-in-list": Label(
        "{rows} ردیف در «{field}» مقداری دارد که دیگر در فهرست نیست و اگر دوباره فرستاده شود پذیرفته نمی‌شود: {values}",
        "{rows} rows have a value in “{field}” that is no longer in its list, and would be refused if they were sent "
        "again: {values}",
    ),
    "reworded": Label(
        "{rows} ردیف در «{field}» مقداری دارد که نامش عوض می‌شود ({values}). صفحه‌های عمومی تا انتشار بعدی همان نام "
        "پیشین را می‌نویسند.",
        "{rows} rows have a value in “{field}” that gets another name ({values}). Public pages keep the former name "
        "until the next release.",
    ),
    "retired": Label(
        "{rows} ردیف در «{field}» این مقدار را دارد ({values}) و همان‌طور می‌ماند؛ دوره‌ای که پس از آن روز آغاز شود آن را "
        "نمی‌پذیرد.",
        "{rows} rows have this value in “{field}” ({values}) and stay as they are; periods that begin after that day "
        "do not take it.",
    ),
    "empty": Label(
        "{rows} ردیف در «{field}» خالی است و اگر دوباره فرستاده شود پذیرفته نمی‌شود.",
        "{rows} rows are empty in “{field}”, and would be refused if they were sent again.",
    ),
    "bounds": Label(
        "{rows} ردیف در «{field}» بیرون از کران تازه است و اگر دوباره فرستاده شود پذیرفته نمی‌شود.",
        "{rows} rows lie outside the new bound of “{field}”, and would be refused if they were sent again.",
    ),
    "pattern": Label(
        "{rows} ردیف در «{field}» به شکل تازه نیست و اگر دوباره فرستاده شود پذیرفته نمی‌شود.",
        "{rows} rows do not have the new form of “{field}”, and would be refused if they were sent again.",
    ),
    "long": Label(
        "{rows} ردیف در «{field}» بلندتر از اندازهٔ تازه است و اگر دوباره فرستاده شود پذیرفته نمی‌شود.",
        "{rows} rows are longer than “{field}” may be, and would be refused if they were sent again.",
    ),
    "kind": Label(
        "{rows} ردیف در «{field}» مقداری از نوع پیشین دارد که با نوع تازه خوانده نمی‌شود.",
        "{rows} rows have a value of the former kind in “{field}”, which cannot be read as the new one.",
    ),
    "gone": Label(
        "{rows} ردیف در «{field}» مقداری دارد که صفحه‌ها دیگر نشان نمی‌دهند. پرونده‌های منتشرشده همان‌اند که بودند.",
        "{rows} rows have a value in “{field}” that pages no longer show. Published files stay as they are.",
    ),
    "added": Label(
        "{rows} ردیف ستون «{field}» را ندارد و آنجا خالی است.", "{rows} rows have no “{field}”: it is empty."
    ),
    "key": Label(
        "{rows} ردیف با کلید تازه ({field}) از دیگری جدا نمی‌شود.",
        "{rows} rows cannot be told from others by the new key ({field}).",
    ),
}
_NOTHING: Final = Label(
    "هیچ ردیف منتشرشده‌ای جور دیگری خوانده یا رد نمی‌شود.", "No published row is read otherwise or would be refused."
)
_LOOKED: Final = Label(
    "همهٔ {releases} انتشار با {rows} ردیف دیده شد.", "All {releases} releases with {rows} rows were looked through."
)
_PARTLY: Final = Label(
    "وقت تنها به {looked} انتشار تازه‌تر از {releases} انتشار رسید ({rows} ردیف).",
    "There was time for the newest {looked} of {releases} releases alone ({rows} rows).",
)
_NO_RELEASES: Final = Label("از این جدول چیزی منتشر نشده است.", "Nothing of this table is published.")
_UNKNOWN: Final = Label(
    "انتشارهای این جدول خوانده نشد؛ معلوم نیست این تغییر با آن‌ها چه می‌کند.",
    "The releases of this table could not be read: what the change does to them is not known.",
)


@dataclass(frozen=True, slots=True)
class EffectLine:
    """One part of what a change means, in a page's language: its tone, its words, and the releases that it is about."""

    tone: Tone
    words: str
    releases: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """All of it: how much was looked through, and what was found."""

    looked: str
    lines: tuple[EffectLine, ...]


def effect_of(change: TableChange, lang: Lang) -> Effect:
    """What a change means for what is published, as it was worked out."""
    if change.effect is None:
        return Effect((_NO_RELEASES if change.kind in ("new", "removal") else _UNKNOWN).of(lang), ())
    fit = from_json(change.effect)
    if not fit.releases:
        return Effect(_NO_RELEASES.of(lang), ())
    counts = {name: plain_number(getattr(fit, name), lang) for name in ("looked", "releases", "rows")}
    looked = (_LOOKED if fit.looked == fit.releases else _PARTLY).format(**counts).of(lang)
    lines = tuple(_lines(change, fit.misfits, lang))
    return Effect(looked, lines or (EffectLine("ok", _NOTHING.of(lang)),) if fit.looked else lines)


def _lines(change: TableChange, misfits: tuple[Misfit, ...], lang: Lang) -> Iterator[EffectLine]:
    labels, names = _labels(change), (change.effect or {}).get("names", {})
    for each in misfits:
        words = _WORDS[each.code].format(
            rows=_number(each.rows),
            field=joined(labels.get(name, Label(name, name)) for name in each.field.split()),
            values=joined(_quoted(value, names.get(each.field, {})) for value in each.values),
        )
        shown = [_period(ref.rpartition("/")[0]) for ref in each.releases[:RELEASES_SHOWN]]
        more = len(each.releases) - len(shown)
        if more > 0:
            shown.append(Label("{n} دیگر", "{n} more").format(n=_number(more)))
        yield EffectLine("bad" if each.refused else "info", words.of(lang), joined(shown).of(lang))


def _quoted(value: str, names: Mapping[str, Sequence[str]]) -> Label:
    """A value by its name, as it was called before the change."""
    fa, en = names.get(value, (value, value))
    return Label("«{value}»", "“{value}”").format(value=Label(fa, en))


def _number(count: int) -> Label:
    return in_each(lambda lang: plain_number(count, lang))


def _period(text: str) -> Label:
    return in_each(lambda lang: period_label(text, lang))


def _labels(change: TableChange) -> dict[str, Label]:
    """What the columns of a table are called."""
    dataset = changes.declared(change.slug)
    return {field.name: field.label for field in dataset.fields} if dataset else {}
