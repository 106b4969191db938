"""A small invented city, published through the real pipeline, with hostile text wherever a stranger could put it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tests.apps.built_city import PROFILE, copy_of
from tests.apps.declared_services import declare_services

from ayan.core.audit.flags.computation import FilledColumn
from ayan.core.audit.flags.register import Register, RegisteredFinding, RegisteredFlag, RegisteredReply
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal, withdraw
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

HOSTILE: Final = "<script>alert('x')</script><img src=x onerror=alert(2)>\"'"
SECRET: Final = "0499370899"  # an invented national code with a right check digit, in a withheld column
ROWS: Final = 60
NOW: Final = datetime(2024, 8, 5, 12, tzinfo=UTC)

WORKS: Final = f"""
slug = "works"
title.fa = "کارها"
title.en = "Works"
description.fa = '''کارهای ساختگی {HOSTILE}'''
description.en = '''Invented works {HOSTILE}'''
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "council"
cadence = {{ every = "yearly", grace_days = 30 }}
period = "year"
key = ["number"]

[[field]]
name = "number"
kind = "code"
label.fa = "شماره"
label.en = "Number"
required = true

[[field]]
name = "subject"
kind = "text"
label.fa = "موضوع"
label.en = "Subject"
role = "title"

[[field]]
name = "state"
kind = "text"
label.fa = "وضعیت"
label.en = "State"
choices = "states"

[[field]]
name = "amount"
kind = "rial"
label.fa = "مبلغ"
label.en = "Amount"
role = "amount"
nature = "flow"

[[field]]
name = "day"
kind = "date"
label.fa = "تاریخ"
label.en = "Day"
role = "date"

[[field]]
name = "site"
kind = "link"
label.fa = "پیوند"
label.en = "Link"

[[field]]
name = "holder_id"
kind = "identity"
label.fa = "کد ملی طرف"
label.en = "National code of the party"
shown = "withheld"

[[view]]
code = "alike"
kind = "related"
title.fa = "کارهای هم‌وضعیت"
title.en = "Works in the same state"
rows = "works.state"
by = "state"

[[view]]
code = "large"
kind = "share"
title.fa = "کارهای بزرگ"
title.en = "Large works"
where = "amount__gte=30000000"
"""
STATES: Final = f"""
[[entry]]
code = "open"
fa = "جاری"
en = "open"

[[entry]]
code = "done"
fa = '''پایان {HOSTILE}'''
en = '''done {HOSTILE}'''
"""
EMPTY: Final = """
slug = "unsent"
title.fa = "نفرستاده"
title.en = "Unsent"
description.fa = "داده‌ای که هنوز نیامده است."
description.en = "Data that have not come yet."
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "strange"
cadence = { every = "monthly", grace_days = 5 }

[[field]]
name = "name"
kind = "text"
label.fa = "نام"
label.en = "Name"
"""


TOO_LARGE: Final = f"""
standard = "R000"
title.fa = '''بزرگ {HOSTILE}'''
title.en = '''Too large {HOSTILE}'''
says = {{ fa = "مبلغ از آستانه بیشتر است.", en = "The amount exceeds the threshold." }}
why = {{ fa = "آزمون", en = "A trial" }}
innocent = [{{ fa = "ساختگی است.", en = "It is invented." }}]
value = {{ fa = "مبلغ", en = "Amount" }}
measure = "rial"
sql = '''
SELECT _key AS subject, amount > $most AS fires, CASE WHEN amount IS NULL THEN 'no-amount' END AS why, amount AS value,
       $most AS threshold, subject AS party, [_key] AS work
FROM work
'''

[[input]]
name = "work"
of = "works"
fields = {{ amount = "amount", subject = "subject" }}

[[threshold]]
name = "most"
value = 55000000
says = {{ fa = "بیشترین", en = "The most" }}
source = {{ fa = "ساختگی", en = "Invented" }}

[[cannot]]
code = "no-amount"
fa = "مبلغ نیست."
en = "There is no amount."
"""
FLAG: Final = "works/too-large"
TOLD: Final = RegisteredFlag(
    at="2024-08-05T12:00:00+00:00",
    digest="0" * 64,
    states={},
    releases={"works": 1},
    filled=(FilledColumn("works", "amount", 60, 60),),
    judged=60,
    fired=5,
    unknown={"no-amount": 1},
    waiting=3,
    examined=1,
    milliseconds=7,
)
FOUND: Final = RegisteredFinding(
    id="a" * 16,
    flag=FLAG,
    dataset="works",
    key="C-001",
    standing="published",
    value="60000000",
    threshold="55000000",
    party_id="99423976253",
    party=f"شرکت ساختگی {HOSTILE}",
    unit=f"واحد {HOSTILE}",
    behind={"work": ("C-001",)},
    releases=("works/1403/2",),
    found_on="2024-06-01",
    told_on="2024-06-02",
    published_on="2024-07-01",
    expires_on="2026-07-01",
    reason=f"دلیل {HOSTILE}",
    replies=(RegisteredReply("party", f"پاسخ {HOSTILE}", "2024-06-10"),),
)

HALVES: Final = f"""
title.fa = '''نیمه‌ها {HOSTILE}'''
title.en = '''Halves {HOSTILE}'''
says.fa = "کارهای جاری همان کارهای بزرگ‌اند (ساختگی)."
says.en = "Open works are the large works (invented)."
parts = [{{ fa = "شماره", en = "Number" }}]

