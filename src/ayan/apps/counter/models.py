"""What the counter keeps: cases with all that happened to them, and the letters and replies about findings."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.db import models

from ayan.apps.counter.copy_models import FileCopy
from ayan.apps.counter.draft_models import CodeRequest, DraftFile, FilingDraft, OfferCount, OneTimeCode
from ayan.apps.counter.figure_models import CaseFigures, ModerationCount
from ayan.apps.counter.record_models import CaseRecord
from ayan.core.values.label import Label
from ayan.core.values.text import fold

__all__ = (
    "CaseFigures",
    "CaseRecord",
    "CodeRequest",
    "DraftFile",
    "FileCopy",
    "FilingDraft",
    "ModerationCount",
    "OfferCount",
    "OneTimeCode",
)


class ReplyState(models.TextChoices):
    """Where a reply stands."""

    RECEIVED = "received", "رسیده"
    CONFIRMED = "confirmed", "تأییدشده"
    RETURNED = "returned", "برگشته"


FINDING: Final = "finding"
KINDS: Final = {FINDING: Label("پاسخ به یافتهٔ هشدار", "Reply to a finding of a flag")}


class FindingNotice(models.Model):
    """A letter that shows findings to whoever they name. No personal data: ``digest`` is keyed, the code is not kept.

    A later letter about one of its findings ends this one (``ended_on``).
    """

    id: int
    digest = models.CharField(max_length=64, unique=True)
    created_on = models.DateField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Mention(models.Model):
    """One finding that a letter shows, by its public id. No personal data."""

    notice = models.ForeignKey(FindingNotice, on_delete=models.CASCADE, related_name="mentions")
    finding = models.CharField(max_length=16, db_index=True)

    def __str__(self) -> str:
        return f"{self.notice}: {self.finding}"


class LetterReply(models.Model):
    """One reply to a finding, under the number that everybody sees.

    ``digest`` is of the code by which it is followed, ``office`` and ``dataset`` are slugs: whose officers see it.
    ``case`` counts it among all that comes to the counter.
    Personal data: ``text`` may hold some; it is emptied once it is confirmed and stands with the finding, and when the
    finding has ended.
    """

    id: int

    kind = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    notice = models.ForeignKey(FindingNotice, on_delete=models.PROTECT, related_name="cases")
    finding = models.CharField(max_length=16)
    office = models.CharField(max_length=120, blank=True)
    dataset = models.CharField(max_length=80, blank=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=ReplyState, default=ReplyState.RECEIVED)
    received_on = models.DateField()
    due_on = models.DateField()
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=12, blank=True)
    case = models.OneToOneField("Case", on_delete=models.PROTECT, related_name="reply", null=True)

    class Meta:
        indexes = [  # noqa: RUF012 - Django wants a list
            models.Index(fields=["state", "due_on"], name="case_state_due"),
            models.Index(fields=["finding"], name="case_finding"),
        ]

    def __str__(self) -> str:
        return f"reply {self.pk}"


# --- cases ------------------------------------------------------------------------------------------------------------


class KindVersion(models.Model):
    """The declaration of a kind as it was when a case came under it; ``text`` is its files. No personal data."""

    digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    text = models.TextField()
    first_used_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class CaseNumberSeries(models.Model):
    """The last number given in a series, such as ``R-1405``. Who takes the next one locks the row. No personal data."""

    series = models.CharField(max_length=12, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series} {self.last}"


class FilingChannel(models.TextChoices):
    """By which way a case came."""

    WEB = "web", "وبگاه"
    DESK = "desk", "حضوری"
    PHONE = "phone", "تلفن"
    OFFICE = "office", "مرکز خدمات"


class Case(models.Model):
    """One thing that somebody brought, of a kind, under the number that everybody sees.

    ``digest`` is of the code by which it is followed: keyed, the code is not kept. ``kind_digest`` names the
    declaration under which it came. ``about`` says what it is about (``row:payments/1403~7``, ``dataset:contracts``,
    ``finding:…``; empty for the city), ``column`` which value of a row; ``office`` is the unit whose officers deal with
    it, ``holder`` the officer who does, ``held_since`` since when the case is on that desk. ``receipt_on`` is the
    working day on which it counts as received, from which ``due_on`` (None while the clock stands still) is counted.
    ``summary`` is its one sentence for everybody, ``checked_at`` when an officer let its words be public, ``place`` a
    street or area of the city's lists, never a home. ``order_reason`` is why it was served before earlier ones, and
    ``filing_key`` a fingerprint of the form that it came by. ``late_on`` is the first day on which it was ever late;
    while it is open and late it is ``overdue``. ``publish_task`` asks to publish what it and others like it ask for.
    ``served_at`` is when it first left the queue, whoever took it out, and ``searched`` its sentence and place as
    `fold` writes them, while everybody may read them.

    Personal data: its values and entries may hold some, and are encrypted; ``erase_on`` is the next day on which some
    of it goes, and ``erased`` says what went.
    """

    id: int

    number = models.CharField(max_length=16, unique=True)
    kind = models.CharField(max_length=40)
    kind_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
    filing_key = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=8, choices=FilingChannel, default=FilingChannel.WEB)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    lang = models.CharField(max_length=20, default="fa")
    anonymous = models.BooleanField(default=False)
    about = models.CharField(max_length=300, blank=True)
    column = models.CharField(max_length=80, blank=True)
    dataset = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=120, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=40)
    stage = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20, blank=True)
    ground = models.CharField(max_length=40, blank=True)
    office = models.CharField(max_length=120, blank=True)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    held_since = models.DateTimeField()
    received_at = models.DateTimeField()
    receipt_on = models.DateField()
    due_on = models.DateField(null=True)
    first_due_on = models.DateField()
    late_on = models.DateField(null=True)
    overdue = models.BooleanField(default=False)
    extended = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    hidden = models.CharField(max_length=40, blank=True)
    appeal_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="appeals", null=True)
    joined_to = models.ForeignKey("self", on_delete=models.PROTECT, related_name="joined", null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    support = models.PositiveIntegerField(default=0)
    order_reason = models.CharField(max_length=40, blank=True)
    served_at = models.DateTimeField(null=True)
    searched = models.CharField(max_length=400, blank=True)
    publish_task = models.ForeignKey("PublishTask", on_delete=models.SET_NULL, related_name="cases", null=True)
    erase_on = models.DateField(null=True)
    erased = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [  # noqa: RUF012 - Django wants a list
            models.Index(fields=["office", "stage", "due_on"], name="case_queue"),
            models.Index(fields=["holder", "stage"], name="case_holder"),
            models.Index(fields=["stage", "due_on"], name="case_stage_due"),
            models.Index(fields=["kind", "-receipt_on"], name="case_kind_receipt"),
            models.Index(fields=["about"], name="case_about"),
            models.Index(fields=["erase_on"], name="case_erase"),
            models.Index(fields=["checked_at", "-receipt_on"], name="case_public"),
            models.Index(fields=["kind", "id"], name="case_kind_newest"),
            models.Index(fields=["office", "id"], name="case_office_newest"),
            models.Index(fields=["stage", "id"], name="case_stage_newest"),
            models.Index(fields=["searched"], name="case_searched"),
            models.Index(fields=["due_on", "id"], name="case_open_due", condition=~models.Q(stage="closed")),
            models.Index(fields=["kind", "due_on", "id"], name="case_open_kind", condition=~models.Q(stage="closed")),
            models.Index(fields=["overdue", "due_on"], name="case_overdue"),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **more: Any) -> None:
        """Save it; what is searched follows what is public, so that nothing is found that nobody may read."""
        self.searched = self.searched_words()
        if more.get("update_fields") is not None:
            more["update_fields"] = {*more["update_fields"], "searched"}
        super().save(*args, **more)

    def searched_words(self) -> str:
        """What a search looks through: nothing that not everybody may read."""
        is_public = self.checked_at is not None and not self.hidden
        return fold(f"{self.summary} {self.place}")[:400] if is_public else ""


class CaseValue(models.Model):
    """What somebody wrote into one field of a form. ``locked`` is it, encrypted, and empty once its time is over.

    ``public`` is what everybody may read of a public field once an officer has ``checked`` it: the text as it is, or
    with parts taken out. Personal data.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="values")
    field = models.CharField(max_length=40)
    privacy = models.CharField(max_length=8)
    locked = models.TextField(blank=True)
    public = models.TextField(blank=True)
    checked = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "field"), name="one_value_of_a_field"),)

    def __str__(self) -> str:
        return f"{self.case_id}.{self.field}"


