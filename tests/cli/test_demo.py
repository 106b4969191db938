"""The demo city has officers by an explicit wish only: each has a link, and none a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from ayan.apps.accounts.models import User
from ayan.cli import demo
from ayan.wiring.city import City, in_use

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> Iterator[None]:
    with in_use(City(tmp_path, tmp_path / "store")):
        yield


def test_each_invented_officer_gets_a_link_and_a_second_call_a_new_one(capsys: pytest.CaptureFixture[str]) -> None:
    demo.invite(8000)
    first = re.findall(r"http://127\.0\.0\.1:8000(/\S+)", capsys.readouterr().out)
    assert len(first) == len(demo.PEOPLE) == User.objects.count()
    assert not any(user.has_usable_password() or user.is_active for user in User.objects.all())
    assert all("ساختگی" in user.name for user in User.objects.all())
    assert Client().get(first[0]).status_code == 200
    demo.invite(8000)
    assert Client().get(first[0]).status_code == 410
    assert User.objects.count() == len(first)
