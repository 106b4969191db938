"""The letters to followers, with a way out in each: the one that asks, and the digest, at most one a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.urls import reverse
from django_tasks import task

from ayan.apps.follow import actions, topics
from ayan.apps.follow.actions import about_follower, address_of, confirmation, farewell, forget
from ayan.apps.follow.limits import MOST_REFUSALS
from ayan.apps.follow.models import Follower, FollowRequest, Subscription
from ayan.apps.follow.news import News, news
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_content import MessageContent, lock_address
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import OutboxMessage
from ayan.apps.promises import missing_data
from ayan.core.query.answer import Unanswered
from ayan.core.values import locale
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.contract import MAIL_QUEUE
from ayan.wiring import city
from ayan.wiring.city import City

LetterPart = tuple[str, str, Sequence[News]]
"""The title of what is followed, its page, and what is new about it."""

CONFIRM_SUBJECT: Final = Label("دنبال کردن را تأیید کنید", "Confirm that you want to follow")
CONFIRM: Final = Label(
    "کسی با این نشانی خواسته است این را دنبال کند:\n\n{what}\n\nاگر شمایید، تا دو روز دیگر این پیوند را باز کنید و "
    "دکمه را بزنید:\n{link}\n\nاگر نه، کاری نکنید: پس از دو روز نشانی شما پاک می‌شود و نامه‌ای نمی‌آید.",
    "Somebody asked with this address to follow:\n\n{what}\n\nIf it was you, open this link within two days and press "
    "the button:\n{link}\n\nIf not, do nothing: your address is erased after two days and no letter comes.",
)
DIGEST_SUBJECT: Final = Label("تازه‌ها: {n} مورد", "News: {n}")
WHOLE: Final = Label("همه، در پورتال:", "All of it, at the portal:")
WAY_OUT: Final = Label(
    "این نامه دست بالا روزی یک بار می‌آید. برای ترک و پاک شدن نشانی‌تان، با یک کلیک:",
    "This letter comes once a day at most. To leave and have your address erased, in one click:",
)

_ADDRESS: Final = Label("هر که با آن نشانی خواسته", "Whoever asked with that address")
CONFIRMATION: Final = MessageKind(
    code="follow.confirmation",
    when=Label("کسی خواست چیزی را دنبال کند", "Somebody asks to follow something"),
    to=_ADDRESS,
    subject=CONFIRM_SUBJECT,
    words=CONFIRM,
    urgent=True,
)
DIGEST: Final = MessageKind(
    code="follow.digest",
    when=Label("دست بالا روزی یک بار، اگر چیز تازه‌ای باشد", "Once a day at most, if there is anything new"),
    to=Label("دنبال‌کنندگان", "Followers"),
    subject=DIGEST_SUBJECT,
    words=WHOLE,
    urgent=True,
)


def confirmation_letter(city: City, subscription: Subscription, what: str) -> MessageContent:
    """The letter with the link that confirms; it has no way out, for nothing has begun."""
    lang = _lang(subscription.follower)
    link = subscription.follower.site + reverse(f"{lang}:follow_confirm", args=(confirmation(subscription),))
    subject = f"{city.profile.name.of(lang)}: {CONFIRM_SUBJECT.of(lang)}"
    return MessageContent(subject, CONFIRM.of(lang).format(what=what, link=link))


def digest_letter(city: City, to: Follower, parts: Sequence[LetterPart]) -> MessageContent:
    """The letter of a day: for each thing followed its title, its page, and what is new about it.

    It carries the headers of RFC 8058, by which programs of mail offer leaving in one click.
    """
    lang, site = _lang(to), to.site
    lines = []
    for title, page, entries in parts:
        lines += [
            title,
            *(f"• {entry.title}\n  {site}{entry.address}" for entry in entries),
            f"{WHOLE.of(lang)} {site}{page}",
            "",
        ]
    out = site + reverse(f"{lang}:follow_leave", args=(farewell(to),))
    count = sum(len(entries) for _, _, entries in parts)
    subject = f"{city.profile.name.of(lang)}: {DIGEST_SUBJECT.of(lang).format(n=count)}"
    headers = (("List-Unsubscribe", f"<{out}>"), ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return MessageContent(subject, "\n".join([*lines, "--", f"{WAY_OUT.of(lang)} {out}"]), headers)


def _lang(follower: Follower) -> Lang:
    return locale.known(follower.lang)


# --- the answer to whoever asks -------------------------------------------------------------------------------------


@task(queue_name=MAIL_QUEUE)
def answer_requests() -> None:
    """Put the letters that ask for a confirmation into the outbox."""
    for request in FollowRequest.objects.order_by("pk"):
        with transaction.atomic():
            try:
                subscription = actions.taken(request)
                if subscription is not None:
                    topic = topics.read(city.current(), request.about)
                    what = topics.title(city.current(), topic, _lang(subscription.follower))
                    content = confirmation_letter(city.current(), subscription, what)
                    # Asked for once more, it is written once more: whoever lost the letter asks again.
                    _put(CONFIRMATION, subscription.follower, content, f"request-{request.pk}")
            except (InvalidToken, topics.NoSuchTopic):
                # A key that is gone, or a dataset that is.
                pass
            request.delete()


@task()
def ask_again() -> None:
    """Have those requests answered that were left behind."""
    if FollowRequest.objects.exists():
        answer_requests.enqueue()


def _put(kind: MessageKind, to: Follower, content: MessageContent, stage: str) -> None:
    address = lock_address(address_of(to))
    outbox.put_to_address(kind, address, about_follower(to), content, _lang(to), stage=stage)


# --- the digest ------------------------------------------------------------------------------------------------------


@task()
def send_digests() -> None:
    """Once what is missing has been kept, at most one letter a day to each follower, however often this runs."""
    missing_data.keep_today(city.current())
    send_letters.enqueue()


@task(queue_name=MAIL_QUEUE)
def send_letters() -> None:
    """The letters of the day, in a turn of their own: a mail server that is slow keeps nothing else waiting."""
    send_all()


def send_all() -> int:
    """Send every digest that is due; how many letters went out."""
    actions.forget_unconfirmed()
    day = today(city.current().clock)
    waiting = Follower.objects.exclude(sent_on=day).filter(subscriptions__confirmed_at__isnull=False).distinct()
    return sum(_send(follower) for follower in waiting.order_by("pk"))


def _send(follower: Follower) -> bool:
    lang = _lang(follower)
    parts = []
    for subscription in follower.follows:
        try:
            part = _part(subscription, lang)
        except Unanswered:
            # Looked for again next time, from where it was left.
            continue
        parts += [part] if part else []
    if not parts:
        return False
    return _claim(follower, parts)


def _part(subscription: Subscription, lang: Lang) -> LetterPart | None:
    """What is new of one thing; None where nothing is, or where the thing is not there any more. Raises Unanswered."""
    current_city = city.current()
    try:
        topic = topics.read(current_city, subscription.about)
        entries = news(current_city, topic, subscription.reported_until or subscription.created_at, lang)
    except topics.NoSuchTopic:
        return None
    return (topics.title(current_city, topic, lang), topic.page(lang), entries) if entries else None


def _claim(follower: Follower, parts: Sequence[LetterPart]) -> bool:
    """Write today's letter; one that still waits, as the mail server is away, is told of by this one too."""
    day = today(city.current().clock)
    with transaction.atomic():
        if not Follower.objects.filter(pk=follower.pk).exclude(sent_on=day).update(sent_on=day):
            return False
        if outbox.cancel(about_follower(follower), DIGEST.code) and _refused(follower):
            return False
        try:
            _put(DIGEST, follower, digest_letter(city.current(), follower, parts), f"{day}")
        except InvalidToken:
            # Encrypted under a key that is gone: nobody can write to it any more.
            follower.delete()
            return False
    return True


def _refused(follower: Follower) -> bool:
    """Count a day on which the letter was not taken; an address that is refused day after day is erased."""
    if follower.failures + 1 >= MOST_REFUSALS:
        forget(follower)
        return True
    follower.failures += 1
    Follower.objects.filter(pk=follower.pk).update(failures=follower.failures)
    return False


# --- what became of a letter ------------------------------------------------------------------------------------------


def sent(number: str) -> None:
    """A letter was taken: what it told is told, and is not told again."""
    message = OutboxMessage.objects.filter(pk=int(number), kind=DIGEST.code).first()
    follower = _follower_of(message)
    if message is None or follower is None:
        return
    follower.follows.filter(confirmed_at__lte=message.created_at).update(reported_until=message.created_at)
    Follower.objects.filter(pk=follower.pk).update(failures=0)


def _follower_of(message: OutboxMessage | None) -> Follower | None:
    number = message.about.removeprefix("follower/") if message else ""
    return Follower.objects.filter(pk=int(number)).first() if number.isdecimal() else None
