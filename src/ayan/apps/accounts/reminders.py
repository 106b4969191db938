"""Reminders of what is due: a week before, on the last day, and every week that it is late; each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ayan.apps.accounts import policy
from ayan.apps.accounts.duties import DutyLine, heads, lines, subject_of
from ayan.apps.accounts.models import User
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number

BEFORE: Final = 7
"""So many days before the last one comes the first reminder."""

DUE: Final = MessageKind(
    code="data.due",
    when=Label(
        "یک هفته پیش از مهلت، روز آخر، و ماهی یک بار برای آنچه هرگز منتشر نشده",
        "A week before the last day, on it, and once a month for what was never published",
    ),
    to=Label(
        "مسئول داده، روز آخر جانشین هم؛ اگر کسی تعیین نشده، کسانی که تعیین می‌کنند",
        "The owner, on the last day the deputy too; where nobody is named, those who could name them",
    ),
    subject=Label("مهلت «{title}»", "“{title}” is due"),
    words=Label("{said}", "{said}"),
    every_way=True,
)
LATE: Final = MessageKind(
    code="data.late",
    when=Label("روزی که مهلت گذشت، و سپس هر هفته", "On the day after the last one, and every week from then"),
    to=Label("مسئول داده، جانشین و رئیس واحد", "The owner, the deputy, and the head of the unit"),
    subject=Label("«{title}» دیر شده است", "“{title}” is late"),
    words=Label("{said}", "{said}"),
    urgent=True,
    every_way=True,
)
KINDS: Final = (DUE, LATE)


@dataclass(frozen=True, slots=True)
class DueReminder:
    """One reminder to one person."""

    line: DutyLine
    stage: str
    to: User

    @property
    def about(self) -> str:
        """What it is about: the oldest thing that is due."""
        return self.line.next.ref if self.line.next else self.line.dataset.slug


def send_reminders() -> int:
    """Put every reminder of today into the outbox that was not; how many messages are new."""
    new = 0
    for reminder in reminders_of_today():
        line = reminder.line
        kind = LATE if reminder.stage.startswith("late") else DUE
        title, words = line.dataset.title, _reminder_words(line)
        new += outbox.put(kind, [reminder.to], reminder.about, stage=reminder.stage, title=title, said=words)
    return new


def reminders_of_today() -> Iterator[DueReminder]:
    """The reminders of today, put in before or not."""
    for line in lines():
        stage = _stage(line)
        if stage:
            for recipient in _people(line):
                yield DueReminder(line, stage, recipient)


def _stage(line: DutyLine) -> str:
    """How near or late it is, in a word that is the same for as long as one reminder is enough; empty for none."""
    if line.next is None:
        return ""
    if line.next.never:
        # Nobody knows since when; so once a month is enough.
        return f"never-{line.today:%Y-%m}"
    if line.late:
        return f"late-{(line.late - 1) // 7}"
    if line.left == 0:
        return "last-day"
    return "before" if line.left <= BEFORE else ""


def _people(line: DutyLine) -> list[User]:
    """Owner, the deputy once it is the last day, the unit's head once it is late; else those who could name them."""
    duty = line.duty
    named = [holder for holder in (duty.owner, duty.deputy) if holder is not None and holder.is_active] if duty else []
    if duty is None or not named:
        return policy.holders("due.manage", subject_of(line))
    receivers = named if line.left <= 0 or named[0].pk != duty.owner_id else named[:1]
    return [*receivers, *(each for each in heads(duty.unit) if each not in receivers)] if line.late else receivers


def _reminder_words(line: DutyLine) -> Label:
    """What the reminder says: the dataset, the period and the days; nothing of its contents, and nobody's name."""
    next_due = line.next
    what = line.dataset.title
    if next_due is not None and next_due.period is not None:
        period = next_due.period
        what = Label("{title}، {period}", "{title}, {period}").filled(
            lambda lang: {"title": line.dataset.title.of(lang), "period": period.label(lang)}
        )
    days = abs(line.left)
    if next_due is not None and next_due.never:
        said = Label("«{what}» هنوز هیچ‌گاه منتشر نشده است.", "“{what}” has never been published yet.")
    elif line.late:
        days = line.late
        said = Label(
            "«{what}» {n} روز دیر شده و در صفحهٔ «داده‌های عقب‌افتاده» دیده می‌شود.",
            "“{what}” is {n} days late and stands on the page of late data.",
        )
    elif line.left == 0:
        said = Label("امروز آخرین روز «{what}» است.", "Today is the last day for “{what}”.")
    else:
        said = Label("تا پایان مهلت «{what}» {n} روز مانده است.", "{n} days are left for “{what}”.")
    return said.filled(lambda lang: {"what": what.of(lang), "n": plain_number(days, lang)})
