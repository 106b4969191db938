"""What the worker does for the hub: it learns of changes, and asks and sends in the queue of what waits for others."""

from __future__ import annotations

from django_tasks import task

from ayan.apps.catalog.feeds import hub
from ayan.apps.websub import distribution, intent_verification, subscription_requests
from ayan.apps.websub.models import HubRequest, HubSubscription
from ayan.ui.contract import PULLS_QUEUE
from ayan.wiring import city


@task()
def look_after() -> None:
    """Learn of changes, and have done what is due; let go of what is over, also where the hub was turned off."""
    subscription_requests.let_go()
    if not hub.is_own():
        return
    distribution.note_changes()
    now = city.current().clock.now()
    if HubRequest.objects.filter(next_at__lte=now).exists():
        verify.enqueue()
    if HubSubscription.objects.filter(owed_at__lte=now).exists():
        distribute.enqueue()


@task(queue_name=PULLS_QUEUE)
def verify() -> None:
    """Ask the callbacks of requests that are due."""
    if hub.is_own():
        intent_verification.verify_due()


@task(queue_name=PULLS_QUEUE)
def distribute() -> None:
    """Send what is owed by now."""
    if hub.is_own():
        distribution.distribute_due()
