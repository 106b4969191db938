"""One case as its officers see it: what was asked, the clock, the history with notes inside the office, who looked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse

from ayan.apps.accounts.models import User
from ayan.apps.counter import case_queue, case_record, case_times, published_evidence, subject_text, uploads
from ayan.apps.counter.case_encryption import open_text
from ayan.apps.counter.computed_fee import ShownFee, shown_fee
from ayan.apps.counter.issued_number import ISSUED
from ayan.apps.counter.models import Case, CaseEntry, CaseFile, CaseView, FilingChannel
from ayan.apps.counter.serving_order import ORDER_REASONS
from ayan.core.casework.case_kind import FILED, LATE, CaseKind, FormField
from ayan.core.casework.case_words import OUTCOMES, CaseStage, Outcome
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.value_html import file_size, plain_day
from ayan.wiring import city

_IDENTIFYING: Final = ("phone", "mail")
"""Types of fields that say where somebody is reached."""

PARTIES: Final[Mapping[str, Label]] = {
    "person": Label("درخواست‌کننده", "The person"),
    "handler": Label("کارشناس", "Officer"),
    "reviewer": Label("خوانندهٔ دوم", "Second reader"),
    "head": Label("رئیس واحد", "Head of the unit"),
    "system": Label("خودکار", "By itself"),
}
CHANNELS: Final[Mapping[str, Label]] = {
    FilingChannel.WEB: Label("از وبگاه", "by the website"),
    FilingChannel.DESK: Label("حضوری", "at the desk"),
    FilingChannel.PHONE: Label("با تلفن", "by telephone"),
    FilingChannel.OFFICE: Label("از مرکز خدمات", "by a service office"),
}
DONE: Final[Mapping[str, Label]] = {
    FILED: Label("ثبت شد", "Filed"),
    LATE: Label("موعد گذشت", "The day on which it was due has passed"),
    "checked": Label("متن‌ها برای انتشار بررسی شد", "The words were checked for publication"),
    "hidden": Label("از دید همگان برداشته شد", "Hidden from the public"),
    "shown": Label("دوباره به همگان نشان داده شد", "Shown to the public again"),
}
SUBJECTS: Final[Mapping[str, Label]] = {
    "dataset": Label("دادهٔ {name}", "The dataset {name}"),
    "row": Label("رکورد {name}", "The record {name}"),
    "value": Label("مقداری در {name}", "A value of {name}"),
}


@dataclass(frozen=True, slots=True)
class ShownField:
    """What was written into one field; ``office`` where the public never sees it, ``gone`` where its time is over."""

    title: Label
    value: str
    office: bool
    gone: bool = False
    long: bool = False
    pin: bool = False


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One line of the history, with the note inside the office and the codes of it in words."""

    entry: CaseEntry
    done: Label
    who: str
    text: str = ""
    private: str = ""
    facts: Sequence[tuple[Label, str]] = ()
    evidence: Sequence[tuple[str, str]] = ()
    fee: ShownFee | None = None
    files: Sequence[tuple[str, CaseFile, str]] = ()


@dataclass(frozen=True, slots=True)
class ShownClock:
    """The clock of a case: ``used`` of ``total`` days; ``over`` are those since it was due."""

    used: int
    total: int
    due: date | None
    paused: bool
    late: bool
    closed: bool

    @property
    def marks(self) -> list[str]:
        """One mark a day, for the eye: past, to come, or too late; none where there are too many to be seen."""
        shown = max(self.used, self.total)
        if shown > 40:
            return []
        return ["beyond" if at >= self.total else "used" if at < self.used else "free" for at in range(shown)]


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """All of one case that its officers see. ``ways`` are how the person is told of it; the addresses are not shown."""

    fields: Sequence[ShownField]
    entries: Sequence[ShownEntry]
    clock: ShownClock
    ways: Sequence[Label]
    seen: Sequence[CaseView]
    about: tuple[str, str]
    last: int
    draft: CaseEntry | None
    anonymous: bool


def sheet(case: Case, kind: CaseKind, lang: Lang) -> CaseSheet:
    """The case as it stands."""
    entries = list(case.entries.select_related("user").order_by("number"))
    files: dict[int, list[CaseFile]] = {}
    for each in case.files.order_by("pk"):
        files.setdefault(each.entry_id, []).append(each)
    fields, ways = _fields(case, kind, lang)
    names = case_queue.unit_names()
    drafts = [entry for entry in entries if entry.step == "draft"]
    return CaseSheet(
        fields=fields,
        entries=[_entry(entry, kind, names, files.get(entry.pk, ()), lang) for entry in reversed(entries)],
        clock=clock_of(case, kind, entries),
        ways=ways,
        seen=list(case.seen.select_related("user").order_by("-at")[:20]),
        about=subject_of(case, lang),
        last=entries[-1].number if entries else 0,
        draft=drafts[-1] if drafts and case.stage == CaseStage.REVIEW else None,
        anonymous=case.anonymous,
    )


def clock_of(case: Case, kind: CaseKind, entries: Sequence[CaseEntry]) -> ShownClock:
    """The clock of a case, from its entries in their order."""
    closed = case.stage == CaseStage.CLOSED
    until = case.closed_on if closed and case.closed_on else today(city.current().clock)
    return ShownClock(
        used=case_times.used(case, kind, entries),
        total=kind.clock.days + case.extended * kind.clock.extension_days,
        due=case.due_on,
        paused=case.due_on is None and not closed,
        late=case.due_on is not None and case.due_on < until,
        closed=closed,
    )


