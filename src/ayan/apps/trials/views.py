"""The page on which anybody tries a file: no account, no draft, and nothing that is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ayan.apps.trials.limits import LARGEST_FORM, LONGEST_ANSWER, LONGEST_NAME, LONGEST_PERIOD, MOST_ANSWERS
from ayan.core.proposal.limits import LARGEST_TRIAL
from ayan.core.proposal.trial_process import TrialOutcome, try_apart
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.refusal import Refusal
from ayan.ui.responses import private, refuse_elsewhere, refused
from ayan.wiring import city
from ayan.wiring.city import City

_CHOSEN: Final = "answer:"
_WRITTEN: Final = "written:"


class TrialTooLarge(Refusal):
    """The file is larger than what is tried for a stranger."""

    code = "trial-too-large"
    fa = "پرونده بزرگ است. بخشی از آن را بفرستید، یا آن را با ayan propose بر دستگاه خودتان بیازمایید."
    en = "The file is too large. Send a part of it, or try it with ayan propose on your own machine."
    status = 413


class NoFileSent(Refusal):
    """A trial without a file."""

    code = "no-file-sent"
    fa = "پرونده‌ای برگزیده نشده است."
    en = "No file was chosen."
    status = 422


class UnknownTrial(Refusal):
    """A trial against a dataset that takes no files, or that there is none of."""

    code = "unknown-trial"
    fa = "چنین داده‌ای نیست که پرونده با آن خوانده شود."
    en = "There is no such dataset to read the file against."
    status = 422


# A form of another site is turned away by where it comes from, so no cookie is needed: the page keeps nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def try_file(request: HttpRequest) -> HttpResponse:
    """Read a file against a declaration, or a proposal where none is chosen, and say what is wrong with it."""
    current_city = city.current()
    if request.method != "POST":
        return _page(request, current_city, chosen=request.GET.get("dataset", "")[:LONGEST_NAME])
    refuse_elsewhere(request)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_TRIAL + LARGEST_FORM:
        return _page(request, current_city, refusal=TrialTooLarge())
    with current_city.private_store.scratch_folder() as folder:
        sent = TriedFile(request, folder)
        request.upload_handlers = [sent]
        # Asking for the form reads the whole request.
        chosen = request.POST.get("dataset", "")[:LONGEST_NAME]
        try:
            outcome = _outcome(request, current_city, sent, folder, chosen)
        except Refusal as refusal:
            return _page(request, current_city, chosen=chosen, refusal=refusal)
    return _page(request, current_city, chosen=chosen, outcome=outcome)


def _outcome(request: HttpRequest, current_city: City, sent: TriedFile, folder: Path, chosen: str) -> TrialOutcome:
    if sent.too_large:
        raise TrialTooLarge
    if sent.path is None:
        raise NoFileSent
    declaration = None
    if chosen:
        if chosen not in {dataset.slug for dataset in _open(current_city)}:
            raise UnknownTrial
        declaration = current_city.registry.folder(chosen)
    period = request.POST.get("period", "")[:LONGEST_PERIOD].strip()
    work = folder / "work"
    work.mkdir()
    return try_apart(
        sent.path, work, declaration=declaration, source="default", period=period, answers=answers_of(request)
    )


def answers_of(request: HttpRequest) -> dict[str, str]:
    """What a form says to the questions of a proposal: by key what was chosen, or written where something was."""
    names = [name for name in request.POST if name.startswith((_CHOSEN, _WRITTEN))]
    keys = list(dict.fromkeys(name.partition(":")[2] for name in names))[:MOST_ANSWERS]
    said = {key: (request.POST.get(f"{_WRITTEN}{key}") or request.POST.get(f"{_CHOSEN}{key}") or "") for key in keys}
    return {key: text.strip() for key, text in said.items() if 0 < len(text.strip()) <= LONGEST_ANSWER}


def _open(current_city: City) -> list[Dataset]:
    """The datasets that take files: what is withheld as a whole takes none."""
    day = today(current_city.clock)
    return [each for each in current_city.registry.all() if not (each.withheld and each.withheld.stands(day))]


def _page(
    request: HttpRequest,
    current_city: City,
    *,
    chosen: str = "",
    outcome: TrialOutcome | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "section": "try",
        "datasets": [(each.slug, each.title) for each in _open(current_city)],
        "chosen": chosen,
        "outcome": outcome,
        "refusal": refusal,
        "largest": LARGEST_TRIAL,
        "answers": answers_of(request) if outcome else {},
        "period": request.POST.get("period", "")[:LONGEST_PERIOD] if request.method == "POST" else "",
    }
    answer = private(render(request, "trials/try.html", context))
    return refused(answer, refusal) if refusal else answer


class TriedFile(FileUploadHandler):
    """The first file of a request, in a folder that is thrown away; its name is kept for its ending alone."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest, folder: Path) -> None:
        super().__init__(request)
        self.path: Path | None = None
        self.too_large = False
        self._folder = folder
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 - Django's signature
        self._size += len(raw_data)
        if self._size > LARGEST_TRIAL:
            self.too_large = True
            raise StopUpload(connection_reset=False)
        if self.path is None:
            name = "".join(sign for sign in Path(str(self.file_name or "")).name if sign.isalnum() or sign in " .-_")
            self.path = self._folder / (name.strip(" .")[-LONGEST_NAME:] or "file")
        with self.path.open("ab") as out:
            out.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> None:
        """Nothing: whoever sends two files has one file of both, which reads as neither."""
