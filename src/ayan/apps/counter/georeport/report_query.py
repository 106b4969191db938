"""What is asked of the reports: by number, service, days and standing, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict

from ayan.apps.counter.case_access import number_of
from ayan.apps.counter.georeport.refusals import NoSuchService, ReportParameterOdd
from ayan.apps.counter.georeport.service_list import ReportService, report_kinds, services
from ayan.apps.counter.limits import (
    FURTHEST_REPORT_PAGE,
    LONGEST_REPORT_SPAN,
    MOST_REPORT_NUMBERS,
    MOST_REPORTS_A_PAGE,
)
from ayan.apps.counter.models import Case, CaseValue
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.clock import TEHRAN
from ayan.core.values.digits import to_latin
from ayan.core.values.label import Label
from ayan.wiring import city

COMMON: Final = ("jurisdiction_id", "api_key", "_lang")
"""Parameters of every address. No key is needed: whoever may report on the page may report here."""

_KNOWN: Final = (
    *COMMON, "service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size",
    "extensions",
)  # fmt: skip
_UNKNOWN: Final = Label(
    "پارامتر «{name}» در این نشانی معنایی ندارد. پارامترها: {known}.",
    "The parameter “{name}” means nothing here. Parameters: {known}.",
)
_TWICE: Final = Label("«{name}» یک بار نوشته می‌شود.", "“{name}” is given once.")
_MOMENT: Final = Label(
    "«{name}» زمان است، مانند 2026-05-24T00:00:00+03:30.", "“{name}” is a time, such as 2026-05-24T00:00:00+03:30."
)
_ORDER: Final = Label("end_date پیش از start_date است.", "end_date is before start_date.")
_SPAN: Final = Label(
    "میان start_date و end_date تا {most} روز است. بازه را بشکنید.",
    "From start_date to end_date there are up to {most} days. Ask for parts of it.",
)
_STATUS: Final = Label("status یکی از open و closed است.", "status is open or closed, or both with a comma.")
_WHOLE: Final = Label("«{name}» عددی از ۱ تا {most} است.", "“{name}” is a number from 1 to {most}.")
_NUMBERS: Final = Label("تا {most} شماره در یک بار.", "Up to {most} numbers at once.")
ReportStanding = Literal["open", "closed"]


def check_known(asked: QueryDict, *known: str) -> None:
    """Raise ReportParameterOdd for a parameter that means nothing at an address, or that stands there twice."""
    for name in asked:
        if name not in known:
            raise odd(_UNKNOWN.format(name=name[:60], known=", ".join(known)), name[:60])
        if len(asked.getlist(name)) > 1:
            raise odd(_TWICE.format(name=name), name)


def odd(words: Label, field: str) -> ReportParameterOdd:
    """The refusal of one parameter."""
    refusal = ReportParameterOdd(field=field)
    return refusal.worded(words)


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Which reports are asked for. ``numbers`` alone count where any is given."""

    numbers: tuple[str, ...] = ()
    services: tuple[ReportService, ...] = ()
    first: datetime | None = None
    last: datetime | None = None
    standing: frozenset[ReportStanding] = frozenset()
    page: int = 1
    size: int = MOST_REPORTS_A_PAGE

    @classmethod
    def read(cls, asked: QueryDict) -> ReportQuery:
        """What an address asks for. Raises ReportParameterOdd and NoSuchService."""
        check_known(asked, *_KNOWN)
        numbers = [each for each in asked.get("service_request_id", "").split(",") if each.strip()]
        if len(numbers) > MOST_REPORT_NUMBERS:
            raise odd(_NUMBERS.format(most=MOST_REPORT_NUMBERS), "service_request_id")
        first, last = _span(_moment(asked, "start_date"), _moment(asked, "end_date"))
        return cls(
            # What is the number of none asks for none, and not for all.
            tuple(number_of(each) or "-" for each in numbers),
            _services(asked.get("service_code", "")),
            first,
            last,
            _standing(asked.get("status", "")),
            _whole(asked, "page", FURTHEST_REPORT_PAGE, 1),
            _whole(asked, "page_size", MOST_REPORTS_A_PAGE, MOST_REPORTS_A_PAGE),
        )

    def cases(self) -> QuerySet[Case]:
        """The cases, the newest first, without those of other pages."""
        rows = Case.objects.filter(kind__in=report_kinds())
        if self.numbers:
            rows = rows.filter(number__in=self.numbers)
        else:
            rows = self._narrowed(rows)
        begin = (self.page - 1) * self.size
        return rows.order_by("-received_at", "-id")[begin : begin + self.size]

    def _narrowed(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        if self.first is not None and self.last is not None:
            # The day of receipt is that on which it came or a later one, and an index knows it by kind.
            day = self.first.astimezone(TEHRAN).date()
            rows = rows.filter(receipt_on__gte=day, received_at__gte=self.first, received_at__lte=self.last)
        if self.services:
            of_services = Q()
            for service in self.services:
                of_services |= _of_service(service)
            rows = rows.filter(of_services)
        if self.standing == {"open"}:
            rows = rows.exclude(stage=CaseStage.CLOSED)
        elif self.standing == {"closed"}:
            rows = rows.filter(stage=CaseStage.CLOSED)
        return rows


def _services(text: str) -> tuple[ReportService, ...]:
    known = services()
    codes = {each.strip(): None for each in text.split(",") if each.strip()}
    if not codes.keys() <= known.keys():
        raise NoSuchService
    return tuple(known[code] for code in codes)


def _of_service(service: ReportService) -> Q:
    """The cases that are told under a service: what everybody may read of them says that they are."""
    kind = service.kind
    siblings = [each for each in services().values() if each.kind.code == kind.code and each.choice]
    chosen = [service] if service.choice else siblings
    spellings = {words for each in chosen for words in each.spellings}
    values = CaseValue.objects.filter(
        case=OuterRef("pk"), field=kind.georeport, privacy="public", checked=True, public__in=spellings
    )
    readable = Q(checked_at__isnull=False, hidden="") & Q(Exists(values))
    if kind.publication == "closed":
        readable &= Q(stage=CaseStage.CLOSED)
    return Q(kind=kind.code) & (readable if service.choice else ~readable)


def _standing(text: str) -> frozenset[ReportStanding]:
    named: set[ReportStanding] = set()
    for each in text.split(","):
        match each.strip():
            case "":
                continue
            case "open" | "closed" as standing:
                named.add(standing)
            case _:
                raise odd(_STATUS, "status")
    return frozenset(named)


def _moment(asked: QueryDict, name: str) -> datetime | None:
    text = asked.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        if len(text) == 10:
            end = time.min if name == "start_date" else time.max
            moment = datetime.combine(date.fromisoformat(text), end, TEHRAN)
        else:
            moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=TEHRAN)
        # Beyond these no day of Tehran is known.
        if not 1900 < moment.year < 2300:
            raise ValueError(text)
    except (ValueError, OverflowError):
        raise odd(_MOMENT.format(name=name), name) from None
    return moment.astimezone(UTC)


def _span(first: datetime | None, last: datetime | None) -> tuple[datetime | None, datetime | None]:
    """The span that is asked for: of one end as long as may be, and of none the days until now."""
    most = timedelta(days=LONGEST_REPORT_SPAN)
    if first is None:
        last = last or city.current().clock.now()
        first = last - most
    last = last or first + most
    if last < first:
        raise odd(_ORDER, "end_date")
    if last - first > most + timedelta(days=1):
        raise odd(_SPAN.format(most=LONGEST_REPORT_SPAN), "end_date")
    return first, last


def _whole(asked: QueryDict, name: str, most: int, usual: int) -> int:
    text = to_latin(asked.get(name, "").strip())
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most):
        raise odd(_WHOLE.format(name=name, most=most), name)
    return int(text)
