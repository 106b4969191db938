"""The talk beside a submission: short messages between its sender and those who judge it, kept with it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk import notice_kinds, notices
from ayan.apps.desk.access import Permissions, subject
from ayan.apps.desk.limits import LONGEST_COMMENT, MOST_COMMENTS
from ayan.apps.desk.models import Submission, SubmissionComment
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.values.label import Label
from ayan.ui.value_html import plain_number
from ayan.wiring import city


def write(actor: User, key: UUID, words: str) -> SubmissionComment:
    """Write into the talk about a submission, whatever its state; the others in it are told that something came.

    It moves nothing: whoever has the submission open may go on. Raises Http404 for whoever may not see it.
    """
    with transaction.atomic():
        submission = Submission.objects.select_for_update().filter(pk=key).first()
        if submission is None or not (permissions := Permissions(actor, submission)).may("submission.view"):
            raise Http404
        about = permissions.require("submission.comment")
        text = words.strip()
        if not text:
            raise DeskRefused("پیام را بنویسید.", "Write the message.", field="words")
        if len(text) > LONGEST_COMMENT:
            raise DeskRefused(field="words").worded(
                Label("پیام حداکثر {most} نویسه باشد.", "The message has {most} characters at most.").filled(
                    lambda lang: {"most": plain_number(LONGEST_COMMENT, lang)}
                )
            )
        if submission.comments.count() >= MOST_COMMENTS:
            raise DeskRefused(
                "این گفت‌وگو پر است. با هم تلفنی حرف بزنید.", "This talk is full. Speak by telephone.", field="words"
            )
        comment = submission.comments.create(words=text, by=actor, at=city.current().clock.now())
        audit.record(actor, "submission.comment", about, comment=comment.pk)
        notices.put(
            notice_kinds.COMMENTED, _others(submission, actor), submission, actor, stage=f"comment-{comment.pk}"
        )
        return comment


def comments_of(submission: Submission) -> QuerySet[SubmissionComment]:
    """The talk about a submission, from its beginning."""
    return submission.comments.select_related("by")


def _others(submission: Submission, actor: User) -> list[User]:
    """Who is in the talk: whoever sent it, wrote, returned or approved; where that is nobody, those it waits for."""
    people = {who.pk: who for who in notices.senders(submission)}
    for rows in (submission.comments, submission.remarks, submission.approvals, submission.waivers):
        people |= {row.by_id: row.by for row in rows.select_related("by").filter(by__is_active=True)}
    if set(people) - {actor.pk}:
        able = policy.able(list(people.values()), "submission.view", subject(submission))
        people = {key: who for key, who in people.items() if key in able}
    if not set(people) - {actor.pk}:
        held = (submission.counts or {}).get("held")
        verb = "privacy.waive" if held else "submission.approve"
        people |= {who.pk: who for who in policy.holders(verb, subject(submission, verb))}
    return list(people.values())
