"""Entries of the log that break its rules: which rule, in which words, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ayan.core.values.label import Label

RuleCode: TypeAlias = Literal[
    "malformed",
    "seal-incomplete",
    "sealed-twice",
    "number-skipped",
    "supersedes",
    "not-sealed",
    "withdrawn-before",
    "erasure-edits",
    "withdrawal-differs",
    "code-unknown",
    "void-mismatch",
    "void-visible",
    "void-late",
    "void-withdrawal",
    "void-alone",
    "erasure-dropped",
    "back-dated",
    "post-dated",
    "trail-gap",
    "trail-order",
    "trail-time",
    "original-unsealed",
    "original-twice",
    "original-early",
    "rotation-unsigned",
    "rotation-chain",
    "replaced-key",
    "notice-facts",
    "declared-before",
    "not-declared",
    "diary-order",
    "diary-time",
]

DATES: Final[frozenset[RuleCode]] = frozenset(
    {"back-dated", "post-dated", "trail-gap", "trail-time", "diary-time", "erasure-dropped"}
)
"""Rules about when and beside what something is said: who breaks them is named, and what is said counts."""

_WORDS: Final[Mapping[RuleCode, Label]] = {
    "malformed": Label("برگ {index} خوانا نیست.", "Leaf {index} cannot be read."),
    "seal-incomplete": Label(
        "{ref}: برگ انتشار باید تعداد ردیف‌ها و ریشهٔ آن‌ها را داشته باشد و جز آن چیزی نگوید.",
        "{ref}: the leaf of a seal says how many rows there are and their root, and nothing that other acts say.",
    ),
    "sealed-twice": Label(
        "{ref} پیش‌تر منتشر شده است. هر انتشار یک بار مهر می‌شود و محتوایش عوض نمی‌شود.",
        "{ref} has been sealed before. A release is sealed once, and what it says does not change.",
    ),
    "number-skipped": Label(
        "{ref}: شمارهٔ بعدی این دوره {expected} است.", "{ref}: the next number of this period is {expected}."
    ),
    "supersedes": Label(
        "{ref} می‌گوید جای {stated} را می‌گیرد؛ انتشار پیش از آن {expected} است.",
        "{ref} says that it takes the place of {stated}; the release before it is {expected}.",
    ),
    "not-sealed": Label("{ref} پیش از این برگ منتشر نشده است.", "{ref} was not sealed before this leaf speaks of it."),
    "withdrawn-before": Label("{ref} پیش‌تر برداشته شده است.", "{ref} has been withdrawn before."),
    "erasure-edits": Label(
        "{ref}: پاک‌کردن فقط ردیف می‌برد؛ تعداد و ریشهٔ ردیف‌ها باید همان بماند و شناسنامه تازه شود.",
        "{ref}: an erasure only removes; the number of rows and their root stay, and the manifest is a new one.",
    ),
    "withdrawal-differs": Label(
        "{ref}: برگ برداشتن از همان انتشاری نمی‌گوید که هست.",
        "{ref}: the withdrawal does not speak of the release that stands.",
    ),
    "code-unknown": Label("{ref}: علت «{stated}» شناخته نیست.", "{ref}: “{stated}” is no known reason."),
    "void-mismatch": Label(
        "برگی که بی‌اثر خوانده شده ({stated}) از کار دیگری می‌گوید یا برگ انتشار نیست.",
        "The leaf that it calls without effect ({stated}) speaks of something else, or is no act on a release.",
    ),
    "void-visible": Label(
        "{ref} دیده شده است: پس از آن برگ، برگ‌های دیگری از همین داده هست.",
        "{ref} was seen: after that leaf there are others of this dataset.",
    ),
    "void-late": Label(
        "{ref}: کار ناتمام تنها تا {expected} ساعت بی‌اثر خوانده می‌شود.",
        "{ref}: an interrupted act is taken back within {expected} hours or not at all.",
    ),
    "void-withdrawal": Label(
        "{ref}: برداشتن بی‌اثر نمی‌شود. ردیف‌هایی که برداشته شده است بازنمی‌گردد.",
        "{ref}: a withdrawal is never taken back. What was withdrawn does not come back.",
    ),
    "void-alone": Label(
        "{ref}: پس از این برگ کاری از همین داده نیامده است. کار ناتمام تنها همراه کار بعدی بی‌اثر خوانده می‌شود.",
        "{ref}: no act of this dataset follows. An interrupted act is taken back only together with the next one.",
    ),
    "erasure-dropped": Label(
        "پاک‌کردنِ {ref} ناتمام ماند و پس از آن کار دیگری انجام شد.",
        "An erasure of {ref} was interrupted, and something else was done instead of it.",
    ),
    "back-dated": Label("برگ {index} زمانی پیش از {expected} دارد.", "Leaf {index} is dated before {expected}."),
    "post-dated": Label(
        "برگ {index} زمانی پس از آن دارد که گواه دیده است ({expected}).",
        "Leaf {index} is dated later than a witness saw it ({expected}).",
    ),
    "trail-gap": Label(
        "رد کارهای {ref} دنبالهٔ روز پیش نیست: باید با شمارهٔ {expected} آغاز شود.",
        "The audit trail of {ref} does not continue the day before: it should begin with number {expected}.",
    ),
    "trail-order": Label(
        "رد کارهای {ref} پس از روز {expected} آمده است.", "The audit trail of {ref} comes after that of {expected}."
    ),
    "trail-time": Label(
        "رد کارهای {ref} زمانی جز پایان همان روز دارد.", "The audit trail of {ref} is not dated at the end of that day."
    ),
    "original-unsealed": Label(
        "از حذف پروندهٔ اصلی {ref} می‌گوید که پیش از آن منتشر نشده است.",
        "It tells of the deletion of the original of {ref}, which was not sealed before.",
    ),
    "original-twice": Label(
        "حذف پروندهٔ اصلی {ref} پیش‌تر گفته شده است.", "The deletion of the original of {ref} was told before."
    ),
    "original-early": Label(
        "پروندهٔ اصلی {ref} پیش از مهلتی حذف شد که خود برگ می‌گوید ({stated}).",
        "The original of {ref} was deleted before the time that the leaf itself names ({stated}).",
    ),
    "rotation-unsigned": Label(
        "برگ {index} از تعویض کلید می‌گوید، ولی هر دو کلید آن را امضا نکرده‌اند.",
        "Leaf {index} tells of a rotation of the key that the two keys have not both signed.",
    ),
    "rotation-chain": Label(
        "برگ {index} از تعویض کلیدی می‌گوید که کلید ثبت عمومی در آنجا نبود، یا کلید تازه‌اش پیش‌تر به کار رفته است.",
        "Leaf {index} tells of the rotation of a key that was not the log's there, or to one that it had before.",
    ),
    "replaced-key": Label(
        "ثبت عمومی با کلیدی امضا شده است که برگ {index} آن را کنار گذاشته است.",
        "The log is signed with a key that leaf {index} has replaced.",
    ),
    "notice-facts": Label(
        "برگ {index} ({ref}) چیزی می‌گوید که با جایش در ثبت عمومی سازگار نیست.",
        "Leaf {index} ({ref}) states what does not fit its place in the log.",
    ),
    "declared-before": Label(
        "{ref} پیش‌تر به همین صورت اعلام شده است؛ برگ تازه چیزی را عوض نمی‌کند.",
        "{ref} was declared like this before, and the leaf changes nothing.",
    ),
    "not-declared": Label(
        "{ref} برداشته می‌شود، با آنکه پیش از آن اعلام نشده بود.",
        "{ref} is taken away, though it was not declared before.",
    ),
    "diary-order": Label(
        "گزارش روزانهٔ {ref} پس از روز {expected} آمده است.", "The diary of {ref} comes after that of {expected}."
    ),
    "diary-time": Label(
        "گزارش روزانهٔ {ref} زمانی جز پایان همان روز دارد.", "The diary of {ref} is not dated at the end of that day."
    ),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """An entry that breaks a rule of the log: its index from 0, the rule, and what is wrong, in words."""

    index: int
    code: RuleCode
    what: Label


def violation(index: int, code: RuleCode, ref: str = "", *, stated: object = "", expected: object = "") -> Violation:
    """The violation of a rule by the entry at ``index``; ``ref`` is what it speaks of, the rest fills in the words."""
    return Violation(index, code, _WORDS[code].format(index=index, ref=ref, stated=stated, expected=expected))
