"""The pages of one submission: who asks, its steps and where they stand, its work under way, what can be undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from itertools import chain
from typing import Any, Final, cast
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods

from ayan.apps.accounts import desk_layout
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import Permissions, dataset_of
from ayan.apps.desk.files.uploads import safe_name
from ayan.apps.desk.inputs import Inputs, inputs_of, written_since
from ayan.apps.desk.limits import LONGEST_NUMBER
from ayan.apps.desk.models import EntryTable, Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import OriginalUnopened
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.examination import taking
from ayan.core.schema.definition import Dataset
from ayan.core.transparency.clock_check import ClockDoubted
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label, label_of
from ayan.core.values.locale import Lang
from ayan.core.values.period import parse
from ayan.core.values.refusal import Refusal
from ayan.ui import language
from ayan.ui.component_parts import FormProblem, Status, Task
from ayan.ui.responses import PageView
from ayan.wiring import city

NAMES: Final = {
    "file": Label("پرونده", "File"),
    "table": Label("جدول", "Table"),
    "columns": Label("ستون‌ها", "Columns"),
    "fix": Label("درست کردن", "Put right"),
    "diff": Label("مقایسه", "Difference"),
    "send": Label("فرستادن", "Send"),
}
HINTS: Final = {
    "file": Label("پروندهٔ اکسل، CSV، JSON یا XML را بدهید.", "Give the workbook, CSV, JSON or XML file."),
    "table": Label("ردیف‌ها را بنویسید.", "Enter the rows."),
    "columns": Label("بگویید هر ستون چیست.", "Say what each column is."),
    "fix": Label("آنچه را خوانده نشد درست کنید.", "Put right what could not be read."),
    "diff": Label("ببینید چه چیزی تغییر می‌کند.", "See what will change."),
    "send": Label("یادداشت بنویسید و برای تأیید بفرستید.", "Write a note and send it for approval."),
}
STATES: Final = {
    SubmissionState.DRAFT: ("info", Label("در دست تهیه", "In preparation")),
    SubmissionState.SENT: ("late", Label("در انتظار تأیید", "Waiting for approval")),
    SubmissionState.RETURNED: ("bad", Label("برگشته برای اصلاح", "Returned")),
    SubmissionState.APPROVED: ("info", Label("تأیید شد؛ در حال انتشار", "Approved; being published")),
    SubmissionState.PUBLISHED: ("ok", Label("منتشر شد", "Published")),
    SubmissionState.REFUSED: ("bad", Label("رد شد", "Refused")),
    SubmissionState.SET_ASIDE: ("off", Label("کنار گذاشته", "Set aside")),
    SubmissionState.TAKEN_BACK: ("off", Label("پس گرفته شد", "Taken back")),
}
WAITING_ITS_TIME: Final = Label("تأیید شد؛ منتظر زمان خود", "Approved; waits for its time")
OF_RELEASES: Final = {
    "withdrawal": {
        SubmissionState.APPROVED: ("info", Label("تأیید شد؛ در حال برداشتن", "Approved; being withdrawn")),
        SubmissionState.PUBLISHED: ("off", Label("برداشته شد", "Withdrawn")),
    },
    "erasure": {
        SubmissionState.APPROVED: ("info", Label("تأیید شد؛ در حال پاک کردن", "Approved; being erased")),
        SubmissionState.PUBLISHED: ("off", Label("ردیف‌ها پاک شد", "Rows erased")),
    },
}
"""How a withdrawal or an erasure is called where its state is that of something published."""
STAGES: Final = {
    "sniff": Label("شناختن نوع پرونده", "Finding out what the file is"),
    "open": Label("گشودن پرونده", "Opening the file"),
    "read": Label("خواندن پرونده", "Reading the file"),
    "refine": Label("خواندن خانه‌ها", "Reading the cells"),
    "check": Label("بررسی قاعده‌ها", "Checking the rules"),
    "gather": Label("دسته کردن اشکال‌ها", "Grouping what is wrong"),
    "write": Label("نوشتن دادهٔ انتشار", "Writing what will be published"),
    "balance": Label("سنجیدن موازنه‌ها", "Holding the balances"),
    "commit": Label("مهر کردن ردیف‌ها", "Committing to the rows"),
    "index": Label("ساختن نمایه و مهر کردن", "Building the index and sealing"),
}
TROUBLES: Final = {
    "killed": Label(
        "خواندن این پرونده چند بار نیمه‌کاره ماند؛ شاید برای حافظهٔ این دستگاه بزرگ است. به مدیر سامانه بگویید.",
        "Reading this file was cut short several times; it may be too large for this machine. Tell the administrator.",
    ),
    "killed-sealing": Label(
        "این کار چند بار نیمه‌کاره ماند. دوباره بکوشید؛ اگر ماند، به مدیر سامانه بگویید.",
        "This work was cut short several times. Try again; if it stays, tell the administrator.",
    ),
    ClockDoubted.code: Label(
        "ساعت این ماشین با زمان‌های ثبت عمومی سازگار نیست و چیزی امضا نشد. به مدیر سامانه "
        "بگویید ساعت را بررسی کند (ayan log "
        "clock)؛ سپس دوباره بکوشید.",
        "The clock of this machine does not fit the times in the log, and nothing was signed. Tell the administrator "
        "to check it (ayan log clock); then try again.",
    ),
    "unsigned": Label(
        "ثبت عمومی اکنون امضا نمی‌پذیرد و چیزی منتشر نشد. به مدیر سامانه بگویید (ayan doctor)؛ سپس دوباره بکوشید.",
        "The log cannot be signed now, and nothing was published. Tell the administrator (ayan doctor); then try "
        "again.",
    ),
    "large": Label(
        "سنجیدن این پرونده بیش از اندازه زمان یا حافظه می‌خواهد. آن را در چند بخش بفرستید یا به مدیر سامانه بگویید.",
        "Checking this file takes more time or memory than it may. Send it in parts, or tell the administrator.",
    ),
    "unopened": Label(
        "پرونده با کلیدهای این دستگاه باز نشد. به مدیر سامانه بگویید کلید پیشین را هم بگذارد و دوباره بکوشید.",
        "No key of this machine opens the file. Ask the administrator to put the older key back, and try again.",
    ),
    "trouble": Label(
        "کار به اشکالی در سامانه برخورد. دوباره بکوشید؛ اگر ماند، به مدیر سامانه بگویید.",
        "The work met with a fault of the system. Try again; if it stays, tell the administrator.",
    ),
}


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """A submission on an officer's desk: what holds of it, the engine's folder of it, and the page's language."""

    request: HttpRequest
    submission: Submission
    dataset: Dataset
    inputs: Inputs
    lang: Lang
    permissions: Permissions

    @property
    def folder(self) -> SubmissionFolder | None:
        """The file as the engine keeps it; None before there is one, and after it was removed."""
        try:
            return self.inputs.folder
        except LookupError:
            return None

    @property
    def taking(self) -> Dataset:
        """The dataset as its rows are held against it: what is offered to be chosen is what the period takes."""
        return taking(self.dataset, parse(self.submission.period), city.current().clock)

    @property
    def by_hand(self) -> bool:
        """Whether its rows are entered by hand, and no file was sent."""
        if self.inputs.file:
            return self.inputs.entered
        return EntryTable.objects.filter(submission=self.submission).exists()

    def may(self, verb: str) -> bool:
        """Whether the officer at the page may do something to this submission."""
        return self.permissions.may(verb)

    def address(self, name: str, *args: Any) -> str:
        """The address of a page of this submission in the page's language."""
        return reverse(f"{self.lang}:desk_{name}", args=(self.submission.id, *args))

    def say(self, label: Label) -> str:
        return label.of(self.lang)


