"""What is done to people: invitations, roles, leaving; each with its permission, change and line of the trail."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from ayan.apps.accounts import audit, dual_control, login_attempts, messages, second_factors
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import INVITATION_LASTS
from ayan.apps.accounts.models import Grant, Invitation, ProviderIdentity, Unit, User
from ayan.apps.accounts.policy import CITY, holders, require
from ayan.apps.accounts.roles import STRONG, WHOLE_CITY, Role
from ayan.apps.accounts.sessions import person
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring import city


def add_person(actor: User | None, username: str, name: str, email: str = "", phone: str = "") -> User:
    """A new person, who can do nothing until the invitation is used; ``actor`` is None for the command."""
    allow(actor, "people.manage")
    username = username.strip().lower()
    if User.objects.filter(username__iexact=username).exists():
        raise AccountRefused(
            Label("این نام کاربری را کس دیگری دارد.", "Somebody has this user name already."), "username"
        )
    user = User(username=username, name=name.strip(), email=email.strip(), phone=phone.strip(), is_active=False)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as wrong:
        raise _explained(wrong.message_dict) from None
    with transaction.atomic():
        user.save()
        audit.record(actor, "people.manage", person(user), did="add")
    return user


def invite(actor: User | None, whom: User) -> str:
    """The secret of a new invitation; one before it is worth nothing from now on.

    Using it sets a new password and new second factors: it is also how somebody who lost theirs begins anew. So it
    asks for as much as giving a role, nobody makes one for themselves, and a person who could sign in is told. Raises
    `dual_control.SecondNeeded` where nobody does that alone (`ayan.apps.accounts.privileges` asks for it).
    """
    allow(actor, "people.grant", whom)
    with transaction.atomic():
        _hold(whom)
        return new_link(actor, whom, **dual_control.check_alone(actor, strong=dual_control.holds_strong(whom)))


def new_link(actor: User | None, whom: User, **facts: object) -> str:
    """The same once it is known that it may be; ``facts`` say in the trail on what ground."""
    secret = secrets.token_urlsafe(32)
    now = city.current().clock.now()
    with transaction.atomic():
        Invitation.objects.filter(user=whom, used_at=None).delete()
        Invitation.objects.create(user=whom, digest=_digest(secret), created_at=now, until=now + INVITATION_LASTS)
        audit.record(actor, "people.manage", person(whom), did="invite", **facts)
        if whom.is_active:
            messages.warn(whom, messages.NEW_LINK)
    return secret


def link(secret: str, lang: Lang = "fa") -> str:
    """The whole address of an invitation, or its path where the city has not said where it is reached."""
    return settings.ORIGIN + reverse(f"{lang}:join", args=(secret,))


def invitation(secret: str) -> Invitation | None:
    """The invitation that a link names, while it holds."""
    invitation = Invitation.objects.select_related("user").filter(digest=_digest(secret), used_at=None).first()
    return invitation if invitation and invitation.until > city.current().clock.now() else None


def check_password(password: str, again: str, user: User) -> None:
    """Raise `AccountRefused` for a password that is too easy, or was not typed the same twice."""
    if password != again:
        raise AccountRefused(Label("دو گذرواژه یکی نیست.", "The two passwords differ."), "again")
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        raise AccountRefused(_weakness(wrong.error_list[0].code or ""), "password") from None


def join(invitation: Invitation, password: str, app_secret: str, code: str) -> User:
    """Use an invitation: password and app at once, so that there is never a person with one factor alone."""
    check_password(password, password, invitation.user)
    with transaction.atomic():
        held = Invitation.objects.select_for_update().select_related("user").get(pk=invitation.pk)
        if held.used_at is not None:
            raise AccountRefused(Label("این پیوند به کار رفته است.", "This link has been used."))
        user = held.user
        second_factors.forget_all(user)
        if not second_factors.add_app(user, app_secret, code):
            # Nothing of this happened: the person may try again with the same link.
            transaction.set_rollback(True)
            raise AccountRefused(
                Label(
                    "این کد درست نیست. کدی را بنویسید که برنامه همین حالا نشان می‌دهد.",
                    "This code is not right. Type the one that the app shows now.",
                ),
                "code",
            )
        held.used_at = city.current().clock.now()
        held.save()
        user.set_password(password)
        user.is_active = True
        user.generation += 1
        user.wrong_factors = 0
        user.save()
        # Whoever lost what they sign in with begins anew in every way; the provider is bound again by hand.
        ProviderIdentity.objects.filter(user=user).delete()
        login_attempts.forget_addresses(user)
        audit.record(user, "people.join", person(user))
    return user


def change_password(me: User, password: str, again: str) -> None:
    """Another password of one's own; every session but the one that asks loses its worth."""
    check_password(password, again, me)
    with transaction.atomic():
        me.set_password(password)
        me.save(update_fields=["password"])
        audit.record(me, "password.change", person(me))


