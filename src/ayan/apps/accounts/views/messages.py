"""What was told and what could not be, for administrators; and how an officer wishes to be told."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import audit, desk_layout, policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.limits import MESSAGES_SHOWN
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, Subject, require
from ayan.apps.accounts.sessions import person
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.outbox import delivery
from ayan.apps.outbox.message_kind import message_kinds
from ayan.apps.outbox.models import Channel, MessageState, MessageWishes, OutboxMessage
from ayan.apps.outbox.outbox import wishes_of
from ayan.apps.outbox.reasons import REASONS
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import language
from ayan.ui.component_parts import Status, Tone

STATES: Final[dict[str, tuple[Tone, Label]]] = {
    MessageState.FAILED: ("bad", Label("نرسید", "Not sent")),
    MessageState.QUEUED: ("late", Label("در صف", "Queued")),
    MessageState.SENDING: ("late", Label("در حال فرستادن", "Being sent")),
    MessageState.HELD: ("info", Label("در انتظار خلاصهٔ روزانه", "Waits for the digest")),
    MessageState.SENT: ("ok", Label("فرستاده شد", "Sent")),
    MessageState.DELIVERED: ("ok", Label("رسید", "Delivered")),
    MessageState.COLLECTED: ("ok", Label("در خلاصهٔ روزانه آمد", "In a digest")),
}
CHANNELS: Final = {Channel.MAIL: Label("رایانامه", "Mail"), Channel.SMS: Label("پیامک", "SMS")}
LISTS: Final[dict[str, tuple[Label, tuple[str, ...]]]] = {
    "failed": (Label("نرسیده", "Not sent"), (MessageState.FAILED,)),
    "waiting": (Label("در انتظار", "Waiting"), (MessageState.QUEUED, MessageState.SENDING, MessageState.HELD)),
    "sent": (
        Label("فرستاده", "Sent"),
        (MessageState.SENT, MessageState.DELIVERED, MessageState.COLLECTED),
    ),
}
OUTSIDE: Final = Label("دنبال‌کننده‌ای", "A follower")


@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: HttpRequest) -> HttpResponse:
    """What could not be sent and why, what waits, and what was sent; POST sends one of them or all again."""
    me, lang = officer(request), language.of(request)
    require(me, "message.manage", CITY)
    if request.method == "POST":
        _send_again(me, request.POST.get("message", ""))
        return HttpResponseRedirect(f"{reverse(f'{lang}:messages')}?again=1")
    only = request.GET.get("list", "")
    only = only if only in LISTS else "failed"
    page = request.GET.get("page", "")
    first = (max(1, int(page)) - 1) * MESSAGES_SHOWN if page.isascii() and page.isdecimal() and len(page) < 7 else 0
    rows = OutboxMessage.objects.filter(state__in=LISTS[only][1])
    count = rows.count()
    first = min(first, max(0, count - 1) // MESSAGES_SHOWN * MESSAGES_SHOWN)
    shown = rows.select_related("user").order_by("-created_at", "-pk")[first : first + MESSAGES_SHOWN]
    number = first // MESSAGES_SHOWN + 1
    context = {
        "lines": [_line(message, lang) for message in shown],
        "only": only,
        "lists": [
            {"key": key, "words": words.of(lang), "count": OutboxMessage.objects.filter(state__in=states).count()}
            for key, (words, states) in LISTS.items()
        ],
        "count": count,
        "newer": f"?list={only}&page={number - 1}" if number > 1 else "",
        "older": f"?list={only}&page={number + 1}" if first + MESSAGES_SHOWN < count else "",
        "again": bool(request.GET.get("again")),
    }
    return desk_layout.page(request, "accounts/messages.html", context)


def _send_again(me: User, which: str) -> None:
    failed = OutboxMessage.objects.filter(state=MessageState.FAILED).exclude(content="")
    if which != "all":
        failed = (
            failed.filter(pk=int(which)) if which.isascii() and which.isdecimal() and len(which) < 19 else failed.none()
        )
    with transaction.atomic():
        for message in failed.select_related("user"):
            if delivery.send_again(message):
                audit.record(me, "message.manage", Subject("message", str(message.pk)), did="again", kind=message.kind)


def _line(message: OutboxMessage, lang: Lang) -> dict[str, Any]:
    """One message as its page shows it: to whom and about what sort of thing, never its words or an address."""
    tone, state = STATES[message.state]
    kind = message_kinds().get(message.kind)
    reason = REASONS.get(message.reason)
    return {
        "message": message,
        "to": str(message.user) if message.user else OUTSIDE.of(lang),
        "person": message.user_id,
        "kind": kind.when.of(lang) if kind else message.kind,
        "channel": CHANNELS[Channel(message.channel)].of(lang),
        "status": Status(tone, state.of(lang)),
        "reason": reason.of(lang) if reason else "",
        "may_again": message.state == MessageState.FAILED and bool(message.content),
    }


def messages_part(actor: User, _lang: Lang) -> HomePart | None:
    """What could not be sent, for the first page of an administrator."""
    if not policy.can_somewhere(actor, "message.manage"):
        return None
    failed = OutboxMessage.objects.filter(state=MessageState.FAILED).exclude(content="").count()
    return HomePart("accounts/part_messages.html", {"count": failed}, failed) if failed else None


@require_http_methods(["GET", "HEAD", "POST"])
def message_wishes(request: HttpRequest) -> HttpResponse:
    """How one wishes to be told: the language, one digest a day or at once, short messages or none."""
    me, lang = officer(request), language.of(request)
    if request.method == "POST":
        wished = {
            "lang": locale.known(request.POST.get("lang", "")),
            "digest": request.POST.get("how") == "digest",
            "sms": bool(request.POST.get("sms")),
        }
        with transaction.atomic():
            MessageWishes.objects.update_or_create(user=me, defaults=wished)
            audit.record(me, "message.wish", person(me), digest=wished["digest"], sms=wished["sms"])
        return HttpResponseRedirect(f"{reverse(f'{lang}:message_wishes')}?kept=1")
    wishes = wishes_of(me)
    context = {
        "wishes": wishes,
        "chosen": locale.known(wishes.lang),
        "languages": [(each.code, each.name) for each in locale.in_use()],
        "kept": bool(request.GET.get("kept")),
        "reached": bool(me.email or me.phone),
    }
    return desk_layout.page(request, "accounts/message_wishes.html", context)
