"""The end of originals whose time is over, as the desk does it day by day: deleted, told by the log and the trail."""

from __future__ import annotations

from ayan.apps.accounts import audit
from ayan.apps.accounts.policy import Subject
from ayan.apps.desk.models import OPEN, Submission
from ayan.core.custody.retention import Entered
from ayan.core.values.clock import TEHRAN, today
from ayan.wiring import city


def expire() -> list[Entered]:
    """Delete what is due; safe to ask any number of times. Raises what the log raises when it may not be signed."""
    current_city = city.current()
    done = current_city.original_retention.delete_due()
    for deletion in done:
        about = Subject("release", deletion.statement.ref, dataset=deletion.statement.dataset)
        audit.record(
            None,
            "original.delete",
            about,
            leaf=deletion.index,
            rule=deletion.statement.rule,
            commitment=deletion.statement.commitment,
        )
    end_letters()
    return done


def end_letters() -> None:
    """Let go of the letters of what is over: at once where nothing came of it, else with the time of the original."""
    current_city = city.current()
    now = today(current_city.clock)
    for submission in Submission.objects.exclude(state__in=OPEN).exclude(letter=""):
        rule = current_city.rule_of(submission.dataset)
        if submission.sealed_at is not None:
            sealed = submission.sealed_at.astimezone(TEHRAN).date()
            if rule is None or now < rule.retention.until(sealed):
                continue
        Submission.objects.filter(pk=submission.pk).update(letter="", letter_name="")
    current_city.private_store.drop_letters(set(Submission.objects.exclude(letter="").values_list("letter", flat=True)))