def give(
    actor: User | None,
    whom: User,
    role: str,
    unit: Unit | None,
    dataset: str,
    until: date | None = None,
    stands_in_for: User | None = None,
) -> None:
    """Give a role; auditors and administrators are for the whole city. Nobody gives themselves anything.

    Raises `dual_control.SecondNeeded` for a role that nobody gives alone, once all else is right.
    """
    allow(actor, "people.grant", whom)
    check_grant(role, unit, dataset)
    how = dual_control.check_alone(actor, strong=role in STRONG)
    new_grant(actor, whom, role, unit, dataset, until, stands_in_for, **how)


def check_grant(role: str, unit: Unit | None, dataset: str) -> None:
    """Raise `AccountRefused` for a grant that cannot be."""
    if role not in list(Role):
        raise AccountRefused(Label("نقش را برگزینید.", "Choose a role."), "role")
    if Role(role) in WHOLE_CITY and (unit or dataset):
        raise AccountRefused(Label("این نقش برای همهٔ شهر است.", "This role is for the whole city."), "unit")
    if dataset and dataset not in {declared.slug for declared in city.current().registry.all()}:
        raise AccountRefused(Label("چنین داده‌ای اعلام نشده است.", "No such dataset is declared."), "dataset")


def new_grant(
    actor: User | None,
    whom: User,
    role: str,
    unit: Unit | None,
    dataset: str,
    until: date | None = None,
    stands_in_for: User | None = None,
    **facts: object,
) -> None:
    """The same once it is known that it may be; ``facts`` say in the trail on what ground.

    With the first strong role a link that was made before, by one administrator alone, is worth nothing any more.
    """
    with transaction.atomic():
        _hold(whom)
        weak_before = not dual_control.holds_strong(whom)
        same = Grant.every.filter(user=whom, role=role, unit=unit, dataset=dataset).first()
        # What lasts as long already stays; what ended, or would end earlier, makes room.
        if same is None or (same.until is not None and (until is None or until > same.until)):
            if same is not None:
                same.delete()
            fields = {"role": role, "unit": unit, "dataset": dataset, "until": until, "stands_in_for": stands_in_for}
            Grant.objects.create(user=whom, **fields)
            said = grant_facts(role, unit, dataset)
            if until is not None:
                said |= {"until": until.isoformat()}
            if stands_in_for is not None:
                facts |= {"stands_in_for": stands_in_for.pk}
            audit.record(actor, "people.grant", person(whom), did="give", **said, **facts)
            if role in STRONG and weak_before:
                Invitation.objects.filter(user=whom, used_at=None).delete()


def take(actor: User, grant: Grant) -> None:
    """Take a role away; never one's own, and never from the last administrator."""
    allow(actor, "people.grant", grant.user)
    with transaction.atomic():
        if grant.role in STRONG:
            _tell_of_loss(grant.user)
        if grant.role == Role.ADMINISTRATOR:
            keep_one(grant.user)
        said = grant_facts(grant.role, grant.unit, grant.dataset)
        audit.record(actor, "people.grant", person(grant.user), did="take", **said)
        grant.delete()


def let_go(actor: User, whom: User) -> None:
    """Deactivate a person: every session ends, every role is taken, nothing they did is lost."""
    allow(actor, "people.grant", whom)
    with transaction.atomic():
        keep_one(whom)
        if dual_control.holds_strong(whom):
            _tell_of_loss(whom)
        Invitation.objects.filter(user=whom, used_at=None).delete()
        # A link that calls the person back one day must not bring back what they once might do.
        for grant in Grant.every.select_related("unit").filter(user=whom):
            audit.record(
                actor, "people.grant", person(whom), did="take", **grant_facts(grant.role, grant.unit, grant.dataset)
            )
        Grant.every.filter(user=whom).delete()
        User.objects.filter(pk=whom.pk).update(is_active=False, generation=whom.generation + 1)
        login_attempts.forget_addresses(whom)
        audit.record(actor, "people.manage", person(whom), did="let-go")


