"""Nothing that was typed or sent is lost: by another form, a letter, a broken line, a second factor, another file."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from tests.apps.accounts.people import code, joined, signed_in
from tests.apps.accounts.people import officer as an_officer
from tests.apps.desk.deals import BAD, GOOD, workbook
from tests.apps.desk.town import Officers, counts, found_in, mapped, post, sent, started, the, upload, work
from tests.clocks import let_pass

from ayan.apps.accounts.limits import FRESH_SIGN_IN
from ayan.apps.accounts.models import Unit, User
from ayan.apps.accounts.roles import Role
from ayan.apps.desk.batches.batch_models import FileBatch
from ayan.apps.desk.files.uploads import incoming
from ayan.apps.desk.limits import MOST_FILES
from ayan.apps.desk.models import Submission
from ayan.apps.desk.selectors import mark_of
from ayan.wiring.city import City

WORDS = "نیمه‌کارهٔ من"


def fix_page(browser: Client, submission: Submission) -> str:
    return browser.get(f"/desk/u/{submission.pk}/fix").content.decode()


def kept(submission: Submission) -> str:
    """All that is kept of what anybody typed."""
    return json.dumps(the(submission).typed, ensure_ascii=False)


def fields_of(submission: Submission, **texts: str) -> dict[str, str]:
    """What the form of the page of problems sends: a new text for the wrong one of each field."""
    said: dict[str, str] = {}
    for cause in found_in(submission).errors:
        if cause.field in texts:
            (wrong,) = found_in(submission).values(cause.id).values
            mark = mark_of(cause, wrong.text)
            said |= {f"value:{mark}": texts[cause.field], f"old:{mark}": wrong.text, f"of:{mark}": cause.field}
    return said


def test_all_groups_are_one_form_and_one_step(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    said = fields_of(submission, amount="4500000", day="1403/12/20")
    assert len(said) == 6
    page = fix_page(clerk, submission)
    assert all(f'form="fixes" name="{name}"' in page for name in said)
    before = the(submission).steps.count()
    assert post(clerk, submission, "fix/mend", do="write", **said).status_code == 302
    work(town)
    assert (counts(submission)["errors"], the(submission).steps.count()) == (0, before + 1)


def test_a_decision_about_one_group_keeps_what_was_typed_about_another(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    days = next(cause for cause in found_in(submission).errors if cause.field == "day")
    said = fields_of(submission, amount=WORDS)
    leave = {f"reason:{mark_of(days)}": "تاریخ ندارد"}
    assert post(clerk, submission, "fix/mend", do=f"leave:{days.id}", **said, **leave).status_code == 302
    work(town)
    page = fix_page(clerk, submission)
    assert f'value="{WORDS}"' in page
    assert 'value="تاریخ ندارد"' not in page
    # Nobody else is shown it, and once it is written it is kept no more.
    assert WORDS not in fix_page(officers.browser("colleague"), submission)
    post(clerk, submission, "fix/mend", do="write", **fields_of(submission, amount="4500000"))
    work(town)
    assert WORDS not in kept(submission)


def test_a_refusal_gives_every_text_back(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD)
    said = fields_of(submission, amount=WORDS, day="1403/12/20")
    stale = clerk.post(f"/desk/u/{submission.pk}/fix/mend", {"expected_revision": 1, "do": "write", **said})
    assert stale.status_code == 409
    assert f'value="{WORDS}"' in stale.content.decode()
    assert 'value="1403/12/20"' in stale.content.decode()


def test_a_letter_takes_nothing_of_the_note(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk)
    letter = upload(b"%PDF-1.7 letter", "letter.pdf")
    # With the form that the page has, and with one that knows nothing of the note.
    assert post(clerk, submission, "letter", letter=letter, note=WORDS).status_code == 302
    assert WORDS in clerk.get(f"/desk/u/{submission.pk}/send").content.decode()
    letter = upload(b"%PDF-1.7 letter", "letter.pdf")
    assert post(clerk, submission, "letter", letter=letter).status_code == 302
    assert WORDS in clerk.get(f"/desk/u/{submission.pk}/send").content.decode()
    # A letter that was chosen and not added is not left behind without a word.
    digest = the(submission).digest
    forgotten = post(clerk, submission, "sent", digest=digest, note=WORDS, letter="letter.pdf")
    assert forgotten.status_code == 422
    assert WORDS in forgotten.content.decode()
    assert post(clerk, submission, "sent", digest=digest, note=WORDS).status_code == 302
    assert (the(submission).note, the(submission).letter_name) == (WORDS, "letter.pdf")


@pytest.mark.parametrize(
    ("form", "fields", "page"),
    [
        ("send", {"note": WORDS}, "send"),
        ("columns", {"column:subject": "5"}, "columns"),
        ("fix", {"partial": WORDS}, "fix"),
    ],
)
def test_each_form_of_a_clerk_is_kept_for_its_writer(
    town: City, officers: Officers, form: str, fields: dict[str, str], page: str
) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, BAD if form == "fix" else GOOD)
    assert post(clerk, submission, "typed", form=form, **fields).json() == {"kept": True}
    shown = officers.browser("clerk").get(f"/desk/u/{submission.pk}/{page}").content.decode()
    assert WORDS in shown or '<option value="5" selected' in shown
    assert officers.browser("stranger").post(f"/desk/u/{submission.pk}/typed", {"form": form}).status_code == 404
    # What was typed about one file means nothing for another; the note goes on.
    post(clerk, submission, "file", file=upload(workbook(BAD)))
    forms = the(submission).typed[str(officers.people["clerk"].pk)]
    assert (form in forms) is (form == "send")


def test_what_an_approver_writes_is_kept_until_it_is_sent(town: City, officers: Officers) -> None:
    submission = sent(town, officers.browser("clerk"))
    first = officers.browser("first")
    assert post(first, submission, "typed", form="decide", words=WORDS, row="3").json() == {"kept": True}
    assert WORDS in officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert WORDS not in officers.browser("second").get(f"/desk/approve/{submission.pk}").content.decode()
    first.post(f"/desk/approve/{submission.pk}/return", {"expected_revision": the(submission).revision, "words": WORDS})
    assert WORDS not in kept(submission)


# --- files --------------------------------------------------------------------------------------------------------


def begin(browser: Client, submission: Submission, data: bytes, name: str = "deals.xlsx") -> Any:
    about = {"name": name, "size": len(data), "modified": "1"}
    return browser.post(f"/desk/u/{submission.pk}/pieces", about)


def patch(browser: Client, address: str, offset: int, piece: bytes) -> Any:
    kind = "application/offset+octet-stream"
    return browser.patch(address, piece, content_type=kind, headers={"Upload-Offset": str(offset)})


def test_a_file_goes_on_where_the_line_broke(town: City, officers: Officers) -> None:
    clerk, data = officers.browser("clerk"), workbook(GOOD)
    submission = started(clerk)
    begun = begin(clerk, submission, data).json()
    half = len(data) // 2
    assert patch(clerk, begun["address"], 0, data[:half]).json() == {"offset": half}
    # Another browser of the same officer, the same file: what has arrived is not sent again.
    other = officers.browser("clerk")
    again = begin(other, submission, data).json()
    assert (again["id"], again["offset"]) == (begun["id"], half)
    assert other.get(begun["address"]).headers["Upload-Offset"] == str(half)
    assert patch(other, begun["address"], 0, data[:half]).status_code == 409
    early = post(other, submission, "file", upload=begun["id"])
    assert "هنوز کامل نرسیده" in early.content.decode()
    assert patch(other, begun["address"], half, data[half:]).json() == {"offset": len(data)}
    assert post(other, submission, "file", upload=begun["id"]).status_code == 302
    work(town)
    assert "ساخت پیاده‌رو" in clerk.get(f"/desk/u/{submission.pk}/file").content.decode()
    assert [*incoming().glob("*")] == []


def test_pieces_are_for_their_officer_and_their_submission_and_bounded(
    town: City, officers: Officers, settings: Any
) -> None:
    clerk, data = officers.browser("clerk"), workbook(GOOD)
    submission, other = started(clerk), started(clerk, "1404")
    begun = begin(clerk, submission, data).json()
    for browser in (officers.browser("colleague"), officers.browser("first"), officers.browser("stranger")):
        assert patch(browser, begun["address"], 0, b"x").status_code == 404
        assert browser.get(begun["address"]).status_code == 404
    elsewhere = begun["address"].replace(str(submission.pk), str(other.pk))
    assert patch(clerk, elsewhere, 0, b"x").status_code == 404
    assert patch(clerk, begun["address"], 0, data + b"more").status_code == 413
    assert begin(officers.browser("first"), submission, data).status_code == 404
    assert begin(clerk, submission, b"").status_code == 422
    settings.UPLOAD_BYTES = 10
    too_large = begin(clerk, submission, data)
    assert (too_large.status_code, "مگابایت" in too_large.json()["why"]) == (413, True)
    settings.UPLOAD_BYTES = 1 << 20
    # Another file takes its place, and what a browser never finished is swept with the rest.
    begin(clerk, submission, data + b"other")
    assert len([*incoming().glob("*")]) == 1
    sealed = sent(town, clerk, period="1402")
    assert begin(clerk, sealed, data).status_code == 422


def test_files_of_a_batch_go_on_where_the_line_broke(town: City, officers: Officers, settings: Any) -> None:
    clerk = officers.browser("clerk")
    files = {f"{year}.xlsx": workbook([(f"C-{year}", "کار", "1000", f"{year}/02/11", "")]) for year in (1401, 1402)}
    total = sum(map(len, files.values()))

    def of_batch(browser: Client, name: str, **more: Any) -> Any:
        about = {"name": name, "size": len(files[name]), "modified": "1", "files": len(files), "total": total}
        return browser.post("/desk/many/pieces", about | more)

    begun = {name: of_batch(clerk, name).json() for name in files}
    for name, data in files.items():
        assert patch(clerk, begun[name]["address"], 0, data[:100]).json() == {"offset": 100}
    # What has arrived of each is not sent again, and is nobody else's.
    assert {name: of_batch(clerk, name).json()["offset"] for name in files} == dict.fromkeys(files, 100)
    assert patch(officers.browser("colleague"), begun["1401.xlsx"]["address"], 100, b"x").status_code == 404
    said = {"dataset": "deals", "upload": [each["id"] for each in begun.values()]}
    assert "هنوز کامل نرسیده" in clerk.post("/desk/many", said).content.decode()
    for name in files:
        begun[name] = of_batch(clerk, name).json()
        assert patch(clerk, begun[name]["address"], begun[name]["offset"], files[name][begun[name]["offset"] :])
    # Without a dataset they stay where they are.
    said = {"dataset": "", "upload": [each["id"] for each in begun.values()]}
    assert clerk.post("/desk/many", said).status_code == 422
    assert clerk.post("/desk/many", said | {"dataset": "deals"}).status_code == 302
    assert list(FileBatch.objects.get().files.values_list("name", "period")) == [
        ("1401.xlsx", "1401"),
        ("1402.xlsx", "1402"),
    ]
    assert [*incoming().glob("*")] == []
    assert of_batch(clerk, "1401.xlsx", files=MOST_FILES + 1).status_code == 422
    settings.UPLOAD_BYTES = total - 1
    assert of_batch(clerk, "1401.xlsx").status_code == 413
    auditor = signed_in(an_officer("auditor", Role.AUDITOR, unit_slug=""))
    assert of_batch(auditor, "1401.xlsx").status_code == 403


# --- the second factor --------------------------------------------------------------------------------------------


def shown_again(browser: Client, answer: Any, whom: User, secret: str) -> Any:
    """Show the second factor once more, and follow to where it leads."""
    assert "/desk/account/again" in answer["Location"]
    back = browser.post(answer["Location"], {"code": code(secret)})
    assert back.status_code == 302, back.content.decode()
    return browser.get(back["Location"])


def test_forms_outlive_the_second_factor(town: City, officers: Officers) -> None:
    chief = an_officer("chief", Role.ADMINISTRATOR, unit_slug="")
    secret = joined(chief)
    browser = signed_in(chief)
    let_pass(town, FRESH_SIGN_IN + timedelta(minutes=1))
    typed = {"username": "n.test", "name": "نسرین آزمون (ساختگی)", "email": "n@example.org", "phone": ""}
    # As a browser sends a form without a file.
    put_off = browser.post("/desk/people/", urlencode(typed), content_type="application/x-www-form-urlencoded")
    filled = shown_again(browser, put_off, chief, secret).content.decode()
    assert 'value="نسرین آزمون (ساختگی)"' in filled
    assert 'value="n@example.org"' in filled
    assert not User.objects.filter(username="n.test").exists()
    # It is filled once.
    assert "نسرین آزمون" not in browser.get("/desk/people/").content.decode()
    assert browser.get("/desk/kept").status_code == 302


def test_an_invitation_stays_until_it_was_handed_over(town: City, officers: Officers) -> None:
    chief = signed_in(an_officer("chief", Role.ADMINISTRATOR, unit_slug=""))
    typed = {"username": "n.test", "name": "نسرین (ساختگی)", "email": "", "phone": ""}
    page = chief.post("/desk/people/", typed)["Location"]
    link = re.compile(r"/desk/join/[\w-]+")
    (first,) = set(link.findall(chief.get(page).content.decode()))
    unit = Unit.objects.get(slug="finance")
    chief.post(page, {"role": "clerk", "unit": unit.slug, "dataset": ""})
    assert first in chief.get(page).content.decode()
    chief.post(f"{page}/link-taken")
    assert not link.search(chief.get(page).content.decode())
    # A link that was ended meanwhile is not offered.
    chief.post(f"{page}/invite")
    assert link.search(chief.get(page).content.decode())
    User.objects.get(username="n.test").invitations.all().delete()
    assert not link.search(chief.get(page).content.decode())


def test_who_changed_it_meanwhile_is_told_apart_from_oneself_in_another_tab(town: City, officers: Officers) -> None:
    clerk, colleague = officers.browser("clerk"), officers.browser("colleague")
    submission = mapped(town, clerk)
    columns = {"column:number": "1", "column:subject": "2", "column:amount": "3", "column:day": "4"}
    for actor, words in ((clerk, "خودتان در برگهٔ دیگری"), (colleague, "کس دیگری روی این پرونده")):
        seen = the(submission).revision
        assert post(actor, submission, "columns", **columns).status_code == 302
        stale = clerk.post(f"/desk/u/{submission.pk}/columns", {"expected_revision": seen, **columns})
        assert (stale.status_code, words in stale.content.decode()) == (409, True)
        work(town)
        assert the(submission).revision == seen + 1, "what came too late changed nothing"
