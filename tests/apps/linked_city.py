"""The small city with more to it: parts that name its works, with units, places and amounts, and a price index."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from tests.apps.built_city import copy_of
from tests.apps.small_city import HOSTILE, NOW, build, declare

from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.sealing import seal
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

# What a stranger could put into a cell to turn a page round, to run in a spreadsheet, or to leave its attribute.
BIDI: Final = "\u202eآشفته\u2066 -1404"
FORMULA: Final = '=HYPERLINK("http://example.org";"x")'
WIDE: Final = '\u200f＝HYPERLINK("http://example.org";"x")'
QUOTED: Final = '" onmouseover="alert(1)" x="'
UNITS: Final = ("معاونت فنی", "سازمان پارک‌ها, باغ‌ها", QUOTED, HOSTILE)

PARTS: Final = """
slug = "parts"
title.fa = "تکه‌ها"
title.en = "Parts"
description.fa = "تکه‌های ساختگی کارها"
description.en = "Invented parts of works"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "money"
cadence = "irregular"
key = ["part"]

[[field]]
name = "part"
kind = "code"
label.fa = "شمارهٔ تکه"
label.en = "Part"
required = true

[[field]]
name = "work"
kind = "ref"
label.fa = "کار"
label.en = "Work"
ref = "works.number"

[[field]]
name = "subject"
kind = "text"
label.fa = "شرح"
label.en = "Subject"
role = "title"

[[field]]
name = "unit"
kind = "text"
label.fa = "واحد"
label.en = "Unit"
role = "unit"

[[field]]
name = "cost"
kind = "rial"
label.fa = "هزینه"
label.en = "Cost"
role = "amount"
nature = "flow"

[[field]]
name = "plan"
kind = "rial"
label.fa = "برآورد"
label.en = "Plan"
nature = "flow"

[[field]]
name = "paid"
kind = "date"
label.fa = "روز پرداخت"
label.en = "Paid"
role = "date"

[[field]]
name = "longitude"
kind = "decimal"
scale = 6
label.fa = "طول جغرافیایی"
label.en = "Longitude"
role = "longitude"

[[field]]
name = "latitude"
kind = "decimal"
scale = 6
label.fa = "عرض جغرافیایی"
label.en = "Latitude"
role = "latitude"

[[view]]
code = "said"
kind = "sentence"
text.fa = "در {paid} برای «{subject}» {cost} داده شد[؛ کار {work}]."
text.en = "On {paid}, {cost} was paid for “{subject}”[; work {work}]."

[[view]]
code = "plan"
kind = "bars"
title.fa = "برآورد و هزینه"
title.en = "Plan and cost"
by = "unit"
measure = "plan"
against = "cost"
front = true

[[view]]
code = "unit"
kind = "related"
title.fa = "تکه‌های همین واحد"
title.en = "Parts of the same unit"
rows = "parts.unit"
by = "unit"

[[view]]
code = "growth"
kind = "meter"
title.fa = "هزینه در برابر مبلغ کار"
title.en = "Cost against the work’s amount"
text.fa = "قاعدهٔ ساختگی: سقف ۲۵ درصد."
text.en = "An invented rule: 25% at most."
by = "work"
measure = "cost"
against = "works.amount"
warn = 20
limit = 25

[[view]]
code = "made"
kind = "parts"
measure = "plan"
parts = ["cost"]

[[view]]
code = "dear"
kind = "share"
title.fa = "تکه‌های گران"
title.en = "Dear parts"
where = "cost__gte=20000"

[[view]]
code = "path"
kind = "chain"
title.fa = "از کار تا تکه"
title.en = "From the work to the part"
steps = ["work", "self"]