[[left]]
of = "works"
value = "sum(amount)"
where = "state = 'open'"
by = ["number"]

[[right]]
of = "works"
value = "sum(amount)"
where = "amount > 10000000"
by = ["number"]
"""


ASKED: Final = f"""
order = 1
title.fa = '''بزرگ‌ترین کارها {HOSTILE}'''
title.en = '''The largest works {HOSTILE}'''
search = {{ fa = "کار ساختگی", en = "C-001" }}
finding.fa = "در {{most.period}}، {{most.total}} برای {{most.rows}} کار؛ بیشترین در {{most.top}}"
finding.en = "In {{most.period}}, {{most.total}} for {{most.rows}} works; most in {{most.top}}"
lede = {{ fa = "از {{large.of}} کار {{large.count}} تا بزرگ است.", en = "Of {{large.of}} works {{large.count}} are large." }}
method = [{{ fa = '''روش {HOSTILE}''', en = '''Method {HOSTILE}''' }}]
unknown = [{{ fa = "ساختگی است.", en = "It is invented." }}]

[door]
order = 1
value = "most.total"
says = {{ fa = "بیشترین در {{most.top}}", en = "most in {{most.top}}" }}
picture = "most"

[[part]]
code = "most"
shape = "ranking"
by = "state"
measure = "amount"
time = "day:year"
split = "state"
code_named = "open"

[[part]]
code = "large"
shape = "share"
such = "amount__gte=30000000"
name = {{ fa = "سهم کارهای بزرگ", en = "share of large works" }}
time = "day:month"
by = "state"

[[part]]
code = "months"
shape = "series"
name = {{ fa = "مبلغ هر ماه", en = "amount of each month" }}
time = "day:month"
measure = "amount"
"""


def declare(folder: Path, slug: str, text: str, **codes: str) -> None:
    """Put a declaration and its code lists into a city's datasets."""
    (folder / slug / "codes").mkdir(parents=True)
    (folder / slug / "dataset.toml").write_text(text, encoding="utf-8")
    for name, entries in codes.items():
        (folder / slug / "codes" / f"{name}.toml").write_text(entries, encoding="utf-8")


def sheet(rows: int = ROWS, *, year: int = 1403, bad: bool = False) -> str:
    """A clerk's file: the first subject and the header of a column that nobody declared are hostile."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["شماره", "موضوع", "وضعیت", "مبلغ", "تاریخ", "پیوند", "کد ملی طرف", HOSTILE])
    for n in range(1, rows + 1):
        subject = HOSTILE if n == 1 else f"کار ساختگی {n}"
        state = "جاری" if n % 3 else f"پایان {HOSTILE}"
        site = "https://example.org/a?b=1&c=2" if n % 2 else ""
        day = f"{year}/{1 + n % 12:02}/{1 + n % 28:02}"
        writer.writerow([f"C-{n:03}", subject, state, n * 1_000_000, day, site, SECRET, HOSTILE])
    if bad:
        writer.writerow(["C-999", "کار خراب", "جاری", "نامعلوم", f"{year}/01/01", "", SECRET, ""])
    return out.getvalue()


def publish(town: City, text: str, period: str, name: str, partial: str | None = None) -> Release:
    """Take a file all the way to a sealed release."""
    file = town.home / name
    file.write_text(text, encoding="utf-8")
    context = town.publish_context
    with examine(context, town.registry.get("works"), file, ClerkDecisions(period, partial=partial)) as examined:
        draft = write_draft(context, examined, sent_by=f"فرستندهٔ ساختگی {HOSTILE}")
        return seal(
            context,
            draft,
            [Approval("تأییدکنندهٔ ساختگی", NOW, "cli", draft.digest)],
            reason=CorrectionReason("entry-error"),
        )


def build(home: Path) -> City:
    """The city in a folder of its own: a copy of the one that is built once a run."""
    return copy_of("small-city", build_anew, home)


def build_anew(home: Path) -> City:
    """The city: 1402/1 withdrawn, 1403/1 superseded by the partial 1403/2, 1404/1; and a dataset without releases."""
    clock = FixedClock(NOW)
    parts = CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    town = City(home, home / "store", clock, parts=parts)
    declare(home / "datasets", "works", WORKS, states=STATES)
    declare(home / "datasets", "unsent", EMPTY)
    declare_services(home)
    (home / "datasets" / "works" / "audits").mkdir()
    (home / "datasets" / "works" / "audits" / "halves.toml").write_text(HALVES, encoding="utf-8")
    (home / "datasets" / "works" / "flags").mkdir()
    (home / "datasets" / "works" / "flags" / "too-large.toml").write_text(TOO_LARGE, encoding="utf-8")
    (home / "datasets" / "works" / "questions").mkdir()
    (home / "datasets" / "works" / "questions" / "largest-works.toml").write_text(ASKED, encoding="utf-8")
    gone = publish(town, sheet(3, year=1402), "1402", "works-1402.csv")
    clock.move(timedelta(hours=1))
    withdraw(town.publish_context, gone, "wrong-data", "ناظر ساختگی")
    publish(town, sheet(5, year=1403), "1403", "works-1403.csv")
    clock.move(timedelta(hours=1))
    publish(town, sheet(bad=True), "1403", "works <img src=x onerror=alert(3)>.csv", partial=f"یک ردیف خراب {HOSTILE}")
    town.flag_register.write(
        Register({FLAG: TOLD}, (FOUND, replace(FOUND, id="b" * 16, key="C-058", standing="cleared")))
    )
    return town
