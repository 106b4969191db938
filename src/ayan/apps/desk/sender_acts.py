"""What the sender does with a submission: begin it, send a file, say what its columns are, mend, undo, send on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import about_dataset, acting_on, add_step, dataset_of, keyed, subject
from ayan.apps.desk.entry import appended_base
from ayan.apps.desk.files import uploads
from ayan.apps.desk.files.repeated_files import MARK
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.fixing import known_fixes, layouts
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.limits import LONGEST_NOTE, LONGEST_TYPED
from ayan.apps.desk.models import OPEN, KnownCode, KnownHeader, Submission, SubmissionState, TaskState
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken, SubmissionBusy, SubmissionClosed
from ayan.apps.desk.releases import publication
from ayan.apps.desk.tasks import compute
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.examination import resolve_period
from ayan.core.refine import code_nods, date_orders
from ayan.core.refine.column_mapping import ColumnChoice, header_fingerprint
from ayan.core.refine.corrections import Correction
from ayan.core.refine.issue_store import IssueCause
from ayan.core.schema.catalogue import UNITS
from ayan.core.schema.definition import Dataset
from ayan.core.schema.limits import MOST_LAYOUT_STEPS
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.values.canonical import Json
from ayan.core.values.money import MONEY_UNITS
from ayan.wiring import city

FORMS: Final = frozenset({"send", "fix", "columns", "remark", "override", "decide"})
"""The forms whose text is kept before it is sent; the last is the approver's."""
OF_THE_FILE: Final = ("columns", "fix", "remark")
"""Those that speak of one file as it is read, and mean nothing for another."""


def begin(actor: User, dataset: Dataset, period: str | None) -> Submission:
    """A new submission of ``dataset`` for a period, in the unit that the dataset belongs to.

    Raises CannotRead for a period that is none, Denied, and PeriodTaken when one is under way already.
    """
    about = about_dataset(actor, "submission.create", dataset.slug)
    policy.require(actor, "submission.create", about)
    when = str(resolve_period(dataset, period or None))
    now = city.current().clock.now()
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                dataset=dataset.slug, period=when, unit=about.unit, started_by=actor, started_at=now, changed_at=now
            )
            audit.record(actor, "submission.create", subject(submission), period=when)
            return submission
    except IntegrityError:
        other = Submission.objects.filter(dataset=dataset.slug, period=when, state__in=OPEN).first()
        if other is None:
            raise
        visible = policy.can(actor, "submission.view", subject(other))
        raise PeriodTaken(str(other.id) if visible else "", str(other.started_by), other.started_at) from None


def take_file(actor: User, key: UUID, received: ReceivedFile, expected_revision: int | None) -> None:
    """Make a file that has arrived the one of this submission; everything that was said of another is void.

    Raises CannotRead when the city cannot keep it.
    """
    with received.path.open("rb") as file:
        pieces = iter(lambda: file.read(1 << 20), b"")
        folder = SubmissionFolder.receive(city.current().private_store, received.name, pieces)
    try:
        with acting_on(
            actor,
            key,
            "submission.edit",
            expected_revision,
            size=received.size,
            file=keyed("original", received.digest),
        ) as submission:
            facts = {"id": folder.id, "name": received.name, "size": received.size}
            add_step(submission, actor, "file", {**facts, MARK: keyed("original", received.digest)})
            _forget_of_file(submission)
            again(submission)
    except BaseException:
        folder.discard()
        raise


def choose_sheet(actor: User, key: UUID, sheet: str | None, header_row: int | None, expected_revision: int) -> None:
    """Say which sheet holds the table and which of its rows the header; None leaves it to be found."""
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        add_step(submission, actor, "sheet", {"sheet": sheet, "header_row": header_row})
        _forget_of_file(submission)
        again(submission)


def add_layout(actor: User, key: UUID, said: Sequence[Json], expected_revision: int) -> None:
    """Do layout steps to the table, each a step of its own that is undone by itself."""
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        declared = dataset_of(submission).sources["default"].steps
        done = len(inputs_of(submission.steps.all()).layout) + len(declared)
        if not said or done + len(said) > MOST_LAYOUT_STEPS:
            raise DeskRefused("بیش از این گامی نمی‌توان افزود.", "No further step can be added.")
        for each in said:
            add_step(submission, actor, "layout", {"steps": [each]})
        _forget_of_file(submission)
        again(submission)


