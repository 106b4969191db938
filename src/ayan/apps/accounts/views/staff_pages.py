"""Units and people out of a sheet: given, looked at with everything that is wrong, and entered with a second yes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ayan.apps.accounts import desk_layout, sessions, staff_plan, staff_sheet
from ayan.apps.accounts.forms import AccountRefused, problems
from ayan.apps.accounts.limits import LARGEST_SHEET
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.roles import ROLES, Role
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.core.refine.template import new_workbook
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.value_html import plain_number
from ayan.wiring import city

_ROWS: Final = "staff_sheet"  # where the session keeps the rows between the preview and the yes
_LINKS: Final = "staff_links"  # and the links that were made, until somebody says that they were handed over
_ENDING: Final = re.compile(r"\.(csv|txt|xlsx|xls|ods)\Z")


class SentSheet(FileUploadHandler):
    """The one file of the form, in a private folder that is thrown away."""

    def __init__(self, request: HttpRequest, folder: Path) -> None:
        super().__init__(request)
        self.path: Path | None = None
        self.too_large = False
        self._folder, self._size = folder, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        self._size += len(raw_data)
        if self._size > LARGEST_SHEET:
            self.too_large = True
            raise StopUpload(connection_reset=False)
        if self.path is None:
            ending = _ENDING.search(str(self.file_name or "").lower())
            self.path = self._folder / f"sheet{ending[0] if ending else ''}"
        with self.path.open("ab") as out:
            out.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> None:
        """Nothing: what arrived stands in the folder."""


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """The form; POST reads a file and shows what it would change. The file is taken only from whoever may do this."""
    require(officer(request), "people.manage", CITY)
    if request.method != "POST":
        return _page(request)
    with city.current().private_store.scratch_folder() as folder:
        sent = SentSheet(request, folder)
        request.upload_handlers = [sent]
        return _read(request, sent, folder)


@csrf_protect
def _read(request: HttpRequest, sent: SentSheet, folder: Path) -> HttpResponse:
    request.POST  # noqa: B018 - reading it is what brings the file in
    try:
        if sent.too_large:
            most = LARGEST_SHEET >> 20
            large = Label("پرونده بزرگ‌تر از {most} مگابایت است.", "The file is larger than {most} MB.")
            raise AccountRefused(large.filled(lambda lang: {"most": plain_number(most, lang)}), "file")
        if sent.path is None:
            raise AccountRefused(Label("پرونده‌ای برگزیده نشده است.", "No file was chosen."), "file")
        rows = staff_sheet.read(sent.path, folder)
    except CannotRead as refusal:
        return _page(request, refused=AccountRefused(refusal.label, "file"))
    except AccountRefused as wrong:
        return _page(request, refused=wrong)
    plan = staff_plan.plan(officer(request), rows)
    if plan.problems:
        request.session.pop(_ROWS, None)
    else:
        request.session[_ROWS] = staff_sheet.as_json(rows)
    return _page(request, plan)


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """Enter what was looked at; or say that its links were handed over."""
    me, lang = officer(request), language.of(request)
    require(me, "people.manage", CITY)
    address = reverse(f"{lang}:staff_sheet")
    if request.POST.get("taken"):
        request.session.pop(_LINKS, None)
        return HttpResponseRedirect(reverse(f"{lang}:people"))
    if not sessions.fresh(request):
        return factor_again(request, address)
    kept = request.session.get(_ROWS)
    try:
        if not kept:
            raise AccountRefused(Label("نخست پرونده را بدهید.", "Give the file first."), "file")
        result = staff_plan.enter(me, staff_sheet.from_json(kept))
    except AccountRefused as wrong:
        request.session.pop(_ROWS, None)
        return _page(request, refused=wrong)
    del request.session[_ROWS]
    request.session[_LINKS] = [list(link) for link in result.links]
    if result.request is not None and not result.links:
        return HttpResponseRedirect(reverse(f"{lang}:access_request", args=(result.request.pk,)))
    return HttpResponseRedirect(address)


@require_safe
def template(request: HttpRequest) -> FileResponse:
    """The workbook to fill in: one sheet of units, one of people, and the words that roles may have."""
    require(officer(request), "people.manage", CITY)
    lang = language.of(request)
    with city.current().private_store.scratch_folder() as folder:
        path = folder / "staff.xlsx"
        with new_workbook(path) as book:
            text = book.add_format({"num_format": "@"})
            bold = book.add_format({"bold": True})
            for title, columns in ((UNITS, staff_sheet.UNITS), (PEOPLE, staff_sheet.PEOPLE)):
                page = book.add_worksheet(title.of(lang))
                for at, label in enumerate(columns.values()):
                    page.set_column(at, at, 24, text)
                    page.write_string(0, at, label.of(lang), bold)
            # Columns of the sheet of people, counted from nought: the role.
            roles = [label.of(lang) for label in ROLES.values()]
            page.data_validation(1, 4, staff_sheet.LIMITS.cells // 100, 4, {"validate": "list", "source": roles})
        file = path.open("rb")
    return FileResponse(file, as_attachment=True, filename="ayan-people.xlsx")


UNITS: Final = Label("واحدها", "Units")
PEOPLE: Final = Label("کارکنان", "People")


def _page(
    request: HttpRequest, plan: staff_plan.SheetPlan | None = None, refused: AccountRefused | None = None
) -> HttpResponse:
    lang = language.of(request)
    links = request.session.get(_LINKS) or []
    people = {user.pk: user for user in User.objects.filter(pk__in=[key for key, _ in links])}
    context: dict[str, Any] = {
        "plan": plan,
        "roles": [(ROLES[Role(role)].of(lang), username, unit, dataset) for username, role, unit, dataset in plan.roles]
        if plan
        else [],
        "everywhere": staff_plan.EVERYWHERE.of(lang),
        "role_names": [label.of(lang) for label in ROLES.values()],
        "links": [
            (people[key], request.build_absolute_uri(reverse(f"{lang}:join", args=(secret,))))
            for key, secret in links
            if key in people
        ],
        "most": LARGEST_SHEET >> 20,
        "problems": problems(refused, lang),
    }
    wrong: Refusal | None = refused
    status = 422 if plan and plan.problems else 200
    return desk_layout.page(request, "accounts/staff_sheet.html", context, refusal=wrong, status=status)
