"""What officers are told of changes of the city's profile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ayan.apps.accounts.limits import ALONE_DELAY
from ayan.apps.accounts.models import User
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.outbox import DeskPage
from ayan.apps.profile.models import ProfileChange
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number

_SUBJECT: Final = Label("مشخصات شهر", "The city's profile")
WAITS: Final = MessageKind(
    code="profile.waits",
    when=Label(
        "تغییر مشخصات شهر منتظر مدیر دوم است", "A change of the city's profile waits for a second administrator"
    ),
    to=Label("مدیران دیگر", "The other administrators"),
    subject=_SUBJECT,
    words=Label(
        "تغییری در مشخصات شهر منتظر تأیید مدیر دوم است.",
        "A change of the city's profile waits for a second administrator.",
    ),
    urgent=True,
)
GOES_AHEAD: Final = MessageKind(
    code="profile.goes-ahead",
    when=Label(
        "مدیر دومی نیست که تغییر مشخصات شهر را تأیید کند",
        "There is no second administrator to confirm a change of the city's profile",
    ),
    to=Label("حسابرس‌ها", "The auditors"),
    subject=_SUBJECT,
    words=Label(
        "مدیر دیگری نیست که تغییر مشخصات شهر را تأیید کند؛ {hours} ساعت پس از درخواست انجام‌شدنی است. اگر درست نیست، "
        "پیش از آن ردش کنید.",
        "There is no other administrator to confirm a change of the city's profile, so it may be carried out after "
        "{hours} hours. If it is not right, refuse it before.",
    ).filled(lambda lang: {"hours": plain_number(int(ALONE_DELAY.total_seconds() // 3600), lang)}),
    urgent=True,
)
DECIDED: Final = MessageKind(
    code="profile.confirmed",
    when=Label("تغییر مشخصات شهر تأیید و انجام شد", "A change of the city's profile is confirmed and carried out"),
    to=Label("کسی که درخواست داده", "Whoever asked"),
    subject=_SUBJECT,
    words=Label(
        "تغییری که در مشخصات شهر خواسته بودید انجام شد.",
        "A change of the city's profile that you asked for was carried out.",
    ),
)
REFUSED: Final = MessageKind(
    code="profile.refused",
    when=Label("تغییر مشخصات شهر رد شد", "A change of the city's profile is refused"),
    to=Label("کسی که درخواست داده", "Whoever asked"),
    subject=_SUBJECT,
    words=Label(
        "تغییری که در مشخصات شهر خواسته بودید رد شد.",
        "A change of the city's profile that you asked for was refused.",
    ),
    urgent=True,
)
KINDS: Final = (WAITS, GOES_AHEAD, DECIDED, REFUSED)


def put(kind: MessageKind, people: Iterable[User], change: ProfileChange) -> None:
    """Tell people of a change, in the transaction of the act."""
    outbox.put(kind, people, f"profile-change:{change.pk}", page=DeskPage("profile_change", (change.pk,)))
