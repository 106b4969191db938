"""The first steps of a new city, for its administrators: what is done is read off the city, nobody ticks anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse

from ayan.apps.accounts import duties, policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import Duty, Grant, Unit, User
from ayan.apps.accounts.policy import CITY
from ayan.apps.accounts.roles import Role
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import plain_number
from ayan.wiring import city

SOON: Final = 31
"""Days before a dataset opens in which somebody should see to it."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: what to do, why, the page for it, and how it is seen whether it is done."""

    label: Label
    why: Label
    page: str
    is_done: Callable[[], bool]


def _is_reached() -> bool:
    return bool(city.current().profile.contact)


def _are_two() -> bool:
    people = User.objects.filter(is_active=True, machine=False, grants__role=Role.ADMINISTRATOR)
    return people.distinct().count() > 1


def _is_staffed() -> bool:
    held = Grant.objects.filter(user__is_active=True, user__machine=False).values_list("role", flat=True)
    return {Role.CLERK, Role.APPROVER, Role.PRIVACY} <= set(held.distinct())


def _is_begun() -> bool:
    return bool(city.current().profile.openings.as_declared())


def _is_seen_to() -> bool:
    """Whether somebody was named for some dataset, and for each that is owed now or soon.

    Until a unit is named for a dataset, no clerk has anything to send.
    """
    if not Duty.objects.exclude(owner=None).exists():
        return False
    near = (line for line in duties.lines() if line.next is not None and line.left <= SOON)
    return all(line.duty is not None and line.duty.owner_id is not None for line in near)


def _is_published() -> bool:
    return bool(city.current().release_store.datasets())


STEPS: Final = (
    FirstStep(
        Label("نام، نشانی و رنگ شهر", "The city's name, contacts and colours"),
        Label("بالای هر صفحه و در «تماس با ما» دیده می‌شود.", "They head every page and stand under “Contact us”."),
        "profile",
        _is_reached,
    ),
    FirstStep(
        Label("مدیر دوم", "A second administrator"),
        Label(
            "پس از نخستین انتشار، اختیارهای مهم و تغییر مشخصات شهر تأیید نفر دوم می‌خواهد.",
            "After the first publication, strong roles and the city's profile need the confirmation of a second.",
        ),
        "people",
        _are_two,
    ),
    FirstStep(
        Label("واحدهای شهرداری", "The units of the municipality"),
        Label("هر داده را یک واحد می‌فرستد.", "Every dataset is sent by a unit."),
        "units",
        Unit.objects.exists,
    ),
    FirstStep(
        Label("کارشناس داده، تأییدکننده و مسئول حریم خصوصی", "A clerk, an approver and a privacy officer"),
        Label("کسی که می‌فرستد خودش تأیید نمی‌کند.", "Whoever sends a file does not approve it."),
        "people",
        _is_staffed,
    ),
    FirstStep(
        Label("از کی چه داده‌ای منتشر شود", "Which datasets are owed from when"),
        Label(
            "پیش از روزی که بنویسید چیزی عقب‌افتاده شمرده نمی‌شود. داده‌ها را یکی‌یکی آغاز کنید.",
            "Before the day you write nothing counts as late. Begin with one dataset after another.",
        ),
        "profile_opens",
        _is_begun,
    ),
    FirstStep(
        Label("واحد و مسئول هر داده", "The unit and owner of each dataset"),
        Label(
            "تا واحد داده‌ای نوشته نشود کارشناس آن را نمی‌تواند بفرستد. دادهٔ آغازشده، یا دادهٔ {days} روز آینده، بی‌مسئول "
            "نماند.",
            "Until a dataset has its unit no clerk can send it. None that has begun, or begins within {days} days, "
            "is left without an owner.",
        ).filled(lambda lang: {"days": plain_number(SOON, lang)}),
        "calendar",
        _is_seen_to,
    ),
    FirstStep(
        Label("سلامت سامانه", "How the site is"),
        Label(
            "پشتیبان، کلیدها و گواهان را ببینید؛ با نخستین انتشار این گام هم تمام شمرده می‌شود.",
            "Look at backups, keys and witnesses; this step counts as done with the first publication.",
        ),
        "health",
        _is_published,
    ),
    FirstStep(
        Label("نخستین پروندهٔ منتشرشده", "The first file published"),
        Label("کارشناس می‌فرستد و تأییدکننده تأیید می‌کند.", "A clerk sends it and an approver approves it."),
        "desk",
        _is_published,
    ),
)
"""The steps in the order in which they are best taken."""


def steps_part(actor: User, lang: Lang) -> HomePart | None:
    """The part of an administrator's first page, until the last step is done."""
    if not policy.can(actor, "profile.change", CITY):
        return None
    shown = context(lang)
    return None if shown["done"] == shown["all"] else HomePart("profile/part_steps.html", shown)


def context(lang: Lang) -> dict[str, Any]:
    """What the list of the steps is drawn with."""
    steps = [
        {"label": step.label, "why": step.why, "address": reverse(f"{lang}:{step.page}"), "done": step.is_done()}
        for step in STEPS
    ]
    following = next((step for step in steps if not step["done"]), None)
    return {"steps": steps, "done": sum(bool(step["done"]) for step in steps), "all": len(steps), "next": following}
