"""What the pages of one table share: the table as it is declared, its files, and a form that was refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from ayan.apps.accounts import desk_layout, sessions
from ayan.apps.accounts.dual_control import Stage
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, require
from ayan.apps.accounts.staff_middleware import factor_again, officer
from ayan.apps.tables import changes
from ayan.apps.tables.models import TableChange, TableChangeKind
from ayan.apps.tables.refusals import DeclarationNotTaken
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormProblem, Status, Tone
from ayan.wiring import city, table_folder
from ayan.wiring.table_folder import Texts

STAGES: Final[dict[Stage, tuple[Tone, Label]]] = {
    Stage.WAITING: ("late", Label("منتظر تصمیم", "Waits for a decision")),
    Stage.DELAYED: ("late", Label("در مهلت اعتراض", "Can be objected to")),
    Stage.READY: ("info", Label("آمادهٔ انجام", "Ready to be carried out")),
    Stage.DONE: ("ok", Label("انجام شد", "Done")),
    Stage.REFUSED: ("bad", Label("رد شد", "Refused")),
    Stage.OVER: ("off", Label("مهلتش گذشت", "Lapsed")),
}
_ASKED: Final = {
    "add-code": Label("افزودن «{name}» به فهرست «{list}»", "Add “{name}” to the list “{list}”"),
    "change-code": Label("تغییر «{name}» در فهرست «{list}»", "Change “{name}” in the list “{list}”"),
    "add-column": Label("ستون تازه: «{name}»", "A new column: “{name}”"),
    "change-column": Label("تغییر ستون «{name}»", "Change the column “{name}”"),
    "facts": Label("تغییر مشخصات جدول", "Change the facts of the table"),
}
_OF_KIND: Final = {
    TableChangeKind.TEXT: Label("تغییر متن: {files}", "Change of the text: {files}"),
    TableChangeKind.ARCHIVE: Label("متن‌هایی از پروندهٔ zip: {files}", "Texts from a zip file: {files}"),
    TableChangeKind.NEW: Label("جدول تازه", "A new table"),
    TableChangeKind.REMOVAL: Label("برداشتن جدول", "Take the table away"),
}


@dataclass(frozen=True, slots=True)
class TablePage:
    """One table on an administrator's desk; ``dataset`` is None where its declaration is refused."""

    request: HttpRequest
    me: User
    lang: Lang
    slug: str
    texts: Texts
    dataset: Dataset | None

    def answer(self, template: str, context: Mapping[str, Any], refused: Refusal | None = None) -> HttpResponse:
        """A page of the table, with what was refused at its head."""
        own = table_folder.is_own(city.current(), self.slug)
        frame = {
            "slug": self.slug,
            "title": self.dataset.title if self.dataset else Label(self.slug, self.slug),
            "own": own,
            "problems": problems(refused, self.lang),
            "waiting": [line(each, self.lang) for each in changes.waiting(self.slug)],
        }
        return desk_layout.page(self.request, template, {**frame, **context}, refusal=refused)

    def again(self) -> HttpResponse | None:
        """The way to the second factor, where it was shown too long ago for an act."""
        return None if sessions.fresh(self.request) else factor_again(self.request, self.request.path)


def table_page(request: HttpRequest, slug: str) -> TablePage:
    """Put a table on the desk of an administrator; Http404 for one that the city does not declare."""
    me = officer(request)
    require(me, changes.CHANGE, CITY)
    try:
        texts = table_folder.texts_of(city.current(), slug)
    except KeyError:
        raise Http404 from None
    return TablePage(request, me, language.of(request), slug, texts, changes.declared(slug))


def to_change(lang: Lang, change: TableChange) -> HttpResponse:
    """On to the page of a change."""
    return HttpResponseRedirect(reverse(f"{lang}:table_change", args=(change.pk,)))


def problems(refused: Refusal | None, lang: Lang) -> list[FormProblem]:
    """What was refused, in words; of what the loader does not take, each fault."""
    if refused is None:
        return []
    if isinstance(refused, DeclarationNotTaken) and refused.faults:
        return [FormProblem(fault.text(lang), refused.field) for fault in refused.faults]
    return [FormProblem(refused.of(lang), refused.field)]


def at_field(refused: DeclarationNotTaken, fields: Mapping[str, str], usual: str) -> DeclarationNotTaken:
    """The same refusal at the field of a form that the first fault is about, by the code or the end of its key."""
    for fault in refused.faults:
        for part, field in fields.items():
            if fault.code == part or fault.key.endswith(part):
                refused.field = field
                return refused
    refused.field = usual
    return refused


def line(change: TableChange, lang: Lang) -> dict[str, Any]:
    """A change as a line of a list: what it is, whose, and how far it is."""
    tone, words = STAGES[changes.stage(change)]
    return {"change": change, "status": Status(tone, words.of(lang)), "what": what(change, lang)}


def what(change: TableChange, lang: Lang) -> str:
    """What was asked for, in words."""
    request = change.request
    if not request:
        files = sorted(change.files)[:3]
        return _OF_KIND[TableChangeKind(change.kind)].format(files=files).of(lang)
    said = request["said"]
    words = said.get("label") or {"fa": said.get("fa"), "en": said.get("en")}
    usual = str(said.get("code") or request.get("code") or request.get("column") or said.get("name") or "")
    name = Label(words.get("fa") or usual, words.get("en") or usual)
    of_list = list_title(changes.declared(change.slug), request.get("list", ""))
    return _ASKED[request["do"]].format(name=name, list=of_list).of(lang)


def list_title(dataset: Dataset | None, name: str) -> Label:
    """What a list is called: its first column; its own name where no column has it."""
    fields = dataset.fields if dataset else ()
    of_list = (field.label for field in fields if field.choices is not None and field.choices.name == name)
    return next(of_list, Label(name, name))
