"""What is wrong with a declared question or with what a city adds to one: the words of each fault, by its code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.values.label import Label

QUESTION_REFUSALS: Final[Mapping[str, Label]] = {
    "not-asked": Label("این پرسش پذیرفته نیست: {reason}", "This cannot be asked: {reason}"),
    "no-such-figure": Label(
        "«{value}» عددی را نام می‌برد که هیچ بخشی ندارد.", "“{value}” names a figure that no part has."
    ),
    "too-long": Label("متن حداکثر {most} نویسه باشد.", "The text may have {most} characters at most."),
    "note-time": Label(
        "سال، ماه یا روز لازم است، مثل 1403-05.", "A year, a month or a day is needed, such as 1403-05."
    ),
    "note-day": Label("روز لازم است، مثل 1403-05-12.", "A day is needed, such as 1403-05-12."),
    "note-link": Label(
        "نشانی باید با http:// یا https:// آغاز شود.", "The address must begin with http:// or https://."
    ),
    "not-alike": Label(
        "این دو ستون عدد از یک نوع نیستند و سنجیده نمی‌شوند.", "The two fields are no numbers of one kind."
    ),
    "bands": Label(
        "فهرستی از عددهای صحیح که بالا می‌روند لازم است، مثل [1, 2, 5].",
        "A list of whole numbers that rise is needed, such as [1, 2, 5].",
    ),
}