def set_columns(actor: User, key: UUID, choice: ColumnChoice, fingerprint: str, expected_revision: int) -> None:
    """Say what the columns are; the next file of this unit with the same header will be read so.

    What a machine says again of a header was said by a person before, and stays that person's word.
    """
    recorded = choice.as_json()
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        held = inputs_of(submission.steps.all())
        layout, place = list(held.layout_said), [held.sheet, held.header_row]
        said = {"choice": recorded, "place": place, **({"layout": layout} if layout else {})}
        add_step(submission, actor, "columns", said)
        clear_typed(submission, actor, "columns")
        if actor.machine:
            again(submission)
            return
        KnownHeader.objects.update_or_create(
            unit=submission.unit,
            dataset=submission.dataset,
            fingerprint=fingerprint,
            defaults={"columns": recorded, "by": actor, "at": city.current().clock.now()},
        )
        layouts.remember(submission, actor, layout)
        again(submission)


def remembered(submission: Submission, fingerprint: str) -> ColumnChoice | None:
    """What an officer of the same unit said the last time of a file with this header."""
    known = KnownHeader.objects.filter(
        unit=submission.unit, dataset=submission.dataset, fingerprint=fingerprint
    ).first()
    return ColumnChoice.from_json(known.columns) if known else None


def mend(
    actor: User, key: UUID, fixes: Sequence[Correction], expected_revision: int, cause: str = "", form: str = ""
) -> None:
    """Apply fixes as one step, which is undone as one; what was kept of ``form`` has been sent with them."""
    if not fixes:
        raise DeskRefused("چیزی برای درست کردن نوشته نشده است.", "Nothing was written to put right.")
    with acting_on(actor, key, "submission.edit", expected_revision, fixes=len(fixes)) as submission:
        add_step(submission, actor, "fix", {"fixes": [fix.as_json() for fix in fixes], "cause": cause})
        clear_typed(submission, actor, form)
        again(submission)


def state_unit(actor: User, key: UUID, cause: IssueCause, unit: str, expected_revision: int) -> None:
    """Say which unit of money a column is in, in the face of what a group of issues holds against it.

    What the file itself says is answered for the next file with this header too; a jump of amounts is asked about anew.
    """
    if cause.code not in UNITS or cause.field is None:
        raise DeskRefused("این گروه واحدی نمی‌پرسد.", "This group asks for no unit.")
    with acting_on(actor, key, "submission.edit", expected_revision, field=cause.field) as submission:
        dataset = dataset_of(submission)
        if unit not in MONEY_UNITS:
            raise DeskRefused("واحد پول را برگزینید.", "Choose the unit of money.", field=f"unit-{cause.id}")
        label = next(field.label for field in dataset.fields if field.name == cause.field)
        said = {"field": cause.field, "unit": unit, "over": list(cause.evidence), "label": label.words()}
        add_step(submission, actor, "unit", said)
        known = _known_header(submission)
        if known is not None:
            over = cause.evidence if cause.code == "unit-mismatch" else ()
            _remember(known, actor, ColumnChoice.from_json(known.columns).in_unit(cause.field, unit, over))
        again(submission)


def state_date_order(actor: User, key: UUID, cause: IssueCause, order: str, expected_revision: int) -> None:
    """Say whether day or month comes first in a column; for the next file with this header too."""
    if cause.code != date_orders.CODE or cause.field is None:
        raise DeskRefused("این گروه ترتیب روز و ماه نمی‌پرسد.", "This group does not ask for day and month.")
    with acting_on(actor, key, "submission.edit", expected_revision, field=cause.field) as submission:
        if order not in date_orders.ORDERS:
            raise DeskRefused("ترتیب را برگزینید.", "Choose the order.", field=f"order-{cause.id}")
        label = next(field.label for field in dataset_of(submission).fields if field.name == cause.field)
        add_step(submission, actor, "day-order", {"field": cause.field, "order": order, "label": label.words()})
        known = _known_header(submission)
        if known is not None:
            _remember(known, actor, ColumnChoice.from_json(known.columns).in_order(cause.field, order))
        again(submission)