class CaseEntry(models.Model):
    """One thing that happened to a case; only added to. ``step`` is of its kind, or ``filed``, ``late``, ``seen`` ….

    ``party`` is who did it; ``locked`` the text to the person or from them, encrypted; ``public`` what everybody may
    read of it once an officer has ``checked`` it; ``private`` a note inside the office, encrypted. ``facts`` are codes
    and numbers alone: outcome, ground, unit, day, evidence. Personal data: the texts.
    """

    id: int

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    on = models.DateField()
    step = models.CharField(max_length=40)
    party = models.CharField(max_length=10)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40)
    shown = models.BooleanField(default=True)
    locked = models.TextField(blank=True)
    public = models.TextField(blank=True)
    checked = models.BooleanField(default=False)
    private = models.TextField(blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "number"), name="one_entry_of_a_number"),)
        indexes = [  # noqa: RUF012 - Django wants a list
            models.Index(fields=["on", "step"], name="entry_on_step"),
            models.Index(
                fields=["case"],
                name="entry_to_check",
                condition=models.Q(shown=True, checked=False) & ~models.Q(locked=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.number} {self.step}"


class CaseFile(models.Model):
    """One file that came with a case. It stands outside what is served, under ``digest``; None once it is erased.

    ``name`` is what it was called, encrypted. ``verdict`` is what its check came to. Personal data.
    """

    id: int

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="files")
    entry = models.ForeignKey(CaseEntry, on_delete=models.CASCADE, related_name="files")
    name = models.TextField(blank=True)
    media_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.case_id} {self.media_type}"


