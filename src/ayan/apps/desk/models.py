"""What the desk keeps: submissions on their way, their steps, approvals, remarks, waivers, overrides."""

from __future__ import annotations

import uuid
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from ayan.apps.desk.batches.batch_models import BatchFile, FileBatch
from ayan.apps.desk.fixing.known_models import KnownCode, KnownFixes, KnownHeader, KnownLayout

__all__ = ["BatchFile", "FileBatch", "KnownCode", "KnownFixes", "KnownHeader", "KnownLayout"]

OPEN: Final = ("draft", "sent", "returned", "approved")
"""The states in which a submission stands in the way of another one for the same dataset and period."""

EDITABLE: Final = ("draft", "returned")


KINDS: Final = (("data", "داده"), ("withdrawal", "پس گرفتن"), ("erasure", "پاک کردن ردیف"))


class SubmissionState(models.TextChoices):
    """Where a submission stands."""

    DRAFT = "draft", "در دست تهیه"
    SENT = "sent", "در انتظار تأیید"
    RETURNED = "returned", "برگشته برای اصلاح"
    APPROVED = "approved", "تأییدشده، در حال انتشار"
    PUBLISHED = "published", "منتشر شده"
    REFUSED = "refused", "رد شده"
    SET_ASIDE = "set_aside", "کنار گذاشته"
    TAKEN_BACK = "taken_back", "پس گرفته"


class TaskState(models.TextChoices):
    """What is being computed for a submission."""

    IDLE = "idle", "هیچ"
    WAITING = "waiting", "در نوبت"
    RUNNING = "running", "در حال انجام"
    FAILED = "failed", "ناتمام"


class Submission(models.Model):
    """One file for one dataset and period (or one withdrawal or erasure), from its first step to the public page.

    ``revision`` counts every act; a page names the one it was drawn from, so that nobody writes over what they have not
    seen. ``inputs`` counts what changes the computing, and ``computed`` says up to which of them that is done.
    ``withdraws`` is the release of which a withdrawal takes all rows and an erasure the ``rows`` of these numbers.
    ``publish_on`` is the day before which what was approved is not published; ``due_at`` the moment from which an
    approved act is carried out. Of a correction ``code`` and ``why`` are its reason and the words about it, which are
    published; ``code`` of a withdrawal or an erasure is the reason for that. ``previewed`` says of which file, sheet
    and header row the preview is, ``counts`` and ``difference`` what the engine counted, for lists; what it said of
    rows and cells stands in the city's private folders. ``contributors`` is everybody who changed or sent it, whatever
    became of their steps. ``typed`` is what was written into a form and not sent yet, by person. Personal data:
    ``typed``, ``note`` and ``refusal`` may hold some; all of it is shown to officers of the unit only, and ``typed`` is
    emptied once the submission is over, as are the texts of its steps.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=KINDS, default="data")
    dataset = models.CharField(max_length=80)
    period = models.CharField(max_length=20)
    unit = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=SubmissionState, default=SubmissionState.DRAFT)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    revision = models.PositiveIntegerField(default=0)
    inputs = models.PositiveIntegerField(default=0)
    computed = models.PositiveIntegerField(default=0)
    work = models.CharField(max_length=8, choices=TaskState, default=TaskState.IDLE)
    stage = models.CharField(max_length=20, blank=True)
    share = models.FloatField(null=True)
    trouble = models.JSONField(null=True)
    previewed = models.JSONField(null=True)
    counts = models.JSONField(null=True)
    difference = models.JSONField(null=True)

    draft = models.CharField(max_length=120, blank=True)
    returned_draft = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    typed = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    why = models.TextField(blank=True)
    letter = models.CharField(max_length=80, blank=True)
    letter_name = models.CharField(max_length=200, blank=True)
    refusal = models.TextField(blank=True)

    withdraws = models.CharField(max_length=160, blank=True)
    rows = models.JSONField(null=True)
    code = models.CharField(max_length=30, blank=True)
    publish_on = models.DateField(null=True)
    release = models.CharField(max_length=160, blank=True)
    sealed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    tidied = models.BooleanField(default=False)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    contributors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        constraints = [  # noqa: RUF012 - Django wants a list
            models.UniqueConstraint(
                fields=["dataset", "period"],
                # Personal data that got out wait for nobody's draft.
                condition=Q(state__in=OPEN) & ~Q(kind="erasure"),
                name="one_open_submission",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django wants a list
            models.Index(fields=["state", "changed_at"], name="submission_state_changed"),
            models.Index(fields=["release"], name="submission_release"),
            models.Index(fields=["dataset", "period"], name="submission_dataset_period"),
        ]

    def __str__(self) -> str:
        return f"{self.dataset}/{self.period} ({self.state})"

    @property
    def subject(self) -> str:
        """The name by which policy and audit speak of it."""
        return f"submission:{self.id}"

    @property
    def by_machine(self) -> bool:
        """Whether it came by itself and no person changed or sent it."""
        others = self.steps.filter(by__machine=False, undone_at=None).exists()
        return self.started_by.machine and not others and (self.sent_by is None or self.sent_by.machine)

    @property
    def editable(self) -> bool:
        """Whether its steps may still be changed."""
        return self.state in EDITABLE

    @property
    def takes_data(self) -> bool:
        """Whether a file and steps may be given to it; a withdrawal never takes any."""
        return self.editable and self.kind == "data"

    @property
    def busy(self) -> bool:
        """Whether something is being computed for it."""
        return self.work in (TaskState.WAITING, TaskState.RUNNING)


class SubmissionStep(models.Model):
    """One thing that an officer decided about a submission; what holds is all of them that are not undone, in order.

    ``kind`` is file, sheet, layout, columns, unit, day-order, nod, fix or partial; ``payload`` its content. What
    is undone can be done again.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    payload = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]  # noqa: RUF012 - Django wants a list
        constraints = [models.UniqueConstraint(fields=["submission", "number"], name="steps_in_order")]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class EntryTable(models.Model):
    """The rows of a submission that are entered by hand, until it is over.

    ``locked`` is what `ayan.apps.desk.entry.entry_table` keeps of them, encrypted: it may hold personal data.
    ``version`` counts what was saved.
    """

    submission = models.OneToOneField(Submission, on_delete=models.CASCADE, related_name="entry_table")
    version = models.PositiveIntegerField(default=0)
    locked = models.TextField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.submission_id} {self.version}"


