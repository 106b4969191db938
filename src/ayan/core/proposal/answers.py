"""What a person answers to a proposal: one key, one value, as ``unit=million_rial`` or ``land.null=مشاع``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ayan.core.proposal.column_evidence import DAY_FIRST, MONTH_FIRST
from ayan.core.proposal.field_choice import codes_of
from ayan.core.proposal.money_choice import UNIT
from ayan.core.proposal.number_choice import MINUS, POINT, POINTS
from ayan.core.proposal.proposed_field import ProposedField
from ayan.core.refine.date_orders import ORDERS
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label, quoted
from ayan.core.values.money import UNIT_LABELS
from ayan.core.values.refusal import Refusal

WITHOUT: Final = "without"
"""The answer that names the layout steps that are not to be done, by their marks."""

OF_FILE: Final = (
    "sheet", "table", "member", "encoding", "header_row", "steps", WITHOUT, MINUS, POINT, "period", "slug", "key",
    "totals", UNIT, "topic", "title.fa", "title.en", "owner.fa", "owner.en",
)  # fmt: skip
"""Answers that speak of the whole file."""

OF_FIELD: Final = (
    "kind", UNIT, "null", "required", "looks_like", "calendar", "century", "pivot", "formats", "date_order", "ignore",
    "shown", "nature", "role", "scale", "slash_decimal", "choices", "year_start", "year_parts", "label.fa", "label.en",
)  # fmt: skip
"""Answers that speak of one field, behind its name and a point."""

AS_IS: Final = "as-is"
"""The answer that leaves what was proposed as it stands."""

_LISTS: Final = frozenset({"null", "looks_like", "formats"})
_WHOLE: Final = frozenset({"century", "pivot", "scale", "year_parts"})
_TRUTH: Final = frozenset({"required", "slash_decimal", "ignore"})
_NOT_PERSONAL: Final = Label(
    "به گفتهٔ اعلام‌کننده این عددها نشان دادهٔ شخصی نیستند.", "Whoever declared it said that these are no personal data."
)


_DAY_BEFORE: Final = Label("روز پیش از ماه ({option})", "day before month ({option})")
_MONTH_BEFORE: Final = Label("ماه پیش از روز ({option})", "month before day ({option})")
_POINTS: Final = {
    POINTS[0]: Label("جداکنندهٔ هزارگان: دوازده هزار و ...", "it parts thousands: twelve thousand and so on"),
    POINTS[1]: Label("ممیز: دوازده و اندی", "a decimal sign: a little over twelve"),
}
_EMPTY: Final = Label("{texts} یعنی خالی", "{texts}: empty")
_WHOLE_DOCUMENT: Final = Label("خود سند، یک رکورد", "the document itself, one record")


def option_label(option: str, key: str = "", labels: Mapping[str, Label] | None = None) -> Label:
    """An answer to the question ``key`` that can be taken as it stands, in the words by which a person knows it.

    ``labels`` are those of the fields, by their names.
    """
    if key == "key" and labels and option in labels:
        return labels[option]
    if key.endswith(".null"):
        return _EMPTY.format(texts=[quoted(text) for text in option.split("|")])
    if option in UNIT_LABELS:
        return Label(*UNIT_LABELS[option])
    if option in DAY_FIRST or option in MONTH_FIRST:
        return (_DAY_BEFORE if option in DAY_FIRST else _MONTH_BEFORE).format(option=option)
    for order, label in ORDERS.items():
        if option == order:
            return label
    if option in _POINTS:
        return _POINTS[option]
    if option in KINDS:
        return KINDS[option].label
    return _WHOLE_DOCUMENT if option == "$" else Label(option, option)


class BadAnswer(Refusal, ValueError):
    """An answer to nothing that is asked, or one that cannot be taken."""

    code = "bad-answer"
    fa = "این پاسخ پذیرفته نیست."
    en = "This answer cannot be taken."
    status = 422


def check_answers(answers: Mapping[str, str], fields: Sequence[ProposedField]) -> None:
    """Raise BadAnswer for a key that is no field's and no file's, and for a value of another form than its key's."""
    names = {field.name for field in fields}
    for key, value in answers.items():
        if key in OF_FILE:
            continue
        name, _, part = key.partition(".")
        if name not in names or part not in OF_FIELD:
            raise BadAnswer(
                "پاسخ «{key}» از آن هیچ پرسش یا ستونی نیست. ستون‌ها: {names}",
                "The answer “{key}” belongs to no question and no field. Fields: {names}",
            ).format(key=key[:60], names=", ".join(sorted(names)))
        fits = (
            (part != "kind" or value in KINDS)
            and (part != "date_order" or value in ORDERS)
            and (part not in _WHOLE or value.isdecimal())
            and (part not in _TRUTH or value in ("true", "false"))
        )
        if not fits or not value.strip():
            raise BadAnswer("مقدار «{key}» پذیرفته نیست.", "The value of “{key}” cannot be taken.").format(key=key[:60])


def take_answers(answers: Mapping[str, str], fields: Sequence[ProposedField]) -> None:
    """Put what was answered of each field in the place of what was guessed; units are taken with the money."""
    by_name = {field.name: field for field in fields}
    for key, value in answers.items():
        name, _, part = key.partition(".")
        field = by_name.get(name)
        if key in OF_FILE or field is None or part == UNIT:
            continue
        if part == "ignore":
            field.left_out = value == "true"
        elif part == "choices":
            field.codes = codes_of({each.strip(): 0 for each in value.split("|") if each.strip()})
            field.say("choices", field.name.replace("_", "-"), "as answered")
        elif part in ("label.fa", "label.en"):
            fa, en = (value, field.label.en) if part == "label.fa" else (field.label.fa, value)
            field.label = Label(fa, en)
        elif part == "null":
            # What already stands for nothing goes on to do so.
            texts = [each.strip() for each in value.split("|") if each.strip()]
            field.say(part, list(dict.fromkeys((*texts, *field.evidence.placeholders))), "as answered")
        elif part in _LISTS:
            field.say(part, [each.strip() for each in value.split("|") if each.strip()], "as answered")
        elif part in _WHOLE:
            field.say(part, int(value), "as answered")
        else:
            field.say(part, value == "true" if part in _TRUTH else value, "as answered")
        if part == "looks_like":
            field.say("reason", _NOT_PERSONAL, "as answered")
        if part == "kind" and KINDS[value].has_decimals:
            field.say("scale", min(max(field.evidence.decimals, 2), 18))
    for field in fields:
        field.settle()
