"""A town that issues permits: its tariff, its services, its data, and what people and officers say on the way."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.apps.accounts.people import officer, signed_in
from tests.apps.desk.town import build, post, yes
from tests.apps.sources.senders import Senders

import ayan
from ayan.apps.accounts.models import User
from ayan.apps.accounts.roles import Role
from ayan.apps.counter import filing, rules
from ayan.apps.counter.case_steps import Said, take_step
from ayan.apps.counter.models import Case
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.core.query.question import Question
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

SAID = {
    "code": "1-1-1-1-0-0-0",
    "summary": "خانهٔ دو طبقه",
    "use": "dwelling",
    "area": "۲۴۰",
    "storeys": "2",
    "name": "رستم ساختگی",
    "phone": "09121234567",
}
STATED = {
    "renovation_code": "1-1-1-1-0-0-0",
    "district": "3",
    "use": "residential",
    "kind": "new",
    "land_area": "۲۰۰",
    "floor_area": "240",
    "storeys": "2",
}
TARIFF = """
item = "permit-fee"
city = { fa = "شهر", en = "Town" }
title = { fa = "عوارض پروانه", en = "Permit fee" }
says = { fa = "آزمون", en = "Test" }
source = { says = { fa = "آزمون", en = "Test" } }

[valid]
since = "1400-01-01"

[[input]]
name = "area"
kind = "area"
title = { fa = "زیربنا", en = "Floor area" }
minimum = 0
maximum = 10000

[[step]]
name = "fee"
title = { fa = "عوارض", en = "Fee" }
sql = "area * 1000"

[result]
step = "fee"

[audit]
dataset = "building-permits"
date = "issued_on"
charged = "fee"

[audit.inputs]
area = "floor_area"
"""
PERSON = frozenset({"pay"})
PERMIT = (
    "to-visit", "visited", "aligned", "inquired", "ordered", "plans-right", "bill", "pay", "receipt-right", "drafted",
    "issue",
)  # fmt: skip
COMPLETION = ("to-reports", "reported", "nothing-owed", "seen", "issue")


SHIPPED = Path(ayan.__file__).parent


def build_permit_town(home: Path) -> City:
    """The town with its datasets, the services that came as a sample, and one tariff in force."""
    plain = build(home, approvals=1)
    datasets = home / "datasets"
    for slug in ("building-permits", "parcels", "article-100-rulings", "levy-receipts"):
        shutil.copytree(SHIPPED / "datasets" / slug, datasets / slug)
    (home / "public-services").mkdir()
    for name in ("S-01.toml", "S-02.toml", "terms.toml"):
        shutil.copy(SHIPPED / "apps" / "services" / "sample" / name, home / "public-services" / name)
    (home / "tariffs").mkdir()
    (home / "tariffs" / "permit-fee.toml").write_text(TARIFF, "utf-8")
    registry = Registry((datasets,), home / "tariffs")
    return City(home, plain.store, plain.clock, parts=replace(plain.parts, registry=registry))


def issued(kind: str = "permit", number: str = "1403/7", stated: dict[str, str] | None = None, **said: str) -> Case:
    """A case from its form to the issue, each step by whoever takes it."""
    declared = {field.code for field in rules.kind_named(kind).fields}
    texts = {name: text for name, text in (SAID | said).items() if name in declared}
    case = filing.file(filing.Filing(kind=kind, said=texts, key=filing.new_key())).case
    handler = User.objects.filter(username="handler").first() or officer("handler", Role.REQUESTS, unit_slug="")
    for step in PERMIT if kind == "permit" else COMPLETION:
        more: dict[str, Any] = {}
        if step == "bill":
            more = {"fee": "/tariffs/permit-fee?area=240"}
        if step == "issue":
            more = {"number": number}
        if step in ("drafted", "seen"):
            more = {"record": STATED if stated is None else stated}
        party: Any = "person" if step in PERSON else "handler"
        take_step(case, step, party, None if party == "person" else handler, Said(text="شرح گام", **more))
        case.refresh_from_db()
    return case


def published(town: City) -> list[dict[str, object]]:
    dataset = town.registry.get("building-permits")
    if not town.release_store.current(dataset.slug):
        return []
    return [dict(row.values) for row in town.query_service.rows(dataset, Question(slug=dataset.slug)).rows]


def approved(senders: Senders) -> Submission:
    """The newest submission after the worker has carried it and an approver has said yes."""
    senders.work()
    submission = senders.submission()
    if senders.arrival().code == "large-change":
        # So few rows that one more is much: a clerk sends it on, with a note, as any file.
        clerk = officer(f"clerk-{Submission.objects.count()}", Role.CLERK, unit_slug="")
        post(signed_in(clerk), submission, "sent", digest=submission.digest, note="پروانه‌های تازه")
        submission.refresh_from_db()
    assert submission.state == SubmissionState.SENT, (senders.arrival().code, submission.counts)
    approver = officer(f"yes-{Submission.objects.count()}", Role.APPROVER, unit_slug="")
    answer = signed_in(approver).post(f"/desk/approve/{submission.pk}/yes", yes(submission))
    assert answer.status_code == 302, answer.content.decode()
    senders.work()
    submission.refresh_from_db()
    assert submission.state == SubmissionState.PUBLISHED
    return submission
