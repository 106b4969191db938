"""What is seen of what is published: declarations, releases, their index, and what came from other cities."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

import duckdb
import pyarrow as pa

from ayan.config.diagnosis.health_finding import HealthFinding, day_of, number_of, reason
from ayan.config.limits import CLOCKS_APART, HARVEST_OLD, SAMPLE_BYTES
from ayan.core.harvest.cities import OtherCity
from ayan.core.index.limits import LEAST_ROWS
from ayan.core.index.segment import is_usable
from ayan.core.query.answer import Unanswered
from ayan.core.query.engines.duckdb import DuckDBEngine
from ayan.core.query.engines.parquet import ParquetEngine, difference
from ayan.core.store import parquet
from ayan.core.store.objects import StoreError, size_of
from ayan.core.store.release import Release
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.wiring.city import City
from ayan.wiring.contracting import contracting_identity

_REINDEX: Final = Label("اجرا کنید: ayan reindex {slug}", "Run: ayan reindex {slug}")
_UNDECLARED: Final = Label(
    "«{slug}» نمی‌گوید جمع این ستون‌ها چه معنایی دارد، پس جمعشان جایی نمی‌آید: {fields}.",
    "“{slug}” does not say what sums of these fields would mean, so none is shown: {fields}.",
)
_DECLARE: Final = Label(
    "برای هر یک nature را در dataset.toml بنویسید: flow، stock، rate یا quantity.",
    "Write the nature of each in dataset.toml: flow, stock, rate or quantity.",
)


def examine_declarations(home: City) -> Iterator[HealthFinding]:
    """Every fault of a declaration, of the city's own and of those that come with Ayan; and sums that it takes away."""
    problems = (*home.registry.problems(), *contracting_identity(home.home).problems)
    for problem in problems:
        yield HealthFinding("declaration", "error", problem.label)
    for dataset in home.registry.all():
        silent = [field.name for field in dataset.published if field.kind.is_money and field.nature is None]
        if silent:
            words = _UNDECLARED.format(slug=dataset.slug, fields=", ".join(silent))
            yield HealthFinding("measures-undeclared", "warning", words, _DECLARE)
    if not problems:
        count = len(home.registry.all())
        yield HealthFinding(
            "declarations",
            "ok",
            Label("{count} داده اعلام شده و همه درست است.", "{count} datasets are declared and all are right.").format(
                count=number_of(count)
            ),
        )


def examine_releases(home: City, deep: bool) -> Iterator[HealthFinding]:
    """Whether the files of every release are there, in their size; some of them, or with ``deep`` all, are read again.

    Which ones are read changes each day, so that after some weeks all of them were.
    """
    seen, sound = 0, []
    for slug in home.release_store.slugs():
        try:
            for release in home.release_store.releases(slug):
                if release.withdrawn:
                    seen += 1
                    continue
                wrong = (parquet.verify if deep else parquet.misplaced)(release.whole(), release.manifest)
                yield from (_damaged(release.ref, _DISCREPANCIES[each.what], each.name) for each in wrong)
                if not wrong:
                    seen += 1
                    sound.append(release)
        except (StoreError, OSError, pa.ArrowException) as fault:
            yield _damaged(slug, reason(fault))
    if not deep:
        yield from _sampled(home, sound)
    how = Label("از نو خوانده و سنجیده شد", "read again and compared") if deep else Label("سر جای خود است", "in place")
    yield HealthFinding(
        "releases", "ok", Label("{seen} انتشار {how}.", "{seen} releases {how}.").format(how=how, seen=number_of(seen))
    )


_DISCREPANCIES: Final = {
    "missing": Label("پرونده‌ای نیست", "a file is missing"),
    "unnamed": Label("پرونده‌ای هست که شناسنامه از آن نمی‌گوید", "a file stands there that the manifest does not name"),
    "bytes": Label("اندازهٔ پرونده‌ای دیگر است", "a file has another size"),
    "hash": Label("محتوای پرونده‌ای دیگر است", "a file has another content"),
    "rows": Label("تعداد ردیف‌ها دیگر است", "the number of rows is another one"),
}


