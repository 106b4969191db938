"""A city with names to be matched: firms, bureaus, members, bosses, lanes and lots, under names that no door knows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.apps.built_city import PROFILE
from tests.apps.civic_city import code_list, dataset_head, field, plays, publish
from tests.apps.small_city import HOSTILE, SECRET

from ayan.core.values.clock import FixedClock
from ayan.datasets.registry import Registry
from ayan.wiring.city import City
from ayan.wiring.city_parts import CityParts

NOW: Final = datetime(2024, 8, 5, 12, tzinfo=UTC)
ROADS, SOFT, TWIN, OTHER_TWIN = "10380000006", "10380000010", "10380000025", "10380000030"
HIDDEN: Final = "مدیر پنهان ساختگی"
CLOSED: Final = "شرکت پنهان ساختگی"
DECLARED: Final = {
    "firms": dataset_head("firms", "Firms", ("nid",))
    + field("nid", "company", "required = true")
    + field("called", "text", 'role = "company"\nrequired = true')
    + field("town", "text", 'role = "place"')
    + field("boss", "text", 'role = "person"\nshown = "withheld"')
    + field("boss_id", "identity", 'shown = "withheld"'),
    "bureaus": dataset_head("bureaus", "Bureaus", ("id",))
    + field("id", "code", "required = true")
    + field("name", "text", 'role = "title"\nrequired = true')
    + field("above", "ref", 'ref = "bureaus.id"')
    + field("sort", "text", 'choices = "sorts"')
    + plays("units", code="id", title="name", parent="above", kind="sort"),
    "benches": dataset_head("benches", "Benches", ("who",))
    + field("who", "text", 'role = "person"\nrequired = true')
    + field("turn", "integer")
    + plays("council-seats", name="who", term="turn"),
    "bosses": dataset_head("bosses", "Bosses", ("month", "who", "post"), "year")
    + field("month", "period", "required = true")
    + field("who", "text", 'role = "person"\nrequired = true')
    + field("post", "text", 'role = "title"\nrequired = true')
    + field("office", "text", "required = true")
    + field("father", "text", 'shown = "withheld"')
    + plays("post-holders", name="who", post="post", unit="office", period="month"),
    "lanes": dataset_head("lanes", "Lanes", (), "year")
    + field("year", "period", "required = true")
    + field("part", "text", 'role = "place"')
    + field("lane", "text", 'role = "title"\nrequired = true')
    + field("worth", "rial", 'nature = "rate"')
    + plays("land-values", year="year", street="lane", value="worth"),
    "lots": dataset_head("lots", "Lots", ("code",))
    + field("code", "code", "required = true")
    + field("lane", "text")
    + field("owner", "text", 'shown = "withheld"')
    + plays("land-parcels", code="code", street="lane"),
    # Neither a register nor a part: who stands in it is no entity.
    "paid": dataset_head("paid", "Paid", ("no",))
    + field("no", "code", "required = true")
    + field("payee", "text", 'role = "person"'),
}
ROWS: Final = {
    "firms": (
        (ROADS, "شرکت راه‌سازان نمونه", "قم", HIDDEN, SECRET),
        (SOFT, "آب و برق کاوش", "ری", HIDDEN, SECRET),
        (TWIN, "هم‌نام", "قم", HIDDEN, SECRET),
        (OTHER_TWIN, "هم نام", "ری", HIDDEN, SECRET),
        ("10380000044", HOSTILE, "", HIDDEN, SECRET),
    ),
    "bureaus": (("1", "شهردار", "", "desk en"), ("12", "دفتر فنی", "1", "desk en")),
    "benches": (("مریم نمونه", 6), ("علی ساختگی", 6)),
    "bosses": (
        ("1403-01", "علی ساختگی", "مدیر", "دفتر فنی", HIDDEN),
        ("1403-02", "علی ساختگی", "مدیر", "دفتر فنی", HIDDEN),
        ("1403-01", "زهرا ساختگی", "معاون", "دفتر فنی", HIDDEN),
        ("1403-02", "زهرا ساختگی", "معاون", "دفتر فنی", HIDDEN),
    ),
    "lanes": (
        ("1403", "منطقه ۱", "خیابان امام", 5),
        ("1403", "منطقه ۲", "خیابان امام", 6),
        ("1403", "منطقه ۱", "کوچهٔ یاس", 7),
    ),
    "lots": (("1-1-1-1-1-0-0", "کوچهٔ یاس", HIDDEN), ("1-1-1-2-1-0-0", "", HIDDEN)),
    "paid": (("P-1", CLOSED),),
}


def opened(home: Path) -> City:
    """The city of a folder."""
    parts = CityParts(registry=Registry((home / "datasets",)), profile=PROFILE)
    return City(home, home / "store", FixedClock(NOW), parts=parts)


def build(home: Path) -> City:
    """The city, with one release of each dataset."""
    for slug, text in DECLARED.items():
        folder = home / "datasets" / slug
        (folder / "codes").mkdir(parents=True)
        (folder / "dataset.toml").write_text(text, encoding="utf-8")
    (home / "datasets" / "bureaus" / "codes" / "sorts.toml").write_text(code_list("desk"), encoding="utf-8")
    town = opened(home)
    for slug, rows in ROWS.items():
        publish(town, slug, rows, "1403" if town.registry.get(slug).period == "year" else "all")
    return town
