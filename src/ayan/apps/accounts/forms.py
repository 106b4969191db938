"""The forms of the desk: their fields, and why one is refused."""

from __future__ import annotations

from collections.abc import Mapping

from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal, Wording
from ayan.ui.component_parts import FormBox, FormProblem


class AccountRefused(Refusal):
    """Something that may not be done to people, or that a form did not say right."""

    code = "account-refused"
    fa = "این کار انجام نشد."
    en = "This was not done."
    status = 422

    def __init__(self, wording: Wording, field: str = "") -> None:
        super().__init__(field=field)
        self.worded(wording)


class TooManyAttempts(AccountRefused):
    """The same was tried too often in the last quarter of an hour, with a right answer or a wrong one."""

    code = "too-many-attempts"
    fa = "بارها نادرست نوشته شد. کمی بعد دوباره بکوشید."
    en = "Too many wrong attempts. Try later."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())


def problems(refused: Refusal | None, lang: Lang) -> list[FormProblem]:
    """The error summary of a form that was refused."""
    return [FormProblem(refused.of(lang), refused.field)] if refused else []


def beside_field(refused: Refusal | None, lang: Lang) -> dict[str, str]:
    """Of a form whose fields stand in its template: ``wrong``, the field that was refused, and ``fault``, in words."""
    return {"wrong": refused.field, "fault": refused.of(lang)} if refused else {"wrong": "", "fault": ""}


# --- the fields -------------------------------------------------------------------------------------------------------


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
        lines: int = 1,
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
            lines=lines,
        )
