"""Reports as everybody sees them: what their pages say, in the members of GeoReport, and nothing that these do not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from django.db.models import Max

from ayan.apps.counter import pins, rules
from ayan.apps.counter.filing import SUMMARY
from ayan.apps.counter.georeport.service_list import TEXT, ReportService, report_kinds, services
from ayan.apps.counter.limits import LONGEST_REPORT_DESCRIPTION
from ayan.apps.counter.models import Case, CaseEntry, CaseValue
from ayan.apps.counter.public_words import UnitNames, days_late, may_read, status_of
from ayan.apps.counter.workday_counts import WorkdayCounts
from ayan.core.casework.case_kind import CaseKind
from ayan.core.casework.case_words import CaseStage
from ayan.core.values.canonical import JsonObject
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.locale import Lang
from ayan.wiring import city

_LAST: Final = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class _PublicParts:
    """What everybody may read of some cases, by their id: the fields, the last words of the city, the last change."""

    fields: dict[int, dict[str, str]]
    words: dict[int, str]
    changed: dict[int, datetime]

    @classmethod
    def of(cls, cases: list[Case]) -> _PublicParts:
        """Three questions, however many cases there are."""
        fields: dict[int, dict[str, str]] = {}
        values = CaseValue.objects.filter(case__in=cases, privacy="public", checked=True).exclude(public="")
        for pk, field, public in values.values_list("case", "field", "public"):
            fields.setdefault(pk, {})[field] = public
        shown = CaseEntry.objects.filter(case__in=cases, shown=True)
        words = shown.filter(checked=True).exclude(public="").exclude(party="person").order_by("number")
        changed = shown.values("case").annotate(at=Max("at")).values_list("case", "at")
        return cls(fields, dict(words.values_list("case", "public")), dict(changed))


def as_requests(cases: Iterable[Case], lang: Lang) -> Iterator[JsonObject]:
    """Cases of kinds that go out as reports, each as a service request."""
    listed = list(cases)
    parts, names, known = _PublicParts.of(listed), UnitNames(), services()
    current_city = city.current()
    day, kinds = today(current_city.clock), report_kinds()
    days = (each for case in listed for each in (case.due_on, case.closed_on))
    workdays = WorkdayCounts(current_city.profile.workdays, (day, *days))
    for case in listed:
        kind = rules.kind_of(case)
        readable = may_read(case, kind)
        fields = parts.fields.get(case.pk, {}) if readable else {}
        service = _service(kinds[case.kind], fields, known)
        status = status_of(case, kind, days_late(case, day, workdays), lang).words
        words = parts.words.get(case.pk, "") if readable else ""
        closed = case.stage == CaseStage.CLOSED
        at = pins.read_point(case.place) if readable else None
        yield {
            "service_request_id": case.number,
            "status": "closed" if closed else "open",
            "status_notes": f"{status}\n{words}" if words else status,
            "service_name": service.name.of(lang),
            "service_code": service.code,
            "description": _description(fields),
            "agency_responsible": names.of(case.office, lang),
            "service_notice": None if closed else kind.promise.of(lang),
            "requested_datetime": _moment(case.received_at),
            "updated_datetime": _moment(case.closed_at or parts.changed.get(case.pk) or case.received_at),
            "expected_datetime": None if closed or case.due_on is None else _moment(
                datetime.combine(case.due_on, _LAST, TEHRAN)
            ),
            "address": (case.place or None) if readable and at is None else None,
            "address_id": None,
            "zipcode": None,
            "lat": at.lat if at is not None else None,
            "long": at.lon if at is not None else None,
            "media_url": None,
        }  # fmt: skip


def _service(kind: CaseKind, fields: dict[str, str], known: dict[str, ReportService]) -> ReportService:
    """The service of a report: that of its choice once everybody may read it, and of its kind until then."""
    said = fields.get(kind.georeport, "")
    for service in known.values():
        if service.kind.code == kind.code and service.choice and said in service.spellings:
            return service
    return known[kind.code]


def _description(fields: dict[str, str]) -> str | None:
    """The one sentence, and the words at length where they say more."""
    summary, text = fields.get(SUMMARY, ""), fields.get(TEXT, "")
    said = text if text.startswith(summary) else f"{summary}\n{text}"
    if len(said) > LONGEST_REPORT_DESCRIPTION:
        said = said[: LONGEST_REPORT_DESCRIPTION - 1] + "…"
    return said.strip() or None


def _moment(at: datetime) -> str:
    return at.astimezone(TEHRAN).isoformat(timespec="seconds")