def _damaged(ref: str, why: Label, file: str = "") -> HealthFinding:
    what = Label("{why} ({file})", "{why} ({file})").format(why=why, file=file) if file else why
    return HealthFinding(
        "release-damaged",
        "error",
        Label("{ref} آسیب دیده است: {what}.", "{ref} is damaged: {what}.").format(ref=ref, what=what),
        Label("آن را از پشتیبان یا رونوشتی برگردانید.", "Bring it back from a backup or a copy."),
    )


def _sampled(home: City, releases: list[Release]) -> Iterator[HealthFinding]:
    """Read some releases again, drawn by the day, up to so many bytes together; the first drawn whatever its size."""
    draw = random.Random(today(home.clock).isoformat())  # noqa: S311 - a sample, and no secret
    left = SAMPLE_BYTES
    for release in draw.sample(releases, len(releases)):
        try:
            size = size_of(release.parts())
            if left < min(size, SAMPLE_BYTES):
                return
            left -= size
            for each in parquet.verify(release.whole(), release.manifest):
                yield _damaged(release.ref, _DISCREPANCIES[each.what], each.name)
        except (StoreError, OSError, pa.ArrowException) as fault:
            yield _damaged(release.ref, reason(fault))


def examine_times(home: City) -> Iterator[HealthFinding]:
    """Of each dataset the newest release that was sealed at a time that has not come."""
    for slug in home.release_store.datasets():
        with suppress(StoreError, OSError):
            newest = max(home.release_store.releases(slug), key=lambda release: release.sealed_at, default=None)
            if newest is None or newest.sealed_at <= home.clock.now() + CLOCKS_APART:
                continue
            yield HealthFinding(
                "sealed-ahead",
                "error",
                Label(
                    "{ref} در زمانی مهر شده که هنوز نرسیده است ({at}): ساعت این دستگاه نادرست است، "
                    "یا هنگام انتشار نادرست بوده.",
                    "{ref} was sealed at a time that has not come ({at}): the clock of this machine is wrong, "
                    "or was when it was published.",
                ).format(ref=newest.ref, at=newest.sealed_at.isoformat(timespec="seconds")),
                Label(
                    "ساعت را درست کنید؛ تا آن زمان انتشارهای بعدی این داده نیز همین زمان را می‌گیرند.",
                    "Set the clock right; until that time later releases of this dataset are given it too.",
                ),
            )


def examine_index(home: City, deep: bool) -> Iterator[HealthFinding]:
    """The index of every dataset; ``deep`` also reads all of it and holds it against the releases."""
    yield from _index_sizes(home)
    if deep:
        yield from _index_agrees(home)


def _index_sizes(home: City) -> Iterator[HealthFinding]:
    """What the index takes on the disk, and every large dataset that is answered without its secondary index."""
    index_store = index = 0
    for slug in home.release_store.slugs():
        try:
            state = home.release_store.snapshot(slug)
            used = home.index_store.disk_use(state)
            index_store, index = index_store + used.index_file, index + used.secondary_index
            lost = (
                home.index_store.is_built(state)
                and state.rows >= LEAST_ROWS
                and not all(map(is_usable, home.index_store.segments(state)))
            )
        except (StoreError, OSError):
            continue
        if lost:
            yield HealthFinding(
                "index-missing",
                "warning",
                Label(
                    "نمایهٔ جست‌وجوی {slug} نیست یا آسیب دیده است؛ پاسخ‌ها درست‌اند ولی کندتر.",
                    "The secondary index of {slug} is missing or damaged; answers are right, but slower.",
                ).format(slug=slug),
                _REINDEX.format(slug=slug),
            )
    yield HealthFinding(
        "index",
        "ok",
        Label(
            "نمایه‌ها {store:,.1f} مگابایت‌اند و نمایه‌های جست‌وجوی کنارشان {index:,.1f} مگابایت.",
            "The index files take {store:,.1f} MB, the secondary indexes {index:,.1f} MB.",
        ).format(store=index_store / 1000000.0, index=index / 1000000.0),
    )


