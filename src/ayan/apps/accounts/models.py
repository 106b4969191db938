"""The people who sign in at the desk, what they may do and what they did; the public has no accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac

from ayan.apps.accounts.roles import ROLES
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import city


def now() -> datetime:
    """The moment by the clock of the city, which every record of it goes by."""
    return city.current().clock.now()


class User(AbstractUser):
    """A member of staff.

    Personal data: ``username``, ``name``, ``email``, ``phone``, ``password`` (a hash), ``last_login``,
    ``date_joined``. They serve sign-in, reminders and the record of who decided what, are shown to other staff only,
    and are never published; a release names its approvers by post unless the declaration says otherwise. What a
    person may do stands in `Grant` alone: Django's own flags, groups and permissions open nothing here.
    """

    # One name, as people write it here; the split in two serves no purpose.
    first_name = None  # type: ignore[assignment]  # how Django drops an inherited field
    last_name = None  # type: ignore[assignment]  # likewise
    name = models.CharField("نام", max_length=150)
    email = models.EmailField("رایانامه", blank=True)
    date_joined = models.DateTimeField("date joined", default=now)
    phone = models.CharField("تلفن همراه", max_length=20, blank=True)

    # What sends data by itself has an account too, so that policy and trail speak of it as of everybody: one that
    # nobody can sign in with, and that may do only what `verbs.MACHINE` names.
    machine = models.BooleanField(default=False)

    # Goes up when a person signs out everywhere: every session before it is worth nothing.
    generation = models.PositiveIntegerField(default=1)

    # Wrong second factors since the last right one, however long that takes: it was the right password each time.
    wrong_factors = models.PositiveIntegerField(default=0)

    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 - Django wants a list

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def __str__(self) -> str:
        return self.get_full_name()

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's tie between a session and the password, and the generation with it."""
        said = f"{self.password}:{self.generation}"
        return salted_hmac("ayan.accounts.session", said, secret=secret, algorithm="sha256").hexdigest()


class Unit(models.Model):
    """A department of the municipality. Personal data: who heads it.

    One that is retired takes nothing new and keeps its name for what was; one that was merged leads to the unit that
    took its place.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name_fa = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150)
    head = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="heads")
    retired_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        ordering = ("name_fa",)

    def __str__(self) -> str:
        return self.name_fa

    @property
    def name(self) -> Label:
        """Its name in the languages of the form."""
        return Label(self.name_fa, self.name_en)


class FormerName(models.Model):
    """A name that a unit had until a moment. Holds no personal data."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="former_names")
    name_fa = models.CharField(max_length=150)
    name_en = models.CharField(max_length=150)
    until = models.DateTimeField()

    class Meta:
        ordering = ("-until",)

    def __str__(self) -> str:
        return self.name_fa

    @property
    def name(self) -> Label:
        """The name in the languages of the form."""
        return Label(self.name_fa, self.name_en)


class StandingGrants(models.Manager["Grant"]):
    """The grants that hold today: one whose last day is over opens nothing, whether it has been removed yet or not."""

    def get_queryset(self) -> models.QuerySet[Grant]:
        return super().get_queryset().filter(models.Q(until=None) | models.Q(until__gte=today(city.current().clock)))


class Grant(models.Model):
    """One role of one person, for one unit and dataset or for all. Personal data: who holds which post.

    ``until`` is its last day, where it has one; ``stands_in_for`` whom a substitute stands in for. `objects` are those
    that hold today, `every` those too whose time is over.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=20, choices=[(role.value, label.fa) for role, label in ROLES.items()])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="grants")
    # The slug of a declared dataset; empty for every one.
    dataset = models.CharField(max_length=100, blank=True)
    given_at = models.DateTimeField(default=now)
    until = models.DateField(null=True, blank=True)
    stands_in_for = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="substitutes")

    objects = StandingGrants()
    every = models.Manager["Grant"]()

    class Meta:
        base_manager_name = "every"
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "unit", "dataset"), name="one_grant_of_a_kind"),
            # Null is equal to nothing, so the grant for all units needs a rule of its own.
            models.UniqueConstraint(
                fields=("user", "role", "dataset"), name="one_wide_grant_of_a_kind", condition=models.Q(unit=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id or '*'} {self.dataset or '*'}"


class NeverChanged(TypeError):
    """The audit trail is only ever added to."""


class _AddOnly(models.QuerySet["Act"]):
    """A query that reads and adds; what a database trigger refuses is refused here first, with a reason."""

    def update(self, **_changes: Any) -> NoReturn:
        raise NeverChanged("an act is never changed")

    def delete(self) -> NoReturn:
        raise NeverChanged("an act is never removed")

    def bulk_create(self, *_args: Any, **_more: Any) -> NoReturn:
        raise NeverChanged("acts are recorded one by one, each after the last")

    def bulk_update(self, *_args: Any, **_more: Any) -> NoReturn:
        raise NeverChanged("an act is never changed")


class Act(models.Model):
    """One line of the audit trail: who did what to what, and the digest that ties it to the line before.

    Personal data: the id of the actor. ``facts`` is canonical JSON of codes and numbers, never of words or values.
    Written by `ayan.apps.accounts.audit.record` alone; refused to change or go by this class and by the database.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="acts")
    verb = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    unit = models.CharField(max_length=60, blank=True)
    dataset = models.CharField(max_length=100, blank=True)
    facts = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = _AddOnly.as_manager()

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"{self.number} {self.verb} {self.subject}"

    def save(self, *args: Any, **more: Any) -> None:
        if not self._state.adding:
            raise NeverChanged("an act is never changed")
        super().save(*args, **{**more, "force_insert": True})

    def delete(self, *_args: Any, **_more: Any) -> NoReturn:
        raise NeverChanged("an act is never removed")


