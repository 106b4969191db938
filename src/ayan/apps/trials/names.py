"""The names of a proposed declaration, told in fields of a form: what people read of it, in both languages."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ayan.apps.trials.limits import LONGEST_ANSWER
from ayan.core.schema.definition import MAIN
from ayan.core.values.label import Label

_NAMED: Final = {
    ("title", "fa"): Label("عنوان داده به فارسی", "Title in Persian"),
    ("title", "en"): Label("عنوان داده به انگلیسی", "Title in English"),
    ("description", "fa"): Label("شرح کوتاه به فارسی", "Short description in Persian"),
    ("description", "en"): Label("شرح کوتاه به انگلیسی", "Short description in English"),
    ("owner", "fa"): Label("واحد مسئول به فارسی", "Responsible office in Persian"),
    ("owner", "en"): Label("واحد مسئول به انگلیسی", "Responsible office in English"),
}
_SAID: Final = "said:"
_WAS: Final = "was:"
_TEXT: Final = r'"(?:[^"\\\n]|\\.)*"'


@dataclass(frozen=True, slots=True)
class NameField:
    """One name in one language: the field of the form, what it is called, and what the declaration says."""

    key: str
    lang: str
    label: Label
    value: str

    @property
    def name(self) -> str:
        """The form's name of what is typed."""
        return f"{_SAID}{self.key}.{self.lang}"

    @property
    def before(self) -> str:
        """The form's name of what stood there when the page was made."""
        return f"{_WAS}{self.key}.{self.lang}"


def name_fields(texts: Mapping[str, str]) -> list[NameField]:
    """The names that stand in the declaration on a line of their own; others are changed in its text alone."""
    fields = []
    for (key, lang), label in _NAMED.items():
        if line := _line(key).search(_top(texts.get(MAIN, ""))):
            fields.append(NameField(key, lang, label, tomllib.loads(line["said"])[key][lang]))
    return fields


def renamed(texts: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """The texts with each name that was changed in its field; where a field was left alone, the text is right."""
    main = texts.get(MAIN, "").replace("\r\n", "\n")
    for key in {field.key for field in _changed(texts, form)}:
        top = _top(main)
        line = _line(key).search(top)
        if line is None:
            continue
        said = tomllib.loads(line["said"])[key] | {
            field.lang: form[field.name].strip() for field in _changed(texts, form) if field.key == key
        }
        written = ", ".join(f"{lang} = {_quoted(said[lang])}" for lang in ("fa", "en"))
        # What a person says is no guess any more.
        main = f"{top[: line.start()]}{key} = {{ {written} }}{main[line.end() :]}"
    return {**texts, MAIN: main} if MAIN in texts else dict(texts)


def _changed(texts: Mapping[str, str], form: Mapping[str, str]) -> Iterator[NameField]:
    for field in name_fields(texts):
        typed = form.get(field.name, "").strip()
        if typed and typed != form.get(field.before, "") and len(typed) <= LONGEST_ANSWER:
            yield field


def _top(text: str) -> str:
    """The part before the first table: keys of the dataset itself."""
    return re.split(r"(?m)^\[", text.replace("\r\n", "\n"), maxsplit=1)[0]


def _line(key: str) -> re.Pattern[str]:
    said = rf"{key} = \{{ fa = {_TEXT}, en = {_TEXT} \}}"
    return re.compile(rf"(?m)^(?:# guessed: [^\n]*\n)?(?P<said>{said})$")


def _quoted(text: str) -> str:
    shown = "".join(sign if sign.isprintable() or sign == "\u200c" else " " for sign in text)
    return json.dumps(shown, ensure_ascii=False)
