"""What the rows of a file were added to, and whether that is still what is published."""

from __future__ import annotations

from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.models import Submission
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.store.release import Release
from ayan.wiring import city


class NotAppended(DeskRefused):
    """Something stands in the way of adding the rows of a file to what is published."""

    code = "not-appended"
    fa = "این ردیف‌ها را نمی‌توان به آنچه منتشر شده افزود."
    en = "These rows cannot be added to what is published."
    status = 422


def standing(submission: Submission) -> Release | None:
    """What is published of the period of a submission."""
    return dict(city.current().release_store.current(submission.dataset)).get(submission.period)


def check_standing(submission: Submission) -> None:
    """Refuse to send rows that were added to something which is no longer what is published, as after an erasure."""
    appended = inputs_of(submission.steps.all()).appended
    if not appended:
        return
    release = standing(submission)
    if release is None or (release.ref, release.digest) != (appended["to"], appended["digest"]):
        raise NotAppended(
            "آنچه ردیف‌ها به آن افزوده شد از آن پس عوض شده است. پرونده را دوباره بدهید و بیفزایید.",
            "What the rows were added to has changed since. Give the file again and add it.",
        )
