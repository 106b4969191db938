"""Where a file that came by itself stands now, for the system that sent it and for the pages of administrators."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from ayan.apps.desk.chosen import chosen
from ayan.apps.desk.models import State, Submission
from ayan.apps.sources.models import WAITING, Arrival
from ayan.apps.sources.words import OUTCOMES
from ayan.core.release import submission as parcels
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.wiring import city

STATES: Final = {
    State.PUBLISHED: ("published", Label("منتشر شد.", "It was published.")),
    State.REFUSED: ("refused", Label("تأییدکننده آن را رد کرد.", "The approver refused it.")),
    State.SET_ASIDE: ("set-aside", Label("کنار گذاشته شد.", "It was set aside.")),
    State.TAKEN_BACK: ("taken-back", Label("پس از انتشار پس گرفته شد.", "It was taken back after publication.")),
    State.RETURNED: ("waiting", Label("برای اصلاح برگشت؛ در دست کارشناس است.", "It was returned; a clerk has it.")),
    State.SENT: ("sent", OUTCOMES["sent"]),
    State.APPROVED: ("approved", Label("تأیید شد و در حال انتشار است.", "It is approved and being published.")),
}
"""What the desk has decided since; it goes before what was written down when the file came to rest."""


def state_of(arrival: Arrival, one: Submission | None) -> tuple[str, Label]:
    """In a word, and in both languages."""
    if arrival.code in ("replaced", "unchanged"):
        return arrival.code, OUTCOMES[arrival.code]
    if one is not None and one.state in STATES:
        return STATES[State(one.state)]
    if arrival.code in WAITING:
        return "waiting", OUTCOMES[arrival.code]
    if arrival.settled_at is None:
        return "checking", OUTCOMES[""]
    return "waiting", OUTCOMES["over"]


def told(arrival: Arrival) -> dict[str, Any]:
    """What the sender is told: where it stands, why, and what was found, by cause; never what stands in a cell."""
    one = Submission.objects.filter(pk=arrival.submission).first()
    state, words = state_of(arrival, one)
    more = arrival.told or {}
    reason = {lang: f"{words.of(lang)} {more[lang]}" if lang in more else words.of(lang) for lang in locale.BUILT_IN}
    if state in ("published", "unchanged", "refused", "set-aside", "taken-back"):
        reason = {"fa": words.fa, "en": words.en}
    return {
        "id": arrival.pk,
        "dataset": arrival.dataset,
        "period": arrival.period,
        "name": arrival.name,
        "bytes": arrival.size,
        "received_at": arrival.at.isoformat(),
        "state": state,
        "reason": arrival.code if state == "waiting" else None,
        "detail_fa": reason["fa"],
        "detail_en": reason["en"],
        "issues": _issues(one) if one is not None and state == "waiting" else [],
        "release": one.release or None if one is not None else None,
        "status": settings.ORIGIN + reverse("source_arrival", args=(arrival.pk,)),
        "desk": settings.ORIGIN + reverse("fa:desk_overview", args=(arrival.submission,)),
    }


def _issues(one: Submission) -> list[dict[str, Any]]:
    with suppress(LookupError):
        parcel = parcels.Submission.opened(city.current().workplace, chosen(one.steps.all()).file)
        found = parcel.findings()
        return [
            {
                "code": cause.code,
                "severity": cause.severity,
                "field": cause.field,
                "places": cause.places,
                "title_fa": cause.title.fa,
                "title_en": cause.title.en,
            }
            for cause in (found.causes if found else ())
        ]
    return []
