"""The digest: to whoever wishes, one message a day that collects those which wait for no answer at once."""

from __future__ import annotations

from itertools import groupby

from cryptography.fernet import InvalidToken
from django.contrib.auth import get_user_model
from django.db import transaction
from django_tasks import task

from ayan.apps.outbox.limits import MOST_COLLECTED
from ayan.apps.outbox.message_content import MessageContent
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import MessageState, OutboxMessage
from ayan.apps.outbox.outbox import DESK, put
from ayan.core.values.clock import today
from ayan.core.values.label import Label, in_each
from ayan.ui.value_html import plain_number
from ayan.wiring import city

DIGEST = MessageKind(
    code="outbox.digest",
    when=Label("هر روز ساعت ۷، اگر چیزی آمده باشد", "Every day at 7, if anything has come"),
    to=Label("هر که خلاصهٔ روزانه خواسته است", "Whoever wished for a digest"),
    subject=Label("{n} پیام", "{n} messages"),
    words=Label("{collected}", "{collected}"),
    urgent=True,
)


@task()
def collect() -> None:
    """Put together the digests whose hour has come, each once."""
    collect_due()


def collect_due() -> int:
    """The same; how many were put together."""
    now = city.current().clock.now()
    held = OutboxMessage.objects.filter(state=MessageState.HELD, next_at__lte=now).order_by("user_id", "pk")
    return sum(
        _collect(who, [message.pk for message in group]) for who, group in groupby(held, lambda each: each.user_id)
    )


def _collect(who: int | None, keys: list[int]) -> int:
    with transaction.atomic():
        waiting = OutboxMessage.objects.select_for_update().filter(pk__in=keys, state=MessageState.HELD).order_by("pk")
        parts = []
        for message in waiting:
            try:
                content = MessageContent.opened(message.content)
            except InvalidToken:
                continue
            parts.append(f"• {content.subject}\n{content.words}")
        person = get_user_model().objects.filter(pk__in=[who], is_active=True).first()
        collected = OutboxMessage.objects.filter(pk__in=keys, state=MessageState.HELD)
        collected.update(state=MessageState.COLLECTED, content="", address="")
        if person is None or not parts:
            return 0
        number = in_each(lambda lang: plain_number(len(parts), lang))
        text = "\n\n".join(parts[-MOST_COLLECTED:])
        return put(
            DIGEST, [person], "digest", stage=f"{today(city.current().clock)}", page=DESK, n=number, collected=text
        )
