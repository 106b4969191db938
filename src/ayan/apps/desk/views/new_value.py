"""Before a value that is in no list: propose it, with its name in both languages, to whoever the list belongs to."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ayan.apps.accounts.forms import Boxes
from ayan.apps.desk.fixing import new_values
from ayan.apps.desk.limits import MOST_PROPOSED
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import SubmissionPage, of_submission, officer, onward, page
from ayan.apps.desk.views.columns_and_fixes import keep_rest
from ayan.apps.tables import changes, requests
from ayan.apps.tables.limits import LONGEST_NAME
from ayan.apps.tables.refusals import DeclarationNotTaken
from ayan.apps.tables.table_page import at_field, problems
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold, publish

_FAULTS: Final = {"same-spelling": "fa", "repeated": "code"}


@of_submission("POST", verb="submission.edit")
def choose(desk: SubmissionPage) -> HttpResponse:
    """From the page of problems to the form for one of its values; what was typed beside it is kept."""
    post = desk.request.POST
    keep_rest(desk)
    mark = post.get("propose", "")
    name = new_values.mark_of(post.get(f"of:{mark}", ""), post.get(f"old:{mark}", ""))
    return HttpResponseRedirect(reverse(f"{desk.lang}:desk_value_form", args=(desk.submission.pk, name)))


@of_submission("GET", "HEAD", "POST", verb="submission.edit")
def propose(desk: SubmissionPage, mark: str) -> HttpResponse:
    """The form for a value, which its address names without saying it, and the proposal."""
    post, place = desk.request.POST, None
    refused: Refusal | None = None
    cell = new_values.named(desk, mark)
    if cell is None:
        # It was put right, or proposed and confirmed, in the meantime.
        return onward(desk, "fix")
    field, value = cell
    typed = post.dict() if desk.request.method == "POST" else {"fa": publish(" ".join(value.split()))[:LONGEST_NAME]}
    try:
        place = new_values.list_of(desk, field)
        if not new_values.may_propose(desk) or not value.strip() or len(value) > LONGEST_NAME:
            raise DeskRefused("این مقدار را نمی‌توان پیشنهاد کرد.", "This value cannot be proposed.")
        if desk.request.method == "POST":
            _propose(desk, place.name, field, value, typed, plain=place.form == "texts")
            return onward(desk, "fix")
    except DeclarationNotTaken as wrong:
        refused = at_field(wrong, _FAULTS, "fa")
    except Refusal as wrong:
        refused = wrong
    context: dict[str, Any] = {
        "step": "fix",
        "mark": mark,
        "value": value,
        "label": next((each.label for each in desk.dataset.fields if each.name == field), None),
        # A list of texts has no other name for its values.
        "boxes": [] if place is None or place.form == "texts" else _boxes(Boxes(desk.lang, typed, refused)),
        "problems": problems(refused, desk.lang),
    }
    return page(desk, "desk/new_value.html", context, refused)


def _propose(desk: SubmissionPage, name: str, field: str, value: str, typed: dict[str, str], *, plain: bool) -> None:
    waiting = new_values.proposed(desk.submission.dataset)
    if len(waiting) >= MOST_PROPOSED:
        raise DeskRefused(
            "برای این داده پیشنهادهای بسیاری منتظر تصمیم است. شاید این ستون نباید فهرست داشته باشد؛ به مدیر سامانه "
            "بگویید.",
            "Very many proposals for this dataset wait to be decided. Perhaps the column should have no list; tell the "
            "administrator.",
        )
    if (field, fold(value)) in waiting:
        raise DeskRefused(
            "این مقدار پیشنهاد شده و منتظر تأیید است.", "This value is proposed already and waits to be confirmed."
        )
    asked = requests.plain_code(name, {"fa": value}) if plain else requests.new_code(name, _with_spelling(typed, value))
    submission = desk.submission
    changes.propose_value(
        officer(desk.request),
        submission.dataset,
        {**asked, "field": field, "value": value},
        unit=submission.unit,
        submission=submission.pk,
    )


def _with_spelling(typed: dict[str, str], value: str) -> dict[str, str]:
    """The form with the spelling of the file among those that mean the value, where neither name is the same."""
    names = {fold(typed.get("fa", "")), fold(typed.get("en", "")), fold(typed.get("code", ""))}
    return typed if fold(value) in names else {**typed, "aliases": value}


def _boxes(boxes: Boxes) -> list[Any]:
    return [
        boxes.box("fa", Label("نام به فارسی", "Name in Persian")),
        boxes.box("en", Label("نام به انگلیسی", "Name in English")),
        boxes.box(
            "code",
            Label("کد", "Code"),
            Label("از نام انگلیسی ساخته می‌شود، اگر ننویسید.", "It is made of the English name, if you leave it empty."),
            required=False,
            code=True,
        ),
    ]
