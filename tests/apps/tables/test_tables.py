"""Tables changed at the desk: asked for, judged by the loader, seen in what is published, confirmed by a second."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.small_city import HOSTILE, build

from ayan.apps.accounts.limits import ALONE_DELAY
from ayan.apps.accounts.models import Act
from ayan.apps.accounts.verbs import Role
from ayan.apps.outbox.models import OutboxMessage
from ayan.apps.tables.models import TableChange
from ayan.apps.tables.tasks import enter_leaves
from ayan.cli.new_city import make_home
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
    """What a reader reads of a page, in one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", page(answer)).split())


def confirmed(second: Client, asked: Any) -> TableChange:
    """The change that was asked for, confirmed by somebody else."""
    assert asked.status_code == 302, words(asked)
    assert second.post(f"{asked['Location']}/confirm").status_code == 302
    return TableChange.objects.get(pk=int(asked["Location"].rsplit("/", 1)[1]))


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
    entry = town.registry.declared("works").field("state").choices.entries[-1]  # type: ignore[union-attr]
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
        ({"fa": "متوقف", "en": "Stopped", "code": "open"}, "", "This table has “open” already."),
        ({"fa": "متوقف", "en": "Stopped", "aliases": "جاری"}, "aliases", "“جاری” stands for two codes"),
        ({"fa": "متوقف", "en": "S" * 201}, "en", "200 characters at most"),
    ],
)
def test_what_the_loader_or_the_form_does_not_take_is_said_at_its_field(
    town: City, chief: Client, typed: dict[str, str], field: str, said: str
) -> None:
    answer = chief.post(STATES, typed)
    assert answer.status_code == 422
    assert said in words(answer)
    assert f'href="#{field}"' in page(answer) or not field
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
    text = page(chief.get("/en/desk/tables/works/texts?file=codes/states.toml"))
    before = re.search(
        r'name="before" value="([^"]*)"',
        chief.get("/en/desk/tables/works/texts?file=codes/states.toml").content.decode(),
    )
    assert before is not None
    assert "[[entry]]" in text
    alone = '[[entry]]\ncode = "open"\nfa = "جاری"\nen = "open"\n'
    gone = chief.post(
        "/en/desk/tables/works/texts",
        {"file": "codes/states.toml", "before": html.unescape(before[1]), "text": alone},
    )
    assert gone.status_code == 302, words(gone)
    assert f"{counts['done']} rows have a value in “State” that is no longer in its list" in words(
        second.get(gone["Location"])
    )


def _states(town: City) -> dict[str, int]:
    import duckdb

    parts = [str(path) for release in town.release_store.snapshot("works").releases for path in release.parts()]
    rows = duckdb.execute("SELECT state, count(*) FROM read_parquet($1) GROUP BY 1", [parts]).fetchall()
    return {state: count for state, count in rows if state}
