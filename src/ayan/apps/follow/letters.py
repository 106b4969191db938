"""The letters to followers: plain words, no picture, no link that counts who opened it, and a way out in each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.core.mail import EmailMessage
from django.urls import reverse

from ayan.apps.follow.actions import address_of, confirmation, farewell
from ayan.apps.follow.models import Follower, Subscription
from ayan.apps.follow.news import News
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

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


def confirmation_letter(city: City, subscription: Subscription, what: str) -> EmailMessage:
    """The letter with the link that confirms; it has no way out, for nothing has begun."""
    lang = _lang(subscription.follower)
    link = subscription.follower.site + reverse(f"{lang}:follow_confirm", args=(confirmation(subscription),))
    subject = f"{city.profile.name.of(lang)}: {CONFIRM_SUBJECT.of(lang)}"
    return _letter(subscription.follower, subject, CONFIRM.of(lang).format(what=what, link=link), {})


def digest_letter(city: City, to: Follower, parts: Sequence[tuple[str, str, Sequence[News]]]) -> EmailMessage:
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
    headers = {"List-Unsubscribe": f"<{out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return _letter(to, subject, "\n".join([*lines, "--", f"{WAY_OUT.of(lang)} {out}", ""]), headers)


def _letter(to: Follower, subject: str, body: str, headers: dict[str, str]) -> EmailMessage:
    # A subject is one line, whatever a title holds.
    line = " ".join(subject.split())
    return EmailMessage(line, body, None, [address_of(to)], headers={"Auto-Submitted": "auto-generated", **headers})


def _lang(follower: Follower) -> Lang:
    return locale.known(follower.lang)
