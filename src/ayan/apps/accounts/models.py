"""The people who sign in at the desk; the public has no accounts."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A member of staff.

    Personal data: ``username``, ``name``, ``email``, ``password`` (a hash), ``last_login``, ``date_joined``. They
    serve sign-in and the record of who decided what, are shown to other staff only, and are never published; a
    release names its approvers by post unless the declaration says otherwise.
    """

    # One name, as people write it here; the split in two serves no purpose.
    first_name = None  # type: ignore[assignment]  # how Django drops an inherited field
    last_name = None  # type: ignore[assignment]  # likewise
    name: models.CharField[str, str] = models.CharField("نام", max_length=150)
    email: models.EmailField[str, str] = models.EmailField("رایانامه", blank=True)

    REQUIRED_FIELDS = ["name"]  # noqa: RUF012 - Django wants a list

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()

    def __str__(self) -> str:
        return self.get_full_name()