[[view]]
code = "maker"
kind = "lacks"
title.fa = "سازندهٔ تکه"
title.en = "Who made the part"
text.fa = "در هیچ داده‌ای نیست."
text.en = "No dataset tells."
"""
PRICES: Final = """
slug = "prices"
title.fa = "شاخص ساختگی"
title.en = "Invented index"
description.fa = "شاخص قیمت ساختگی"
description.en = "An invented price index"
owner.fa = "واحد آزمون"
owner.en = "Trial unit"
topic = "money"
cadence = "yearly"
key = ["year"]

[[field]]
name = "year"
kind = "period"
label.fa = "سال"
label.en = "Year"
required = true

[[field]]
name = "level"
kind = "decimal"
label.fa = "شاخص"
label.en = "Index"

[[view]]
code = "index"
kind = "price-index"
year = "year"
index = "level"
"""
HEADER: Final = ("شمارهٔ تکه", "کار", "شرح", "واحد", "هزینه", "برآورد", "روز پرداخت", "طول جغرافیایی", "عرض جغرافیایی")
LEVELS: Final = {"1402": "100", "1403": "150", "1404": "300"}


def parts(costs: Sequence[int], *, moved: int = 0, left_out: Sequence[int] = ()) -> str:
    """A file of parts: one for each cost, in rial; ``moved`` is added to the first, some are left out."""
    rows = []
    for n, cost in enumerate(costs, 1):
        if n in left_out:
            continue
        subject = {1: BIDI, 2: FORMULA, 3: HOSTILE, 6: WIDE}.get(n, f"تکهٔ {n} از کار C-{n:03}")
        coordinates = (f"{51.4 + n / 1000:.6f}", f"{35.7 + (n % 7) / 1000:.6f}") if n % 5 else ("", "")
        year = 1402 + n % 3
        rows.append(
            [
                f"P-{n}",
                f"C-{n:03}" if n <= 20 else "",
                subject,
                UNITS[n % len(UNITS)],
                cost + (moved if n == 1 else 0),
                cost + 500,
                f"{year}/{1 + n % 12:02}/{1 + n % 28:02}",
                *coordinates,
            ]
        )
    return written(HEADER, rows)


def written(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A file as a spreadsheet writes it."""
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return out.getvalue()


def publish(town: City, slug: str, text: str, name: str) -> Release:
    """Take a file all the way to a sealed release of a dataset without periods."""
    file = town.home / name
    file.write_text(text, encoding="utf-8")
    context = town.publish_context
    with examine(context, town.registry.get(slug), file, ClerkDecisions("all")) as examined:
        draft = write_draft(context, examined, sent_by="فرستندهٔ ساختگی")
        return seal(
            context,
            draft,
            [Approval("تأییدکنندهٔ ساختگی", NOW, "cli", draft.digest)],
            reason=CorrectionReason("entry-error"),
        )


def copied(town: City, home: Path) -> City:
    """A city of its own that is like another in everything, in another folder and opened afresh."""
    shutil.copytree(town.home, home, dirs_exist_ok=True)
    assert isinstance(town.clock, FixedClock)
    parts = CityParts(registry=Registry((home / "datasets",)), profile=town.profile)
    return City(home, home / "store", FixedClock(town.clock.now()), parts=parts)


def build_linked(home: Path) -> City:
    """The city in a folder of its own: a copy of the one that is built once a run."""
    return copy_of("linked-city", build_linked_anew, home)


def build_linked_anew(home: Path) -> City:
    """The city: parts all/1, then all/2 which corrects P-1 and leaves P-9 out; prices of three years."""
    town = build(home)
    declare(home / "datasets", "parts", PARTS)
    declare(home / "datasets", "prices", PRICES)
    town.__dict__["registry"] = Registry((home / "datasets",))
    costs = [n * 1000 for n in range(1, 41)]
    publish(town, "parts", parts(costs), "parts-1.csv")
    assert isinstance(town.clock, FixedClock)
    town.clock.move(timedelta(days=1))
    publish(town, "parts", parts(costs, moved=7, left_out=[9]), "parts-2.csv")
    publish(town, "prices", written(("سال", "شاخص"), list(LEVELS.items())), "prices.csv")
    return town
