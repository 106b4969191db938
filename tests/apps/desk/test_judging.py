"""Whose yes counts and for what: withdrawals, hands that were undone, people who left, work that was cut short."""

from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from openpyxl import load_workbook
from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.apps.desk.town import (
    Officers,
    approve,
    counts,
    found_in,
    last_step,
    mapped,
    post,
    published,
    sent,
    the,
    upload,
    work,
    yes,
)
from tests.clocks import let_pass

from ayan.apps.accounts.models import Act, Grant
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.session_store import SessionStore
from ayan.apps.desk import limits as desk_limits
from ayan.apps.desk import tasks as put_off
from ayan.apps.desk.approval import draft_comparison
from ayan.apps.desk.models import Submission, SubmissionState, TaskState
from ayan.apps.desk.releases import publication
from ayan.config import limits as config_limits
from ayan.config import tasks
from ayan.core.publish.difference import StoredDifference, stored_difference
from ayan.core.publish.pending_draft import PendingDraft, discard_pending
from ayan.core.refine import roundtrip
from ayan.core.schema.definition import Dataset
from ayan.wiring.city import City


def asked(town: City, officers: Officers) -> Submission:
    """A withdrawal that waits for approval."""
    published(town, officers, GOOD)
    clerk = officers.browser("clerk")
    assert clerk.post("/desk/withdraw/deals/1403/1", {"code": "wrong-data", "note": "اشتباه"}).status_code == 302
    return Submission.objects.get(kind="withdrawal")


def test_a_withdrawal_takes_no_data_and_can_only_be_sent_again_or_set_aside(town: City, officers: Officers) -> None:
    submission, clerk = asked(town, officers), officers.browser("clerk")
    assert post(clerk, submission, "act/call-back").status_code == 302
    digest = the(submission).digest
    assert post(clerk, submission, "file", file=upload(workbook(GOOD))).status_code in (302, 422)
    assert post(clerk, submission, "sheet", sheet="", header_row="").status_code in (302, 422)
    assert post(clerk, submission, "act/try-again").status_code == 422
    assert (the(submission).steps.count(), the(submission).digest) == (0, digest)
    page = clerk.get(f"/desk/u/{submission.pk}").content.decode()
    assert "بگویید هر ستون چیست" not in page
    assert clerk.get(f"/desk/u/{submission.pk}/send").status_code == 200
    assert post(clerk, submission, "sent", digest=digest, note="دوباره").status_code == 302
    approve(town, officers, submission)
    assert town.release_store.release("deals", "1403", 1).withdrawn


def test_nothing_is_withdrawn_by_approvals_of_something_else(town: City, officers: Officers) -> None:
    submission = asked(town, officers)
    Submission.objects.filter(pk=submission.pk).update(digest="ab" * 32)
    approve(town, officers, submission)
    assert not town.release_store.release("deals", "1403", 1).withdrawn
    assert the(submission).state == SubmissionState.RETURNED