class TrailHead(models.Model):
    """The last line of the audit trail, as one row that whoever adds the next one locks. Holds no personal data."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class Duty(models.Model):
    """Which unit owes a dataset, and who in it sees to that. Personal data: the names of owner and deputy."""

    dataset = models.CharField(max_length=100, unique=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="duties")
    owner = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="owns")
    deputy = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="deputises")

    def __str__(self) -> str:
        return f"{self.dataset} {self.unit_id}"


class Attempts(models.Model):
    """How often something was tried since a moment. ``key`` is a keyed digest: no name and no address is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.count}"


class Invitation(models.Model):
    """A link that lets one person choose a password and a second factor, once and for a time.

    ``digest`` is the SHA-256 of the link's secret, which is shown once and kept nowhere. Personal data: for whom.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%Y-%m-%d}"


class ProviderIdentity(models.Model):
    """The identity of an officer at the provider of single sign-on.

    ``digest`` is the SHA-256 of issuer and subject; what the provider calls a person is kept nowhere. Personal data:
    whose, and since when.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="provider_identity")
    digest = models.CharField(max_length=64, unique=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.digest[:12]}"


class KnownAddress(models.Model):
    """A place from which a person has signed in with both factors, so that strangers' guesses count for nothing there.

    ``key`` is a keyed digest of person and address. Personal data: how often a person changes places, and when last.
    """

    key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_addresses")
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.key[:12]}"


class ContactChange(models.Model):
    """Another address or number that somebody gave for themselves, until they confirm it by what was sent there.

    ``locked`` is the address or number, encrypted; ``digest`` that of the code, which is kept nowhere. Personal data:
    both, and whose.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="contact_changes")
    way = models.CharField(max_length=8)
    locked = models.TextField()
    digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "way"), name="one_change_of_each_way"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.way}"


class PrivilegeRequest(models.Model):
    """What one administrator asks for and may not do alone: links and roles of those who approve, guard or audit.

    One request may be about many people, such as those of an imported sheet, and is confirmed or refused as a whole.
    ``not_before`` is set where there is nobody to confirm it: the moment from which it may be carried out, unless
    somebody objected. ``reason`` is why it was refused. Personal data: who asked, who decided, and their words.
    """

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    until = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    refused = models.BooleanField(default=False)
    reason = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.pk} {self.asked_by_id}"


class PrivilegeItem(models.Model):
    """One thing of such a request: a role with its scope, or, where ``role`` is empty, a new link for signing in.

    Personal data: for whom.
    """

    request = models.ForeignKey(PrivilegeRequest, on_delete=models.CASCADE, related_name="items")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="privilege_items")
    role = models.CharField(max_length=20, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    dataset = models.CharField(max_length=100, blank=True)
    until = models.DateField(null=True, blank=True)
    stands_in_for = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.request_id} {self.user_id} {self.role or 'link'}"


class KeptForm(models.Model):
    """What one person has typed into one form and not sent yet, as one page of it (``tab``) kept it last.

    Personal data: ``locked`` may hold any. It is encrypted, shown to nobody else, and removed once the form is sent or
    nobody has come back to it for some days.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=500)
    tab = models.CharField(max_length=16)
    locked = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "form", "tab"], name="one_kept_form_each"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.form}"
