"""What is done to units: adding, naming a head, renaming, retiring and merging; what was keeps the name it had."""

from __future__ import annotations

from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from ayan.apps.accounts import audit, duties, policy
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.models import Duty, FormerName, Grant, PrivilegeItem, Unit, User
from ayan.apps.accounts.policy import CITY
from ayan.core.values.label import Label
from ayan.ui import contract
from ayan.wiring import city

UNIT_MERGED: Final = "unit merged"
"""A unit has taken the place of another: the subject is the code of the one that ends, a space, and that of the other.

Whoever keeps units by their codes carries over what is to go on, in the same transaction.
"""
UNIT_ENDS: Final = "unit ends"
"""A unit is about to be retired: whoever keeps something open in it raises AccountRefused with what it is."""


def standing() -> QuerySet[Unit]:
    """The units that there are today."""
    return Unit.objects.filter(retired_at=None)


def head_of(actor: User, unit: Unit, head: User | None) -> None:
    """Say who heads a unit: is told what is late in it, and in whose hands its periods are."""
    policy.require(actor, "people.manage", CITY)
    if head is not None and not duties.may_head(head, unit):
        raise AccountRefused(
            Label(
                "رئیس واحد باید تأییدکنندهٔ همهٔ داده‌های آن باشد.", "The head must be an approver of all its datasets."
            ),
            "head",
        )
    with transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(head=head)
        audit.record(actor, "people.manage", _subject(unit), did="head", head=head.pk if head else None)


def rename(actor: User, unit: Unit, name_fa: str, name_en: str) -> None:
    """Give a unit another name; what was published under the former one stays so, and that name is kept."""
    policy.require(actor, "people.manage", CITY)
    with transaction.atomic():
        held = _held(unit)
        former = (held.name_fa, held.name_en)
        held.name_fa, held.name_en = name_fa.strip(), name_en.strip()
        if former == (held.name_fa, held.name_en):
            return
        try:
            held.full_clean(exclude=["slug"])
        except ValidationError as wrong:
            field = next(iter(wrong.message_dict))
            raise AccountRefused(Label("نام را بنویسید.", "Write the name."), field) from None
        if standing().exclude(pk=held.pk).filter(name_fa=held.name_fa).exists():
            raise AccountRefused(Label("واحد دیگری همین نام را دارد.", "Another unit has this name."), "name_fa")
        now = city.current().clock.now()
        FormerName.objects.create(unit=held, name_fa=former[0], name_en=former[1], until=now)
        held.save()
        audit.record(actor, "people.manage", _subject(held), did="rename")


def retire(actor: User, unit: Unit) -> None:
    """End a unit that owes nothing, in which nobody holds a role and nothing is under way."""
    policy.require(actor, "people.manage", CITY)
    with transaction.atomic():
        held = _held(unit)
        if Duty.objects.filter(unit=held).exists():
            raise AccountRefused(
                Label(
                    "این واحد هنوز داده‌ای بدهکار است. نخست در تقویم واحد دیگری را مسئول کنید، یا آن را ادغام کنید.",
                    "This unit still owes a dataset. Name another unit in the calendar first, or merge it.",
                )
            )
        if Grant.objects.filter(unit=held).exists():
            raise AccountRefused(
                Label(
                    "هنوز کسی در این واحد نقش دارد. نخست نقش‌ها را بگیرید، یا آن را ادغام کنید.",
                    "Somebody still holds a role in this unit. Take the roles first, or merge it.",
                )
            )
        contract.announce(UNIT_ENDS, held.slug)
        held.retired_at, held.head = city.current().clock.now(), None
        held.save()
        audit.record(actor, "people.manage", _subject(held), did="retire")


def merge(actor: User, unit: Unit, into: Unit) -> None:
    """Let another unit take the place of one: its duties, roles and work go on there; the name stays for what was.

    Raises Denied where the actor holds a role in it: nobody changes their own.
    """
    policy.require(actor, "people.manage", CITY)
    with transaction.atomic():
        first, second = sorted((unit, into), key=lambda each: each.pk)
        for each in (first, second):
            _held(each)
        held, other = _held(unit), _held(into)
        if held.pk == other.pk:
            raise AccountRefused(Label("واحد دیگری را برگزینید.", "Choose another unit."), "into")
        if Grant.objects.filter(unit=held, user=actor).exists():
            policy.require(actor, "people.grant", policy.Subject("person", str(actor.pk), sender=actor.pk))
        Duty.objects.filter(unit=held).update(unit=other)
        for grant in Grant.every.filter(unit=held).select_related("user"):
            _carry_over(actor, grant, other)
        PrivilegeItem.objects.filter(unit=held, request__done_at=None).update(unit=other)
        contract.announce(UNIT_MERGED, f"{held.slug} {other.slug}")
        held.retired_at, held.merged_into, held.head = city.current().clock.now(), other, None
        held.save()
        if other.head is None and unit.head is not None:
            Unit.objects.filter(pk=other.pk).update(head=unit.head)
        audit.record(actor, "people.manage", _subject(held), did="merge", into=other.slug)


def _carry_over(actor: User, grant: Grant, other: Unit) -> None:
    same = Grant.every.filter(user=grant.user, role=grant.role, unit=other, dataset=grant.dataset).first()
    about = policy.Subject("person", str(grant.user_id))
    facts = {"role": grant.role, "of_dataset": grant.dataset or None}
    if same is not None:
        # Whichever lasts longer.
        if same.until is not None and (grant.until is None or grant.until > same.until):
            same.until = grant.until
            same.save(update_fields=["until"])
        grant.delete()
    else:
        Grant.every.filter(pk=grant.pk).update(unit=other)
    audit.record(actor, "people.grant", about, did="carry", in_unit=other.slug, **facts)


def _held(unit: Unit) -> Unit:
    held = Unit.objects.select_for_update().get(pk=unit.pk)
    if held.retired_at is not None:
        raise AccountRefused(Label("این واحد برچیده شده است.", "This unit is retired."))
    return held


def _subject(unit: Unit) -> str:
    return f"unit:{unit.slug}"
