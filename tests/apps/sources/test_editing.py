"""Sources at the desk: changed, tried before they are saved, and their secrets entered there, kept and never shown."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from tests.apps.accounts.people import signed_in
from tests.apps.sources.senders import Senders

from ayan.apps.accounts.models import Act, Grant
from ayan.apps.sources import source_secrets, tasks
from ayan.apps.sources.models import Source
from ayan.apps.sources.source_secrets import EnteredSecret
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.wiring.city import City

PASSWORD = "hunter2-گذرواژه"
ADDRESS = f"postgresql://reader:{PASSWORD}@db.invalid/finance"
DATABASE = {
    "name": "سامانهٔ مالی (ساختگی)",
    "slug": "finance-db",
    "unit": "finance",
    "datasets": "deals",
    "query": "deals",
    "period": "current",
    "every": "60",
    "reason": "updated-source",
    "sends": "1",
}
WEB = {**DATABASE, "slug": "finance-url", "where": "https://files.example/deals.xlsx"}


@pytest.fixture
def admin(senders: Senders, town: City) -> Client:
    queries = town.home / "queries"
    queries.mkdir(exist_ok=True)
    (queries / "deals.sql").write_text("SELECT number FROM trial_deals WHERE year = :period", encoding="utf-8")
    return signed_in(senders.admin)


def reason() -> str:
    from ayan.core.store.correction_reason import USUAL

    return USUAL


def form(fields: dict[str, str], **more: str) -> dict[str, str]:
    return {**fields, "reason": reason(), **more}


def test_an_address_that_was_entered_is_kept_encrypted_and_shown_to_nobody(admin: Client, tmp_path: Path) -> None:
    answer = admin.post("/desk/sources/new?kind=database", form(DATABASE, entered=ADDRESS))
    assert answer.status_code == 302, answer.content.decode()
    source = Source.objects.get()
    assert source.where == ""
    assert PASSWORD not in source.locked
    opened = source_secrets.entered(source)
    assert opened is not None
    assert opened.text == ADDRESS
    for address in ("/desk/sources/finance-db", "/desk/sources/finance-db/edit", "/desk/sources/"):
        page = admin.get(address).content.decode()
        assert "hunter2" not in page
        assert "db.invalid" not in page
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "sources", "accounts.act", "sessions", output=str(dump))
    assert "hunter2" not in dump.read_text(encoding="utf-8")
    # An empty field keeps it; a variable takes its place.
    admin.post("/desk/sources/finance-db/edit", form(DATABASE, name="نام تازه", entered="", every="15"))
    source.refresh_from_db()
    assert (source.name, source.every) == ("نام تازه", 15)
    assert source.locked
    admin.post("/desk/sources/finance-db/edit", form(DATABASE, entered="", where="AYAN_SOURCE_DB_NAME"))
    source.refresh_from_db()
    assert (source.where, source.locked) == ("AYAN_SOURCE_DB_NAME", "")


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:////etc/passwd",
        "postgresql:///finance?host=/var/run/postgresql",
        "postgresql://reader:x@db.example/finance?options=-c",
        "mysql://reader:x@db.example/finance",
        "postgresql+psycopg://reader:x@db.example/finance",
        "hunter2",
        "postgresql://reader:x@db.example/" + "x" * 3_000,
    ],
)
def test_an_address_that_leads_elsewhere_is_not_taken(admin: Client, address: str) -> None:
    answer = admin.post("/desk/sources/new?kind=database", form(DATABASE, entered=address))
    assert answer.status_code == 422
    assert "hunter2" not in answer.content.decode()
    assert not Source.objects.exists()


def test_a_source_is_tried_before_it_is_saved_and_says_why_it_fails(
    admin: Client, town: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "finance.sqlite"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE trial_deals (year TEXT, number TEXT)")
    monkeypatch.setenv("AYAN_SOURCE_DB_NAME", f"sqlite:///{path}")
    said = form(DATABASE, where="AYAN_SOURCE_DB_NAME", do="try")
    page = admin.post("/desk/sources/new?kind=database", said).content.decode()
    assert "ستون‌ها: number" in page
    (town.home / "queries" / "deals.sql").write_text("SELECT absent FROM trial_deals", encoding="utf-8")
    assert "جدول یا ستونی" in admin.post("/desk/sources/new?kind=database", said).content.decode()
    answer = admin.post("/desk/sources/new?kind=database", form(DATABASE, entered=ADDRESS, do="try"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "میزبانی به این نام پیدا نشد" in page
    assert "hunter2" not in page
    inner = form(DATABASE, entered="postgresql://reader:hunter2@127.0.0.1/x", do="try")
    assert "شبکه‌ای درونی" in admin.post("/desk/sources/new?kind=database", inner).content.decode()
    assert not Source.objects.exists()
    assert "hunter2" not in caplog.text
    assert Act.objects.filter(verb="source.manage", subject="source:new").count() == 4


def test_a_header_goes_to_the_server_that_it_was_entered_for(admin: Client) -> None:
    answer = admin.post("/desk/sources/new?kind=url", form(WEB, entered="Bearer abc"))
    assert answer.status_code == 302, answer.content.decode()
    source = Source.objects.get()
    assert source_secrets.header_for(source) == "Bearer abc"
    # The same server, another file: it stays. Another server: it is to be entered again.
    moved = form(WEB, where="https://files.example/more.xlsx")
    assert admin.post("/desk/sources/finance-url/edit", moved).status_code == 302
    elsewhere = form(WEB, where="https://thief.example/deals.xlsx")
    for do in ("save", "try"):
        answer = admin.post("/desk/sources/finance-url/edit", elsewhere | {"do": do})
        assert answer.status_code == 422
        assert "کارساز دیگری" in answer.content.decode()
    source.refresh_from_db()
    assert source.where == "https://files.example/more.xlsx"
    source.where = "https://thief.example/"
    with pytest.raises(FetchOutcome):
        source_secrets.header_for(source)
    for wrong in ("postgresql://a:b@c/d", "سلام", "x" * 3_000):
        assert admin.post("/desk/sources/finance-url/edit", form(WEB, entered=wrong)).status_code == 422


def test_a_secret_of_another_key_stops_the_look_and_is_told(admin: Client, settings: Any) -> None:
    admin.post("/desk/sources/new?kind=database", form(DATABASE, entered=ADDRESS))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key, as long as it has to be", []
    source = Source.objects.get()
    assert source.locked != EnteredSecret(ADDRESS).locked()
    assert tasks.run_due(source.slug)[0].codes == ("secret-unopened",)


def test_what_a_source_may_send_follows_its_form(admin: Client, senders: Senders) -> None:
    source = senders.source()
    said = {"name": "تازه", "unit": "", "datasets": "deals", "reason": reason()}
    assert admin.post(f"/desk/sources/{source.slug}/edit", said).status_code == 302
    grant = Grant.objects.get(user=source.account)
    assert (grant.unit, grant.dataset, grant.role) == (None, "deals", "clerk")
    source.refresh_from_db()
    assert (source.slug, source.kind, source.sends) == ("finance-upload", "upload", False)


def test_nobody_else_changes_a_source(senders: Senders) -> None:
    source = senders.source()
    for name in ("clerk", "first"):
        browser = senders.officers.browser(name)
        assert browser.get(f"/desk/sources/{source.slug}/edit").status_code == 403
        assert browser.post(f"/desk/sources/{source.slug}/edit", {"name": "x"}).status_code == 403