def visible_page(request: HttpRequest, key: UUID, verb: str = "submission.view") -> SubmissionPage:
    """Put a submission on the desk of an officer who may do ``verb`` to it.

    Http404 alike for one that is not there and one that is not theirs.
    """
    submission = Submission.objects.filter(pk=key).first()
    if submission is None:
        raise Http404
    desk = SubmissionPage(
        request,
        submission,
        dataset_of(submission),
        inputs_of(submission.steps.all()),
        language.of(request),
        Permissions(request.user, submission),
    )
    if not desk.may(verb):
        raise Http404
    return desk


def status(submission: Submission, lang: Lang) -> Status:
    """Where a submission stands, as a tag."""
    tone, label = STATES[SubmissionState(submission.state)]
    if submission.state == SubmissionState.APPROVED and submission.due_at and submission.work == TaskState.IDLE:
        return Status("late", WAITING_ITS_TIME.of(lang))
    if submission.state == SubmissionState.TAKEN_BACK and submission.work != TaskState.IDLE:
        tone, label = "late", Label("در حال پس گرفتن؛ هنوز همگانی است", "Being taken back; still public")
    elif submission.kind in OF_RELEASES and submission.state in OF_RELEASES[submission.kind]:
        tone, label = OF_RELEASES[submission.kind][SubmissionState(submission.state)]
    return Status(tone, label.of(lang))  # type: ignore[arg-type]  # the tones of the table are tones


