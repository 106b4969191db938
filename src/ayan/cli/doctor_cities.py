"""What the doctor says of other cities: what was harvested of each, how old it is, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from ayan.cli.doctor_finding import DoctorFinding
from ayan.core.harvest.cities import OtherCity
from ayan.core.store import parquet
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.wiring.city import City

OLD: Final = timedelta(days=366)


def examine_cities(home: City, deep: bool) -> Iterator[DoctorFinding]:
    """Nothing where no other city was harvested."""
    for code in home.others.broken():
        yield DoctorFinding(
            "warning",
            Label(
                "از شهر دیگر {code} چیزی خوانده نمی‌شود؛ دوباره ayan harvest کنید یا آن را با --drop بردارید.",
                "Nothing can be read of the other city {code}; harvest it again, or remove it with --drop.",
            ).format(code=code),
        )
    for other in home.others.all():
        yield from _city(home, other, deep)


def _city(home: City, other: OtherCity, deep: bool) -> Iterator[DoctorFinding]:
    about, seen, wrong = other.about, 0, []
    try:
        for release in other.releases():
            seen += 1
            for path in release.parts():
                path.stat()
            wrong += (
                [f"{release.ref}: {fault}" for fault in parquet.verify(release.folder, release.manifest)]
                if deep
                else []
            )
            if other.origin(release.address) is None:
                wrong.append(f"{release.ref}: origin")
    except (StoreError, OSError) as problem:
        wrong.append(str(problem))
    for fault in wrong:
        yield DoctorFinding(
            "error",
            Label("شهر دیگر {code} آسیب دیده است: {fault}", "The other city {code} is damaged: {fault}").format(
                code=other.code, fault=fault
            ),
        )
    if home.clock.now() - about.harvested_at > OLD:
        yield DoctorFinding(
            "warning",
            Label(
                "از شهر دیگر {code} بیش از یک سال است که چیزی برداشته نشده است.",
                "Nothing was harvested of the other city {code} for more than a year.",
            ).format(code=other.code),
        )
    if about.key and not about.vouched:
        yield DoctorFinding(
            "warning",
            Label(
                "کلید دفتر شهر دیگر {code} از خود سامانه‌اش است؛ آن را از جای دیگری بگیرید و با --key بدهید.",
                "The key of the other city {code} is its own portal’s; get it elsewhere and give it with --key.",
            ).format(code=other.code),
        )
    day = about.harvested_at.date().isoformat()
    yield DoctorFinding(
        "ok",
        Label(
            "شهر دیگر {code}: {seen} انتشار، آخرین نگاه {day}.",
            "The other city {code}: {seen} releases, last looked at on {day}.",
        ).format(code=other.code, seen=seen, day=day),
    )
