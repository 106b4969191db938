"""How long the counter keeps what people wrote: told at filing, counted from the end of a case, done by itself."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django_tasks import task

from ayan.apps.accounts import audit
from ayan.apps.counter import file_copies, rules, uploads
from ayan.apps.counter.case_subject import about
from ayan.apps.counter.limits import MOST_AT_ONCE
from ayan.apps.counter.models import Case, CaseEntry, CaseFile, CaseSupport, CaseValue, CaseView, PublishTask
from ayan.apps.outbox import outbox
from ayan.core.casework.case_kind import ERASED, CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.wiring import city


def next_day(case: Case, kind: CaseKind) -> date | None:
    """The next day on which something of a closed case is erased; None for an open one, or where all has gone."""
    if case.closed_on is None or case.stage != CaseStage.CLOSED:
        return None
    gone = case.erased.split()
    left = [days for part, days in _days(kind).items() if part not in gone]
    return case.closed_on + timedelta(days=min(left)) if left else None


@task()
def erase() -> None:
    """Erase what was kept for its time."""
    erase_due()


def erase_due() -> int:
    """Erase of every closed case what is kept no longer by the declaration that it came under; of how many cases."""
    day = today(city.current().clock)
    CaseSupport.objects.filter(on__lt=day).delete()
    uploads.sweep_files()
    due = Case.objects.filter(erase_on__lte=day).order_by("erase_on", "pk").values_list("pk", flat=True)
    return sum(_erased(key, day) for key in due[:MOST_AT_ONCE])


def _erased(key: int, day: date) -> bool:
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=key)
        kind = rules.kind_of(case)
        if case.closed_on is None or case.erase_on is None or case.erase_on > day:
            # Opened again since it was looked up.
            return False
        over = [part for part, days in _days(kind).items() if case.closed_on + timedelta(days=days) <= day]
        parts = [part for part in over if part not in case.erased.split()]
        if "contacts" in parts:
            _erase_contacts(case, kind)
        if "files" in parts:
            for each in CaseFile.objects.filter(case=case).exclude(digest=""):
                file_copies.drop(each)
                uploads.erase(each)
        if "texts" in parts:
            _erase_texts(case)
        case.erased = " ".join(dict.fromkeys([*case.erased.split(), *parts]))
        case.erase_on = next_day(case, kind)
        case.save()
        _note(case, parts)
    return True


def _erase_contacts(case: Case, kind: CaseKind) -> None:
    names = [each.code for each in kind.fields if each.names]
    CaseValue.objects.filter(case=case).filter(Q(privacy="contact") | Q(field__in=names)).update(locked="")
    # What waits to be sent has the address in it.
    outbox.cancel(f"case:{case.number}")


def _erase_texts(case: Case) -> None:
    """All that was written, but for what everybody may read since an officer checked it."""
    CaseValue.objects.filter(case=case).update(locked="")
    CaseValue.objects.filter(case=case, checked=False).update(public="")
    CaseEntry.objects.filter(case=case).update(locked="", private="")
    CaseEntry.objects.filter(case=case, checked=False).update(public="")
    CaseView.objects.filter(case=case).delete()
    if case.checked_at is None:
        case.place = ""
    if case.checked_at is None and case.summary:
        PublishTask.objects.filter(cases=case, title=case.summary).update(title="")
        case.summary = ""


def _note(case: Case, parts: list[str]) -> None:
    clock = city.current().clock
    last = CaseEntry.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0
    CaseEntry.objects.create(
        case=case,
        number=last + 1,
        at=clock.now(),
        on=today(clock),
        step=ERASED,
        party="system",
        before=case.state,
        after=case.state,
        facts={"parts": parts},
    )
    audit.record(None, "case.erase", about(case), parts="-".join(parts))


def _days(kind: CaseKind) -> dict[str, int]:
    keeping = kind.keeping
    return {"contacts": keeping.contacts, "files": keeping.files, "texts": keeping.texts}
