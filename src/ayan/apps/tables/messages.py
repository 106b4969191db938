"""What officers are told of changes of tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from ayan.apps.accounts.limits import ALONE_DELAY
from ayan.apps.accounts.models import User
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.outbox import DeskPage
from ayan.apps.tables.models import TableChange
from ayan.core.values.label import Label, in_each
from ayan.ui.contract import page_of
from ayan.ui.value_html import plain_number

WAITS: Final = MessageKind(
    code="table.waits",
    when=Label("تغییر جدولی منتظر مدیر دوم است", "A change of a table waits for a second administrator"),
    to=Label("مدیران دیگر", "The other administrators"),
    subject=Label("تغییر جدول «{table}»", "A change of the table “{table}”"),
    words=Label(
        "تغییری در جدول «{table}» منتظر تأیید مدیر دوم است.",
        "A change of the table “{table}” waits for a second administrator.",
    ),
    urgent=True,
)
GOES_AHEAD: Final = MessageKind(
    code="table.goes-ahead",
    when=Label(
        "مدیر دومی نیست که تغییر جدولی را تأیید کند", "There is no second administrator to confirm a change of a table"
    ),
    to=Label("حسابرس‌ها", "The auditors"),
    subject=Label("تغییر جدول «{table}»", "A change of the table “{table}”"),
    words=Label(
        "مدیر دیگری نیست که تغییر جدول «{table}» را تأیید کند؛ {hours} ساعت پس از درخواست انجام‌شدنی است. اگر درست "
        "نیست، پیش از آن ردش کنید.",
        "There is no other administrator to confirm a change of the table “{table}”, so it may be carried out after "
        "{hours} hours. If it is not right, refuse it before.",
    ),
    urgent=True,
)
VALUE_WAITS: Final = MessageKind(
    code="table.value-waits",
    when=Label("کارشناسی مقدار تازه‌ای برای فهرستی پیشنهاد کرد", "A clerk proposes a new value of a list"),
    to=Label(
        "تأییدکنندگان همان واحد و داده، و مدیران سامانه",
        "Approvers of that unit and dataset, and the administrators",
    ),
    subject=Label("مقدار تازه برای «{table}»", "A new value for “{table}”"),
    words=Label(
        "مقدار تازه‌ای برای فهرست جدول «{table}» پیشنهاد شده و منتظر تأیید شماست.",
        "A new value for a list of the table “{table}” is proposed and waits for your confirmation.",
    ),
)
DECIDED: Final = MessageKind(
    code="table.confirmed",
    when=Label("تغییر جدولی تأیید و انجام شد", "A change of a table is confirmed and carried out"),
    to=Label("کسی که خواسته بود", "Whoever asked"),
    subject=Label("تغییر جدول «{table}»", "A change of the table “{table}”"),
    words=Label(
        "تغییری که در جدول «{table}» خواسته بودید انجام شد.",
        "A change of the table “{table}” that you asked for was carried out.",
    ),
)
VALUE_ADDED: Final = MessageKind(
    code="table.value-added",
    when=Label("مقدار پیشنهادی تأیید شد", "A proposed value is confirmed"),
    to=Label("کسی که پیشنهاد کرده بود", "Whoever proposed it"),
    subject=Label("مقدار تازهٔ «{table}» تأیید شد", "The new value of “{table}” is confirmed"),
    words=Label(
        "مقداری که برای جدول «{table}» پیشنهاد کرده بودید به فهرست افزوده شد. پرونده دوباره بررسی می‌شود.",
        "The value that you proposed for the table “{table}” was added to its list. The file is checked again.",
    ),
)
REFUSED: Final = MessageKind(
    code="table.refused",
    when=Label("تغییر جدول یا مقدار پیشنهادی رد شد", "A change of a table, or a proposed value, is refused"),
    to=Label("کسی که خواسته بود", "Whoever asked"),
    subject=Label("تغییر جدول «{table}»", "A change of the table “{table}”"),
    words=Label(
        "تغییری که در جدول «{table}» خواسته بودید رد شد. علت در صفحهٔ آن نوشته است.",
        "A change of the table “{table}” that you asked for was refused. The reason stands on its page.",
    ),
    urgent=True,
)
KINDS: Final = (WAITS, GOES_AHEAD, VALUE_WAITS, DECIDED, VALUE_ADDED, REFUSED)


def put(kind: MessageKind, people: Iterable[User], change: TableChange, title: Label) -> None:
    """Tell people of a change, in the transaction of the act."""
    hours = int(ALONE_DELAY.total_seconds() // 3600)
    blanks: dict[str, Any] = {"table": title, "hours": in_each(partial(plain_number, hours))}
    outbox.put(kind, people, about(change), page=_page(kind, change), **blanks)


def cancel(change: TableChange) -> None:
    """Nobody need decide it any more who has not been told yet that they should."""
    for kind in (WAITS, GOES_AHEAD, VALUE_WAITS):
        outbox.cancel(about(change), kind.code)


def about(change: TableChange) -> str:
    """How the outbox speaks of a change."""
    return f"table-change:{change.pk}"


def _page(kind: MessageKind, change: TableChange) -> DeskPage:
    repair = page_of("submission to repair")
    if kind is VALUE_ADDED and change.submission is not None and repair is not None:
        return DeskPage(repair.page, (change.submission,))
    return DeskPage("table_change", (change.pk,))
