"""Units and people of a sheet, held against what is there, and entered as one or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ayan.apps.accounts import actions, privileges
from ayan.apps.accounts.dual_control import SecondNeeded
from ayan.apps.accounts.forms import AccountRefused
from ayan.apps.accounts.limits import MOST_PROBLEMS, MOST_SHEET_ROWS
from ayan.apps.accounts.models import Grant, PrivilegeRequest, Unit, User
from ayan.apps.accounts.privileges import Wanted
from ayan.apps.accounts.roles import ROLES, STRONG, WHOLE_CITY, Role
from ayan.apps.accounts.staff_sheet import PEOPLE, UNITS, SheetRow
from ayan.core.intake.header import key
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.core.values.text import fold
from ayan.ui.value_html import plain_number
from ayan.wiring import city

EVERYWHERE: Final = Label("همهٔ شهر", "the whole city")
"""What a cell of a unit says where a role is for all of them; an empty cell says nothing."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_USERNAME: Final = re.compile(r"[a-z0-9._-]{1,150}")
_PHONE: Final = re.compile(r"\+?[0-9]{8,15}")


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """What is wrong in one row, or in the whole file where ``row`` is 0; never the text of a cell."""

    words: Label
    sheet: str = ""
    row: int = 0
    column: Label | None = None


@dataclass(slots=True)
class SheetPlan:
    """What a sheet would change: units, people, and roles; and everything that keeps it from being done."""

    units: list[tuple[str, str, str]] = field(default_factory=list)
    people: list[tuple[str, str, str, str]] = field(default_factory=list)
    roles: list[tuple[str, str, str, str]] = field(default_factory=list)
    known: int = 0
    problems: list[SheetProblem] = field(default_factory=list)

    @property
    def strong(self) -> int:
        """How many roles nobody gives alone."""
        return sum(role in STRONG for _, role, _, _ in self.roles)

    @property
    def empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.units or self.people or self.roles)


def plan(actor: User, rows: Sequence[SheetRow]) -> SheetPlan:
    """What the rows would change as things are now, with every problem."""
    sheet_plan = SheetPlan()
    if not rows:
        sheet_plan.problems.append(SheetProblem(NO_TABLE))
        return sheet_plan
    if len(rows) > MOST_SHEET_ROWS:
        most = Label("دست بالا {most} ردیف.", "At most {most} rows.")
        sheet_plan.problems.append(
            SheetProblem(most.filled(lambda lang: {"most": plain_number(MOST_SHEET_ROWS, lang)}))
        )
        return sheet_plan
    names = _units(sheet_plan, [row for row in rows if row.table == "units"])
    _people(sheet_plan, actor, [row for row in rows if row.table == "people"], names)
    if sheet_plan.empty and not sheet_plan.problems:
        sheet_plan.problems.append(SheetProblem(NOTHING_NEW))
    del sheet_plan.problems[MOST_PROBLEMS:]
    return sheet_plan


NO_TABLE: Final = Label(
    "جدول واحدها یا کارکنان پیدا نشد. سرستون‌های الگو را نگه دارید.",
    "No table of units or people was found. Keep the headers of the template.",
)
NOTHING_NEW: Final = Label("هر چه در پرونده است پیش‌تر وارد شده است.", "Everything in the file is there already.")


def _units(sheet_plan: SheetPlan, rows: Sequence[SheetRow]) -> dict[str, str]:
    """Plan the units; the codes of all units by code and by folded Persian name."""
    known_units = {unit.slug: unit for unit in Unit.objects.filter(retired_at=None)}
    gone = set(Unit.objects.exclude(retired_at=None).values_list("slug", flat=True))
    names = {fold(unit.name_fa): unit.slug for unit in known_units.values()} | {slug: slug for slug in known_units}
    seen: dict[str, tuple[str, str]] = {}
    for row in rows:
        slug = to_latin(row.cells.get("unit_code", "")).lower()
        fa, en = row.cells.get("unit_fa", ""), row.cells.get("unit_en", "")
        wrong = _Wrong(sheet_plan, row, UNITS)
        if not _SLUG.fullmatch(slug) or len(slug) > 60:
            wrong(
                "unit_code",
                Label("شناسه را با حرف لاتین کوچک و خط تیره بنویسید.", "Use small Latin letters and hyphens."),
            )
        elif slug in gone:
            wrong(
                "unit_code", Label("واحدی که برچیده شده این شناسه را دارد.", "A unit that was retired has this code.")
            )
        elif not fa or not en or max(len(fa), len(en)) > 150:
            wrong("unit_fa" if not fa else "unit_en", Label("نام واحد را بنویسید.", "Write the name of the unit."))
        elif seen.get(slug, (fa, en)) != (fa, en):
            wrong("unit_code", Label("این شناسه بالاتر نام دیگری دارد.", "Above, this code has another name."))
        elif slug in known_units:
            if (known_units[slug].name_fa, known_units[slug].name_en) != (fa, en):
                wrong(
                    "unit_fa",
                    Label(
                        "این واحد هست و نام دیگری دارد. نامش را در صفحهٔ خودش عوض کنید.",
                        "This unit is there with another name. Rename it on its own page.",
                    ),
                )
            else:
                sheet_plan.known += 1
        elif names.get(fold(fa), slug) != slug:
            wrong("unit_fa", Label("واحد دیگری همین نام را دارد.", "Another unit has this name."))
        elif slug not in seen:
            sheet_plan.units.append((slug, fa, en))
        seen.setdefault(slug, (fa, en))
        names.setdefault(fold(fa), slug)
        names.setdefault(slug, slug)
    return names


