"""What is to be done every day, and may be done any number of times: seal the trail, send reminders, tidy up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module

from django.conf import settings

from ayan.apps.accounts import login_attempts, reminders, trail_seals
from ayan.apps.accounts.models import Invitation, Reminder
from ayan.core.transparency.statement import TrailDay
from ayan.wiring import city

# Nobody needs to know for longer who was reminded of what.
REMEMBERED = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What a run did."""

    sealed: tuple[TrailDay, ...]
    reminded: int


def run_daily() -> DailyReport:
    """Do it, reminders first. Raises `sealing.TrailBroken`, and what the log raises when it may not be signed."""
    reminded = reminders.send_all()
    now = city.current().clock.now()
    login_attempts.clear_old()
    Invitation.objects.filter(until__lt=now - REMEMBERED).delete()
    Reminder.objects.filter(claimed_at__lt=now - REMEMBERED).delete()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return DailyReport(tuple(trail_seals.seal_days()), reminded)
