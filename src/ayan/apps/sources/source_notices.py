"""What is told of sources: a file that waits for a clerk, and a system that no longer answers."""

from __future__ import annotations

from typing import Any, Final

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import Duty, User
from ayan.apps.accounts.policy import CITY
from ayan.apps.desk.access import subject
from ayan.apps.desk.models import EDITABLE, Submission
from ayan.apps.outbox import outbox
from ayan.apps.outbox.message_kind import MessageKind
from ayan.apps.outbox.outbox import DeskPage
from ayan.apps.sources.labels import FAILED, OUTCOMES, RUNS
from ayan.apps.sources.models import WAITING, Arrival, Source
from ayan.core.values.label import Label
from ayan.wiring import city

WEEK: Final = 7
"""So many days after a message the next one comes, while nothing was done about it."""

ARRIVED: Final = MessageKind(
    code="source.waits",
    when=Label(
        "پرونده‌ای خودکار رسید که تا کسی کاری نکند پیش نمی‌رود؛ سپس هر هفته",
        "A file that came by itself goes on only once somebody acts; then every week",
    ),
    to=Label(
        "مسئول داده و جانشین، یا هر کارشناسی که می‌تواند",
        "The owner and deputy of the dataset, or every clerk who could",
    ),
    subject=Label("پروندهٔ خودکار «{title}» منتظر شماست", "An automatic file of “{title}” waits for you"),
    words=Label("پروندهٔ خودکار «{title}» منتظر شماست. {said}", "An automatic file of “{title}” waits for you. {said}"),
    every_way=True,
)
FAILING: Final = MessageKind(
    code="source.failing",
    when=Label(
        "بازدید از منبعی ناموفق شد؛ سپس هر هفته که چنین بماند",
        "A look at a source failed; then every week while it fails",
    ),
    to=Label(
        "مدیران سامانه، و مسئول داده و جانشین",
        "Administrators, and the owner and deputy of the dataset",
    ),
    subject=Label("منبع «{title}» پاسخ نمی‌دهد", "The source of “{title}” fails"),
    words=Label("دریافت خودکار «{title}» انجام نشد. {said}", "“{title}” could not be fetched by itself. {said}"),
)
WELL: Final = MessageKind(
    code="source.well",
    when=Label("منبعی که ناموفق بود دوباره کار کرد", "A source that failed works again"),
    to=Label("همان کسانی که از ناکامی خبر شدند", "Those who were told that it failed"),
    subject=Label("منبع «{title}» دوباره کار می‌کند", "The source of “{title}” works again"),
    words=Label("دریافت خودکار «{title}» دوباره انجام می‌شود.", "“{title}” is fetched by itself again."),
)
KINDS: Final = (ARRIVED, FAILING, WELL)


def tell_waiting(arrival: Arrival) -> None:
    """Tell of one arrival that waits, if it does; once a week, however often it is asked for."""
    if arrival.code not in WAITING or arrival.settled_at is None or arrival.submission is None:
        return
    submission = Submission.objects.filter(pk=arrival.submission, state__in=EDITABLE).first()
    if submission is None:
        return
    days = (city.current().clock.now() - arrival.settled_at).days
    outbox.put(
        ARRIVED,
        _clerks(submission),
        f"arrival/{arrival.pk}",
        # One for each file and week: «waits-0» at once.
        stage=f"waits-{days // WEEK}",
        page=DeskPage("desk_overview", (submission.pk,)),
        title=_title(submission.dataset),
        said=OUTCOMES[arrival.code],
    )


def remind() -> None:
    """Tell whatever is due of files that wait for a clerk."""
    waiting = Submission.objects.filter(state__in=EDITABLE).values("pk")
    for arrival in Arrival.objects.filter(code__in=WAITING, submission__in=waiting):
        tell_waiting(arrival)


def tell_run(source: Source, code: str) -> None:
    """Tell that a source fails, anew each week and for another reason; or that it works again."""
    now = city.current().clock.now()
    failing = code in FAILED
    kind, week = (FAILING, now.date().toordinal() // WEEK) if failing else (WELL, 0)
    stage = f"{code}-{week}" if failing else now.isoformat()
    managers = policy.holders("source.manage", CITY)
    said: dict[str, Any] = {"title": _title(source.dataset), "said": RUNS.get(code, RUNS["trouble"])}
    outbox.put(kind, managers, f"source/{source.pk}", stage=stage, page=DeskPage("source", (source.slug,)), **said)
    # Whoever waits for what it brings cannot open its page.
    others = [person for person in _named(source.dataset) if person not in managers]
    outbox.put(kind, others, f"source/{source.pk}", stage=stage, **said)


def _clerks(submission: Submission) -> list[User]:
    """Who sees to the dataset; where nobody is named, every clerk who could."""
    able = policy.holders("submission.edit", subject(submission))
    return [who for who in _named(submission.dataset) if who in able] or able


def _named(dataset: str) -> list[User]:
    duty = Duty.objects.select_related("owner", "deputy").filter(dataset=dataset).first()
    return [who for who in (duty.owner, duty.deputy) if who is not None and who.is_active] if duty else []


def _title(dataset: str) -> Label:
    try:
        return city.current().registry.get(dataset).title
    except KeyError:
        return Label(dataset, dataset)
