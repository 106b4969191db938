"""Words of a form, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui.component_parts import FormBox, FormProblem


def problems(refused: Refusal | None, lang: Lang) -> list[FormProblem]:
    """The error summary of a form that was refused."""
    return [FormProblem(refused.of(lang), refused.field)] if refused else []


class Boxes:
    """The fields of one form, each with what was typed and what is wrong with it."""

    def __init__(self, lang: Lang, typed: Mapping[str, str], refused: Refusal | None = None) -> None:
        self._lang = lang
        self._typed = typed
        self._refused = refused

    def box(
        self,
        name: str,
        label: Label,
        hint: Label | None = None,
        *,
        required: bool = True,
        secret: bool = False,
        code: bool = False,
        numeric: bool = False,
        fill: str = "",
    ) -> FormBox:
        """One field."""
        wrong = self._refused if self._refused and self._refused.field == name else None
        return FormBox(
            name,
            label.of(self._lang),
            "" if secret else self._typed.get(name, ""),
            hint.of(self._lang) if hint else "",
            wrong.of(self._lang) if wrong else "",
            required=required,
            secret=secret,
            code=code,
            numeric=numeric,
            fill=fill,
        )
