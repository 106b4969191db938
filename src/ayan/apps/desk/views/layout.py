"""Adding a layout step to a submission's file, or those of the last file with the same titles."""

from __future__ import annotations

from django.http import HttpResponse

from ayan.apps.desk import layouts
from ayan.apps.desk.access import acting_on, add_step
from ayan.apps.desk.actions import again
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import SubmissionPage, expected_revision, of_submission, officer, onward
from ayan.apps.desk.views.upload import file_with
from ayan.core.schema.limits import MOST_LAYOUT_STEPS
from ayan.core.values.canonical import Json
from ayan.core.values.refusal import Refusal


@of_submission("POST", verb="submission.edit")
def add(desk: SubmissionPage) -> HttpResponse:
    """Do one more step to the table, or the steps of the last time; each is undone by itself."""
    post = desk.request.POST
    try:
        look = desk.folder.stored_preview() if desk.folder else None
        said: list[Json]
        if post.get("known"):
            said = list[Json](layouts.known_steps(desk.submission, desk.inputs, look.table if look else None))
        else:
            said = [layouts.step_of(post.get("do", ""), post).as_json()]
        revision = expected_revision(desk.request)
        with acting_on(officer(desk.request), desk.submission.id, "submission.edit", revision) as submission:
            done = len(inputs_of(submission.steps.all()).layout) + len(desk.dataset.sources["default"].steps)
            if not said or done + len(said) > MOST_LAYOUT_STEPS:
                raise DeskRefused("بیش از این گامی نمی‌توان افزود.", "No further step can be added.")
            for each in said:
                add_step(submission, officer(desk.request), "layout", {"steps": [each]})
            again(submission)
    except Refusal as refusal:
        return file_with(desk, refusal)
    return onward(desk, "file")
