"""What becomes of submissions when a unit ends: they go on in the one that takes its place, or keep it from ending."""

from __future__ import annotations

from django.db.models import F

from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.desk.models import OPEN, AdvanceApproval, FileBatch, KnownFixes, KnownHeader, KnownLayout, Submission
from ayan.core.values.label import Label
from ayan.wiring import city


def merged(subject: str) -> None:
    """Let the work of one unit go on in another; approvals in advance spoke of the one that ends, and end with it."""
    old, new = subject.split(" ")
    Submission.objects.filter(unit=old).update(unit=new, revision=F("revision") + 1)
    FileBatch.objects.filter(unit=old).update(unit=new)
    AdvanceApproval.objects.filter(unit=old, revoked_at=None).update(revoked_at=city.current().clock.now())
    for known in (KnownHeader, KnownLayout):
        for row in known._default_manager.filter(unit=old):
            # What the other unit said of the same header holds there.
            if known._default_manager.filter(unit=new, dataset=row.dataset, fingerprint=row.fingerprint).exists():
                row.delete()
            else:
                known._default_manager.filter(pk=row.pk).update(unit=new)
    there = KnownFixes.objects.filter(unit=new).values_list("dataset", flat=True)
    KnownFixes.objects.filter(unit=old, dataset__in=list(there)).delete()
    KnownFixes.objects.filter(unit=old).update(unit=new)


def ends(slug: str) -> None:
    """Refuse to retire a unit in which a submission is under way."""
    if Submission.objects.filter(unit=slug, state__in=OPEN).exists():
        raise AccountRefused(
            Label(
                "پرونده‌ای در این واحد در جریان است. نخست آن را به پایان برسانید یا کنار بگذارید.",
                "A submission is under way in this unit. Finish it or set it aside first.",
            )
        )
