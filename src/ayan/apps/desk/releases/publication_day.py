"""The day before which what is approved is not published: nothing of it leaves the private draft until then."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.desk.limits import FURTHEST_DAY
from ayan.apps.desk.models import Submission
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.releases import release_list
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.jalali import from_gregorian, parse_jalali, to_gregorian
from ayan.core.values.locale import Lang
from ayan.wiring import city

_CENTURIES: Final = 1700
"""A year from here on is Gregorian."""


def day_of(text: str) -> date | None:
    """A day as somebody types it, in either calendar; None for nothing. DeskRefused for what is none or not to come."""
    if not text.strip():
        return None
    try:
        parts = parse_jalali(text)
        day = date(parts.year, parts.month, parts.day) if parts.year >= _CENTURIES else to_gregorian(parts)
    except ValueError:
        day = _gregorian(text)
    now = today(city.current().clock)
    if not now < day <= now + FURTHEST_DAY:
        raise DeskRefused(
            "روز انتشار باید از فردا تا یک سال دیگر باشد.",
            "The day of publication is from tomorrow to a year from now.",
            "publish_on",
        )
    return day


def _gregorian(text: str) -> date:
    try:
        return date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise DeskRefused(
            "روز انتشار را مانند ۱۴۰۵/۱۰/۰۱ بنویسید.", "Write the day of publication like 1405/10/01.", "publish_on"
        ) from None


def day_text(day: date | None) -> str:
    """The day as the form has it."""
    return str(from_gregorian(day)).replace("-", "/") if day else ""


def due_at(submission: Submission) -> datetime | None:
    """The moment from which a submission may be published, its day's beginning in Tehran; None where that is past."""
    if submission.publish_on is None:
        return None
    moment = datetime.combine(submission.publish_on, time(), TEHRAN)
    return moment if moment > city.current().clock.now() else None


def calendar_part(actor: User, lang: Lang) -> HomePart | None:
    """The calendar's part: what is approved and waits for its day."""
    coming = release_list.coming(actor, lang)
    return HomePart("desk/coming.html", {"coming": coming}) if coming else None