class TextBlock(models.Model):
    """A ready sentence that officers of a unit put into answers; of all units where ``office`` is empty.

    Holds no personal data: it is written before there is a case.
    """

    id: int

    office = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=80)
    words = models.TextField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("office", "title"), name="one_block_of_a_title"),)

    def __str__(self) -> str:
        return self.title


class CaseView(models.Model):
    """That an officer looked at a case on a day: the person is told which unit did. Personal data of the officer."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="seen")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("case", "user", "on"), name="one_view_a_day"),)

    def __str__(self) -> str:
        return f"{self.case_id} seen on {self.on}"


class PublishTask(models.Model):
    """That several people asked for the same, and the unit is to publish it by itself; ``title`` is of the first case.

    ``done_on`` is when somebody said what became of it: ``evidence`` is the page where it is published, ``reason`` why
    it is not. No personal data once the title was checked.
    """

    id: int

    kind = models.CharField(max_length=40)
    office = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=300)
    count = models.PositiveIntegerField(default=0)
    opened_on = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    evidence = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["office", "done_on"], name="publish_task_open"),)

    def __str__(self) -> str:
        return f"publish {self.pk}"


class CaseSupport(models.Model):
    """That a case was supported from somewhere today, so that it counts once. Erased with the day.

    ``digest`` is keyed, of the case, the day and the place from where it came: of two cases, or days, it is another.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="supports")
    digest = models.CharField(max_length=64, unique=True)
    on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return f"{self.case_id} on {self.on}"
