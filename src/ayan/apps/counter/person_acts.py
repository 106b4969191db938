"""What the person does with their case, with the files that come with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Max

from ayan.apps.counter import rules, uploads
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case, CaseEntry
from ayan.apps.counter.uploads import CheckedUpload
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.core.values.digits import to_latin
from ayan.wiring import city

RATED: Final = "rated"
MOST_STARS: Final = 5


def do(case: Case, step: str, text: str, files: Sequence[CheckedUpload]) -> CaseEntry:
    """Do one step. Raises DeskRefused, and Denied for a step that is none of the person's."""
    declared = rules.kind_of(case).step(step)
    if declared is None or "person" not in declared.by:
        raise DeskRefused("چنین کاری با این مورد نمی‌شود کرد.", "This cannot be done with this case.")
    entry = take_step(case, step, "person", None, Said(text=text))
    for each in files:
        uploads.keep(case, entry, each)
    return entry


def rate(case: Case, typed: str) -> None:
    """Say how a closed case was dealt with, once, by one to five. Raises DeskRefused."""
    stars = to_latin(typed[:2])
    if stars not in {str(number) for number in range(1, MOST_STARS + 1)}:
        raise DeskRefused("یکی از پنج نمره را برگزینید.", "Choose one of the five.", field="rating")
    with transaction.atomic():
        held = Case.objects.select_for_update().get(pk=case.pk)
        if held.stage != CaseStage.CLOSED or held.rating is not None:
            raise DeskRefused("به این مورد اکنون نمره داده نمی‌شود.", "This case is not rated now.")
        held.rating = int(stars)
        held.save(update_fields=["rating"])
        clock = city.current().clock
        last = CaseEntry.objects.filter(case=held).aggregate(last=Max("number"))["last"] or 0
        CaseEntry.objects.create(
            case=held,
            number=last + 1,
            at=clock.now(),
            on=today(clock),
            step=RATED,
            party="person",
            before=held.state,
            after=held.state,
            shown=False,
            facts={"rating": int(stars)},
        )
    case.refresh_from_db()
