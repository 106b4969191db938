"""The first page's part for clerks: what came by itself and waits for them, each with its reason."""

from __future__ import annotations

from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.shell import Part
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.sources.actions import label_of
from ayan.apps.sources.models import WAITING, Arrival
from ayan.apps.sources.words import OUTCOMES
from ayan.core.values.locale import Lang


def waiting_part(actor: User, lang: Lang) -> Part | None:
    """What came by itself and waits for this officer; None where nothing does."""
    if not policy.can_somewhere(actor, "submission.edit"):
        return None
    mine = Submission.objects.filter(policy.within(actor, "submission.edit", unit="unit"), state__in=EDITABLE)
    rows = Arrival.objects.filter(code__in=WAITING, submission__in=mine.values("pk")).select_related("source")[:50]
    lines = [
        {
            "address": reverse(f"{lang}:desk_overview", args=(one.submission,)),
            "title": label_of(one.dataset).of(lang),
            "period": one.period,
            "source": one.source.name,
            "at": one.at,
            "words": OUTCOMES[one.code].of(lang),
        }
        for one in rows
    ]
    return Part("sources/part.html", {"lines": lines}, len(lines)) if lines else None
