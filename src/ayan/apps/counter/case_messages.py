"""What the person is told of a case, by the ways they left: put into the outbox with the act, sent by the worker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from ayan.apps.counter import case_times, computed_fee
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.models import Case, CaseValue
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_content import MessageContent, lock_address
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.models import Channel
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import OUTCOMES, CaseStage, Outcome
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_day
from ayan.wiring import city

TO_PERSON: Final = MessageKind(
    code="counter.person",
    when=Label(
        "پس از هر کاری که در موردش چیزی به شخص می‌گوید", "After every act of which its kind tells the person something"
    ),
    to=Label("کسی که مورد را آورده است", "Whoever brought the case"),
    subject=Label("پیشخان", "The counter"),
    words=Label("{said}", "{said}"),
    urgent=True,
)
CHANNELS: Final = {"mail": Channel.MAIL, "phone": Channel.SMS}
"""The types of contact fields, and by which way what is written there is reached."""
NOTHING: Final[Mapping[str, Any]] = {}


def tell(
    case: Case,
    kind: CaseKind,
    step: str,
    stage: str = "",
    code: str = "",
    facts: Mapping[str, Any] = NOTHING,
    ending: Case | None = None,
) -> int:
    """Tell the person of a step, where the kind has words for it; how many messages were put in.

    ``code`` is in the address once, when the case was filed: nobody has it afterwards. ``facts`` are those of the
    entry; ``ending`` is the case that this one was joined with, and whose outcome is told.
    """
    message = kind.message(step)
    if message is None:
        return 0
    lang = locale.known(case.lang)
    blanks = _blanks(case, kind, code, facts, ending)
    heading = f"{city.current().profile.name.of(lang)}: {message.subject.of(lang).format(**blanks)}"
    content = MessageContent(heading, message.words.of(lang).format(**blanks))
    sent = 0
    for channel, address in contacts(case, kind):
        sent += outbox.put_to_address(
            TO_PERSON, lock_address(address), f"case:{case.number}", content, lang, stage=stage or step, channel=channel
        )
    return sent


def _blanks(case: Case, kind: CaseKind, code: str, facts: Mapping[str, Any], ending: Case | None) -> dict[str, str]:
    lang = locale.known(case.lang)
    page = reverse(f"{lang}:counter_reply", args=(code,)) if code else reverse(f"{lang}:counter")
    until = case_times.lapses_on(case, kind, case_times.entries_of(case)) if case.stage == CaseStage.ASKED else None
    outcome = (ending or case).outcome
    fee = computed_fee.fee_of(facts)

    def in_words(day: date | None) -> str:
        return plain_day(day, lang) if day else "—"

    return {
        "number": case.number,
        "title": kind.title.of(lang),
        "due": in_words(case.due_on),
        "until": in_words(until),
        "day": in_words(date.fromisoformat(facts["day"])) if "day" in facts else "—",
        "where": settings.ORIGIN + page,
        "outcome": OUTCOMES[Outcome(outcome)].of(lang) if outcome else "",
        "fee": fee.words(lang) if fee else "—",
        "calculation": settings.ORIGIN + fee.address(lang) if fee and fee.tariff else "—",
        "other": ending.number if ending else str(facts.get("case", "")),
    }


def contacts(case: Case, kind: CaseKind) -> list[tuple[Channel, str]]:
    """The ways by which the person may be reached."""
    kept = {value.field: value for value in CaseValue.objects.filter(case=case, privacy="contact")}
    fields = (each for each in kind.fields if each.type in CHANNELS and each.code in kept)
    reached = ((CHANNELS[each.type], open_text(kept[each.code].locked)) for each in fields)
    return [(channel, address) for channel, address in reached if address]
