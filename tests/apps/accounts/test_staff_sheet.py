"""Units and people out of a sheet: every problem by its row, nothing half entered, links and second pairs of eyes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.apps.accounts.people import officer, signed_in, unit

from ayan.apps.accounts.models import Act, Grant, Invitation, PrivilegeRequest, Unit, User
from ayan.apps.accounts.roles import Role

pytestmark = pytest.mark.django_db

UNITS = ("شناسهٔ واحد", "نام واحد", "نام واحد به انگلیسی")
PEOPLE = ("نام و نام خانوادگی", "نام کاربری", "رایانامه", "تلفن همراه", "نقش", "واحد", "داده")
SHEET = "/desk/people/sheet"


@pytest.fixture
def chief() -> User:
    return officer("chief", Role.ADMINISTRATOR)


def book(units: Sequence[Sequence[str]] = (), people: Sequence[Sequence[str]] = ()) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, header, rows in (("واحدها", UNITS, units), ("کارکنان", PEOPLE, people)):
            sheet = made.add_worksheet(name)
            for at, row in enumerate((header, *rows)):
                for column, cell in enumerate(row):
                    sheet.write_string(at, column, cell)
    return out.getvalue()


def give(browser: Client, data: bytes, name: str = "people.xlsx", prefix: str = "") -> tuple[int, str]:
    file = SimpleUploadedFile(name, data, content_type="application/octet-stream")
    answer = browser.post(f"{prefix}{SHEET}", {"file": file})
    return answer.status_code, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def city_of(units: int, people: int) -> bytes:
    return book(
        [(f"unit-{n}", f"واحد شمارهٔ {n}", f"Unit {n}") for n in range(units)],
        [
            (f"کارمند {n}", f"person{n}", f"p{n}@city.example", "", "کارشناس داده", f"واحد شمارهٔ {n % units}", "")
            for n in range(people)
        ],
    )


def test_sixty_units_and_a_hundred_and_twenty_people_are_looked_at_and_entered(chief: User) -> None:
    browser = signed_in(chief)
    status, page = give(browser, city_of(60, 120))
    assert (status, "۶۰ واحد تازه، ۱۲۰ نفر تازه، ۱۲۰ نقش" in page) == (200, True), page
    assert not Unit.objects.exists()
    assert User.objects.count() == 1
    assert browser.post(f"{SHEET}/enter").status_code == 302
    assert (Unit.objects.count(), User.objects.count(), Grant.objects.count()) == (60, 121, 121)
    page = browser.get(SHEET).content.decode()
    assert page.count("/desk/join/") == 120
    assert Invitation.objects.count() == 120
    assert browser.post(f"{SHEET}/enter", {"taken": "1"}).status_code == 302
    assert "/desk/join/" not in browser.get(SHEET).content.decode()
    # Given once more it is all there, and nothing is entered twice.
    status, page = give(browser, city_of(60, 120), prefix="/en")
    assert (status, "Everything in the file is there already" in page) == (422, True)
    assert Act.objects.filter(verb="people.grant").count() == 120


def test_every_problem_stands_with_its_row_and_nothing_is_entered(chief: User) -> None:
    unit("finance")
    officer("sara", Role.CLERK)
    rows = [
        ("علی", "ali", "ali@city.example", "", "کارشناس داده", "finance", ""),
        ("", "nobody", "n@city.example", "", "", "", ""),
        ("رضا", "رضا", "r@city.example", "", "", "", ""),
        ("مینا", "mina", "no mail", "", "", "", ""),
        ("حسن", "hasan", "h@city.example", "", "شهردار", "finance", ""),
        ("زهرا", "zahra", "z@city.example", "", "کارشناس داده", "ناکجا", ""),
        ("نیما", "nima", "n@city.example", "", "حسابرس", "finance", ""),
        ("کسی دیگر", "sara", "s@city.example", "", "", "", ""),
        ("آرش", "arash", "", "", "کارشناس داده", "finance", ""),
        ("لیلا", "leila", "l@city.example", "", "کارشناس داده", "", ""),
        ("چیف", "chief", "c@city.example", "", "", "", ""),
    ]
    browser = signed_in(chief)
    status, page = give(browser, book([("Finance Office", "مالی", "Finance")], rows), prefix="/en")
    assert status == 422
    for number, words in (
        (3, "Write the name"),
        (4, "Use Latin letters"),
        (5, "Write it like name@example.ir"),
        (6, "There is no such role"),
        (7, "There is no such unit"),
        (8, "This role is for the whole city"),
        (9, "Somebody else has this user name already"),
        (10, "without one no message reaches them"),
        (11, "Write the unit, or “the whole city”"),
        (2, "Use small Latin letters and hyphens"),
    ):
        assert re.search(rf"(واحدها|کارکنان) {number} [^.]*{re.escape(words)}", page), (number, words, page)
    assert "no mail" not in page
    assert (Unit.objects.count(), User.objects.filter(username="ali").count()) == (1, 0)
    assert browser.post(f"/en{SHEET}/enter").status_code == 422


def test_what_changed_between_the_look_and_the_yes_is_looked_at_anew(chief: User) -> None:
    browser = signed_in(chief)
    give(browser, city_of(2, 2))
    officer("person1", Role.CLERK, unit_slug="finance")
    assert browser.post(f"{SHEET}/enter").status_code == 422
    assert not Unit.objects.filter(slug__startswith="unit-").exists()
    assert not User.objects.filter(username="person0").exists()


def test_roles_that_nobody_gives_alone_are_one_request(chief: User, small_city: object) -> None:
    officer("second", Role.ADMINISTRATOR)
    people = [
        ("الف", "alef", "a@city.example", "", "تأییدکننده", "finance", ""),
        ("ب", "be", "b@city.example", "", "کارشناس داده", "finance", ""),
        ("پ", "pe", "p@city.example", "", "کارشناس داده", "همهٔ شهر", "works"),
        ("پ", "pe", "p@city.example", "", "حسابرس", "", ""),
    ]
    browser = signed_in(chief)
    status, page = give(browser, book([("finance", "مالی", "Finance")], people))
    assert status == 200, page
    assert browser.post(f"{SHEET}/enter").status_code == 302
    request = PrivilegeRequest.objects.get()
    items = sorted((item.user.username, item.role) for item in request.items.all())
    assert items == [("alef", ""), ("alef", "approver"), ("pe", ""), ("pe", "auditor")]
    assert set(Grant.objects.filter(user__username__in=("be", "pe")).values_list("role", "dataset")) == {
        ("clerk", ""),
        ("clerk", "works"),
    }
    assert not Grant.objects.filter(user__username="alef").exists()


def test_a_text_file_of_people_alone_and_the_template_are_read(chief: User) -> None:
    unit("finance")
    browser = signed_in(chief)
    lines = "Name,User name,E-mail,Mobile phone,Role,Unit,Dataset\nJames,james,j@city.example,,Clerk,finance,\n"
    status, page = give(browser, lines.encode(), "people.csv", "/en")
    assert (status, "0 new units, 1 new people, 1 roles" in page) == (200, True), page
    answer = browser.get("/desk/people/sheet.xlsx")
    sheets = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # a file answer
    assert [[cell.value for cell in next(sheet.iter_rows(max_row=1))] for sheet in sheets] == [
        list(UNITS),
        list(PEOPLE),
    ]
    status, page = give(browser, b"%PDF-1.7", "x.pdf", "/en")
    assert status == 422
    status, page = give(browser, b"x" * (3 << 20), "x.csv", "/en")
    assert (status, "larger than 2 MB" in page) == (422, True)


def test_only_who_manages_people_gives_one() -> None:
    browser = signed_in(officer("clerk", Role.CLERK))
    assert browser.get(SHEET).status_code == 403
    assert give(browser, city_of(1, 1))[0] == 403
    assert browser.post(f"{SHEET}/enter").status_code == 403
    assert browser.get("/desk/people/sheet.xlsx").status_code == 403