def _known_header(submission: Submission) -> KnownHeader | None:
    """What is remembered of files with the header of a submission's."""
    inputs = inputs_of(submission.steps.all())
    return KnownHeader.objects.filter(
        unit=submission.unit, dataset=submission.dataset, fingerprint=header_fingerprint(inputs.folder.table())
    ).first()


def _remember(known: KnownHeader, actor: User, choice: ColumnChoice) -> None:
    known.columns, known.by, known.at = choice.as_json(), actor, city.current().clock.now()
    known.save(update_fields=["columns", "by", "at"])


def nod(actor: User, key: UUID, cause: IssueCause, expected_revision: int) -> None:
    """Say that texts of a column are the codes that they were read as: for this file and all further of its dataset."""
    if cause.code != code_nods.CODE or cause.field is None:
        raise DeskRefused("این گروه چیزی برای تأیید نمی‌پرسد.", "This group asks for no nod.")
    with acting_on(actor, key, "submission.edit", expected_revision, field=cause.field) as submission:
        label = next(field.label for field in dataset_of(submission).fields if field.name == cause.field)
        marks = [keyed("nod", mark) for mark in cause.evidence]
        new = sorted(set(marks) - set(KnownCode.objects.filter(mark__in=marks).values_list("mark", flat=True)))
        add_step(submission, actor, "nod", {"field": cause.field, "label": label.words(), "marks": new})
        _keep_nods(submission, actor, new)
        again(submission)


def _keep_nods(submission: Submission, actor: User, marks: Sequence[str]) -> None:
    now = city.current().clock.now()
    for mark in marks:
        KnownCode.objects.get_or_create(dataset=submission.dataset, mark=mark, defaults={"by": actor, "at": now})


def leave_out_bad_rows(actor: User, key: UUID, reason: str, expected_revision: int) -> None:
    """Publish without the rows that carry errors, for a reason that everybody will read; without one, no longer."""
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        add_step(submission, actor, "partial", {"reason": reason.strip()[:LONGEST_NOTE]})
        again(submission)


def undo(actor: User, key: UUID, number: int, expected_revision: int) -> None:
    """Take back one step, whichever it is; those after it stay where they still make sense."""
    _turn(actor, key, number, expected_revision, undone=True)


def redo(actor: User, key: UUID, number: int, expected_revision: int) -> None:
    """Do again what was undone."""
    _turn(actor, key, number, expected_revision, undone=False)


def _turn(actor: User, key: UUID, number: int, expected_revision: int, *, undone: bool) -> None:
    with acting_on(actor, key, "submission.edit", expected_revision, step=number) as submission:
        if not submission.takes_data:
            raise SubmissionClosed
        step = submission.steps.filter(number=number, undone_at__isnull=undone).first()
        if step is None:
            raise DeskRefused("این گام پیدا نشد.", "There is no such step.")
        step.undone_at = city.current().clock.now() if undone else None
        step.save(update_fields=["undone_at"])
        if step.kind == "nod" and undone:
            KnownCode.objects.filter(dataset=submission.dataset, mark__in=step.payload["marks"]).delete()
        elif step.kind == "nod":
            _keep_nods(submission, actor, step.payload["marks"])
        again(submission)


def try_again(actor: User, key: UUID, expected_revision: int) -> None:
    """Compute once more what was left undone."""
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        if not submission.takes_data:
            raise SubmissionClosed
        again(submission)


def again(submission: Submission) -> None:
    """Ask for the computing of a submission that is held: its inputs are other ones from now on."""
    submission.inputs += 1
    submission.work, submission.stage, submission.share, submission.trouble = TaskState.WAITING, "", None, None
    submission.counts = submission.difference = None
    submission.digest = ""
    compute.enqueue(str(submission.id), submission.inputs)


def keep_typed(actor: User, key: UUID, form: str, values: Mapping[str, str]) -> None:
    """Keep what an officer has written into a form and not sent, so that nothing is lost with the session."""
    if form not in FORMS:
        raise DeskRefused("این فرم نگه داشته نمی‌شود.", "This form is not kept.")
    text = {name[:80]: value[:LONGEST_NOTE] for name, value in list(values.items())[:500]}
    if sum(map(len, text.values())) > LONGEST_TYPED:
        raise DeskRefused("متن بسیار بلند است.", "The text is too long.")
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=key)
        policy.require(actor, "submission.view", subject(submission))
        if not (submission.editable or (form == "decide" and submission.state == SubmissionState.SENT)):
            raise SubmissionClosed
        mine = submission.typed.get(str(actor.pk), {})
        # A form may be kept piece by piece, as where each remark has one of its own.
        merged = {**mine.get(form, {}), **text}
        if sum(map(len, merged.values())) > LONGEST_TYPED:
            merged = text
        submission.typed = {**submission.typed, str(actor.pk): {**mine, form: merged}}
        # No act: the revision stays, and so does what others see.
        submission.save(update_fields=["typed"])