class AdvanceApproval(models.Model):
    """An officer's yes given in advance to files that come by themselves, within bounds, until a day or its revocation.

    It holds for one dataset of one unit, as declared when it was given (``declaration``, the digest), and for files of
    one ``header`` (the fingerprint) whose columns are read as the clerk who knows them said (``choice``, a digest).
    """

    dataset = models.CharField(max_length=80)
    unit = models.CharField(max_length=120, blank=True)
    declaration = models.CharField(max_length=64)
    header = models.CharField(max_length=64)
    choice = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["-given_at", "-id"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.dataset} {self.by_id} {self.until:%Y-%m-%d}"


class SubmissionApproval(models.Model):
    """One officer's yes to one exact digest, and to all that was read with it.

    ``reviewed_digest`` stands for the content with the note and letter beside it.
    A second yes of the same person to the same is the same yes. ``advance`` is the yes given in advance from which it
    follows, where it was not given by hand.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="approvals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    reviewed_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    advance = models.ForeignKey(AdvanceApproval, on_delete=models.PROTECT, related_name="used", null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("submission", "by", "digest", "reviewed_digest"), name="one_approval_each"),
        )

    def __str__(self) -> str:
        return f"{self.by_id} {self.digest[:8]}"


class Remark(models.Model):
    """What an approver wrote on returning a submission: about one cell, one column, or all of it.

    Personal data: ``words`` may hold some, and is emptied once the submission is over.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="remarks")
    row = models.PositiveBigIntegerField(null=True)
    field = models.CharField(max_length=80, blank=True)
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.field} {self.row or ''}".strip()


class SubmissionComment(models.Model):
    """What one officer wrote to the others about a submission, beside it and never published.

    Personal data: ``words`` may hold some, and is emptied with the original, whose time it shares.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="comments")
    words = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]  # noqa: RUF012 - Django wants a list

    def __str__(self) -> str:
        return f"{self.submission_id} {self.by_id}"


class Waiver(models.Model):
    """A privacy hit that the privacy officer waived, with the code of a reason.

    ``fingerprint`` is keyed by the city's secret: that of the guard follows from what was found, and could be guessed.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="waivers")
    fingerprint = models.CharField(max_length=64)
    reason = models.CharField(max_length=40)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["submission", "fingerprint"], name="one_waiver_each"),)

    def __str__(self) -> str:
        return f"{self.fingerprint[:8]} {self.reason}"


class Override(models.Model):
    """Somebody's word that a draft may be published although a balance fails with it, and the reason, which is public.

    ``failed`` groups and ``off`` in all are what failed when it was given: it speaks of nothing else.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="overrides")
    balance = models.CharField(max_length=200)
    failed = models.PositiveBigIntegerField()
    off = models.CharField(max_length=80)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["submission", "balance"], name="one_override_each"),)

    def __str__(self) -> str:
        return self.balance


class DatabaseHome(models.Model):
    """The id of the city's folder whose database this is, as one row (`ayan.config.database_home`).

    Holds no personal data.
    """

    home = models.CharField(max_length=64)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.home


class WorkerLease(models.Model):
    """Which process holds the place of the city's one worker, as one row (`ayan.config.worker_lease`).

    ``number`` grows with every new holder, so that work of an earlier one is known; ``owner`` names a process of a
    machine, empty where anybody may come; ``beat`` counts how often the holder was heard, last at ``heard_at`` by the
    clock of the database. Holds no personal data.
    """

    number = models.PositiveBigIntegerField(default=0)
    owner = models.CharField(max_length=128, default="")
    machine = models.CharField(max_length=255, default="")
    beat = models.PositiveBigIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.owner
