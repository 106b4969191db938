"""The desk's page for a new dataset: a file, a proposal that is changed, one act, and its line in the audit trail."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, signed_in
from tests.apps.small_city import build
from tests.apps.trials.test_try import PAY

from ayan.apps.accounts.models import Act
from ayan.apps.accounts.roles import Role
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    """A small city of its own, to which a dataset is added."""
    own = build(tmp_path)
    monkeypatch.setattr(city, "current", lambda: own)
    return own


@pytest.fixture
def admin(town: City) -> Client:
    """An administrator at the desk."""
    return signed_in(officer("admin", Role.ADMINISTRATOR))


@pytest.fixture
def second(town: City) -> Client:
    """Another administrator, who confirms: something is published in this city."""
    return signed_in(officer("second", Role.ADMINISTRATOR))


def _confirmed(second: Client, answer: Any) -> None:
    """The table that was asked for, confirmed by somebody else."""
    assert answer.status_code == 200
    page = answer.content.decode()
    place = re.search(r'href="(/(?:en/)?desk/tables/changes/[0-9]+)"', page)
    assert place is not None, page
    assert second.post(f"{place[1]}/confirm").status_code == 302


def _texts(page: str) -> dict[str, str]:
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>([^<]*)</textarea>', page)
    return {html.unescape(name): html.unescape(text) for name, text in areas}


def _proposed(admin: Client, text: str, **answers: str) -> dict[str, str]:
    file = io.BytesIO(text.encode())
    file.name = "lamps.csv"
    answer = admin.post("/en/desk/declare/file", {"file": file, **answers})
    assert answer.status_code == 200
    return _texts(answer.content.decode())


def test_a_file_is_proposed_changed_and_declared_by_two(town: City, admin: Client, second: Client) -> None:
    assert "Declare a new dataset" in admin.get("/en/desk/declare").content.decode()
    texts = _proposed(admin, PAY)
    main = "text:dataset.toml"
    texts[main] = texts[main].replace('slug = "lamps"', 'slug = "street-lamps"')
    broken = admin.post("/desk/declare", {**texts, main: texts[main] + "\nkey = [1"})
    assert broken.status_code == 422
    assert "سطر" in broken.content.decode()
    assert not (town.home / "datasets/street-lamps").exists()
    done = admin.post("/en/desk/declare", texts)
    assert "waits for its confirmation" in done.content.decode()
    assert not (town.home / "datasets/street-lamps").exists()
    _confirmed(second, done)
    # Nothing of it is owed before somebody says from when.
    assert "street-lamps" in (town.home / "ayan.toml").read_text(encoding="utf-8")
    assert "later" in (town.home / "ayan.toml").read_text(encoding="utf-8")
    assert town.registry.get("street-lamps").field("amount").money_unit == "toman"
    (act,) = Act.objects.filter(verb="dataset.declare")
    assert act.subject == "dataset:street-lamps"
    again = admin.post("/en/desk/declare", texts)
    assert again.status_code == 422
    assert "There is a dataset street-lamps already" in html.unescape(again.content.decode())


def test_an_open_question_stands_in_the_way(town: City, admin: Client, second: Client) -> None:
    texts = _proposed(admin, PAY.replace(" (تومان)", ""))
    refused = admin.post("/en/desk/declare", texts)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "A question is still open" in page
    assert 'name="keep:unit"' in page
    answered = {name: re.sub(r"(?m)^# open: .*\n", "", text) for name, text in texts.items()}
    _confirmed(second, admin.post("/en/desk/declare", answered))
    assert town.registry.get("lamps").field("amount").kind.name == "integer"


def test_a_question_is_left_as_it_is_proposed_without_the_file(town: City, admin: Client, second: Client) -> None:
    """Its words go along with the form, in the language of the page, for the text has them in English."""
    texts = _proposed(admin, PAY.replace(" (تومان)", ""))
    asked = {"asked:unit": "واحد چیست؟ <b>"}
    page = admin.post("/desk/declare", {**texts, **asked}).content.decode()
    assert "واحد چیست؟ &lt;b&gt;" in page
    sent = {name: text.replace("\n", "\r\n") for name, text in texts.items()}
    _confirmed(second, admin.post("/desk/declare", {**sent, **asked, "keep:unit": "1"}))
    assert town.registry.get("lamps").field("amount").kind.name == "integer"


def test_an_answer_is_clicked_and_the_file_sent_once_more(town: City, admin: Client, second: Client) -> None:
    texts = _proposed(admin, PAY.replace(" (تومان)", ""), **{"answer:unit": "toman"})
    _confirmed(second, admin.post("/en/desk/declare", texts))
    assert town.registry.get("lamps").field("amount").money_unit == "toman"
    (act,) = Act.objects.filter(verb="dataset.declare")
    assert act.actor is not None


def test_each_layout_step_is_undone_singly_and_done_again(town: City, admin: Client) -> None:
    """The table after each step is shown; what the declaration says follows, and the other steps stay as they are."""
    head = "Section,Title,Amount"
    rows = [f"Roads,a{n},{n}00" for n in range(1, 13)]
    lines = [head, *rows[:4], "Page 1 of 3,,", head, *rows[4:8], "Page 2 of 3,,", head, *rows[8:], "Page 3 of 3,,"]

    def sent(**form: str) -> str:
        file = io.BytesIO("\n".join(lines).encode())
        file.name = "lamps.csv"
        answer = admin.post("/en/desk/declare/file", {"file": file, **form})
        assert answer.status_code == 200
        return html.unescape(answer.content.decode())

    def kinds(page: str) -> list[str]:
        return re.findall(r'(?m)^\s*do = "(\w+)"', "\n".join(_texts(page).values()))

    page = sent()
    assert kinds(page) == ["leave_out", "leave_out"]
    buttons = re.findall(r'name="turn" value="(\w+)">([^<]+)<', page)
    assert [words.split(":")[0] for _, words in buttons] == ["Undo step 1", "Undo step 2"]
    assert page.count("The table after this step") == 2
    undone = sent(turn=buttons[1][0])
    assert kinds(undone) == ["leave_out"]
    assert undone.count("The table after this step") == 1
    assert "Do step 2 again" in undone
    kept = re.search(r'name="answer:without" value="([^"]+)"', undone)
    assert kept is not None
    both = sent(turn=buttons[0][0], **{"answer:without": kept[1]})
    assert kinds(both) == []
    again = sent(turn=buttons[1][0], **{"answer:without": kept[1]})
    assert kinds(again) == ["leave_out", "leave_out"]
    assert 'name="answer:without"' not in again
    assert kinds(sent(turn="<b>")) == kinds(page)


def test_nothing_else_can_be_written_and_nobody_else_may(town: City, admin: Client) -> None:
    texts = _proposed(admin, PAY)
    for name in ("text:../ayan.toml", "text:audits/x.toml", "text:codes/../../x.toml"):
        assert admin.post("/en/desk/declare", {**texts, name: "a = 1"}).status_code == 422
    clerk = signed_in(officer("clerk", Role.CLERK))
    assert clerk.get("/en/desk/declare").status_code == 403
    assert clerk.post("/en/desk/declare", texts).status_code == 403
    assert not (town.home / "datasets/lamps").exists()


def test_names_are_changed_in_fields_of_their_own(town: City, admin: Client, second: Client) -> None:
    """A name that was typed goes into the text; one that was left alone gives way to what somebody wrote there."""
    texts = _proposed(admin, PAY)
    main = "text:dataset.toml"
    texts[main] = re.sub(r"(?m)^owner = .*$", 'owner = { fa = "خزانه", en = "Treasury" }', texts[main])
    fields = {"said:title.fa": 'چراغ‌های "خیابان" \\1', "was:title.fa": "lamps", "said:title.en": "lamps"}
    fields |= {"was:title.en": "lamps", "said:owner.fa": "شهرداری", "was:owner.fa": "شهرداری"}
    # A browser ends the lines of a text as mail does.
    done = admin.post("/desk/declare", {main: texts[main].replace("\n", "\r\n"), **fields})
    _confirmed(second, done)
    declared = town.registry.get("lamps")
    assert (declared.title.fa, declared.title.en) == ('چراغ‌های "خیابان" \\1', "lamps")
    assert declared.owner.fa == "خزانه"


def test_what_is_asked_is_asked_in_words(admin: Client) -> None:
    """Counts in the digits of the language, and answers by the names of columns and the texts of cells."""
    rows = [
        f"A-{100 + n // 2 if n > 37 else n},{'مشاع' if n == 5 else n * 7},1403/05/{n % 28 + 1:02}" for n in range(40)
    ]
    text = "\n".join(["شماره سند,تعداد,تاریخ", *rows]) + "\n"
    file = io.BytesIO(text.encode())
    file.name = "lamps.csv"
    page = html.unescape(admin.post("/desk/declare/file", {"file": file}).content.decode())
    assert "۱ خانه از «تعداد» عدد نیست" in page
    assert "«مشاع» یعنی خالی" in page
