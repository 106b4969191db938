"""What is wrong with a declared layout step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.values.label import Label

STEP_REFUSALS: Final[Mapping[str, Label]] = {
    "step-pattern": Label(
        "الگو خواندنی نیست. عبارت باقاعدهٔ درستی بنویسید.", "The pattern cannot be read. Write a regular expression."
    ),
    "step-rule-empty": Label(
        "قاعده‌ای برای ردیف‌ها نوشته نشده است. دست‌کم یک شرط بنویسید.",
        "No rule for rows is written. Write one condition at least.",
    ),
    "step-first": Label("این گام باید نخستین گام باشد.", "This step must be the first."),
    "step-table-which": Label(
        "یکی از title و number را بنویسید: عنوان جدول یا شمارهٔ آن.",
        "Write either title or number: what stands above the table, or which it is.",
    ),
    "step-value": Label("یکی از value و values را بنویسید.", "Write either value or values."),
    "step-split-way": Label("یکی از by، at و pattern را بنویسید.", "Write one of by, at and pattern."),
    "step-split-parts": Label(
        "تعداد بخش‌ها با {count} عنوان into سازگار نیست.",
        "The number of parts does not fit the {count} headers of into.",
    ),
    "step-split-at": Label(
        "at فهرستی از عددهای صعودی است، مثل [3, 7].", "at is a list of rising numbers, like [3, 7]."
    ),
    "step-factor": Label(
        "ضریب باید توانی از ده باشد، مثل 1000 یا 0.01.", "The factor must be a power of ten, like 1000 or 0.01."
    ),
    "step-within": Label(
        "within باید از نیم رقم آخر کوچک‌تر باشد.", "within must be smaller than half of the last decimal."
    ),
}
