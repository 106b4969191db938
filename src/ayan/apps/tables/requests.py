"""What the forms of a table ask for: read and held against what can be said, and worked out on its files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ayan.apps.tables.limits import LONGEST_CODE, LONGEST_NAME, MOST_ALIASES
from ayan.apps.tables.refusals import TableRefused
from ayan.core.schema.definition import Dataset
from ayan.core.schema.fields import NAME
from ayan.core.schema.kinds import KINDS
from ayan.core.values import jalali
from ayan.core.values.digits import to_latin
from ayan.core.values.invalid_value import InvalidValue
from ayan.core.values.label import Label
from ayan.core.values.locale import BUILT_IN
from ayan.core.values.text import publish
from ayan.ui.value_html import plain_number
from ayan.wiring import table_text
from ayan.wiring.table_folder import Texts

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_.-]*")
_NO_CODE: Final = re.compile(r"[^a-z0-9]+")
CADENCES: Final[Mapping[str, Label]] = {
    "daily": Label("هر روز", "Every day"),
    "weekly": Label("هر هفته", "Every week"),
    "monthly": Label("هر ماه", "Every month"),
    "quarterly": Label("هر فصل", "Every quarter"),
    "yearly": Label("هر سال", "Every year"),
    "irregular": Label("بی‌قاعده", "At no fixed time"),
}
KINDS_OFFERED: Final = tuple(
    kind.name for kind in KINDS.values() if not (kind.needs_ref or kind.is_shape or kind.personal)
)
"""The kinds of a column that the form offers: they need nothing else to be said. Others are written in the text."""


def applied(texts: Texts, request: Mapping[str, Any]) -> dict[str, str]:
    """The files that a request changes, as they become. Raises what `table_text` raises."""
    said = request["said"]
    match request["do"]:
        case "add-code":
            return table_text.with_code(texts, request["list"], said)
        case "change-code":
            return table_text.with_changed_code(texts, request["list"], request["code"], said)
        case "add-column":
            return table_text.with_column(texts, said)
        case "change-column":
            return table_text.with_changed_column(texts, request["column"], said)
        case _:
            return table_text.with_changed_facts(texts, said)


# --- codes ------------------------------------------------------------------------------------------------------------


def new_code(name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """A code to be added to a list, as a form says it. Raises TableRefused, with the field."""
    words = _both(typed, "fa", "en")
    code = to_latin(typed.get("code", "")).strip().lower() or _NO_CODE.sub("-", words["en"].lower()).strip("-")
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise TableRefused(
            Label(
                "کد را با حرف کوچک لاتین، رقم و خط تیره بنویسید، مانند public-tender.",
                "Write the code in small Latin letters, digits and hyphens, such as public-tender.",
            ),
            "code",
        )
    said = {"code": code, **words, "aliases": _aliases(typed, words) or None, "until": _until(typed)}
    return {"do": "add-code", "list": name, "said": {key: value for key, value in said.items() if value is not None}}


def plain_code(name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """A text to be added to a list of texts that are their own names."""
    return {"do": "add-code", "list": name, "said": {"code": _text(typed, "fa", required=True)}}


def changed_code(name: str, code: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Other words of a code, or its last day. Raises TableRefused, with the field."""
    words = _both(typed, "fa", "en")
    said = {**words, "aliases": _aliases(typed, words) or None, "until": _until(typed)}
    return {"do": "change-code", "list": name, "code": code, "said": said}


def _aliases(typed: Mapping[str, str], words: Mapping[str, str]) -> list[str]:
    lines = (publish(" ".join(line.split())) for line in re.split(r"[\n؛;]", typed.get("aliases", "")))
    aliases = [line for line in dict.fromkeys(lines) if line and line not in words.values()]
    if len(aliases) > MOST_ALIASES or any(len(each) > LONGEST_NAME for each in aliases):
        raise TableRefused(
            Label("حداکثر {most} نوشتار، هر یک در یک سطر.", "{most} spellings at most, each on a line.").filled(
                lambda lang: {"most": plain_number(MOST_ALIASES, lang)}
            ),
            "aliases",
        )
    return aliases


def _until(typed: Mapping[str, str]) -> str | None:
    text = typed.get("until", "").strip()
    if not text:
        return None
    try:
        return str(jalali.parse_jalali(text)).replace("/", "-")
    except InvalidValue:
        raise TableRefused(
            Label(
                "روز را مانند ۱۴۰۵/۱۰/۰۱ به تاریخ شمسی بنویسید.",
                "Write a day of the Jalali calendar, such as 1405/10/01.",
            ),
            "until",
        ) from None


