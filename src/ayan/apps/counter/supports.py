"""Supporting a suggestion: counted once a day from one place, and nobody is known by it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F

from ayan.apps.counter import rules
from ayan.apps.counter.models import Case, CaseSupport
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import today
from ayan.ui.text_encryption import fingerprint
from ayan.wiring import city


def support(case: Case, place: str) -> bool:
    """Count one more who supports a case; False where the same place has done so today.

    ``place`` is from where it came, such as an address with what the browser tells of itself: of it nothing is kept but
    a keyed digest, which is another on the next day and is erased then. That a browser did it before is for a cookie of
    its own to know. Raises DeskRefused for a case that takes no support.
    """
    if not rules.kind_of(case).support or case.stage == CaseStage.CLOSED or case.checked_at is None or case.hidden:
        raise DeskRefused("از این مورد نمی‌شود پشتیبانی کرد.", "This case takes no support.")
    day = today(city.current().clock)
    digest = fingerprint("counter", "support", case.number, day.isoformat(), place)
    if CaseSupport.objects.filter(digest=digest).exists():
        return False
    try:
        with transaction.atomic():
            CaseSupport.objects.create(case=case, digest=digest, on=day)
            Case.objects.filter(pk=case.pk).update(support=F("support") + 1)
    except IntegrityError:
        # From the same place at the same moment.
        return False
    case.refresh_from_db(fields=["support"])
    return True