def typed_by(submission: Submission, actor: User, form: str) -> dict[str, str]:
    """What an officer had written into a form."""
    texts: dict[str, str] = submission.typed.get(str(actor.pk), {}).get(form, {})
    return texts


def clear_typed(submission: Submission, actor: User, form: str) -> None:
    """What was kept of a form was sent, or is void."""
    kept = {name: texts for name, texts in submission.typed.get(str(actor.pk), {}).items() if name != form}
    others = {who: forms for who, forms in submission.typed.items() if who != str(actor.pk)}
    submission.typed = {**others, **({str(actor.pk): kept} if kept else {})}


def _forget_of_file(submission: Submission) -> None:
    """What anybody had typed about the file as it was read before; of what they write to the approver nothing goes."""
    submission.typed = {
        who: {name: texts for name, texts in forms.items() if name not in OF_THE_FILE}
        for who, forms in submission.typed.items()
    }


def keep_letter(actor: User, key: UUID, received: ReceivedFile, expected_revision: int) -> None:
    """Put a letter beside the submission, for the approver; it is never published."""
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        if not submission.editable:
            raise SubmissionClosed
        name = f"{received.digest}{uploads.extension(received.name)}"
        submission.letter = city.current().private_store.keep_letter(received.path, name).name
        submission.letter_name = received.name


def send(
    actor: User,
    key: UUID,
    digest: str,
    note: str,
    expected_revision: int,
    reason: CorrectionReason | None = None,
    publish_on: date | None = None,
) -> None:
    """Send on for approval exactly what the difference showed, with a note and, of a correction, its reason.

    It is not published before ``publish_on``.
    """
    note = note.strip()[:LONGEST_NOTE]
    with acting_on(actor, key, "submission.send", expected_revision, digest=digest) as submission:
        if not submission.editable:
            raise SubmissionClosed
        if submission.busy or not submission.digest:
            raise SubmissionBusy
        if digest != submission.digest:
            raise DeskRefused(
                "آنچه دیدید با آنچه اکنون آماده است یکی نیست. دوباره مقایسه را ببینید.",
                "What you saw is not what is ready now. Look at the difference again.",
            )
        if not note and (submission.difference or {}).get("needs_note"):
            raise DeskRefused(
                "جمع‌ها بیش از حد مجاز تغییر کرده است. بنویسید چرا.",
                "The totals changed by more than is allowed without a word. Write why.",
                field="note",
            )
        appended_base.check_standing(submission)
        stated = publication.check_sendable(submission, reason)
        submission.state, submission.note = SubmissionState.SENT, note
        if submission.kind == "data":
            submission.code, submission.why = (stated.code, stated.words) if stated else ("", "")
            submission.publish_on = publish_on
        submission.sent_by, submission.sent_at = actor, city.current().clock.now()
        submission.approvals.all().delete()
        submission.remarks.filter(settled_at=None).update(settled_at=submission.sent_at)
        submission.typed = {who: forms for who, forms in submission.typed.items() if who != str(actor.pk)}
        if submission.kind == "data":
            known_fixes.remember(submission, actor)


def call_back(actor: User, key: UUID, expected_revision: int) -> None:
    """Take a submission that was sent back into one's hands before it is decided on."""
    with acting_on(actor, key, "submission.withdraw-before", expected_revision) as submission:
        if submission.state != SubmissionState.SENT:
            raise SubmissionClosed
        submission.state = SubmissionState.DRAFT
        submission.approvals.all().delete()


def set_aside(actor: User, key: UUID, expected_revision: int) -> None:
    """Give a submission up, so that another one for the same period can begin."""
    with acting_on(actor, key, "submission.edit", expected_revision) as submission:
        if not submission.editable:
            raise SubmissionClosed
        submission.state, submission.work = SubmissionState.SET_ASIDE, TaskState.IDLE
        submission.inputs += 1
