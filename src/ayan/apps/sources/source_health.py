"""Which sources are in trouble, for whoever looks after them: the part of the desk's first page that says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY
from ayan.apps.sources.labels import FAILED, RUNS
from ayan.apps.sources.limits import TOKEN_DAYS
from ayan.apps.sources.models import Source, SourceToken
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.component_parts import Status
from ayan.ui.value_html import plain_number
from ayan.wiring import city

_FAILED: Final = Label("اشکال دارد", "In trouble")
_ENDED: Final = Label("رمز ندارد", "No token")
_ENDS: Final = Label("رمزش رو به پایان است", "Its token ends soon")
_NO_TOKEN: Final = Label(
    "هیچ رمزی از آن کار نمی‌کند؛ سامانهٔ فرستنده پاسخ رد می‌گیرد.", "None of its tokens holds: what it sends is refused."
)
_SOON: Final = Label(
    "تا {days} روز دیگر آخرین رمزش به پایان می‌رسد.", "The last of its tokens ends within {days} days."
).filled(lambda lang: {"days": plain_number(TOKEN_DAYS, lang)})


def failing_part(actor: User, lang: Lang) -> HomePart | None:
    """What fails or is about to, for who manages sources; None where nothing does."""
    if not policy.can(actor, "source.manage", CITY):
        return None
    now = city.current().clock.now()
    lines = [line for source in Source.objects.filter(active=True) if (line := _line(source, now, lang)) is not None]
    return HomePart("sources/failing.html", {"lines": lines}, len(lines)) if lines else None


def _line(source: Source, now: datetime, lang: Lang) -> dict[str, Any] | None:
    if source.last_code in FAILED:
        status, words = Status("bad", _FAILED.of(lang)), RUNS[source.last_code]
    elif (until := _tokens_end(source)) is not None and until <= now:
        status, words = Status("bad", _ENDED.of(lang)), _NO_TOKEN
    elif until is not None and until <= now + timedelta(days=TOKEN_DAYS):
        status, words = Status("late", _ENDS.of(lang)), _SOON
    else:
        return None
    address = reverse(f"{lang}:source", args=(source.slug,))
    return {"source": source, "address": address, "status": status, "words": words.of(lang)}


def _tokens_end(source: Source) -> datetime | None:
    """When the last token ends of a source that was ever given one, or ended already; None where it never had any."""
    ends = [min(filter(None, (token.until, token.revoked_at))) for token in SourceToken.objects.filter(source=source)]
    return max(ends, default=None)