def test_a_step_that_was_undone_and_a_waived_hit_make_contributors_too(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    both = officer("both", Role.CLERK)
    Grant.objects.create(user=both, role=Role.APPROVER, unit=Grant.objects.get(user=both).unit)
    submission = mapped(town, clerk)
    number = last_step(submission).number
    for turn in ("undo", "redo"):
        assert post(signed_in(both), submission, f"act/{turn}", number=number).status_code == 302
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    answer = signed_in(both).post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    assert answer.status_code == 403
    assert the(submission).approvals.count() == 0


def test_the_yes_of_who_lost_the_post_no_longer_counts_and_a_second_click_is_no_act(
    town: City, officers: Officers
) -> None:
    submission = sent(town, officers.browser("clerk"))
    say = yes(submission)
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", say).status_code == 302
    before = (the(submission).revision, Act.objects.count())
    assert officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", say).status_code == 302
    assert (the(submission).revision, Act.objects.filter(verb="submission.approve").count()) == (before[0], 1)
    Grant.objects.filter(user=officers.people["first"]).delete()
    officers.browser("second").post(f"/desk/approve/{submission.pk}/yes", say)
    assert the(submission).state == SubmissionState.SENT
    officers.browser("third").post(f"/desk/approve/{submission.pk}/yes", say)
    assert the(submission).state == SubmissionState.APPROVED
    work(town)
    assert the(submission).state == SubmissionState.PUBLISHED


def test_an_approval_asks_once_whether_it_is_allowed(town: City, officers: Officers) -> None:
    """And once more whether those who said yes before still may, however many they are."""
    submission = sent(town, officers.browser("clerk"))
    grants_asked = []
    for name in ("first", "second"):
        browser = officers.browser(name)
        with CaptureQueriesContext(connection) as queries:
            assert browser.post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
        grants_asked.append(sum(f'FROM "{Grant._meta.db_table}"' in query["sql"] for query in queries))
    assert the(submission).state == "approved"
    assert grants_asked == [1, 2]


def test_sealing_that_is_cut_short_is_told_and_can_be_tried_again(town: City, officers: Officers) -> None:
    assert desk_limits.MOST_TRIES < config_limits.MOST_TRIES
    submission = sent(town, officers.browser("clerk"))
    for name in ("first", "second"):
        officers.browser(name).post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    DBTaskResult.objects.filter(task_path__endswith="publish").update(worker_ids=["a", "b", "c"])
    work(town)
    assert the(submission).work == TaskState.FAILED
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    assert post(keeper, submission, "act/seal-again").status_code == 403
    assert post(officers.browser("clerk"), submission, "act/seal-again").status_code == 302
    work(town)
    assert the(submission).state == SubmissionState.PUBLISHED


def test_nothing_is_called_taken_back_while_it_stands(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = published(town, officers, GOOD)
    let_pass(town, timedelta(minutes=1))
    post(clerk, submission, "act/take-back")
    page = clerk.get(f"/desk/u/{submission.pk}").content.decode()
    assert "هنوز همگانی است" in page
    assert "پس گرفته شده است" not in page
    DBTaskResult.objects.filter(task_path__endswith="retract").update(worker_ids=["a", "b", "c"])
    work(town)
    assert not town.release_store.release("deals", "1403", 1).withdrawn
    assert "take-back-again" in clerk.get(f"/desk/u/{submission.pk}").content.decode()
    publication.retract_left.enqueue()
    work(town)
    release = town.release_store.release("deals", "1403", 1)
    assert release.withdrawn
    assert town.release_store.tombstone(release).by.startswith("کارشناس داده")
    assert the(submission).work == TaskState.IDLE
    assert "پس گرفته شده است" in clerk.get(f"/desk/u/{submission.pk}").content.decode()


def test_whatever_is_sent_back_as_bad_rows_is_refused_in_words(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    before = counts(submission)
    for data in (b"%PDF-1.7 nothing", b"", workbook(GOOD), b"PK\x03\x04 broken"):
        assert post(clerk, submission, "fix/returned", rows=upload(data, "rows.xlsx")).status_code == 302, data[:8]
        work(town)
        page = clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
        assert "کار انجام نشد" in page, data[:8]
        assert (counts(submission), the(submission).steps.filter(kind="fix").count()) == (before, 0)


def test_bad_rows_are_given_out_on_the_record(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"), BAD)
    officers.browser("first").get(f"/desk/u/{submission.pk}/fix/rows.xlsx").close()
    act = Act.objects.filter(verb="original.read").get()
    assert "bad_rows" in act.facts


def test_forms_that_no_page_of_ours_sends_are_refused(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    cause = next(cause for cause in found_in(submission).errors if cause.field == "day")
    assert post(clerk, submission, "fix/mend", cause=cause.id, **{"cell:1": "x"}).status_code == 422
    assert post(clerk, submission, "typed", form="another", note="x").status_code == 422
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    for odd in ("متن", "x" * 300, "f" * 64):
        assert post(keeper, submission, "fix/waive", fingerprint=odd, reason="workplace").status_code == 422
    assert the(submission).waivers.count() == 0


def test_the_trail_holds_no_bare_digest_of_a_file(town: City, officers: Officers) -> None:
    submission = mapped(town, officers.browser("clerk"))
    facts = Act.objects.filter(subject__contains=submission.pk.hex, facts__contains="size").get().facts
    assert "sha256" not in facts
    assert '"file":"h-' in facts


def test_of_many_files_in_one_form_only_the_first_is_taken(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk)
    before = the(submission).steps.count()
    many = [upload(workbook(GOOD), "first.xlsx"), *(upload(b"x" * 2_000, f"{n}.xlsx") for n in range(5))]
    assert post(clerk, submission, "file", file=many).status_code == 302
    assert the(submission).steps.count() == before + 1
    assert last_step(submission).payload["name"] == "first.xlsx"


def test_no_text_of_a_cell_outlives_the_submission(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    cause = next(cause for cause in found_in(submission).errors if cause.field == "amount")
    post(clerk, submission, "fix/mend", cause=cause.id, **{"old:0": "نامعلوم", "value:0": "4500000"})
    post(clerk, submission, "typed", form="send", note="نیمه‌کاره")
    post(clerk, submission, "act/set-aside")
    put_off.tidy.enqueue()
    work(town)
    assert the(submission).typed == {}
    kept = the(submission).steps.get(kind="fix").payload
    assert kept == {"fixes": [{"kind": "replace", "field": "amount"}], "emptied": True}
    assert "۱ تصمیم دربارهٔ خانه‌ها" in clerk.get(f"/desk/u/{submission.pk}").content.decode()
    assert post(clerk, submission, "typed", form="send", note="دیر").status_code == 422


def test_more_new_texts_than_one_workbook_may_bring_are_refused_and_none_is_lost(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    answer = clerk.get(f"/desk/u/{submission.pk}/fix/rows.xlsx")
    book = load_workbook(io.BytesIO(answer.getvalue()))
    for line in book.active.iter_rows(min_row=2):
        for cell in line:
            if cell.value == "نامعلوم":
                cell.value = f"{cell.row}000"
    out = io.BytesIO()
    book.save(out)
    monkeypatch.setattr(roundtrip, "MOST_DECISIONS", 1)
    before = the(submission).steps.count()
    assert post(clerk, submission, "fix/returned", rows=upload(out.getvalue(), "rows.xlsx")).status_code == 302
    work(town)
    assert the(submission).steps.count() == before
    assert the(submission).trouble


def test_a_letter_that_is_refused_is_not_kept(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk)
    letter = {"expected_revision": the(submission).revision + 7, "letter": upload(b"%PDF-1.7", "x.pdf")}
    assert clerk.post(f"/desk/u/{submission.pk}/letter", letter).status_code in (409, 422)
    assert not list((town.home / "originals" / "letters").glob("*"))


def test_an_approval_is_of_the_note_and_the_letter_that_were_read(town: City, officers: Officers) -> None:
    clerk, first = officers.browser("clerk"), officers.browser("first")
    submission = sent(town, clerk)
    stale = yes(submission)
    assert stale["reviewed_digest"] in first.get(f"/desk/approve/{submission.pk}").content.decode()
    assert first.post(f"/desk/approve/{submission.pk}/yes", {"digest": stale["digest"]}).status_code == 422
    assert first.post(f"/desk/approve/{submission.pk}/yes", stale).status_code == 302
    # The same rows with another note, and then with a letter: the yes that was given is of neither.
    for turn in ("note", "letter"):
        assert post(clerk, submission, "act/call-back").status_code == 302
        if turn == "letter":
            letter = SimpleUploadedFile("نامه.pdf", b"%PDF-1.4 invented")
            assert post(clerk, submission, "letter", letter=letter, note="x").status_code == 302
        assert (
            post(clerk, submission, "sent", digest=the(submission).digest, note=f"یادداشتی دیگر {turn}").status_code
            == 302
        )
        assert the(submission).digest == stale["digest"]
        answer = first.post(f"/desk/approve/{submission.pk}/yes", stale)
        assert (answer.status_code, "یادداشت یا نامه" in answer.content.decode()) == (422, True)
        assert the(submission).approvals.count() == 0
        stale = yes(submission)
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED


def test_a_yes_to_another_note_does_not_count_however_it_came_to_stand(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"))
    for name in ("first", "second"):
        assert officers.browser(name).post(f"/desk/approve/{submission.pk}/yes", yes(submission)).status_code == 302
    Submission.objects.filter(pk=submission.pk).update(note="چیزی دیگر")
    work(town)
    assert town.release_store.releases("deals") == []
    assert the(submission).state == SubmissionState.RETURNED


def test_a_waiver_is_kept_so_that_nobody_can_guess_what_it_is_of(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, [*GOOD, ("C-7", "تماس با 09121234567", "100", "1403/05/01", "")])
    (held,) = {cause.fingerprint for cause in found_in(submission).errors if cause.fingerprint}
    keeper = signed_in(officer("keeper", Role.PRIVACY))
    said = post(keeper, submission, "fix/waive", fingerprint=held, reason="workplace")
    assert said.status_code == 302
    work(town)
    kept = the(submission).waivers.get()
    assert held not in (kept.fingerprint, kept.fingerprint.removeprefix("h-"))
    assert kept.fingerprint.startswith("h-")
    assert not found_in(the(submission)).errors
    assert the(submission).digest
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    approve(town, officers, submission)
    (release,) = town.release_store.releases("deals")
    assert "workplace" in str(release.manifest["ayan"]["waivers"])
    assert held not in str(release.manifest)


def test_nothing_that_was_written_stays_when_a_submission_is_over(town: City, officers: Officers) -> None:
    clerk, first = officers.browser("clerk"), officers.browser("first")
    submission, secret = sent(town, clerk), "نام و نشانی آقای ساختگی"
    back = {"expected_revision": the(submission).revision, "words": secret, "row": "3", "field": "amount"}
    assert first.post(f"/desk/approve/{submission.pk}/return", back).status_code == 302
    # A form that came after the session had ended is kept in the next one.
    let_pass(town, timedelta(minutes=31))
    typed = urlencode({"expected_revision": the(submission).revision, "row": "3", "field": "amount", "new": secret})
    form = "application/x-www-form-urlencoded"
    assert "sign-in" in clerk.post(f"/desk/u/{submission.pk}/fix/cell", typed, content_type=form)["Location"]
    assert [kept_text(session) for session in Session.objects.all()].count(secret) == 1
    again = officers.browser("clerk")
    put_off.tidy.enqueue()
    work(town)
    assert the(submission).remarks.get().words == secret, "it is still under way"
    assert post(again, submission, "act/set-aside").status_code == 302
    put_off.tidy.enqueue()
    work(town)
    assert the(submission).remarks.get().words == ""
    assert not any(kept_text(session) for session in Session.objects.all())
    assert secret not in again.get(f"/desk/u/{submission.pk}").content.decode()


def kept_text(session: Session) -> str:
    held = SessionStore().decode(session.session_data).get("kept") or {"fields": []}
    return next((text for name, text in held["fields"] if name == "new"), "")


def test_of_work_that_failed_the_kind_and_the_places_are_kept_and_no_words(town: City, officers: Officers) -> None:
    cell = "کد ملی 0499370899"
    put_off.compute.enqueue(cell, 1)
    work(town)
    result = DBTaskResult.objects.get(task_path__endswith="compute", status="FAILED")
    assert result.exception_class_path == "django.core.exceptions.ValidationError"
    assert "desk/tasks.py" in result.traceback
    assert cell not in result.traceback
    assert "0499370899" not in result.traceback
    DBTaskResult.objects.filter(pk=result.pk).update(traceback=f"Traceback … ValueError: {cell}")
    tasks.forget_words()
    assert cell not in DBTaskResult.objects.get(pk=result.pk).traceback


def test_who_waives_a_hit_may_not_judge_and_who_had_a_hand_may_not_waive(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    rows = [
        *GOOD,
        ("C-7", "تماس با 09121234567", "100", "1403/05/01", ""),
        ("0499370899", "آسفالت", "200", "1403/05/02", ""),
    ]
    submission = mapped(town, clerk, rows)
    finance = Grant.objects.get(user=officers.people["clerk"]).unit
    both, sender = officer("both-keeper", Role.PRIVACY), officers.people["clerk"]
    Grant.objects.create(user=both, role=Role.APPROVER, unit=finance)
    Grant.objects.create(user=sender, role=Role.PRIVACY, unit=finance)
    approver = officers.people["first"]
    Grant.objects.create(user=approver, role=Role.PRIVACY, unit=finance)

    def marks() -> list[str]:
        return [cause.fingerprint for cause in found_in(the(submission)).errors if cause.fingerprint]

    held = marks()
    assert len(held) == 2
    assert post(clerk, submission, "fix/waive", fingerprint=held[0], reason="workplace").status_code == 404
    assert "fix/waive" not in clerk.get(f"/desk/u/{submission.pk}/fix").content.decode()
    keeper = signed_in(both)
    assert post(keeper, submission, "fix/waive", fingerprint=held[0], reason="workplace").status_code == 302
    work(town)
    # Having let one pass is no hand against letting the next one pass.
    (left,) = marks()
    assert post(keeper, submission, "fix/waive", fingerprint=left, reason="not-personal").status_code == 302
    work(town)
    post(clerk, submission, "sent", digest=the(submission).digest, note="")
    for verb, more in (("yes", yes(submission)), ("return", {"words": "x"}), ("no", {"reason": "x"})):
        said = keeper.post(
            f"/desk/approve/{submission.pk}/{verb}", {"expected_revision": the(submission).revision, **more}
        )
        assert said.status_code == 403, verb
    assert the(submission).state == SubmissionState.SENT
    # A privacy officer who let nothing pass and had no hand in it judges as any approver.
    approve(town, officers, submission)
    assert the(submission).state == SubmissionState.PUBLISHED
    assert not Act.objects.filter(verb="submission.approve", actor=both).exists()
    assert Act.objects.filter(verb="privacy.waive", actor=both).count() == 2


def test_a_draft_that_goes_while_its_page_is_drawn_is_left_out_of_the_page(
    town: City, officers: Officers, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = sent(town, officers.browser("clerk"), GOOD)

    def overtaken(pending: PendingDraft, dataset: Dataset) -> StoredDifference | None:
        told_before = stored_difference(pending, dataset)
        discard_pending(town.publish_context, pending.id)
        return told_before

    monkeypatch.setattr(draft_comparison, "stored_difference", overtaken)
    answer = officers.browser("first").get(f"/desk/approve/{submission.pk}")
    assert answer.status_code == 200
    assert not (town.home / "work" / "waiting" / the(submission).draft).exists()


def test_what_a_draft_that_0_2_0_left_waiting_changes_is_still_read(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"), GOOD)
    (summary,) = (town.home / "work" / "waiting" / the(submission).draft).rglob("summary.json")
    before = officers.browser("first").get(f"/desk/approve/{submission.pk}").content
    summary.rename(summary.with_name("told.json"))
    after = officers.browser("first").get(f"/desk/approve/{submission.pk}").content
    added = "ردیف تازه".encode()
    assert added in before
    assert after.count(added) == before.count(added)
