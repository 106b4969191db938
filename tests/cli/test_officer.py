"""`ayan officer`: the first administrator gets a link, never a password, and nobody is there by default."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from tests.apps.accounts.people import officer, person

from ayan.apps.accounts import actions
from ayan.apps.accounts.models import Act, Grant, User
from ayan.apps.accounts.roles import Role
from ayan.cli.main import run
from ayan.config.diagnosis.database import examine_people
from ayan.wiring.city import City, in_use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[None]:
    """The command acts on a city that has just been made."""
    with in_use(City(tmp_path, tmp_path / "store")):
        yield


def test_the_first_administrator_comes_by_a_link_and_a_lost_one_by_another(capsys: pytest.CaptureFixture[str]) -> None:
    assert not User.objects.exists()
    assert [finding.state for finding in examine_people()] == ["warning", "ok"]
    assert run(["officer", "add", "Chief", "--name", "مدیر نمونه"]) == 0
    first = capsys.readouterr().out.splitlines()[-1]
    assert Client().get(first).status_code == 200
    chief = User.objects.get()
    assert (chief.username, chief.is_active, chief.has_usable_password()) == ("chief", False, False)
    assert str(Grant.objects.get()) == f"{chief.pk} administrator * *"
    assert actions.administrators() == 0, "an invitation alone is nobody"
    assert run(["officer", "invite", "chief"]) == 0
    second = capsys.readouterr().out.splitlines()[-1]
    assert (Client().get(first).status_code, Client().get(second).status_code) == (410, 200)


@pytest.mark.parametrize(
    "words",
    [
        ["add", "a b", "--name", "x"],
        ["add", "somebody", "--name", "x", "--role", "king"],
        ["add", "somebody", "--name", "x", "--role", "clerk", "--unit", "nothing"],
        ["add", "somebody", "--name", "x", "--role", "clerk", "--dataset", "nothing"],
        ["invite", "nobody"],
    ],
)
def test_what_cannot_be_is_refused_whole(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["officer", *words]) == 1
    assert "/desk/join/" not in capsys.readouterr().out
    assert not User.objects.exists()


def test_no_password_can_be_given_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(["officer", "add", "chief", "--name", "x", "--password", "secret"])
    assert "unrecognized" in capsys.readouterr().err


def test_until_anything_is_sealed_one_administrator_is_enough_and_the_trail_says_so() -> None:
    chief = officer("chief", Role.ADMINISTRATOR)
    approver = person("approver")
    actions.give(chief, approver, Role.APPROVER, None, "")
    assert actions.invite(chief, approver)
    # The command has the operator's right, before and afterwards.
    assert run(["officer", "invite", "approver"]) == 0
    facts = [line for line in Act.objects.order_by("number").values_list("facts", flat=True) if "alone" in line]
    assert facts == [
        '{"alone":"nothing-sealed","did":"give","in_unit":null,"of_dataset":null,"role":"approver"}',
        '{"alone":"nothing-sealed","did":"invite"}',
        '{"alone":"machine","did":"invite"}',
    ]
