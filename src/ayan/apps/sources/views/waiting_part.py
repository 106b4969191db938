"""The first page's part for clerks: what came by itself and waits for them, each with its reason."""

from __future__ import annotations

from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.desk_layout import HomePart
from ayan.apps.accounts.models import User
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.sources.actions import label_of
from ayan.apps.sources.labels import OUTCOMES
from ayan.apps.sources.models import WAITING, Arrival
from ayan.core.values.locale import Lang


def waiting_part(actor: User, lang: Lang) -> HomePart | None:
    """What came by itself and waits for this officer; None where nothing does."""
    if not policy.can_somewhere(actor, "submission.edit"):
        return None
    mine = Submission.objects.filter(policy.within(actor, "submission.edit", unit="unit"), state__in=EDITABLE)
    rows = Arrival.objects.filter(code__in=WAITING, submission__in=mine.values("pk")).select_related("source")[:50]
    lines = [
        {
            "address": reverse(f"{lang}:desk_overview", args=(arrival.submission,)),
            "title": label_of(arrival.dataset).of(lang),
            "period": arrival.period,
            "source": arrival.source.name,
            "at": arrival.at,
            "words": OUTCOMES[arrival.code].of(lang),
        }
        for arrival in rows
    ]
    return HomePart("sources/part.html", {"lines": lines}, len(lines)) if lines else None
