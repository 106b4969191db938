"""The desk's page on which a file becomes a proposal, an officer changes it, and one act makes it a declaration."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import audit, desk_layout
from ayan.apps.accounts.policy import CITY, Subject, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.tables import changes
from ayan.apps.tables.models import TableChange
from ayan.apps.tables.refusals import DeclarationNotTaken
from ayan.apps.trials.limits import LONGEST_ANSWER, MOST_ANSWERS, MOST_TEXTS
from ayan.apps.trials.views import NoFileSent, TrialTooLarge, TriedFile, answers_of
from ayan.core.proposal.answers import WITHOUT
from ayan.core.proposal.limits import DECLARING_SECONDS, LARGEST_TRIAL
from ayan.core.proposal.trial_process import TrialOutcome, try_apart
from ayan.core.schema.definition import MAIN
from ayan.core.schema.limits import LARGEST_DECLARATION
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormProblem
from ayan.ui.responses import private
from ayan.wiring import city

VERB: Final = "dataset.declare"
_TEXT: Final = "text:"
# A button of a layout step: undo it, or do it again.
_TURN: Final = "turn"
_MARK: Final = re.compile(r"[0-9a-f]{12}")


@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest) -> HttpResponse:
    """Begin with a file, or confirm the declaration whose texts are sent."""
    who = officer(request)
    require(who, VERB, CITY)
    if request.method != "POST":
        return _page(request)
    texts = {
        name.removeprefix(_TEXT): text
        for name in list(request.POST)[: MOST_TEXTS + 2]
        if name.startswith(_TEXT) and len(text := request.POST.get(name, "")) <= LARGEST_DECLARATION
    }
    try:
        texts = left_as_proposed(renamed(texts, request.POST.dict()), request.POST.dict())
        if still_asked(texts, {}, None, ""):
            raise StillOpen
        with transaction.atomic():
            change = changes.ask_new(who, texts)
            audit.record(who, VERB, Subject("dataset", change.slug, dataset=change.slug), files=len(texts))
    except Refusal as refusal:
        return _page(request, texts=texts, refusal=refusal)
    return _page(request, change=change)


@csrf_exempt
@require_POST
def propose_file(request: HttpRequest) -> HttpResponse:
    """Propose a declaration from a file. It is read only after the officer is known, and nothing of it is kept."""
    require(officer(request), VERB, CITY)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > 2 * LARGEST_TRIAL:
        return _page(request, refusal=TrialTooLarge())
    with city.current().private_store.scratch_folder() as folder:
        sent = TriedFile(request, folder)
        request.upload_handlers = [sent]
        return _proposed(request, sent)


@csrf_protect
def _proposed(request: HttpRequest, sent: TriedFile) -> HttpResponse:
    """Answer with the form; its token is checked before this is called, the file being read on the way."""
    request.POST  # noqa: B018 - reading it is what brings the file in
    answers = turned(answers_of(request), request.POST.get(_TURN, ""))
    try:
        if sent.too_large:
            raise TrialTooLarge
        if sent.path is None:
            raise NoFileSent
        work = sent.path.parent / "work"
        work.mkdir()
        outcome = try_apart(
            sent.path, work, declaration=None, source="default", period="", answers=answers, seconds=DECLARING_SECONDS
        )
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return _page(request, outcome=outcome, texts=dict(outcome.texts), answers=answers)


def turned(answers: Mapping[str, str], mark: str) -> dict[str, str]:
    """The answers with one layout step undone, or done again where it was."""
    if not _MARK.fullmatch(mark):
        return dict(answers)
    undone = [each for each in answers.get(WITHOUT, "").split(",") if each]
    undone = [each for each in undone if each != mark] if mark in undone else [*undone, mark]
    said = {key: value for key, value in answers.items() if key != WITHOUT}
    return said | ({WITHOUT: ",".join(undone)} if undone else {})


def _page(
    request: HttpRequest,
    *,
    texts: Mapping[str, str] | None = None,
    outcome: TrialOutcome | None = None,
    answers: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    change: TableChange | None = None,
) -> HttpResponse:
    lang = language.of(request)
    faults = refusal.faults if isinstance(refusal, DeclarationNotTaken) else ()
    words = [each.text(lang) for each in faults] or ([refusal.of(lang)] if refusal else [])
    fields = [(f"{_TEXT}{name}", name, text, min(40, text.count("\n") + 2)) for name, text in (texts or {}).items()]
    context: dict[str, Any] = {
        "fields": fields,
        "names": name_fields(texts or {}),
        "still_asked": still_asked(texts or {}, request.POST.dict(), outcome, lang),
        "outcome": outcome,
        "change": change,
        "declared": change is not None and change.done_at is not None,
        "largest": LARGEST_TRIAL,
        "answers": answers or {},
        "problems": [FormProblem(each) for each in words],
    }
    return private(desk_layout.page(request, "trials/declare.html", context, refusal=refusal))


# --- names: what people read of the dataset, in both languages --------------------------------------------------------

_NAMED: Final = {
    ("title", "fa"): Label("عنوان داده به فارسی", "Title in Persian"),
    ("title", "en"): Label("عنوان داده به انگلیسی", "Title in English"),
    ("description", "fa"): Label("شرح کوتاه به فارسی", "Short description in Persian"),
    ("description", "en"): Label("شرح کوتاه به انگلیسی", "Short description in English"),
    ("owner", "fa"): Label("واحد مسئول به فارسی", "Responsible office in Persian"),
    ("owner", "en"): Label("واحد مسئول به انگلیسی", "Responsible office in English"),
}
_SAID: Final = "said:"
_WAS: Final = "was:"
_QUOTES: Final = r'"(?:[^"\\\n]|\\.)*"'


@dataclass(frozen=True, slots=True)
class NameField:
    """One name in one language: the field of the form, what it is called, and what the declaration says."""

    key: str
    lang: str
    label: Label
    value: str

    @property
    def direction(self) -> str:
        """The direction in which the language is written."""
        return locale.of(self.lang).direction

    @property
    def name(self) -> str:
        """The form's name of what is typed."""
        return f"{_SAID}{self.key}.{self.lang}"

    @property
    def before(self) -> str:
        """The form's name of what stood there when the page was made."""
        return f"{_WAS}{self.key}.{self.lang}"


