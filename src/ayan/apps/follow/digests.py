"""The digest: at most one letter a day to each follower, and none where nothing is new."""

from __future__ import annotations

import logging
from datetime import datetime
from smtplib import SMTPException

from cryptography.fernet import InvalidToken
from django.db import transaction

from ayan.apps.follow import actions
from ayan.apps.follow.letters import digest_letter
from ayan.apps.follow.limits import MOST_REFUSALS
from ayan.apps.follow.models import Follower, Subscription
from ayan.apps.follow.news import News, news
from ayan.apps.follow.topics import NoSuchTopic, read, title
from ayan.core.query.answer import Unanswered
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.locale import Lang
from ayan.wiring import city

Part = tuple[str, str, list[News]]


def send_all() -> int:
    """Send every digest that is due; how many letters went out."""
    actions.forget_unconfirmed()
    day = today(city.current().clock)
    waiting = Follower.objects.exclude(sent_on=day).filter(subscriptions__confirmed_at__isnull=False).distinct()
    return sum(_send(follower) for follower in waiting.order_by("pk"))


def _send(follower: Follower) -> bool:
    current_city = city.current()
    now = current_city.clock.now()
    lang = locale.known(follower.lang)
    followed, parts = [], []
    for subscription in follower.follows.filter(confirmed_at__isnull=False):
        try:
            part = _part(subscription, lang)
        except Unanswered:
            # Looked for again next time, from where it was left.
            continue
        followed.append(subscription)
        parts += [part] if part else []
    if not parts:
        return False
    if not _claim(follower, followed, now):
        return False
    try:
        digest_letter(current_city, follower, parts).send()
    except InvalidToken:
        # Encrypted under a key that is gone: nobody can write to it any more.
        follower.delete()
        return False
    except (SMTPException, OSError) as fault:
        # Certainly not taken. The text of the fault may hold the address, so it is not kept.
        logging.getLogger(__name__).warning("a digest was not taken: %s", type(fault).__name__)
        _refused(follower, followed)
        return False
    Follower.objects.filter(pk=follower.pk).update(failures=0)
    return True


def _part(subscription: Subscription, lang: Lang) -> Part | None:
    """What is new of one thing; None where nothing is, or where the thing is not there any more. Raises Unanswered."""
    current_city = city.current()
    try:
        topic = read(current_city, subscription.about)
        entries = news(current_city, topic, subscription.reported_until or subscription.created_at, lang)
    except NoSuchTopic:
        return None
    return (title(current_city, topic, lang), topic.page(lang), entries) if entries else None


def _claim(follower: Follower, followed: list[Subscription], now: datetime) -> bool:
    """The right to send today's letter. Taken before it is sent: one letter too few is better than two."""
    day = today(city.current().clock)
    with transaction.atomic():
        if not Follower.objects.filter(pk=follower.pk).exclude(sent_on=day).update(sent_on=day):
            return False
        Subscription.objects.filter(pk__in=[subscription.pk for subscription in followed]).update(reported_until=now)
    return True


def _refused(follower: Follower, followed: list[Subscription]) -> None:
    """Tell it again tomorrow; an address that is refused day after day is erased."""
    if follower.failures + 1 >= MOST_REFUSALS:
        follower.delete()
        return
    with transaction.atomic():
        Follower.objects.filter(pk=follower.pk).update(failures=follower.failures + 1)
        for subscription in followed:
            Subscription.objects.filter(pk=subscription.pk).update(reported_until=subscription.reported_until)
