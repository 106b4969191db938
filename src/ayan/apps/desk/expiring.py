"""The end of originals whose time is over, as the desk does it day by day: deleted, told by the log and the trail."""

from __future__ import annotations

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.models import OPEN, Submission
from ayan.core.release import retention
from ayan.core.release.deletion import Entered
from ayan.core.values.clock import TEHRAN, today
from ayan.wiring import city


def expire() -> list[Entered]:
    """Delete what is due; safe to ask any number of times. Raises what the log raises when it may not be signed."""
    here = city.current()
    done = retention.delete_due(here.workplace, here.deletions, here.rule_of)
    for one in done:
        about = Subject("release", one.said.ref, dataset=one.said.dataset)
        audit.record(None, "original.delete", about, leaf=one.index, rule=one.said.rule, commitment=one.said.commitment)
    end_letters()
    return done


def end_letters() -> None:
    """Let go of the letters of what is over: at once where nothing came of it, else with the time of the original."""
    here = city.current()
    now = today(here.clock)
    for one in Submission.objects.exclude(state__in=OPEN).exclude(letter=""):
        rule = here.rule_of(one.dataset)
        if one.sealed_at is not None:
            sealed = one.sealed_at.astimezone(TEHRAN).date()
            if rule is None or now < rule.retention.until(sealed):
                continue
        Submission.objects.filter(pk=one.pk).update(letter="", letter_name="")
    here.workplace.drop_letters(set(Submission.objects.exclude(letter="").values_list("letter", flat=True)))
