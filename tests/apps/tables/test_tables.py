"""Tables changed at the desk: asked for, judged by the loader, seen in what is published, confirmed by a second."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in, unit
from tests.apps.small_city import build, sheet

from ayan.apps.accounts.limits import ALONE_DELAY
from ayan.apps.accounts.models import Act, Duty, User
from ayan.apps.accounts.verbs import Role
from ayan.apps.desk.models import Submission
from ayan.apps.outbox.models import OutboxMessage
from ayan.apps.tables.models import TableChange
from ayan.apps.tables.tasks import enter_leaves
from ayan.cli.new_city import make_home
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.examination import examine
from ayan.core.schema.field import CodeEntry
from ayan.core.values.clock import FixedClock
from ayan.core.values.label import Label
from ayan.core.values.period import parse
from ayan.wiring import city, table_folder
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db

STATES = "/en/desk/tables/works/lists/states"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A city with releases, of its own for its tables are changed."""
    own = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


@pytest.fixture
def chief(town: City) -> Client:
    return signed_in(officer("chief", Role.ADMINISTRATOR))


@pytest.fixture
def second(town: City) -> Client:
    return signed_in(officer("second", Role.ADMINISTRATOR))


def page(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def words(answer: Any) -> str:
    """What a reader reads of a page, in one line, without the marks that hold words apart."""
    return " ".join(re.sub(r"<[^>]*>", " ", page(answer)).split())


def confirmed(second: Client, asked: Any) -> TableChange:
    """The change that was asked for, confirmed by somebody else."""
    assert asked.status_code == 302, words(asked)
    assert second.post(f"{asked['Location']}/confirm").status_code == 302
    return TableChange.objects.get(pk=int(asked["Location"].rsplit("/", 1)[1]))


def mark(browser: Client, file: str = "dataset.toml") -> str:
    """What the editor of a text says of the text that it was drawn with."""
    match = re.search(r'name="before" value="([^"]*)"', page(browser.get(f"/en/desk/tables/works/texts?file={file}")))
    assert match is not None
    return match[1]


def codes_of(town: City, slug: str, field: str) -> tuple[CodeEntry, ...]:
    """The codes of a column as the city declares them now."""
    choices = town.registry.declared(slug).field(field).choices
    assert choices is not None
    return choices.entries


def test_a_code_is_added_by_two_administrators_and_holds_at_once(town: City, chief: Client, second: Client) -> None:
    text = (town.home / "datasets/works/codes/states.toml").read_text(encoding="utf-8")
    asked = chief.post(STATES, {"fa": "متوقف", "en": "Stopped", "aliases": "راکد\nمتوقف شده\nراکد", "code": ""})
    change = TableChange.objects.get()
    assert change.files.keys() == {"codes/states.toml"}
    assert (town.home / "datasets/works/codes/states.toml").read_text(encoding="utf-8") == text
    assert chief.post(f"{asked['Location']}/confirm").status_code == 403
    seen = words(second.get(asked["Location"]))
    assert "Add “Stopped” to the list “State”" in seen
    assert "No published row is read otherwise or would be refused." in seen
    assert asked["Location"] in page(second.get("/en/desk/"))
    confirmed(second, asked)
    entry = codes_of(town, "works", "state")[-1]
    assert (entry.code, entry.label.fa, entry.aliases) == ("stopped", "متوقف", ("راکد", "متوقف شده"))
    # What was there stays as it was written.
    assert (town.home / "datasets/works/codes/states.toml").read_text(encoding="utf-8").startswith(text.rstrip())
    assert second.post(f"{asked['Location']}/confirm").status_code == 409
    assert OutboxMessage.objects.filter(kind="table.confirmed", user__username="chief").exists()
    assert {act.verb for act in Act.objects.filter(subject=f"table-change:{change.pk}")} == {
        "table.change", "table.confirm", "policy.refused",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"fa": "", "en": "Stopped"}, "fa", "Write this."),
        ({"fa": "متوقف", "en": "Stopped", "code": "خ"}, "code", "Write the code in small Latin letters"),
        ({"fa": "متوقف", "en": "Stopped", "until": "soon"}, "until", "Write a day of the Jalali calendar"),
        ({"fa": "متوقف", "en": "Stopped", "code": "open"}, "code", "This table has “open” already."),
        ({"fa": "متوقف", "en": "Stopped", "aliases": "جاری"}, "aliases", "جاری ” stands for two codes"),
        ({"fa": "متوقف", "en": "S" * 201}, "en", "200 characters at most"),
    ],
)
def test_what_the_loader_or_the_form_does_not_take_is_said_at_its_field(
    town: City, chief: Client, typed: dict[str, str], field: str, said: str
) -> None:
    answer = chief.post(STATES, typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'href="#{field}"' in page(answer)
    # What was typed is still there.
    assert all(
        f">{value}</textarea>" in page(answer) or f'value="{value}"' in page(answer)
        for value in typed.values()
        if value
    )
    assert not TableChange.objects.exists()


def test_what_becomes_of_published_rows_is_counted_before_anybody_confirms(
    town: City, chief: Client, second: Client
) -> None:
    counts = _states(town)
    renamed = chief.post(f"{STATES}/1", {"fa": "در جریان", "en": "Under way", "until": "۱۴۰۳/۱۲/۲۹"})
    seen = words(second.get(renamed["Location"]))
    assert f"{counts['open']} rows have a value in “State” that gets another name (“open”)" in seen
    assert f"{counts['open']} rows have this value in “State” (“open”) and stay as they are" in seen
    alone = '[[entry]]\ncode = "open"\nfa = "جاری"\nen = "open"\n'
    gone = chief.post(
        "/en/desk/tables/works/texts",
        {"file": "codes/states.toml", "before": mark(chief, "codes/states.toml"), "text": alone},
    )
    assert gone.status_code == 302, words(gone)
    assert f"{counts['done']} rows have a value in “State” that is no longer in its list" in words(
        second.get(gone["Location"])
    )


def _states(town: City) -> dict[str, int]:
    parts = [str(path) for release in town.release_store.snapshot("works").releases for path in release.parts()]
    rows = duckdb.execute("SELECT state, count(*) FROM read_parquet($1) GROUP BY 1", [parts]).fetchall()
    return {state: count for state, count in rows if state}


def test_a_retired_code_is_refused_in_later_periods_alone(town: City, chief: Client, second: Client) -> None:
    confirmed(second, chief.post(f"{STATES}/1", {"fa": "جاری", "en": "open", "until": "۱۴۰۳/۱۲/۲۹"}))
    declared = town.registry.declared("works")
    for year, taken in (("1403", {"open", "done"}), ("1404", {"done"})):
        choices = declared.taking(parse(year).start).field("state").choices
        assert choices is not None
        assert {each.code for each in choices.entries} == taken
    # So does whoever sends a file.
    for number, is_refused in ((1403, False), (1404, True)):
        file = town.home / f"{number}.csv"
        file.write_text(sheet(60, year=number), encoding="utf-8")
        with examine(town.publish_context, declared, file, ClerkDecisions(period=str(number))) as examined:
            assert ("not-in-list" in examined.refined.by_code()) is is_refused
    # What is published goes on being told by its name.
    assert "جاری" in page(Client().get("/data/works"))
    assert "until" in words(chief.get(STATES))


def test_columns_and_facts_are_changed_by_forms(town: City, chief: Client, second: Client) -> None:
    table = "/en/desk/tables/works"
    changed = {"label-fa": "مبلغ کل", "label-en": "Whole amount", "description-fa": "همه", "description-en": "All"}
    asked = chief.post(f"{table}/columns/amount", {**changed, "required": "1"})
    assert "Change the column “Whole amount”" in words(chief.get(asked["Location"]))
    confirmed(second, asked)
    field = town.registry.declared("works").field("amount")
    assert (field.label.en, field.required) == ("Whole amount", True)
    added = {"label-fa": "ناظر", "label-en": "Overseer", "kind": "text"}
    asked = chief.post(f"{table}/columns", added)
    assert re.search(r"[0-9]+ rows have no “overseer”: it is empty", words(chief.get(asked["Location"])))
    confirmed(second, asked)
    assert town.registry.declared("works").field("overseer").label.fa == "ناظر"
    assert "This table has “overseer” already." in words(chief.post(f"{table}/columns", added))
    # The key is always filled, whatever the form says.
    confirmed(
        second, chief.post(f"{table}/columns/number", {"label-fa": "شمارهٔ کار", "label-en": "Number of the work"})
    )
    facts = {
        "title-fa": "کارها", "title-en": "Jobs", "description-fa": "کارها", "description-en": "Jobs",
        "owner-fa": "واحد", "owner-en": "Unit", "cadence": "monthly", "grace": "۱۰", "approvals": "2",
    }  # fmt: skip
    assert chief.post(f"{table}/facts", {**facts, "approvals": "12"}).status_code == 422
    confirmed(second, chief.post(f"{table}/facts", facts))
    declared = town.registry.declared("works")
    assert (declared.title.en, declared.cadence, declared.grace_days, declared.approvals) == ("Jobs", "monthly", 10, 2)
    assert town.registry.problems() == ()


def test_balances_and_flags_are_texts_that_the_loader_judges(town: City, chief: Client, second: Client) -> None:
    table = "/en/desk/tables/works"
    begun = page(chief.get(f"{table}/texts?room=audits&name=round"))
    assert 'value="audits/round.toml"' in begun
    wrong = chief.post(f"{table}/texts", {"file": "audits/round.toml", "before": "", "text": "title = 1"})
    assert wrong.status_code == 422
    assert "works/audits/round.toml" in words(wrong)
    assert ">title = 1</textarea>" in page(wrong)
    for path in ("../ayan.toml", "codes/../../x.toml", "examples/a.toml", "audits/x.py"):
        assert chief.post(f"{table}/texts", {"file": path, "before": "", "text": "x = 1"}).status_code == 404
    balance = """
title = { fa = "مبلغ‌های گرد", en = "Round amounts" }
says = { fa = "هر مبلغ مضربی از ده ریال است.", en = "Each amount is a multiple of ten rials." }
parts = [{ fa = "شماره", en = "Number" }]
on_draft = "warn"
left = [{ of = "works", value = "sum(amount)", by = ["number"] }]
right = [{ of = "works", value = "sum(amount - amount % 10)", by = ["number"] }]
"""
    sent = {"file": "audits/round.toml", "before": "", "text": balance}
    change = confirmed(second, chief.post(f"{table}/texts", sent))
    assert [each.code for each in town.registry.balances().sound if each.code == "round"] == ["round"]
    # Who wrote over a text that has changed meanwhile is told, and the text that was taken away comes back.
    late = chief.post(f"{table}/texts", sent)
    assert late.status_code == 422
    assert "This text has changed meanwhile" in words(late)
    back = chief.post(f"/en/desk/tables/changes/{change.pk}/back")
    confirmed(second, back)
    assert not (town.home / "datasets/works/audits/round.toml").exists()


def test_a_change_of_what_others_lean_on_is_refused(town: City, chief: Client) -> None:
    table = "/en/desk/tables/works"
    text = table_folder.texts_of(town, "works")["dataset.toml"]
    broken = text.replace('name = "amount"', 'name = "cost"')
    answer = chief.post(f"{table}/texts", {"file": "dataset.toml", "before": mark(chief), "text": broken})
    assert answer.status_code == 422
    assert "amount" in words(answer)
    assert not TableChange.objects.exists()


def test_the_folder_goes_out_and_comes_in_as_an_archive(town: City, chief: Client, second: Client) -> None:
    table = "/en/desk/tables/works"
    sent = chief.get(f"{table}/table.zip").content
    with zipfile.ZipFile(io.BytesIO(sent)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(texts) >= {"works/dataset.toml", "works/codes/states.toml"}
    assert "Nothing is changed." in words(_bring(chief, texts))
    texts["works/codes/states.toml"] += '\n[[entry]]\ncode = "stopped"\nfa = "متوقف"\nen = "Stopped"\n'
    confirmed(second, _bring(chief, texts))
    assert codes_of(town, "works", "state")[-1].code == "stopped"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("works/../../evil.toml", "outside the folder"),
        ("/etc/evil.toml", "outside the folder"),
        ("works/..\\evil.toml", "outside the folder"),
        ("other/dataset.toml", "outside the folder"),
    ],
)
def test_an_archive_reaches_nothing_but_its_table(town: City, chief: Client, name: str, said: str) -> None:
    texts = {f"works/{path}": text for path, text in table_folder.texts_of(town, "works").items()}
    answer = _bring(chief, {**texts, name: "x = 1"})
    assert answer.status_code == 422
    assert said in words(answer)
    assert not list(town.home.rglob("evil*"))


