"""What is wanted in a cell in place of what was found there, in a few words."""

from __future__ import annotations

from typing import Final

from ayan.core.refine.refine_session import RefineSession
from ayan.core.refine.validation import params_of
from ayan.core.schema.field import Field
from ayan.core.schema.issue import Issue
from ayan.core.values.digits import to_persian
from ayan.core.values.label import Label

_BOUNDS: Final = {
    "too-small": Label("دست‌کم {limit}", "at least {limit}"),
    "too-large": Label("دست‌بالا {limit}", "at most {limit}"),
    "too-long": Label("دست‌بالا {limit} نویسه", "at most {limit} characters"),
    "decimal-digits": Label("دست‌بالا {scale} رقم اعشار", "at most {scale} decimals"),
    "not-in-list": Label("یکی از این‌ها: {choices}", "one of these: {choices}"),
    "outside-period": Label("روزی در دورهٔ {period}", "a day in the period {period}"),
}
_LIKE: Final = Label("مثل {example}", "like {example}")


def expectation(session: RefineSession, field: Field, code: str) -> Label | None:
    """What a cell of ``field`` with the fault ``code`` should hold; None where the fault itself says it best."""
    params = params_of(session, field, code, None)
    if code in _BOUNDS:
        issue = Issue(code=code, params=params, wording=_BOUNDS[code])
        return issue.label
    if field.choices is not None:
        return expectation(session, field, "not-in-list")
    if field.kind.free:
        return None
    example = field.kind.example_of(field)
    issue = Issue(code=code, params={"example": Label(to_persian(example), example)}, wording=_LIKE)
    return issue.label