# --- columns and the whole --------------------------------------------------------------------------------------------


def new_column(typed: Mapping[str, str]) -> dict[str, Any]:
    """A column to be added: no published row has it, so it may be empty. Raises TableRefused, with the field."""
    label = _both(typed, "label-fa", "label-en")
    name = to_latin(typed.get("name", "")).strip().lower() or _NO_CODE.sub("_", label["en"].lower()).strip("_")
    if not NAME.fullmatch(name):
        raise TableRefused(
            Label(
                "نام ستون را با حرف کوچک لاتین، رقم و _ بنویسید، مانند end_date.",
                "Write the name in small Latin letters, digits and _, such as end_date.",
            ),
            "name",
        )
    kind = typed.get("kind", "")
    if kind not in KINDS_OFFERED:
        raise TableRefused(Label("نوع ستون را برگزینید.", "Choose the kind of the column."), "kind")
    said: dict[str, Any] = {"name": name, "kind": kind, "label": label}
    if unit := _both(typed, "unit-fa", "unit-en", required=False):
        said["unit"] = unit
    return {"do": "add-column", "said": said}


def changed_column(name: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Other words of a column, and whether it may be empty. Raises TableRefused, with the field."""
    said: dict[str, Any] = {
        "label": _both(typed, "label-fa", "label-en"),
        "unit": _both(typed, "unit-fa", "unit-en", required=False) or None,
        "description": _both(typed, "description-fa", "description-en", required=False) or None,
        "required": True if typed.get("required") else None,
    }
    return {"do": "change-column", "column": name, "said": said}


def changed_facts(typed: Mapping[str, str]) -> dict[str, Any]:
    """Other words of the whole table, how often it is due and how many say yes. Raises TableRefused, with the field."""
    every = typed.get("cadence", "")
    if every not in CADENCES:
        raise TableRefused(Label("یکی را برگزینید.", "Choose one."), "cadence")
    grace, approvals = _number(typed, "grace", 0, 366), _number(typed, "approvals", 1, 9)
    said: dict[str, Any] = {
        "title": _both(typed, "title-fa", "title-en"),
        "description": _both(typed, "description-fa", "description-en"),
        "owner": _both(typed, "owner-fa", "owner-en"),
        "cadence": {"every": every, "grace_days": grace} if grace else every,
        "approvals": approvals,
    }
    return {"do": "facts", "said": said}


def facts_of(dataset: Dataset) -> dict[str, str]:
    """What the form of the whole table says as it stands."""
    return {
        **{
            f"{name}-{lang}": label.of(lang)
            for name, label in (
                ("title", dataset.title),
                ("description", dataset.description),
                ("owner", dataset.owner),
            )
            for lang in BUILT_IN
        },
        "cadence": dataset.cadence,
        "grace": str(dataset.grace_days),
        "approvals": str(dataset.approvals),
    }


def kind_label(name: str) -> Label:
    """What a kind is called where it is chosen."""
    return KINDS[name].short_label


def _number(typed: Mapping[str, str], field: str, least: int, most: int) -> int:
    text = to_latin(typed.get(field, "")).strip() or str(least)
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and least <= int(text) <= most):
        raise TableRefused(
            Label("عددی از {least} تا {most} بنویسید.", "Write a number from {least} to {most}.").filled(
                lambda lang: {"least": plain_number(least, lang), "most": plain_number(most, lang)}
            ),
            field,
        )
    return int(text)


def _both(typed: Mapping[str, str], fa: str, en: str, *, required: bool = True) -> dict[str, str]:
    """Words in both languages, or none of them where they need not be said."""
    words = {"fa": _text(typed, fa, required=required), "en": _text(typed, en, required=required)}
    if not any(words.values()):
        return {}
    for name, lang in zip((fa, en), BUILT_IN, strict=True):
        if not words[lang]:
            raise TableRefused(Label("به هر دو زبان بنویسید.", "Write it in both languages."), name)
    return words


def _text(typed: Mapping[str, str], name: str, *, required: bool) -> str:
    text = publish(" ".join(typed.get(name, "").split()))
    if required and not text:
        raise TableRefused(Label("این را بنویسید.", "Write this."), name)
    most = LONGEST_NAME if not name.startswith("description") else 4 * LONGEST_NAME
    if len(text) > most:
        raise TableRefused(
            Label("حداکثر {most} نویسه باشد.", "It has {most} characters at most.").filled(
                lambda lang: {"most": plain_number(most, lang)}
            ),
            name,
        )
    return text
