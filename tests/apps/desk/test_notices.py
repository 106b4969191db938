"""Whoever something waits for is told, and whoever waits for something: every kind of message at the page that causes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pyarrow.parquet as pq
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import GOOD, HOSTILE, ODD, workbook
from tests.apps.desk.town import (
    Officers,
    approve,
    balanced,
    found_in,
    mapped,
    post,
    published,
    sent,
    started,
    the,
    upload,
    work,
    yes,
)
from tests.apps.outbox.mail_server import Kept, body, serving
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act, Grant, User
from ayan.apps.accounts.verbs import POLICY, Role
from ayan.apps.desk import held_periods, notice_kinds, notices
from ayan.apps.desk.models import Submission
from ayan.apps.outbox.models import OutboxMessage
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.pending_draft import discard_pending
from ayan.wiring.city import City

Messages = set[tuple[str, str]]

LARGE: Final = [(f"C-{at}", "خرید", str(1_000 + at), "1403/02/11", "") for at in range(1_000)]
PHONES: Final = (*GOOD[:2], ("C-3", "تماس 09121234567", "3000000", "1403/04/09", ""))


def new_messages() -> Messages:
    """Kind and receiver of what was told since the last time."""
    rows = set(OutboxMessage.objects.exclude(reference="seen").values_list("kind", "user__username"))
    OutboxMessage.objects.update(reference="seen")
    return rows


# --- one scene for each kind ------------------------------------------------------------------------------------------


def sends(town: City, officers: Officers) -> Submission:
    submission = sent(town, officers.browser("clerk"))
    assert new_messages() == {("submission.sent", name) for name in ("first", "second", "third")}
    return submission


def sends_what_nobody_approves(town: City, officers: Officers) -> None:
    Grant.objects.filter(role=Role.APPROVER).delete()
    officer("chief", Role.ADMINISTRATOR)
    sent(town, officers.browser("clerk"))
    assert new_messages() == {("submission.nobody", "clerk"), ("submission.nobody", "chief")}


def returns(town: City, officers: Officers) -> None:
    submission = sends(town, officers)
    sent_back = {"words": "مبلغ را ببینید", "expected_revision": submission.revision}
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/return", sent_back).status_code == 302
    assert new_messages() == {("submission.returned", "clerk")}
    # Sent again, they are told again; returned again, the sender is.
    post(officers.browser("clerk"), submission, "sent", digest=the(submission).digest, note="درست شد")
    assert new_messages() == {("submission.sent", name) for name in ("first", "second", "third")}


def refuses(town: City, officers: Officers) -> None:
    submission = sends(town, officers)
    no = {"reason": "نه", "expected_revision": submission.revision}
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/no", no).status_code == 302
    assert new_messages() == {("submission.refused", "clerk")}


def approves(town: City, officers: Officers) -> None:
    submission = sends(town, officers)
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    assert new_messages() == {("submission.approved", "clerk")}
    assert officers.browser("second").post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    work(town)
    assert new_messages() == {("submission.released", "clerk")}
    assert post(officers.browser("first"), submission, "act/take-back").status_code == 302
    assert new_messages() == {("submission.taken-back", "clerk"), ("submission.taken-back", "second")}


def fails_to_publish(town: City, officers: Officers) -> None:
    officer("chief", Role.ADMINISTRATOR)
    published(town, officers, GOOD)
    submission = sent(town, officers.browser("clerk"), period="1402")
    new_messages()
    # Something stands where the release should go.
    (town.home / "store" / "releases" / "deals" / "1402").write_text("x", encoding="utf-8")
    approve(town, officers, submission)
    assert the(submission).work == "failed"
    assert {("submission.stuck", name) for name in ("clerk", "first", "second", "chief")} <= new_messages()


def is_brought_back(town: City, officers: Officers) -> None:
    submission = sends(town, officers)
    for name in ("first", "second"):
        officers.browser(name).post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    discard_pending(town.publish_context, submission.draft)
    work(town)
    assert {("submission.brought-back", name) for name in ("clerk", "first", "second")} <= new_messages()


def sends_no_table(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = started(clerk)
    post(clerk, submission, "file", file=upload(workbook(GOOD)))
    work(town)
    for step in the(submission).steps.all():
        # Its file is gone from the disk.
        SubmissionFolder.opened(town.private_store, step.payload["id"]).discard()
    post(clerk, submission, "act/try-again")
    work(town)
    assert new_messages() == {("submission.unread", "clerk")}


def is_held(town: City, officers: Officers) -> None:
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, PHONES)
    assert new_messages() == {("submission.held", "keeper"), ("submission.held-of-yours", "clerk")}
    # Reading the same anew is no news.
    assert post(clerk, submission, "act/try-again").status_code == 302
    work(town)
    assert new_messages() == set()
    (hit,) = {cause.fingerprint for cause in found_in(submission).errors if cause.fingerprint}
    assert post(keeper, submission, "fix/waive", fingerprint=hit, reason="workplace").status_code == 302
    assert new_messages() == {("submission.waived", "clerk")}


def is_unbalanced(town: City, officers: Officers) -> None:
    balanced(town, "block")
    auditor = signed_in(officer("auditor", Role.AUDITOR, unit_slug=""))
    submission = mapped(town, officers.browser("clerk"), ODD)
    assert new_messages() == {("submission.unbalanced", "auditor"), ("submission.unbalanced", "clerk")}
    said = post(auditor, submission, "override", balance="deals/round", reason="همین است")
    assert said.status_code == 302
    assert new_messages() == {("submission.overridden", "clerk")}


def asks_for_a_withdrawal(town: City, officers: Officers) -> None:
    published(town, officers, LARGE)
    new_messages()
    asked = {"code": "wrong-data", "note": "اشتباه"}
    assert officers.browser("colleague").post("/desk/withdraw/deals/1403/1", asked).status_code == 302
    approvers = {("withdrawal.asked", name) for name in ("first", "second", "third")}
    assert new_messages() == {*approvers, ("withdrawal.told", "clerk")}
    submission = Submission.objects.get(kind="withdrawal")
    for name in ("first", "second"):
        answer = officers.browser(name).post(f"/desk/approve/{submission.pk}/yes", yes(submission))
        assert answer.status_code == 302
    assert {("withdrawal.approved", "colleague"), ("withdrawal.approved", "clerk")} <= new_messages()
    stop = {"expected_revision": the(submission).revision}
    assert officers.browser("clerk").post(f"/desk/approve/{submission.pk}/stop", stop).status_code == 302
    assert {("withdrawal.stopped", "colleague"), ("withdrawal.stopped", "first")} <= new_messages()
    approve(town, officers, submission)
    let_pass(town, timedelta(minutes=11))
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    work(town)
    done = {("withdrawal.done", name) for name in ("colleague", "first", "second", "clerk")}
    assert done <= new_messages()


def is_set_aside_by_the_head(town: City, officers: Officers) -> None:
    submission = started(officers.browser("clerk"))
    let_pass(town, timedelta(days=8))
    held_periods.remind.call()
    held_periods.remind.call()
    assert new_messages() == {("submission.quiet", "clerk")}
    let_pass(town, timedelta(days=7))
    held_periods.remind.call()
    approvers = {("submission.held-long", name) for name in ("first", "second", "third")}
    assert new_messages() == {("submission.quiet", "clerk"), *approvers}
    # A colleague who wants the period is told in whose hands it is, and asks the head of the unit.
    refused = officers.browser("colleague").post("/en/desk/u/new", {"dataset": "deals", "period": "1403"})
    assert refused.status_code == 409
    assert "نام clerk has held this period since" in re.sub(r"<[^>]+>", "", refused.content.decode())
    head = officers.browser("first")
    page = head.get("/desk/periods").content.decode()
    assert "در دست نام clerk از" in re.sub(r"<[^>]+>", "", page)
    said = {"submission": str(submission.pk), "expected_revision": str(the(submission).revision), "reason": ""}
    assert head.post("/desk/periods", said).status_code == 422
    assert officers.browser("colleague").post("/desk/periods", said | {"reason": "x"}).status_code == 403
    assert head.post("/desk/periods", said | {"reason": "در مرخصی است"}).status_code == 302
    assert new_messages() == {("submission.freed", "clerk")}
    assert "در مرخصی است" in officers.browser("clerk").get(f"/desk/u/{submission.pk}").content.decode()
    assert head.post("/desk/periods", said | {"reason": "باز"}).status_code in (409, 422)
    started(officers.browser("colleague"))


def talks(town: City, officers: Officers) -> None:
    submission = sends(town, officers)
    clerk, first = officers.browser("clerk"), officers.browser("first")
    address = f"/desk/u/{submission.pk}/talk"
    assert clerk.post(address, {"words": "کد C-3 همان قرارداد پارسال است"}).status_code == 302
    assert new_messages() == {("submission.comment", name) for name in ("first", "second", "third")}
    assert first.post(address, {"words": "پس شماره‌اش را هم بنویسید"}).status_code == 302
    assert new_messages() == {("submission.comment", "clerk")}
    page = first.get(address).content.decode()
    assert page.index("پارسال") < page.index("شماره‌اش")
    assert first.post(address, {"words": " "}).status_code == 422
    long = first.post(address, {"words": "x" * 3_000})
    assert (long.status_code, "x" * 3_000 in long.content.decode()) == (422, True)
    assert officers.browser("stranger").get(address).status_code == 404
    assert officers.browser("stranger").post(address, {"words": "x"}).status_code == 404
    # Nothing that was open elsewhere goes stale by it, and the approval stands for what was seen.
    assert first.post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    acts = Act.objects.filter(verb="submission.comment", subject=f"submission:{submission.pk.hex}")
    assert acts.count() == 2
    assert "پارسال" not in "".join(acts.values_list("facts", flat=True))


def asks_for_an_erasure(town: City, officers: Officers) -> None:
    published(town, officers, GOOD)
    new_messages()
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    rows = pq.read_table(town.release_store.release("deals", "1403", 1).parts()[0], columns=["_row"])[0]
    asked = {"rows": str(rows[0].as_py()), "code": "personal-data", "note": ""}
    assert keeper.post("/desk/erase/deals/1403/1", asked).status_code == 302
    assert new_messages() == {("erasure.asked", name) for name in ("first", "second", "third")}
    submission = Submission.objects.get(kind="erasure")
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    work(town)
    assert {("erasure.done", name) for name in ("keeper", "first", "clerk")} <= new_messages()


def plans_a_publication(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk)
    post(clerk, submission, "sent", digest=submission.digest, note="", publish_on="1403/06/01")
    approve(town, officers, submission)
    assert ("submission.planned", "clerk") in new_messages()
    stop = {"expected_revision": the(submission).revision}
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/stop", stop).status_code == 302
    assert ("submission.unplanned", "clerk") in new_messages()


SCENES: Final[dict[Callable[[City, Officers], Any], tuple[str, ...]]] = {
    sends: ("submission.sent",),
    sends_what_nobody_approves: ("submission.nobody",),
    returns: ("submission.returned",),
    refuses: ("submission.refused",),
    approves: ("submission.approved", "submission.released", "submission.taken-back"),
    fails_to_publish: ("submission.stuck",),
    is_brought_back: ("submission.brought-back",),
    sends_no_table: ("submission.unread",),
    is_held: ("submission.held", "submission.held-of-yours", "submission.waived"),
    is_unbalanced: ("submission.unbalanced", "submission.overridden"),
    is_set_aside_by_the_head: ("submission.quiet", "submission.held-long", "submission.freed"),
    talks: ("submission.comment",),
    asks_for_an_erasure: ("erasure.asked", "erasure.done"),
    plans_a_publication: ("submission.planned", "submission.unplanned"),
    asks_for_a_withdrawal: (
        "withdrawal.asked", "withdrawal.told", "withdrawal.approved", "withdrawal.stopped", "withdrawal.done",
    ),
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_each_is_told_to_whom_it_is_for(town: City, officers: Officers, scene: Callable[[City, Officers], Any]) -> None:
    scene(town, officers)


# What is told of the files of a batch, tests/apps/desk/test_file_batches.py.
OF_BATCHES: Final = {"batch.sent", "batch.nobody", "batch.approved", "batch.released"}


def test_no_kind_is_without_a_scene() -> None:
    of_scenes = {code for codes in SCENES.values() for code in codes}
    assert of_scenes | OF_BATCHES == {kind.code for kind in notice_kinds.KINDS}


# What an officer does to a submission and nobody is told of: nobody else waits for it.
SILENT: Final = {
    "submission.create": "the period is held, which the page of periods shows",
    "submission.view": "nothing changes",
    "submission.comment": "told where it is written (`comments.write`)",
    "submission.edit": "it is in the hands of whoever does it",
    "release.correct": "a new submission begins",
    "release.erase": "told where it is asked for and where it is done (`erasures`, `publication`)",
    "original.read": "the audit trail tells it",
}


def test_no_act_on_a_submission_is_silent_without_a_reason() -> None:
    acts = {
        verb for verb in POLICY if verb.partition(".")[0] in ("submission", "release", "privacy", "balance", "original")
    }
    assert acts == set(notices.TOLD) | set(SILENT)


def test_what_is_decided_is_no_longer_announced_as_waiting(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"))
    waiting = OutboxMessage.objects.filter(kind="submission.sent")
    assert waiting.count() == 3
    assert post(officers.browser("clerk"), submission, "act/call-back").status_code == 302
    assert not waiting.exists()


def test_the_way_of_a_submission_by_a_real_mail_server(town: City, officers: Officers, settings: Any) -> None:
    kept = Kept()
    for name, user in officers.people.items():
        User.objects.filter(pk=user.pk).update(email=f"{name}@city.example")
    settings.ORIGIN = "https://city.example"
    with serving(settings, kept):
        submission = sent(town, officers.browser("clerk"))
        work(town)
        approve(town, officers, submission)
        work(town)
    asked = kept.to("first@city.example")
    assert [str(letter["Subject"]).strip() for letter in asked] == [
        "شهر ساختگی: «قراردادهای ساختگی، ۱۴۰۳» منتظر تأیید شماست"
    ]
    assert f"https://city.example/desk/approve/{submission.pk}" in body(asked[0])
    assert ["منتشر شد" in str(letter["Subject"]) for letter in kept.to("clerk@city.example")][-1]
    everything = "".join(f"{letter['Subject']}{body(letter)}" for _, letter in kept.letters)
    secrets = ("پیاده‌رو", HOSTILE, "یادداشت", "نام clerk", "1500000", "۱٬۵۰۰٬۰۰۰")
    assert not [word for word in secrets if word in everything]
