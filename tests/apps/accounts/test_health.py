"""The page of health: what the doctor says, for administrators alone, in both languages and without script."""

from __future__ import annotations

import os
import time

import pytest
from tests.apps.accounts.people import officer, signed_in

from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.views import health
from ayan.config.diagnosis.checks import examine
from ayan.config.diagnosis.marks import HEARTBEAT
from ayan.wiring.city import City

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(small_city: City) -> None:
    """No look of another test, and a worker that died three hours ago."""
    health._looks.clear()
    mark = small_city.home / HEARTBEAT
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    os.utime(mark, (time.time() - 10_800,) * 2)


def test_an_administrator_reads_every_check_the_worst_first(small_city: City) -> None:
    browser = signed_in(officer("chief", Role.ADMINISTRATOR))
    page = browser.get("/en/desk/health").content.decode()
    assert "The worker has not been heard of for 180 minutes." in page
    assert "Start ayan serve or ayan worker again." in page
    rows = page.split("<tbody>")[1].split("</tr>")
    states = [next(state for state in ("Error", "Warning", "Right") if f">{state}<" in row) for row in rows[:-1]]
    assert states == sorted(states, key=["Error", "Warning", "Right"].index)
    assert {finding.code for finding in examine()} <= set(page.replace("<", ">").split(">"))
    persian = browser.get("/desk/health").content.decode()
    assert "کارگر ۱۸۰ دقیقه است" in persian
    assert 'href="/desk/health"' in browser.get("/desk/").content.decode()
    (small_city.home / HEARTBEAT).unlink()


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("فضای آزاد /srv/city: 71.9 گیگابایت.", "فضای آزاد [/srv/city]: ۷۱٫۹ گیگابایت."),
        ("بر 2 هسته و 24105 مگابایت", "بر ۲ هسته و ۲۴٬۱۰۵ مگابایت"),
        ("همه با doctor --deep.", "همه با [doctor --deep]."),
        ("نسخهٔ 3.11.7 و ۴ برگ", "نسخهٔ 3.11.7 و ۴ برگ"),
        ("گواه w.example: 2026-11-29T10:28:13+00:00", "گواه [w.example]: یکشنبه ۸ آذر ۱۴۰۵، ساعت ۱۳:۵۸"),
    ],
)
def test_numbers_and_codes_of_the_doctor_are_read_in_persian(printed: str, shown: str) -> None:
    bare = health.readable(printed, "fa").replace("\u2066", "[").replace("\u2069", "]")
    assert bare == shown
    assert health.readable(printed, "en") == printed
