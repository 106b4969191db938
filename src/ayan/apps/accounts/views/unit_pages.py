"""The units of the municipality: the list, and for each its name, its head, and how it ends."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import actions, desk_layout, duties, units
from ayan.apps.accounts.forms import AccountRefused, Boxes, problems
from ayan.apps.accounts.models import Duty, Grant, Unit, User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.core.values.label import Label
from ayan.ui import language

FA = Label("نام به فارسی", "Name in Persian")
EN = Label("نام به انگلیسی", "Name in English")


@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """The units of the municipality, and the form for a new one."""
    require(officer(request), "people.manage", CITY)
    lang = language.of(request)
    refused = None
    if request.method == "POST":
        try:
            typed = [request.POST.get(name, "") for name in ("slug", "name_fa", "name_en")]
            actions.add_unit(officer(request), *typed)
            return HttpResponseRedirect(reverse(f"{lang}:units"))
        except AccountRefused as wrong:
            refused = wrong
    boxes = Boxes(lang, request.POST.dict(), refused)
    hint = Label("حرف لاتین کوچک و خط تیره، مانند finance", "Small Latin letters and hyphens, like finance")
    context = {
        "units": units.standing().select_related("head"),
        "retired": Unit.objects.exclude(retired_at=None).select_related("merged_into"),
        "problems": problems(refused, lang),
        "boxes": [
            boxes.box("name_fa", FA),
            boxes.box("name_en", EN),
            boxes.box("slug", Label("شناسه", "Code"), hint, code=True),
        ],
    }
    return desk_layout.page(request, "accounts/units.html", context, refusal=refused)


@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, slug: str) -> HttpResponse:
    """One unit; POST renames it, names its head, retires it, or merges it into another."""
    me, lang = officer(request), language.of(request)
    require(me, "people.manage", CITY)
    whole = get_object_or_404(Unit.objects.select_related("head", "merged_into"), slug=slug)
    refused = None
    if request.method == "POST":
        try:
            _act(request, me, whole)
            return HttpResponseRedirect(reverse(f"{lang}:unit", args=(slug,)))
        except AccountRefused as wrong:
            refused = wrong
    typed = {"name_fa": whole.name_fa, "name_en": whole.name_en, **request.POST.dict()}
    boxes = Boxes(lang, typed, refused)
    context: dict[str, Any] = {
        "unit": whole,
        "former": whole.former_names.all(),
        "heads": duties.heads(whole),
        "people": duties.able_to_head(whole),
        "holders": Grant.objects.filter(unit=whole).values("user").distinct().count(),
        "owes": Duty.objects.filter(unit=whole).count(),
        "others": [(each.slug, each.name.of(lang)) for each in units.standing().exclude(pk=whole.pk)],
        "boxes": [boxes.box("name_fa", FA), boxes.box("name_en", EN)],
        "problems": problems(refused, lang),
    }
    return desk_layout.page(request, "accounts/unit.html", context, refusal=refused)


def _act(request: HttpRequest, me: User, whole: Unit) -> None:
    post = request.POST
    match post.get("act", ""):
        case "rename":
            units.rename(me, whole, post.get("name_fa", ""), post.get("name_en", ""))
        case "head":
            asked = post.get("head", "")
            head = User.objects.filter(pk=int(asked)).first() if asked.isascii() and asked.isdecimal() else None
            units.head_of(me, whole, head)
        case "retire":
            units.retire(me, whole)
        case "merge":
            into = units.standing().filter(slug=post.get("into", "")).first()
            if into is None or not post.get("sure"):
                raise AccountRefused(
                    Label(
                        "واحدی را که جای آن را می‌گیرد برگزینید و خانهٔ تأیید را بزنید؛ برگشت ندارد.",
                        "Choose the unit that takes its place and tick the box; it cannot be undone.",
                    ),
                    "into",
                )
            units.merge(me, whole, into)
        case _:
            raise AccountRefused(Label("کاری برگزیده نشده است.", "Nothing was chosen."))