def test_what_is_no_archive_or_too_much_is_refused(town: City, chief: Client) -> None:
    address = "/en/desk/tables/works/archive"
    assert chief.post(address, {"archive": io.BytesIO(b"PK\x03\x04 nothing")}).status_code == 422
    assert chief.post(address).status_code == 422
    # Little bytes that become many.
    bomb = _bring(chief, {"works/dataset.toml": "x" * 9_000_000})
    assert bomb.status_code == 422
    assert "more than is taken" in words(bomb)


def _bring(browser: Client, texts: dict[str, str]) -> Any:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    out.seek(0)
    out.name = "works.zip"
    return browser.post("/en/desk/tables/works/archive", {"archive": out})


def test_what_nobody_can_confirm_waits_a_day_in_which_it_can_be_refused(
    town: City, chief: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = signed_in(officer("auditor", Role.AUDITOR))
    asked = chief.post(STATES, {"fa": "متوقف", "en": "Stopped"})
    change = TableChange.objects.get()
    assert OutboxMessage.objects.filter(kind="table.goes-ahead", user__username="auditor").exists()
    assert chief.post(f"{asked['Location']}/carry-out").status_code == 409
    assert "may be carried out from" in words(auditor.get(asked["Location"]))
    later = FixedClock(change.asked_at + ALONE_DELAY + timedelta(minutes=1))
    monkeypatch.setattr(city, "current", lambda: City(town.home, town.store, later, parts=town.parts))
    chief = signed_in(User.objects.get(username="chief"))
    auditor = signed_in(User.objects.get(username="auditor"))
    assert chief.post(f"{asked['Location']}/carry-out").status_code == 302
    assert TableChange.objects.get().done_at is not None
    again = chief.post(STATES, {"fa": "لغو", "en": "Void"})
    assert auditor.post(f"{again['Location']}/refuse", {"reason": "نه"}).status_code == 302
    assert not (town.home / "datasets/works/codes/states.toml").read_text(encoding="utf-8").count("void")


def test_two_changes_of_one_list_do_not_stand_in_each_other_s_way(town: City, chief: Client, second: Client) -> None:
    stopped = chief.post(STATES, {"fa": "متوقف", "en": "Stopped"})
    void = second.post(STATES, {"fa": "لغوشده", "en": "Void"})
    confirmed(second, stopped)
    assert chief.post(f"{void['Location']}/confirm").status_code == 302
    assert [each.code for each in codes_of(town, "works", "state")][-2:] == ["stopped", "void"]
    # Of a text that somebody edited by hand meanwhile nothing is written over.
    text = table_folder.texts_of(town, "works")["codes/states.toml"]
    sent = {
        "file": "codes/states.toml",
        "before": mark(chief, "codes/states.toml"),
        "text": text.replace("متوقف", "ایستاده"),
    }
    late = chief.post("/en/desk/tables/works/texts", sent)
    (town.home / "datasets/works/codes/states.toml").write_text(f"# by hand\n{text}", encoding="utf-8")
    assert second.post(f"{late['Location']}/confirm").status_code == 409
    assert (town.home / "datasets/works/codes/states.toml").read_text(encoding="utf-8") == f"# by hand\n{text}"


def test_each_change_has_its_leaf_in_the_log(town: City, chief: Client, second: Client) -> None:
    change = confirmed(second, chief.post(STATES, {"fa": "متوقف", "en": "Stopped"}))
    enter_leaves.call()
    leaf = town.log_replay.now().declarations["datasets/works/codes/states.toml"]
    assert leaf.digest is not None
    assert re.search(r"In the public log: entry [0-9]+", words(chief.get(f"/en/desk/tables/changes/{change.pk}")))


def test_a_table_that_comes_with_ayan_becomes_the_city_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a city in which nothing is published one administrator is enough, and no process begins anew."""
    home = tmp_path / "home"
    make_home(home, Label("شهر تازه", "New city"), opens=parse("1490-10"))
    monkeypatch.setenv("AYAN_HOME", str(home))
    monkeypatch.delenv("AYAN_STORE", raising=False)
    chief = signed_in(officer("chief", Role.ADMINISTRATOR))
    assert "This table comes with the software." in words(chief.get("/en/desk/tables/contracts"))
    before = {problem.text("en") for problem in city.current().registry.problems()}
    flags = {each.code for each in city.current().registry.flags().sound if each.owner == "contracts"}
    done = chief.post("/en/desk/tables/contracts/lists/states", {"fa": "در داوری", "en": "In arbitration"})
    assert done.status_code == 302, words(done)
    assert "Done" in words(chief.get(done["Location"]))
    (act,) = Act.objects.filter(verb="table.change")
    assert "nothing-sealed" in act.facts
    registry = city.current().registry
    assert "in-arbitration" in {each.code for each in codes_of(city.current(), "contracts", "state")}
    assert {problem.text("en") for problem in registry.problems()} == before
    assert {each.code for each in registry.flags().sound if each.owner == "contracts"} == flags
    assert "This table comes with the software." not in words(chief.get("/en/desk/tables/contracts"))
    assert "Contracts" in words(chief.get("/en/desk/tables/"))


def test_a_broken_table_is_mended_in_its_text(town: City, chief: Client, second: Client) -> None:
    file = town.home / "datasets/works/dataset.toml"
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace('kind = "rial"', 'kind = "rials"'), encoding="utf-8")
    assert "Cannot be read" in words(chief.get("/en/desk/tables/"))
    assert "cannot be read" in words(chief.get("/en/desk/tables/works"))
    sent = {"file": "dataset.toml", "before": mark(chief), "text": whole}
    confirmed(second, chief.post("/en/desk/tables/works/texts", sent))
    assert town.registry.declared("works").field("amount").kind.name == "rial"


def test_only_administrators_change_tables(town: City) -> None:
    for role in (Role.CLERK, Role.APPROVER, Role.AUDITOR, Role.PRIVACY):
        browser = signed_in(officer(role.value, role))
        for path in ("", "works", "works/lists/states", "works/columns", "works/texts", "works/table.zip"):
            assert browser.get(f"/desk/tables/{path}").status_code == 403, (role, path)
        assert browser.post(STATES, {"fa": "متوقف", "en": "Stopped"}).status_code == 403


NEW = """
slug = "parks"
title = { fa = "بوستان‌ها", en = "Parks" }
description = { fa = "بوستان‌های ساختگی", en = "Invented parks" }
owner = { fa = "امور مالی", en = "Finance" }
topic = "council"
cadence = "yearly"
period = "year"

[[field]]
name = "name"
kind = "text"
label = { fa = "نام", en = "Name" }
required = true
"""


def test_a_table_that_never_had_a_release_is_taken_away_by_two(town: City, chief: Client, second: Client) -> None:
    folder = town.home / "datasets" / "parks"
    folder.mkdir()
    (folder / "dataset.toml").write_text(NEW, encoding="utf-8")
    assert "Ask that the table be taken away" in page(chief.get("/en/desk/tables/parks"))
    # Work that stands on it keeps it.
    Duty.objects.create(dataset="parks", unit=unit("finance"))
    clerk = signed_in(officer("clerk", Role.CLERK))
    begun = clerk.post("/en/desk/u/new", {"dataset": "parks", "period": "1403"})
    refused = chief.post("/en/desk/tables/parks/removal")
    assert (refused.status_code, "a submission of it is under way" in page(refused)) == (409, True)
    Submission.objects.filter(pk=begun["Location"].split("/")[-2]).update(state="set_aside")
    asked = chief.post("/en/desk/tables/parks/removal")
    assert (folder / "dataset.toml").is_file()
    seen = page(second.get(asked["Location"]))
    assert "Take the table away" in seen
    assert "Nothing of this table is published." in seen
    confirmed(second, asked)
    assert not folder.exists()
    assert chief.get("/en/desk/tables/parks").status_code == 404
    assert not town.registry.problems()
    assert "Bring the text before it back" not in page(chief.get(asked["Location"]))
    # What has releases, and what comes with the software, stays.
    assert "Ask that the table be taken away" not in page(chief.get("/en/desk/tables/works"))
    assert chief.post("/en/desk/tables/works/removal").status_code == 409
