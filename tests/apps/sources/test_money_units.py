"""Units of money where nobody can be asked: the file is held for a person, unless its source has said the unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from tests.apps.accounts.people import signed_in
from tests.apps.desk.deals import GOOD, workbook
from tests.apps.desk.town import found_in, post, the, yes
from tests.apps.sources.senders import Senders
from tests.apps.sources.test_watched_folder import Share

from ayan.apps.desk.models import SubmissionState
from ayan.apps.sources.models import Source
from ayan.wiring.city import City

TOMANS = workbook(GOOD, sheets=("ارقام به تومان",))


def test_a_file_that_names_another_unit_waits_for_a_clerk(town: City, senders: Senders) -> None:
    senders.confirmed()
    _, text = senders.token(senders.source())
    answer = senders.send(text, TOMANS)
    senders.work()
    said = senders.ask(text, answer.said["id"]).said
    assert (said["state"], said["reason"]) == ("waiting", "units")
    (issue,) = (issue for issue in said["issues"] if issue["severity"] == "error")
    assert (issue["code"], issue["field"]) == ("unit-mismatch", "amount")
    assert "the name of the sheet: toman" in issue["title_en"]
    submission = senders.submission()
    assert (submission.state, submission.digest) == (SubmissionState.DRAFT, "")
    clerk = senders.officers.browser("clerk")
    assert "واحد پول ستونی روشن نیست" in clerk.get("/desk/").content.decode()
    (cause,) = found_in(submission).errors
    assert post(clerk, submission, "fix/mend", cause=cause.id, do="unit", unit="toman").status_code == 302
    senders.work()
    post(clerk, submission, "sent", digest=the(submission).digest, note="به تومان بود")
    senders.officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    senders.work()
    (part,) = town.release_store.release("deals", "1403", 1).parts()
    assert pq.read_table(part)["amount"].to_pylist() == [15_000_000, 20_000_000, 30_000_000]


def test_a_folder_holds_it_too(town: City, senders: Senders, tmp_path: Path, settings: Any) -> None:
    settings.ARRIVALS = tmp_path / "arrivals"
    share = Share(senders, tmp_path / "arrivals")
    senders.confirmed()
    share.put("قراردادها-۱۴۰۳.xlsx", TOMANS)
    assert share.looked() == ("arrived",)
    senders.work()
    assert (senders.arrival().code, senders.submission().state) == ("units", SubmissionState.DRAFT)
    assert "واحد پول" in share.note(
        "held" if share.inside("held") else "waiting" if share.inside("waiting") else "done"
    )


def test_a_source_says_its_unit_and_then_it_goes_on(town: City, senders: Senders) -> None:
    senders.confirmed()
    source = senders.source()
    admin = signed_in(senders.admin)
    page = admin.get(f"/desk/sources/{source.slug}").content.decode()
    assert "طبق تعریف داده: ریال" in page
    wrong = {"dataset": "deals", "unit:subject": "toman"}
    assert admin.post(f"/desk/sources/{source.slug}/act/units", wrong).status_code == 422
    said = admin.post(f"/desk/sources/{source.slug}/act/units", {"dataset": "deals", "unit:amount": "toman"})
    assert said.status_code == 302
    assert Source.objects.get().units == {"deals": {"amount": "toman"}}
    _, text = senders.token(source)
    senders.send(text, TOMANS)
    senders.work()
    submission = senders.submission()
    assert submission.state == SubmissionState.SENT
    senders.officers.browser("first").post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    senders.work()
    release = town.release_store.release("deals", "1403", 1)
    (part,) = release.parts()
    assert pq.read_table(part)["amount"].to_pylist() == [15_000_000, 20_000_000, 30_000_000]
    assert release.manifest["ayan"]["source"]["units"]["amount"]["unit"] == "toman"
