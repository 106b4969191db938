"""What keeps programs from filling the counter, without asking anybody else and without knowing anybody.

A field that no person sees must stay empty. The same words are taken a few times a day and no more, from wherever they
come: of them a keyed digest is kept, which is another on the next day. And whoever sends within moments what holds
several links is asked to look again: a person presses once more, and it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from django.core import signing

from ayan.apps.accounts import login_attempts
from ayan.apps.accounts.limits import ATTEMPTS_WINDOW
from ayan.apps.counter.limits import FEWEST_SECONDS, MOST_LINKS, MOST_REPEATS, SHORTEST_REPEATED
from ayan.core.values.clock import today
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold
from ayan.ui.text_encryption import fingerprint
from ayan.wiring import city

TRAP: Final = "website"
"""The field that no person sees."""

STAMP: Final = "_since"
"""The field that holds, signed, when the form was given out."""

_SALT: Final = "ayan counter form 1"
_LINK: Final = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)


class FilingTrapped(Refusal):
    """A field was filled in that nobody sees."""

    code = "filing-trapped"
    fa = "این فرم پذیرفته نشد: خانه‌ای که باید خالی بماند پر شده است. صفحه را تازه کنید و دوباره بنویسید."
    en = "The form was not taken: a field that stays empty was filled in. Load the page again and write anew."
    status = 422


class FilingRepeated(Refusal):
    """The same words came too often today."""

    code = "filing-repeated"
    fa = "همین متن امروز چند بار رسیده و ثبت شده است. اگر حرف تازه‌ای دارید آن را بنویسید."
    en = "This very text has come and been registered several times today. If you have something to add, write that."
    status = 429
    retry_after = int(ATTEMPTS_WINDOW.total_seconds())


class FilingTooQuick(Refusal):
    """A text with several links came within moments of its form."""

    code = "filing-too-quick"
    fa = "این متن چند پیوند دارد و بسیار زود فرستاده شد. یک بار دیگر نگاه کنید و دوباره بفرستید."
    en = "The text holds several links and was sent at once. Look at it once more and send it again."
    status = 422


def stamp() -> str:
    """What the form gives back as `STAMP`: the present moment, signed."""
    return signing.dumps(int(city.current().clock.now().timestamp()), salt=_SALT)


def check(sent: Mapping[str, str], said: Mapping[str, str]) -> None:
    """Raise a Refusal for what a program sends: ``sent`` is the form, ``said`` its fields by their codes."""
    if is_trapped(sent):
        raise FilingTrapped
    text = "\n".join(said.values())
    if len(_LINK.findall(text)) > MOST_LINKS and _age(sent.get(STAMP, "")) < FEWEST_SECONDS:
        raise FilingTooQuick
    folded = " ".join(fold(text).split())
    if len(folded) > SHORTEST_REPEATED and not login_attempts.take({_digest(folded): MOST_REPEATS}):
        raise FilingRepeated


def is_trapped(sent: Mapping[str, str]) -> bool:
    """Whether the field is filled in that no person sees."""
    return bool(sent.get(TRAP, ""))


def _age(stamped: str) -> float:
    """Seconds since a form was given out; 0 for one that does not say so."""
    try:
        since = signing.loads(stamped[:200], salt=_SALT)
    except signing.BadSignature:
        return 0.0
    return city.current().clock.now().timestamp() - since if isinstance(since, int) else 0.0


def _digest(folded: str) -> str:
    """A name for a text that nobody can tell it by, and that no two days share."""
    return fingerprint("counter", "repeat", today(city.current().clock).isoformat(), folded)
