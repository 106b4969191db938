"""Putting messages into the outbox, in the transaction of the act that they tell of; nothing is sent from here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.urls import reverse

from ayan.apps.outbox import delivery
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import OVER, Channel, MessageState, MessageWishes, OutboxMessage
from ayan.core.values import locale
from ayan.core.values.clock import TEHRAN
from ayan.core.values.locale import Lang
from ayan.wiring import city

DIGEST_AT: Final = time(7)
"""When the digest of a day is put together, in Tehran: before offices open."""


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The page at which a message is acted upon."""

    name: str = "desk"
    args: tuple[Any, ...] = ()

    def address(self, lang: Lang) -> str:
        """Its whole address in a language, or its path where the city has not said where it is reached."""
        return settings.ORIGIN + reverse(f"{lang}:{self.name}", args=self.args)


DESK: Final = DeskPage()


def put(
    kind: MessageKind,
    people: Iterable[AbstractUser],
    about: str,
    *,
    stage: str = "",
    page: DeskPage = DESK,
    **blanks: object,
) -> int:
    """Tell each of these officers, in their own language; how many messages are new.

    ``about`` and ``stage`` say what this is the one message of: the same is never put in twice. Whoever can be reached
    by no way gets one all the same, which fails and is shown to the administrator: nobody is left out in silence.
    """
    receivers = {person.pk: person for person in people}
    if not receivers:
        return 0
    wishes = {each.user_id: each for each in MessageWishes.objects.filter(user__in=receivers)}
    now = city.current().clock.now()
    subject, words = kind.subject.format(**blanks), kind.words.format(**blanks)
    messages = []
    for key, person in receivers.items():
        wish = wishes.get(key) or MessageWishes()
        lang = locale.known(wish.lang)
        heading = f"{city.current().profile.name.of(lang)}: {subject.of(lang)}"
        content = MessageContent(heading, f"{words.of(lang)}\n\n{page.address(lang)}")
        for channel in _channels(kind, person, wish):
            held = wish.digest and not kind.urgent and channel == Channel.MAIL
            messages.append(
                OutboxMessage(
                    key=key_of(kind.code, about, stage, f"user:{key}", channel),
                    kind=kind.code,
                    about=about,
                    stage=stage,
                    user_id=key,
                    channel=channel,
                    lang=lang,
                    content=content.locked(),
                    state=MessageState.HELD if held else MessageState.QUEUED,
                    created_at=now,
                    next_at=next_digest(now) if held else now,
                )
            )
    return _put_all(messages)


def put_to_address(
    kind: MessageKind,
    locked: str,
    about: str,
    content: MessageContent,
    lang: Lang,
    *,
    stage: str = "",
    channel: Channel = Channel.MAIL,
    user: AbstractUser | None = None,
) -> int:
    """The same to somebody who is no officer, or at an address that is not known to be an officer's yet.

    ``locked`` is the address as `message_content.lock_address` gives it.
    """
    now = city.current().clock.now()
    message = OutboxMessage(
        key=key_of(kind.code, about, stage, "address", channel),
        kind=kind.code,
        about=about,
        stage=stage,
        user_id=user.pk if user else None,
        address=locked,
        channel=channel,
        lang=lang,
        content=content.locked(),
        created_at=now,
        next_at=now,
    )
    return _put_all([message])


def cancel(about: str, kind: str = "") -> int:
    """Let go of what waits to be said about something, of one kind or of all; how much that was."""
    waiting = OutboxMessage.objects.filter(about=about).exclude(state__in=OVER)
    return (waiting.filter(kind=kind) if kind else waiting).delete()[0]


def stages(kind: MessageKind, about: str) -> set[str]:
    """The stages at which something was told or is about to be; one message may stand for several, with spaces."""
    written = OutboxMessage.objects.filter(kind=kind.code, about=about).values_list("stage", flat=True)
    return {stage for several in written for stage in several.split()}


def next_digest(now: datetime) -> datetime:
    """When the next digest is put together."""
    local = now.astimezone(TEHRAN)
    today = datetime.combine(local.date(), DIGEST_AT, TEHRAN)
    return today if local < today else today + timedelta(days=1)


def key_of(*parts: str) -> str:
    """The name of a message: the same for the same."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _channels(kind: MessageKind, person: AbstractUser, wish: MessageWishes) -> Sequence[Channel]:
    phone = bool(getattr(person, "phone", ""))
    if kind.every_way and phone and wish.sms:
        return (Channel.MAIL, Channel.SMS) if person.email else (Channel.SMS,)
    return (Channel.SMS,) if phone and not person.email else (Channel.MAIL,)


def _put_all(messages: Sequence[OutboxMessage]) -> int:
    known = set(OutboxMessage.objects.filter(key__in=[each.key for each in messages]).values_list("key", flat=True))
    new = [message for message in messages if message.key not in known]
    if new:
        with transaction.atomic():
            # Two who put in the same at once: the database keeps one.
            OutboxMessage.objects.bulk_create(new, ignore_conflicts=True)
            delivery.deliver.enqueue()
    return len(new)


def wishes_of(person: AbstractUser) -> MessageWishes:
    """How somebody wishes to be told; what holds for everybody where they have not said."""
    return MessageWishes.objects.filter(user_id=person.pk).first() or MessageWishes(user_id=person.pk)
