"""The number of the document with which a case ends, such as a permit: stated by whoever issues it, and given once."""

from __future__ import annotations

import re
from typing import Final

from ayan.apps.counter.limits import LONGEST_ISSUED_NUMBER
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label

ISSUED: Final = Label("شمارهٔ سند صادرشده", "Number of the document")
_NUMBER: Final = re.compile(r"[^\W_]+(?:[-/.][^\W_]+)*")


def issued_number(text: str, case: Case, step: str) -> str:
    """The number that was typed, in Latin digits. DeskRefused for none, and for one that another case has."""
    number = to_latin(text.strip())
    if not number:
        raise DeskRefused(
            "شمارهٔ سندی را که صادر می‌کنید بنویسید.", "Write the number of the document that you issue.", field="number"
        )
    if len(number) > LONGEST_ISSUED_NUMBER or not _NUMBER.fullmatch(number):
        raise DeskRefused(
            "شماره تنها رقم و حرف دارد و میان آن‌ها خط تیره، ممیز یا نقطه، تا {most} نویسه؛ مانند ۱۴۰۵/۱۲۳.",
            "The number has digits and letters with hyphens, slashes or points between, {most} characters at most; "
            "such as 1405/123.",
            field="number",
        ).format(most=LONGEST_ISSUED_NUMBER)
    given = CaseEntry.objects.filter(case__kind=case.kind, step=step, facts__number=number).exclude(case=case)
    if given.exists():
        raise DeskRefused(
            "سندی با این شماره برای مورد دیگری صادر شده است. شماره را بازبینید.",
            "A document of this number was issued in another case. Check the number.",
            field="number",
        )
    return number