def _people(sheet_plan: SheetPlan, actor: User, rows: Sequence[SheetRow], units: Mapping[str, str]) -> None:
    known_users = {user.username: user for user in User.objects.filter(machine=False)}
    machines = set(User.objects.filter(machine=True).values_list("username", flat=True))
    roles = {key(title): role for role, label in ROLES.items() for title in (*label.words().values(), role.value)}
    datasets = {
        fold(title): dataset.slug
        for dataset in city.current().registry.all()
        for title in (*dataset.title.words().values(), dataset.slug)
    }
    held = {
        (grant.user.username, grant.role, grant.unit.slug if grant.unit else "", grant.dataset)
        for grant in Grant.objects.filter(user__machine=False).select_related("unit", "user")
    }
    seen: dict[str, tuple[str, str, str]] = {}
    for row in rows:
        wrong = _Wrong(sheet_plan, row, PEOPLE)
        username = to_latin(row.cells.get("username", "")).lower()
        said = (row.cells.get("name", ""), row.cells.get("email", ""), _phone(row.cells.get("phone", "")))
        if not _USERNAME.fullmatch(username) or username in machines:
            wrong(
                "username", Label("نام کاربری: حرف لاتین، رقم و . _ - بنویسید.", "Use Latin letters, digits and . _ -")
            )
            continue
        if _person_is_wrong(wrong, username, said, known_users, seen):
            continue
        if username in known_users:
            sheet_plan.known += username not in seen
        elif username not in seen:
            sheet_plan.people.append((username, *said))
        seen.setdefault(username, said)
        wish = _role(wrong, row, username, roles, units, datasets)
        if wish is not None and wish not in held and username == actor.username:
            wrong("role", Label("هیچ‌کس به خودش نقش نمی‌دهد.", "Nobody gives themselves a role."))
        elif wish is not None and wish not in held:
            held.add(wish)
            sheet_plan.roles.append(wish)


def _person_is_wrong(
    wrong: _Wrong,
    username: str,
    said: tuple[str, str, str],
    known_users: Mapping[str, User],
    seen: Mapping[str, tuple[str, str, str]],
) -> bool:
    name, email, phone = said
    if not name or len(name) > 150:
        return wrong("name", Label("نام را بنویسید.", "Write the name."))
    if email and not _is_mail(email):
        return wrong("email", Label("رایانامه را مانند nam@example.ir بنویسید.", "Write it like name@example.ir."))
    if phone and not _PHONE.fullmatch(phone):
        return wrong(
            "phone", Label("تلفن همراه را با رقم بنویسید، مانند ۰۹۱۲۱۲۳۴۵۶۷.", "Write it in digits, like 09121234567.")
        )
    if not email and not phone and username not in known_users:
        return wrong(
            "email",
            Label(
                "رایانامه یا تلفن همراه را بنویسید؛ بی آن هیچ پیامی به او نمی‌رسد.",
                "Write an e-mail address or a mobile phone; without one no message reaches them.",
            ),
        )
    if seen.get(username, said) != said:
        return wrong(
            "username", Label("این نام کاربری بالاتر از آن کس دیگری است.", "Above, this user name is somebody else’s.")
        )
    known = known_users.get(username)
    if known is not None and fold(known.name) != fold(name):
        return wrong("username", Label("این نام کاربری را کس دیگری دارد.", "Somebody else has this user name already."))
    if known is not None and not known.is_active and known.last_login is not None:
        return wrong("username", Label("حساب این شخص بسته شده است.", "The account of this person is closed."))
    return False