def _index_agrees(home: City) -> Iterator[HealthFinding]:
    """Every index file that is built, held against the releases it was built from."""
    index, archive = DuckDBEngine(home.index_store), ParquetEngine()
    seen = 0
    for dataset in home.registry.all():
        try:
            state = home.release_store.snapshot(dataset.slug)
            if not state.releases or not home.index_store.is_built(state):
                continue
            seen += 1
            differing = difference(home.release_store, dataset, index, archive)
        except StoreError:
            # The releases themselves are damaged, which has been told.
            continue
        except (Unanswered, duckdb.Error, pa.ArrowException, OSError) as fault:
            why: Label | None = reason(fault)
        else:
            there = Label("{release} دیگر است", "{release} differs").format(release=differing)
            why = there if differing else None
        if why:
            yield HealthFinding(
                "index-differs",
                "error",
                Label(
                    "نمایهٔ {slug} با انتشارهایش یکی نیست: {why}.",
                    "The index of {slug} is not what its releases say: {why}.",
                ).format(slug=dataset.slug, why=why),
                _REINDEX.format(slug=dataset.slug),
            )
    yield HealthFinding(
        "index",
        "ok",
        Label("{seen} نمایه با انتشارها سنجیده شد.", "{seen} indexes were compared with the releases.").format(
            seen=number_of(seen)
        ),
    )


def examine_cities(home: City, deep: bool) -> Iterator[HealthFinding]:
    """Nothing where no other city was harvested."""
    for code in home.others.broken():
        yield HealthFinding(
            "other-city",
            "warning",
            Label("از شهر دیگر {code} چیزی خوانده نمی‌شود.", "Nothing can be read of the other city {code}.").format(
                code=code
            ),
            Label(
                "دوباره ayan harvest کنید یا آن را با --drop بردارید.", "Harvest it again, or remove it with --drop."
            ),
        )
    for other in home.others.all():
        yield from _city(home, other, deep)


def _city(home: City, other: OtherCity, deep: bool) -> Iterator[HealthFinding]:
    about, seen = other.about, 0
    wrong: list[Label] = []
    try:
        for release in other.releases():
            seen += 1
            check = parquet.verify if deep else parquet.misplaced
            wrong += [
                Label("{ref}: {what}", "{ref}: {what}").format(ref=release.ref, what=_DISCREPANCIES[each.what])
                for each in check(release.folder, release.manifest)
            ]
            if other.origin(release.address) is None:
                wrong.append(Label("{ref}: خاستگاهش نیست", "{ref}: its origin is missing").format(ref=release.ref))
    except (StoreError, OSError, pa.ArrowException) as fault:
        wrong.append(reason(fault))
    for what in wrong:
        yield HealthFinding(
            "other-city-damaged",
            "error",
            Label("شهر دیگر {code} آسیب دیده است: {fault}.", "The other city {code} is damaged: {fault}.").format(
                code=other.code, fault=what
            ),
            Label("دوباره ayan harvest کنید.", "Harvest it again."),
        )
    if home.clock.now() - about.harvested_at > HARVEST_OLD:
        yield HealthFinding(
            "other-city-old",
            "warning",
            Label(
                "از شهر دیگر {code} بیش از یک سال است که چیزی برداشته نشده است.",
                "Nothing was harvested of the other city {code} for more than a year.",
            ).format(code=other.code),
        )
    if about.key and not about.vouched:
        yield HealthFinding(
            "other-city-key",
            "warning",
            Label(
                "کلید ثبت عمومی شهر دیگر {code} از خود سامانه‌اش است؛ آن را از جای دیگری بگیرید و با --key بدهید.",
                "The key of the other city {code} is its own portal’s; get it elsewhere and give it with --key.",
            ).format(code=other.code),
        )
    day = day_of(about.harvested_at.astimezone(TEHRAN).date())
    yield HealthFinding(
        "other-city",
        "ok",
        Label(
            "شهر دیگر {code}: {seen} انتشار، آخرین نگاه {day}.",
            "The other city {code}: {seen} releases, last looked at on {day}.",
        ).format(code=other.code, seen=number_of(seen), day=day),
    )
