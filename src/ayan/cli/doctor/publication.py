"""What the doctor sees of what is published: declarations, releases, their index, and what came from other cities."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import duckdb

from ayan.cli.doctor.report import DoctorFinding
from ayan.core.harvest.cities import OtherCity
from ayan.core.index.limits import LEAST_ROWS
from ayan.core.index.segment import Segment, is_usable
from ayan.core.query.answer import Unanswered
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.parquet import ParquetEngine, agree
from ayan.core.store import parquet
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.wiring.city import City

OLD: Final = timedelta(days=366)


def examine_declarations(home: City) -> Iterator[DoctorFinding]:
    """Every fault of a declaration, of the city's own and of those that come with Ayan."""
    problems = home.registry.problems()
    for problem in problems:
        yield DoctorFinding("error", problem.label)
    if not problems:
        count = len(home.registry.all())
        yield DoctorFinding(
            "ok",
            Label("{count} داده اعلام شده و همه درست است.", "{count} datasets are declared and all are right.").format(
                count=count
            ),
        )


def examine_releases(home: City, deep: bool) -> Iterator[DoctorFinding]:
    """Whether the files of every release are there; ``deep`` reads them again and compares their digests."""
    seen = 0
    for slug in home.release_store.datasets():
        try:
            for release in home.release_store.releases(slug):
                seen += 1
                if release.withdrawn:
                    continue
                for path in release.parts():
                    path.stat()
                for wrong in parquet.verify(release.folder, release.manifest) if deep else ():
                    yield DoctorFinding(
                        "error", Label("{ref}: {wrong}", "{ref}: {wrong}").format(ref=release.ref, wrong=wrong)
                    )
        except (StoreError, OSError) as problem:
            yield DoctorFinding(
                "error",
                Label("{slug}: انتشاری آسیب دیده است: {problem}", "{slug}: a release is damaged: {problem}").format(
                    slug=slug, problem=problem
                ),
            )
    how = Label("از نو خوانده و سنجیده شد", "read again and compared") if deep else Label("سر جای خود است", "in place")
    yield DoctorFinding("ok", Label("{seen} انتشار {how}.", "{seen} releases {how}.").format(how=how, seen=seen))


def examine_index(home: City, deep: bool) -> Iterator[DoctorFinding]:
    """The index of every dataset; ``deep`` also reads all of it and holds it against the releases."""
    yield from _index_sizes(home)
    if deep:
        yield from _index_agrees(home)


def _index_sizes(home: City) -> Iterator[DoctorFinding]:
    """What the index takes on the disk, and every large dataset that is answered without its secondary index."""
    index_store = index = 0
    for slug in home.release_store.datasets():
        try:
            state = home.release_store.snapshot(slug)
            used = home.index_store.disk_use(state)
            index_store, index = index_store + used.index_file, index + used.secondary_index
            lost = (
                used.index_file
                and state.rows >= LEAST_ROWS
                and not is_usable(Segment(home.index_store.file(state), state))
            )
        except (StoreError, OSError):
            continue
        if lost:
            yield DoctorFinding(
                "warning",
                Label(
                    "نمایهٔ جست‌وجوی {slug} نیست یا آسیب دیده است؛ پاسخ‌ها درست‌اند ولی کندتر. "
                    "اجرا کنید: ayan reindex {slug}",
                    "The secondary index of {slug} is missing or damaged; answers are right, but slower. "
                    "Run: ayan reindex {slug}",
                ).format(slug=slug),
            )
    yield DoctorFinding(
        "ok",
        Label(
            "نمایه‌ها {store:,.1f} مگابایت‌اند و نمایه‌های جست‌وجوی کنارشان {index:,.1f} مگابایت.",
            "The index files take {store:,.1f} MB, the secondary indexes {index:,.1f} MB.",
        ).format(store=index_store / 1000000.0, index=index / 1000000.0),
    )


def _index_agrees(home: City) -> Iterator[DoctorFinding]:
    """Every index file that is built, held against the releases it was built from."""
    index, archive = DuckDBEngine(home.index_store), ParquetEngine()
    seen = 0
    for dataset in home.registry.all():
        if not home.index_store.file(home.release_store.snapshot(dataset.slug)).exists():
            continue
        seen += 1
        try:
            fault = None if agree(home.release_store, dataset, index, archive) else "≠"
        except (StoreError, Unanswered, duckdb.Error, OSError) as problem:
            fault = str(problem)
        if fault:
            yield DoctorFinding(
                "error",
                Label(
                    "نمایهٔ {slug} با انتشارهایش یکی نیست ({fault}). اجرا کنید: ayan reindex {slug}",
                    "The index of {slug} is not what its releases say ({fault}). Run: ayan reindex {slug}",
                ).format(slug=dataset.slug, fault=fault),
            )
    yield DoctorFinding(
        "ok",
        Label("{seen} نمایه با انتشارها سنجیده شد.", "{seen} indexes were compared with the releases.").format(
            seen=seen
        ),
    )


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