def reached(desk: SubmissionPage, *, by_hand: bool) -> dict[str, bool]:
    """Which steps can be opened: each once the one before it is done; others where rows are entered ``by_hand``."""
    if desk.submission.kind != "data":
        return {"send": True}
    look = desk.folder.stored_preview() if desk.folder and desk.submission.previewed else None
    read = look is not None and look.refused is None
    mapped = read and desk.inputs.choice is not None
    ready = mapped and bool(desk.submission.digest) and not desk.submission.busy
    if by_hand:
        return {"table": True, "fix": mapped, "diff": ready, "send": ready}
    return {"file": True, "columns": read, "fix": mapped, "diff": ready, "send": ready}


def steps(desk: SubmissionPage, current_step: str = "") -> list[tuple[Task, bool]]:
    """The steps with where each stands, and whether it is the one in view; of a withdrawal only the last."""
    open_to = reached(desk, by_hand=desk.by_hand or current_step == "table")
    counts = desk.submission.counts or {}
    order = list(open_to)
    tasks = []
    for position, name in enumerate(order):
        later = order[position + 1] if position + 1 < len(order) else ""
        done = open_to.get(later, desk.submission.state not in (SubmissionState.DRAFT, SubmissionState.RETURNED))
        if name == "fix" and counts.get("errors") and not desk.submission.digest:
            tag = Status("bad", desk.say(Label("اشکال دارد", "Has issues")))
        elif not open_to[name]:
            tag = Status("off", desk.say(Label("هنوز نه", "Not yet")))
        elif name == current_step:
            tag = Status("info", desk.say(Label("اکنون", "Now")))
        elif done:
            tag = Status("ok", desk.say(Label("انجام شد", "Done")))
        else:
            tag = Status("info", desk.say(Label("آماده", "Ready")))
        address = desk.address(name) if open_to[name] and name != current_step else ""
        tasks.append(
            (
                Task(desk.say(NAMES[name]), tag, address, "" if current_step else desk.say(HINTS[name])),
                name == current_step,
            )
        )
    return tasks


def page(desk: SubmissionPage, template: str, context: dict[str, Any], refusal: Refusal | None = None) -> HttpResponse:
    """A page of one submission, with what stands in the way of the last act at its head."""
    submission, current_step = desk.submission, context.get("step", "")
    problems = [FormProblem(refusal.of(desk.lang), refusal.field)] if refusal else []
    stepped = steps(desk, current_step)
    whole = {
        "submission": submission,
        "dataset": desk.dataset,
        "current_step": current_step,
        "steps": stepped,
        "tasks": [task for task, _ in stepped],
        "here_path": desk.request.path,
        "state": status(submission, desk.lang),
        "entered": desk.inputs.entered,
        "editable": submission.editable and desk.may("submission.edit"),
        "progress": progress(desk),
        "trouble": trouble(desk),
        "problems": problems,
        "remarks": remarks(desk) if submission.state == SubmissionState.RETURNED else (),
        **context,
    }
    return desk_layout.page(desk.request, template, whole, refusal=refusal)