def _role(
    wrong: _Wrong,
    row: SheetRow,
    username: str,
    roles: Mapping[str, Role],
    units: Mapping[str, str],
    datasets: Mapping[str, str],
) -> tuple[str, str, str, str] | None:
    """The role of a row; None where it names none, or one that cannot be."""
    role_text, unit_text, dataset_text = (row.cells.get(name, "") for name in ("role", "unit", "dataset"))
    if not role_text:
        if unit_text or dataset_text:
            wrong("role", Label("نقش را هم بنویسید.", "Write the role too."))
        return None
    role = roles.get(key(role_text))
    if role is None:
        wrong(
            "role",
            Label("چنین نقشی نیست. یکی از نقش‌های الگو را بنویسید.", "There is no such role. Use one of the template."),
        )
        return None
    everywhere = fold(unit_text) in {fold(words) for words in EVERYWHERE.words().values()}
    unit = "" if everywhere else units.get(to_latin(unit_text).lower(), units.get(fold(unit_text), ""))
    if unit_text and not unit and not everywhere:
        wrong("unit", Label("چنین واحدی نیست.", "There is no such unit."))
        return None
    dataset = datasets.get(fold(dataset_text), "") if dataset_text else ""
    if dataset_text and not dataset:
        wrong("dataset", Label("چنین داده‌ای اعلام نشده است.", "No such dataset is declared."))
        return None
    if role in WHOLE_CITY and (unit or dataset):
        wrong(
            "unit",
            Label(
                "این نقش برای همهٔ شهر است؛ واحد و داده را خالی بگذارید.",
                "This role is for the whole city; leave unit and dataset empty.",
            ),
        )
        return None
    if role not in WHOLE_CITY and not unit and not everywhere:
        words = Label("واحد را بنویسید، یا «{all}».", "Write the unit, or “{all}”.")
        wrong("unit", words.format(all=EVERYWHERE))
        return None
    return (username, role.value, unit, dataset)


class _Wrong:
    """Notes what is wrong in the columns of one row; always true, so that a rule can end with it."""

    def __init__(self, sheet_plan: SheetPlan, row: SheetRow, columns: Mapping[str, Label]) -> None:
        self._sheet_plan, self._row, self._columns = sheet_plan, row, columns

    def __call__(self, column: str, words: Label) -> bool:
        self._sheet_plan.problems.append(SheetProblem(words, self._row.sheet, self._row.row, self._columns[column]))
        return True


def _phone(text: str) -> str:
    return re.sub(r"[ ()-]", "", to_latin(text))


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class SheetResult:
    """What was entered: new people with the secrets of their links, and the request that a second person confirms."""

    units: int
    links: tuple[tuple[int, str], ...]
    roles: int
    request: PrivilegeRequest | None


def enter(actor: User, rows: Sequence[SheetRow]) -> SheetResult:
    """Enter the rows, as one: all of it stands, or nothing. Raises AccountRefused where it no longer can be.

    Roles that nobody gives alone, with the links of those who will hold one, become one request for access.
    """
    actions.allow(actor, "people.manage")
    with transaction.atomic():
        sheet_plan = plan(actor, rows)
        if sheet_plan.problems or sheet_plan.empty:
            raise AccountRefused(
                Label(
                    "چیزی در این میان تغییر کرده است. پرونده را دوباره بدهید.",
                    "Something has changed meanwhile. Give the file again.",
                ),
                "file",
            )
        units = {slug: actions.add_unit(actor, slug, fa, en) for slug, fa, en in sheet_plan.units}
        units |= {unit.slug: unit for unit in Unit.objects.all()}
        people = {
            username: actions.add_person(actor, username, name, email, phone)
            for username, name, email, phone in sheet_plan.people
        }
        new = dict(people)
        people |= {
            user.username: user for user in User.objects.filter(username__in=[each[0] for each in sheet_plan.roles])
        }
        asked: list[Wanted] = []
        given = 0
        for username, role, unit, dataset in sheet_plan.roles:
            wish = Wanted(people[username], role, units.get(unit), dataset)
            try:
                actions.give(actor, wish.user, role, wish.unit, dataset)
                given += 1
            except SecondNeeded:
                asked.append(wish)
        waiting = {wish.user.pk for wish in asked}
        asked += [Wanted(user) for user in new.values() if user.pk in waiting]
        request = privileges.ask(actor, asked) if asked else None
        links = tuple((user.pk, actions.invite(actor, user)) for user in new.values() if user.pk not in waiting)
        return SheetResult(len(sheet_plan.units), links, given, request)
