"""What the worker does for the desk by itself, day after day; any number of times does no harm."""

from __future__ import annotations

from dataclasses import dataclass

from django_tasks import task

from ayan.apps.accounts import audit, kept_forms, login_attempts, reminders, terms
from ayan.apps.accounts.limits import INVITATIONS_REMEMBERED
from ayan.apps.accounts.models import Invitation
from ayan.apps.accounts.session_store import SessionStore
from ayan.apps.outbox import delivery, digest
from ayan.core.transparency.entries.trail_day import TrailDay
from ayan.ui.contract import MAIL_QUEUE
from ayan.wiring import checkpoint_endorsements, city


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What a run did."""

    sealed: tuple[TrailDay, ...]
    reminded: int


def daily_round() -> DailyReport:
    """Send reminders, end roles whose time is over, tidy up, seal the trail, have the log cosigned and stamped.

    Raises `audit.TrailBroken`, and what the log raises when it may not be signed.
    """
    reminded = reminders.send_reminders()
    now = city.current().clock.now()
    terms.end_all()
    # Whoever runs no worker has the outbox emptied by the command.
    digest.collect_due()
    delivery.deliver_due()
    login_attempts.clear_old()
    Invitation.objects.filter(until__lt=now - INVITATIONS_REMEMBERED).delete()
    SessionStore.clear_expired()
    kept_forms.sweep()
    sealed = tuple(audit.seal_days())
    checkpoint_endorsements.renew(city.current())
    checkpoint_endorsements.anchor(city.current())
    return DailyReport(sealed, reminded)


@task(queue_name=MAIL_QUEUE)
def run_daily() -> None:
    """Reminders, the seal of the trail, and what has expired: the same as `ayan daily`."""
    daily_round()
