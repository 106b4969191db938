"""Adding a layout step to a submission's file, or those of the last file with the same titles."""

from __future__ import annotations

from django.http import HttpResponse

from ayan.apps.desk import sender_acts
from ayan.apps.desk.fixing import layouts
from ayan.apps.desk.submission_page import SubmissionPage, expected_revision, of_submission, officer, onward
from ayan.apps.desk.views.upload import file_with
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
            said = list[Json](layouts.known_steps(desk.submission, desk.inputs, look))
        else:
            said = [layouts.step_of(post.get("do", ""), post).as_json()]
        sender_acts.add_layout(officer(desk.request), desk.submission.id, said, expected_revision(desk.request))
    except Refusal as refusal:
        return file_with(desk, refusal)
    return onward(desk, "file")