def is_identifying(each: FormField) -> bool:
    """Whether a field says who somebody is or where they are reached."""
    return each.names or each.privacy == "contact" or each.type in _IDENTIFYING


def _fields(case: Case, kind: CaseKind, lang: Lang) -> tuple[list[ShownField], list[Label]]:
    """The fields of a form; of one that came without a name to the unit, none that would tell it."""
    kept = {value.field: value for value in case.values.all()}
    shown, ways = [], []
    for each in kind.fields:
        value = kept.get(each.code)
        if value is None:
            continue
        text = open_text(value.locked)
        if each.privacy == "contact":
            ways += [each.title] if text else []
        elif not (case.anonymous and is_identifying(each)):
            words = dict(each.choices)[text].of(lang) if text in dict(each.choices) else text
            shown.append(
                ShownField(
                    each.title,
                    words,
                    each.privacy != "public",
                    gone=not text,
                    long=each.type == "text",
                    pin=each.type == "pin",
                )
            )
    return shown, ways


def _entry(
    entry: CaseEntry, kind: CaseKind, names: Mapping[str, Label], files: Sequence[CaseFile], lang: Lang
) -> ShownEntry:
    step = kind.step(entry.step)
    who = PARTIES[entry.party].of(lang) if entry.party in PARTIES else entry.party
    if entry.user is not None:
        who = f"{entry.user.name} ({who})"
    links = [str(path) for path in entry.facts.get("evidence", ())]
    pages = [(path, published_evidence.page_at(path)) for path in links]
    return ShownEntry(
        entry=entry,
        done=step.done_for_others if step is not None else DONE.get(entry.step, Label(entry.step, entry.step)),
        who=who,
        text=open_text(entry.locked),
        private=open_text(entry.private),
        facts=list(_facts(entry, kind, names, lang)),
        evidence=[(page.title.of(lang), page.address(lang)) if page else (path, path) for path, page in pages],
        fee=shown_fee(entry.facts, lang, kind),
        files=[(uploads.name_of(each), each, file_size(each.size, lang)) for each in files],
    )


def _facts(entry: CaseEntry, kind: CaseKind, names: Mapping[str, Label], lang: Lang) -> Iterator[tuple[Label, str]]:
    said = entry.facts
    if "outcome" in said:
        yield Label("نتیجه", "Outcome"), OUTCOMES[Outcome(said["outcome"])].of(lang)
    if "ground" in said:
        ground = kind.ground(said["ground"])
        law = f" ({ground.law.of(lang)})" if ground and ground.law else ""
        yield Label("ماده یا دلیل", "Article or reason"), (ground.title.of(lang) + law) if ground else said["ground"]
    proposed = kind.step(said.get("proposes", ""))
    if proposed is not None:
        yield Label("پیشنهاد", "Proposal"), proposed.title.of(lang)
    if "unit" in said:
        yield Label("به واحد", "To the unit"), names.get(said["unit"], Label(said["unit"], said["unit"])).of(lang)
    if "case" in said:
        yield Label("با مورد", "With the case"), said["case"]
    if "day" in said:
        yield Label("روز", "Day"), plain_day(date.fromisoformat(said["day"]), lang)
    if "number" in said:
        yield ISSUED, said["number"]
    for title, words in case_record.in_words(kind, said.get("record", {}), lang):
        yield Label(title, title), words
    if "cuts" in said:
        yield Label("بخش‌های برداشته‌شده", "Parts taken out"), str(sum(said["cuts"].values()))
    if "order" in said and said["order"] in ORDER_REASONS:
        yield Label("زودتر از نوبت، چون", "Before its turn, as"), ORDER_REASONS[said["order"]].of(lang)


def subject_of(case: Case, lang: Lang) -> tuple[str, str]:
    """What a case is about in words, and the address of its page; empty for the whole city."""
    sort, _, name = case.about.partition(":")
    if sort == "dataset":
        page = published_evidence.page_at(f"/data/{name}")
    elif sort in ("row", "value"):
        slug, _, key = name.partition("/")
        page = published_evidence.page_at(reverse("fa:record", args=(slug, key))) if key else None
    else:
        return _other_subject(case, lang)
    if page is None:
        return case.about, ""
    return SUBJECTS[sort].format(name=page.title).of(lang), page.address(lang)


def _other_subject(case: Case, lang: Lang) -> tuple[str, str]:
    """A service, a unit or a release by its name; what has none here any more, as it is kept."""
    try:
        named = subject_text.subject_of(case.about, "", lang)
    except subject_text.NoSuchSubject:
        named = None
    return (named.title, named.address) if named is not None else (case.about, "")


def looked(actor: User, case: Case) -> None:
    """Keep that an officer opened a case: once a day, so that the person can be told which unit did."""
    clock = city.current().clock
    day = today(clock)
    if CaseView.objects.filter(case=case, user=actor, on=day).exists():
        return
    view = CaseView(case=case, user=actor, office=case.office, at=clock.now(), on=day)
    CaseView.objects.bulk_create([view], ignore_conflicts=True)