def add_unit(actor: User | None, slug: str, name_fa: str, name_en: str) -> Unit:
    """A new unit."""
    allow(actor, "people.manage")
    unit = Unit(slug=slug.strip(), name_fa=name_fa.strip(), name_en=name_en.strip())
    try:
        unit.full_clean()
    except ValidationError as wrong:
        raise _explained(wrong.message_dict) from None
    with transaction.atomic():
        unit.save()
        audit.record(actor, "people.manage", f"unit:{unit.slug}", did="add")
    return unit


def administrators() -> int:
    """How many people can manage people."""
    held = Grant.objects.filter(role=Role.ADMINISTRATOR, unit=None)
    return User.objects.filter(is_active=True, grants__in=held).distinct().count()


def keep_one(whom: User) -> None:
    """Raise when nobody but ``whom`` could manage people for good."""
    # Two who take each other's role at once: the second sees what the first did.
    held = list(Grant.objects.select_for_update().filter(role=Role.ADMINISTRATOR, user__is_active=True, until=None))
    if held and all(grant.user_id == whom.pk for grant in held):
        raise AccountRefused(
            Label(
                "این تنها مدیر سامانه است. نخست مدیر دیگری بگذارید.",
                "This is the only administrator. Name another one first.",
            )
        )


def _tell_of_loss(whom: User) -> None:
    """Tell the person and all who read the trail, as they stand before it: nobody is to be left without a watcher."""
    people = {each.pk: each for each in (whom, *holders("audit.view", CITY))}
    messages.warn_all(people.values(), messages.ROLE_TAKEN)


def _hold(whom: User) -> None:
    """Let a link and a role of one person be made one after the other, so that neither overlooks the other."""
    User.objects.select_for_update().get(pk=whom.pk)


def allow(actor: User | None, verb: str, whom: User | None = None) -> None:
    """Require permission; the command, which has the operator's, needs none. No account of a machine is a person's."""
    if whom is not None and whom.machine:
        raise AccountRefused(Label("این حساب از آن کسی نیست.", "This account is nobody's."))
    if actor is not None:
        require(actor, verb, person(whom) if whom else CITY)


def grant_facts(role: str, unit: Unit | None, dataset: str) -> dict[str, str | None]:
    """A grant as the trail tells it."""
    return {"role": role, "in_unit": unit.slug if unit else None, "of_dataset": dataset or None}


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


_WEAK: Final[Mapping[str, Label]] = {
    "password_too_short": Label("گذرواژه دست‌کم ۱۲ نویسه باشد.", "Use at least 12 characters."),
    "password_too_common": Label("این گذرواژه را بسیاری به کار می‌برند.", "Too many people use this password."),
    "password_entirely_numeric": Label("تنها رقم کافی نیست.", "Digits alone are not enough."),
    "password_too_similar": Label("گذرواژه به نام شما می‌ماند.", "This password is too much like your name."),
}


def _weakness(code: str) -> Label:
    return _WEAK.get(code, Label("گذرواژهٔ دیگری برگزینید.", "Choose another password."))


def _explained(wrong: Mapping[str, list[str]]) -> AccountRefused:
    """The first field that is wrong, in words of ours: Django's would repeat what was typed."""
    field = next(iter(wrong))
    words = {
        "username": Label(
            "نام کاربری: حرف لاتین، رقم و . _ - بنویسید.", "User name: use Latin letters, digits and . _ -"
        ),
        "name": Label("نام را بنویسید.", "Write the name."),
        "email": Label("رایانامه را مانند nam@example.ir بنویسید.", "Write the e-mail like name@example.ir."),
        "slug": Label(
            "شناسه را با حرف لاتین کوچک و خط تیره بنویسید؛ تکراری نباشد.",
            "Write the code in small Latin letters with hyphens; it must be new.",
        ),
    }
    return AccountRefused(words.get(field, Label("این خانه را درست کنید.", "Put this field right.")), field)
