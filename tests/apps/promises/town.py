"""The small city with a catalogue of what it does, parts that bear numbers, and a dataset withheld as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.apps.built_city import copy_of
from tests.apps.linked_city import PARTS, parts, publish, written
from tests.apps.small_city import HOSTILE, build, declare

from ayan.datasets.registry import Registry
from ayan.wiring.city import City

DEEDS: Final = """
slug = "deeds"
title.fa = "کارنامه"
title.en = "Deeds"
description.fa = "فهرست ساختگی کارها"
description.en = "An invented catalogue"
owner.fa = "واحد فهرست"
owner.en = "Catalogue unit"
topic = "council"
cadence = "irregular"
key = ["code"]

[[field]]
name = "code"
kind = "code"
label.fa = "کد"
label.en = "Code"
required = true

[[field]]
name = "title"
kind = "text"
label.fa = "عنوان"
label.en = "Title"
role = "title"

[[field]]
name = "english"
kind = "text"
label.fa = "عنوان انگلیسی"
label.en = "Title in English"

[[field]]
name = "kind"
kind = "text"
label.fa = "حوزه"
label.en = "Domain"
choices = "kinds"
role = "category"

[[field]]
name = "unit"
kind = "text"
label.fa = "واحد"
label.en = "Unit"
role = "unit"

[[field]]
name = "evidence"
kind = "text"
label.fa = "گواه"
label.en = "Proof"

[[field]]
name = "trial"
kind = "boolean"
label.fa = "نمونه"
label.en = "Sample"

[[view]]
code = "proof"
kind = "proof"
by = "evidence"
text.fa = "{title}"
text.en = "{english}"
where = "trial=true"
"""
KINDS: Final = """
[[entry]]
code = "streets"
fa = "خیابان‌ها"
en = "Streets"

[[entry]]
code = "trees"
fa = "درختان"
en = "Trees"
"""
KEPT: Final = """
slug = "kept"
title.fa = "نقشهٔ پناهگاه‌ها"
title.en = "Map of shelters"
description.fa = "داده‌ای ساختگی که منتشر نمی‌شود."
description.en = "Invented data that are withheld."
owner.fa = "واحد نگهبانی"
owner.en = "Guarding unit"
topic = "council"
cadence = "monthly"

[withheld]
reason.fa = "ایمنی همگانی (ساختگی)"
reason.en = "Public safety (invented)"
article.fa = "مادهٔ ساختگی ۷"
article.en = "Invented article 7"
until = "1404-01-01"

[[field]]
name = "name"
kind = "text"
label.fa = "نام"
label.en = "Name"

[[field]]
name = "keeper"
kind = "text"
label.fa = "نگهبان"
label.en = "Keeper"
shown = "withheld"

[field.ground]
article = { fa = "مادهٔ ساختگی ۹", en = "Invented article 9" }
decider = { fa = "کمیسیون ساختگی", en = "Invented commission" }
until = "1403-01-01"
"""
MISSING: Final = """
[[view]]
code = "numbers"
kind = "numbering"
title.fa = "شماره‌های تکه"
title.en = "Numbers of parts"
by = "part"

[[view]]
code = "workless"
kind = "unnamed"
title.fa = "هزینهٔ بی کار"
title.en = "Cost without a work"
by = "work"
measure = "cost"
"""
ROWS: Final = (
    ("D-1", "آسفالت", "Paving", "خیابان", "", "works", "بله"),
    ("D-2", "روشنایی", "Lighting", "خیابان‌ها", "معاونت روشنایی", "unsent", "بله"),
    ("D-3", HOSTILE, "", "درختان", "", "", "بله"),
    ("D-4", "پناهگاه", "Shelters", "", "", "kept", "خیر"),
    ("D-5", "هرس", "Pruning", "درختان", "", "parts", "خیر"),
    ("D-6", "پل‌ها", "Bridges", "خیابان‌ها", "", "works kept", "خیر"),
    ("D-7", "کاشت", "Planting", "درختان", "", "parts unsent", "خیر"),
    ("D-8", "نامعلوم", "Unknown", "درختان", "", "never-declared", "خیر"),
)
STANDING: Final = {
    "D-1": "late",  # 1402 was withdrawn and has not come again
    "D-2": "absent",
    "D-3": "absent",
    "D-4": "withheld",
    "D-5": "fresh",
    "D-6": "late",  # what is withheld says nothing where there is more
    "D-7": "late",  # one has come and one has not
    "D-8": "absent",
}


def build_promises(home: Path) -> City:
    """The city in a folder of its own: a copy of the one that is built once a run."""
    return copy_of("city-of-promises", build_promises_anew, home)


def build_promises_anew(home: Path) -> City:
    """The city on a day on which the year 1402 of its works is late."""
    town = build(home)
    declare(home / "datasets", "parts", PARTS + MISSING)
    declare(
        home / "datasets", "deeds", DEEDS, kinds=KINDS.replace('en = "Streets"', 'en = "Streets"\naliases = ["خیابان"]')
    )
    declare(home / "datasets", "kept", KEPT)
    town.__dict__["registry"] = Registry((home / "datasets",))
    publish(town, "parts", parts([n * 1000 for n in range(1, 31)], left_out=[5, 6, 12]), "parts.csv")
    header = ("کد", "عنوان", "عنوان انگلیسی", "حوزه", "واحد", "گواه", "نمونه")
    publish(town, "deeds", written(header, ROWS), "deeds.csv")
    return town