def name_fields(texts: Mapping[str, str]) -> list[NameField]:
    """The names that stand in the declaration on a line of their own; others are changed in its text alone."""
    fields = []
    for (key, lang), label in _NAMED.items():
        if line := _line(key).search(_top(texts.get(MAIN, ""))):
            fields.append(NameField(key, lang, label, tomllib.loads(line["said"])[key][lang]))
    return fields


def renamed(texts: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """The texts with each name that was changed in its field; where a field was left alone, the text is right."""
    main = texts.get(MAIN, "").replace("\r\n", "\n")
    for key in {field.key for field in _changed(texts, form)}:
        top = _top(main)
        line = _line(key).search(top)
        if line is None:
            continue
        said = tomllib.loads(line["said"])[key] | {
            field.lang: form[field.name].strip() for field in _changed(texts, form) if field.key == key
        }
        written = ", ".join(f"{lang} = {_quoted(words)}" for lang, words in said.items())
        # What a person says is no guess any more.
        main = f"{top[: line.start()]}{key} = {{ {written} }}{main[line.end() :]}"
    return {**texts, MAIN: main} if MAIN in texts else dict(texts)


def _changed(texts: Mapping[str, str], form: Mapping[str, str]) -> Iterator[NameField]:
    for field in name_fields(texts):
        typed = form.get(field.name, "").strip()
        if typed and typed != form.get(field.before, "") and len(typed) <= LONGEST_ANSWER:
            yield field


def _top(text: str) -> str:
    """The part before the first table: keys of the dataset itself."""
    return re.split(r"(?m)^\[", text.replace("\r\n", "\n"), maxsplit=1)[0]


def _line(key: str) -> re.Pattern[str]:
    said = rf"{key} = \{{ fa = {_QUOTES}, en = {_QUOTES} \}}"
    return re.compile(rf"(?m)^(?:# guessed: [^\n]*\n)?(?P<said>{said})$")


def _quoted(text: str) -> str:
    shown = "".join(sign if sign.isprintable() or sign == "\u200c" else " " for sign in text)
    return json.dumps(shown, ensure_ascii=False)


# --- questions that nobody has answered -------------------------------------------------------------------------------

_OPEN: Final = re.compile(r"(?m)^# open: (?P<key>[\w.]+)(?:: (?P<text>[^\r\n]*))?\r?\n?")
_KEEP: Final = "keep:"
_ASKED: Final = "asked:"


class StillOpen(Refusal):
    """A declaration is confirmed while questions are open."""

    code = "questions-open"
    fa = "هنوز پرسشی بی‌پاسخ است. پرونده را دوباره بفرستید و پاسخ دهید، یا در زیر نشان بزنید که همان پیشنهاد بماند."
    en = "A question is still open. Send the file again with an answer, or tick below that the proposal stays."
    status = 422


@dataclass(frozen=True, slots=True)
class StillAsked:
    """A question that stands open in the texts, in the words in which it was asked."""

    key: str
    words: str

    @property
    def keep(self) -> str:
        """The form's name of the mark that leaves what is proposed."""
        return f"{_KEEP}{self.key}"

    @property
    def asked(self) -> str:
        """The form's name of the words: the texts have them in English alone."""
        return f"{_ASKED}{self.key}"


def still_asked(
    texts: Mapping[str, str], form: Mapping[str, str], outcome: TrialOutcome | None, lang: str
) -> list[StillAsked]:
    """What is still open, in the words of the trial or, when its page is gone, those that the form brought along."""
    said = {each.key: each.words.of(lang) for each in outcome.questions} if outcome else {}
    open_lines: dict[str, StillAsked] = {}
    for text in texts.values():
        for line in _OPEN.finditer(text):
            key = line["key"]
            words = said.get(key) or form.get(f"{_ASKED}{key}", "")[:LONGEST_ANSWER] or line["text"] or key
            open_lines.setdefault(key, StillAsked(key, words))
    return list(open_lines.values())[:MOST_ANSWERS]


def left_as_proposed(texts: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """The texts without the questions whose proposal somebody lets stand."""
    return {
        name: _OPEN.sub(lambda line: "" if f"{_KEEP}{line['key']}" in form else line[0], text)
        for name, text in texts.items()
    }
