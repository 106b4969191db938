"""The audit trail: every act of an officer, one after another, each tied to the last by its digest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from ayan.apps.accounts.models import Act, TrailHead, User
from ayan.apps.accounts.policy import Something, Subject, as_subject
from ayan.apps.accounts.verbs import EVENTS, POLICY
from ayan.core.values.canonical import canonical_json
from ayan.wiring import city

START: Final = "0" * 64
# A fact is a code, a slug, a reference, a digest or a moment: no spaces, so no words; no long number, no address.
_FACT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,199}")
_LONG_NUMBER: Final = re.compile(r"(?:IR)?[0-9 .+-]{8,}", re.IGNORECASE)
_DATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?")


class BadFact(ValueError):
    """Something that the audit trail may not hold: a fault of the program."""


def record(actor: User | None, verb: str, subject: Something, **facts: Any) -> Act:
    """Add one act to the trail, in the transaction of the act itself, so that neither stands without the other.

    ``actor`` is None where the machine acts by itself. ``facts`` are whole numbers, booleans, None and codes (letters
    of ASCII, digits and ``_ . : / + -``): never words, names or values of a table. Raises BadFact for anything else
    and LookupError for a verb that is neither in `POLICY` nor in `EVENTS`.
    """
    if verb not in POLICY and verb not in EVENTS:
        raise LookupError(f"{verb!r} is neither a verb nor an event")
    about = as_subject(subject)
    if not is_code(about):
        raise BadFact("a subject is written as a code")
    written = canonical_json({name: _checked(name, value) for name, value in facts.items()}).decode()
    with transaction.atomic():
        TrailHead.objects.get_or_create(pk=1, defaults={"digest": START})
        # Whoever comes second waits here, so that the chain never forks.
        head = TrailHead.objects.select_for_update().get(pk=1)
        act = Act(
            number=head.number + 1,
            at=city.current().clock.now(),
            actor=actor,
            verb=verb,
            subject=str(about),
            unit=about.unit,
            dataset=about.dataset,
            facts=written,
            previous=head.digest,
        )
        act.digest = digest_of(act)
        act.save()
        head.number, head.digest = act.number, act.digest
        head.save()
    return act


def is_code(about: Subject) -> bool:
    """Whether a subject is written so that the trail takes it, and short enough for its columns."""
    lengths = ((str(about), 200), (about.unit, 60), (about.dataset, 100))
    return all(not text or (_FACT.fullmatch(text) and len(text) <= most) for text, most in lengths)


def digest_of(act: Act) -> str:
    """The SHA-256 (hex) over everything an act says, the digest of the act before it included."""
    said = {
        "number": act.number,
        "at": _instant(act.at),
        "actor": act.actor_id,
        "verb": act.verb,
        "subject": act.subject,
        "unit": act.unit,
        "dataset": act.dataset,
        "facts": json.loads(act.facts),
        "previous": act.previous,
    }
    return hashlib.sha256(canonical_json(said)).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where the trail does not hold: the number of the first act that is changed, missing or out of place."""

    number: int
    why: str


def check() -> Break | None:
    """Recompute the whole chain; the first place where it does not hold, or None."""
    previous, number = START, 0
    for act in _in_order():
        number += 1
        if act.number != number:
            return Break(number, "missing")
        if act.previous != previous or digest_of(act) != act.digest:
            return Break(number, "changed")
        previous = act.digest
    head = TrailHead.objects.filter(pk=1).first()
    if head is None:
        return Break(number, "head") if number else None
    return None if (head.number, head.digest) == (number, previous) else Break(number + 1, "head")


def _in_order() -> Iterator[Act]:
    return Act.objects.order_by("number").iterator(2_000)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _checked(name: str, value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    text = str(value)
    if not _FACT.fullmatch(text) or (_LONG_NUMBER.fullmatch(text) and not _DATED.fullmatch(text)):
        raise BadFact(f"the fact {name!r} is not a code")
    return text