def remarks(desk: SubmissionPage) -> list[dict[str, Any]]:
    """What the approver wrote on returning; of a remark about one cell, that it can be written anew right there."""
    labels = {field.name: field.label.of(desk.lang) for field in desk.dataset.fields}
    typed = desk.submission.typed.get(str(officer(desk.request).pk), {}).get("remark", {})
    steps = list(desk.submission.steps.all())
    return [
        {
            **{name: getattr(remark, name) for name in ("id", "words", "row", "field", "by", "at")},
            "typed": desk.request.POST.get(f"new:{remark.id}", typed.get(f"new:{remark.id}", "")),
            "label": labels.get(remark.field, ""),
            "written": written_since(steps, remark.at, remark.field, remark.row or 0),
            "cell": bool(remark.row and remark.field in labels and desk.inputs.choice),
        }
        for remark in desk.submission.remarks.filter(settled_at=None).select_related("by")
    ]


def progress(desk: SubmissionPage) -> dict[str, Any] | None:
    """How far the work is: its stage in words and, where it can be known, the share done in percent."""
    submission = desk.submission
    if not submission.busy:
        return None
    pending = Label("در نوبت", "Waiting its turn")
    label = (
        STAGES.get(submission.stage, Label("در حال آغاز", "Beginning"))
        if submission.work == TaskState.RUNNING
        else pending
    )
    return {"words": desk.say(label), "share": None if submission.share is None else round(submission.share * 100)}


def trouble(desk: SubmissionPage) -> str:
    """What kept the work from being done, in words."""
    message = desk.submission.trouble
    if not message:
        return ""
    if "fa" in message:
        return label_of(message).of(desk.lang)
    return desk.say(TROUBLES.get(message["code"], TROUBLES["trouble"]))


def officer(request: HttpRequest) -> User:
    """The officer at the page; the middleware of the desk lets nobody else in."""
    return cast(User, request.user)


def of_submission(*methods: str, verb: str = "submission.view") -> Callable[[PageView], PageView]:
    """A page of one submission: the view is given a `SubmissionPage`; Http404 for whoever may not see it."""

    def decorated(view: PageView) -> PageView:
        @require_http_methods(list(methods or ("GET", "HEAD")))
        @wraps(view)
        def asked(request: HttpRequest, key: UUID, **more: Any) -> HttpResponse:
            try:
                desk = visible_page(request, key, verb)
                if request.headers.get("X-Ayan-Looks") and not desk.submission.busy:
                    # The script opens the page anew: it need not be drawn twice.
                    return HttpResponse(status=HTTPStatus.NO_CONTENT)
                return view(desk, **more)
            except (NotOpened, BadOriginalKey):
                return _unopened(request)

        return asked

    return decorated


def act_on_submission(view: PageView) -> PageView:
    """An act on one submission: the view is given its id alone, for the act itself asks whether it may be done."""

    @require_http_methods(["POST"])
    @wraps(view)
    def acted(request: HttpRequest, key: UUID, **more: Any) -> HttpResponse:
        try:
            return view(request, key, **more)
        except BadRequest:
            # Whoever may not see the submission is not told either what a form of it must hold.
            visible_page(request, key)
            raise
        except (NotOpened, BadOriginalKey):
            return _unopened(request)

    return acted


def _unopened(request: HttpRequest) -> HttpResponse:
    return desk_layout.page(request, "desk/unopened.html", refusal=OriginalUnopened())


def expected_revision(request: HttpRequest) -> int:
    """The revision on the page that a form came from."""
    return number(request, "expected_revision")


def number(request: HttpRequest, name: str) -> int:
    """A whole number of a form; BadRequest for what no form of ours sends."""
    parsed = whole(request.POST.get(name, ""))
    if parsed is None:
        raise BadRequest(f"{name} is not a number")
    return parsed


def whole(text: str) -> int | None:
    """A whole number as people type it, in whichever digits; None for anything else."""
    bare = to_latin(text).strip()
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) <= LONGEST_NUMBER else None


def onward(desk: SubmissionPage, name: str, query: str = "") -> HttpResponse:
    """After an act: on to a page of the submission."""
    return HttpResponseRedirect(desk.address(name) + query)


def as_file(name: str) -> dict[str, str]:
    """The head of a private file: of no type, whatever it is, so that nothing of it runs here, and kept nowhere."""
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": content_disposition_header(True, safe_name(name)) or "attachment",
        "Cache-Control": "no-store",
    }


def begun(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of them read already: what cannot be opened is refused before anything is sent."""
    first = next(pieces, b"")
    return chain((first,), pieces)
