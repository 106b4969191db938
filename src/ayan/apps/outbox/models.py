"""What is to be told to whom, and what became of it; and how a person wishes to be told."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models


class MessageState(models.TextChoices):
    """How far a message is."""

    HELD = "held", "در انتظار خلاصهٔ روزانه"
    QUEUED = "queued", "در صف"
    SENDING = "sending", "در حال فرستادن"
    SENT = "sent", "فرستاده شد"
    DELIVERED = "delivered", "رسید"
    COLLECTED = "collected", "در خلاصهٔ روزانه آمد"
    FAILED = "failed", "نرسید"


OVER: Final = (MessageState.SENT, MessageState.DELIVERED, MessageState.COLLECTED)
"""What has left the outbox, and stays in it as a record."""


class Channel(models.TextChoices):
    """By which way a message goes."""

    MAIL = "mail", "رایانامه"
    SMS = "sms", "پیامک"


class OutboxMessage(models.Model):
    """One message to one person by one way, written in the transaction of the act that it tells of.

    ``key`` follows from kind, ``about``, ``stage``, receiver and way: the same is told once. An officer's address is
    looked up when it is sent; that of anybody else stands in ``address``. ``content`` holds subject, words and further
    headers. Both are encrypted, and emptied once it is sent. ``reason`` is a code of `REASONS`, never what a server
    said, which may hold the address. ``reference`` is what a gateway calls it. Personal data: who was told of what
    kind of thing.
    """

    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=160, blank=True, db_index=True)
    stage = models.CharField(max_length=200, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="messages")
    address = models.TextField(blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    lang = models.CharField(max_length=20)
    content = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)
    reference = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_index=True)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["state", "next_at"], name="outbox_state_next"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.state}"


class MessageWishes(models.Model):
    """How one officer wishes to be told: in which language, one digest a day or at once, short messages or none."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="message_wishes")
    lang = models.CharField(max_length=20, blank=True)
    digest = models.BooleanField(default=False)
    sms = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.user_id} {self.lang} {'digest' if self.digest else 'at once'}"
