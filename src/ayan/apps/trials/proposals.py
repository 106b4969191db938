"""The desk's page on which a file becomes a proposal, an officer changes it, and one act makes it a declaration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from ayan.apps.accounts import audit, desk_layout
from ayan.apps.accounts.policy import CITY, Subject, require
from ayan.apps.accounts.staff_middleware import officer
from ayan.apps.trials.limits import MOST_TEXTS
from ayan.apps.trials.names import name_fields, renamed
from ayan.apps.trials.open_questions import StillOpen, left_as_proposed, still_asked
from ayan.apps.trials.views import NoFileSent, TrialTooLarge, TriedFile, answers_of
from ayan.core.proposal.limits import DECLARING_SECONDS, LARGEST_TRIAL
from ayan.core.proposal.trial_process import TrialOutcome, try_apart
from ayan.core.schema.limits import LARGEST_DECLARATION
from ayan.core.schema.problem import DeclarationError
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormProblem
from ayan.ui.responses import private
from ayan.wiring import city, new_declaration

VERB: Final = "dataset.declare"
_TEXT: Final = "text:"


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
            slug = new_declaration.judged(city.current(), texts)
            # Last, for it cannot be taken back with the rest.
            audit.record(who, VERB, Subject("dataset", slug, dataset=slug), files=len(texts))
            new_declaration.declare(city.current(), texts)
    except DeclarationError as refused:
        return _page(request, texts=texts, faults=refused, refusal=refused)
    except Refusal as refusal:
        return _page(request, texts=texts, refusal=refusal)
    return _page(request, declared=slug)


@csrf_exempt
@require_POST
def propose_file(request: HttpRequest) -> HttpResponse:
    """Propose a declaration from a file. It is read only after the officer is known, and nothing of it is kept."""
    require(officer(request), VERB, CITY)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > 2 * LARGEST_TRIAL:
        return _page(request, refusal=TrialTooLarge())
    with city.current().private_store.bench_folder() as folder:
        sent = TriedFile(request, folder)
        request.upload_handlers = [sent]
        return _proposed(request, sent)


@csrf_protect
def _proposed(request: HttpRequest, sent: TriedFile) -> HttpResponse:
    """Answer with the form; its token is checked before this is called, the file being read on the way."""
    request.POST  # noqa: B018 - reading it is what brings the file in
    try:
        if sent.too_large:
            raise TrialTooLarge
        if sent.path is None:
            raise NoFileSent
        work = sent.path.parent / "work"
        work.mkdir()
        outcome = try_apart(
            sent.path, work, declaration=None, source="default", period="", answers=answers_of(request),
            seconds=DECLARING_SECONDS,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, refusal=refusal)
    return _page(request, outcome=outcome, texts=dict(outcome.texts))


def _page(
    request: HttpRequest,
    *,
    texts: Mapping[str, str] | None = None,
    outcome: TrialOutcome | None = None,
    faults: DeclarationError | None = None,
    refusal: Refusal | None = None,
    declared: str = "",
) -> HttpResponse:
    lang = language.of(request)
    words = [each.text(lang) for each in faults.problems] if faults else [refusal.of(lang)] if refusal else []
    fields = [(f"{_TEXT}{name}", name, text, min(40, text.count("\n") + 2)) for name, text in (texts or {}).items()]
    context: dict[str, Any] = {
        "fields": fields,
        "names": name_fields(texts or {}),
        "still_asked": still_asked(texts or {}, request.POST.dict(), outcome, lang),
        "outcome": outcome,
        "declared": declared,
        "largest": LARGEST_TRIAL,
        "answers": answers_of(request) if outcome else {},
        "problems": [FormProblem(each) for each in words],
    }
    return private(desk_layout.page(request, "trials/declare.html", context, refusal=refusal))
