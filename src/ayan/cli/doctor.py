"""ayan doctor: look at settings, folders, declarations, releases and database, and say what an operator must do."""

from __future__ import annotations

import argparse
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from ayan import ui
from ayan.cli.doctor_capacity import examine_capacity
from ayan.cli.doctor_cities import examine_cities
from ayan.cli.doctor_finding import DoctorFinding
from ayan.cli.doctor_index import examine_index
from ayan.cli.doctor_ledger import examine_ledger
from ayan.cli.doctor_originals import examine_originals
from ayan.cli.doctor_people import examine_people
from ayan.cli.doctor_sources import examine_sources
from ayan.cli.init import PRIVATE
from ayan.cli.limits import LEAST_FREE
from ayan.config import env
from ayan.core.store import parquet
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.wiring import city

_MARKS: Final = {"ok": "✓", "warning": "!", "error": "✗"}


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the arguments of ``ayan doctor``."""
    parser = verbs.add_parser("doctor", help="check settings, folders, declarations, releases and the database")
    parser.add_argument(
        "--deep",
        action="store_true",
        help="also read every published file again, compare its digest, and hold the index against it",
    )


def run(args: argparse.Namespace) -> int:
    """Exit 0 when nothing is an error, 1 otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    worst = 0
    for finding in examine(args.deep):
        worst = max(worst, finding.level == "error")
        print(f"{_MARKS[finding.level]} {finding.what.fa}\n  {finding.what.en}")
    return worst


def examine(deep: bool = False) -> Iterator[DoctorFinding]:
    """Everything the doctor looks at, in the order in which a new installation would meet it."""
    home = city.current()
    yield from _settings()
    yield from _folders(home)
    yield from _declarations(home)
    yield from _releases(home, deep)
    yield from examine_originals(home, deep)
    yield from examine_index(home, deep)
    yield from examine_ledger(home, deep)
    yield from examine_cities(home, deep)
    yield from _database()
    yield from examine_people()
    yield from examine_sources()
    yield from _assets()
    yield from examine_capacity()


def _settings() -> Iterator[DoctorFinding]:
    production = (os.environ.get("DJANGO_SETTINGS_MODULE") or "").endswith("production")
    missing = [
        variable for variable in env.VARIABLES if production and variable.required and not os.environ.get(variable.name)
    ]
    for variable in missing:
        yield DoctorFinding(
            "error",
            Label(
                "{name} تنظیم نشده است: {meaning}",
                "{name} is not set: {meaning}",
            ).format(meaning=variable.meaning, name=variable.name),
        )
    if not missing:
        kind = Label("بهره‌برداری", "production") if production else Label("آزمایشی", "development")
        yield DoctorFinding(
            "ok", Label("تنظیم‌ها کامل است ({kind}).", "The settings are complete ({kind}).").format(kind=kind)
        )
    if os.environ.get("AYAN_ALLOW_CLI_APPROVAL") == "1" and production:
        yield DoctorFinding(
            "warning",
            Label(
                "تأیید از خط فرمان روشن است. هر کس به این ماشین دسترسی دارد می‌تواند تأیید کند.",
                "Approval on the command line is on. Whoever can use this machine can approve.",
            ),
        )


def _folders(home: city.City) -> Iterator[DoctorFinding]:
    profile = home.home / "ayan.toml"
    if not profile.is_file():
        yield DoctorFinding(
            "error",
            Label("در {home} شهری نیست. ayan init را اجرا کنید.", "There is no city in {home}. Run ayan init.").format(
                home=home.home
            ),
        )
        return
    try:
        name = home.profile.name
        yield DoctorFinding(
            "ok", Label("شهر: {name}، {home}", "City: {name}, {home}").format(name=name, home=home.home)
        )
    except ValueError as problem:
        yield DoctorFinding(
            "error",
            Label("ayan.toml درست نیست: {problem}", "ayan.toml is not right: {problem}").format(problem=problem),
        )
    for folder in PRIVATE:
        path = home.home / folder
        if path.is_dir() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield DoctorFinding(
                "error",
                Label(
                    "پوشهٔ خصوصی {path} برای دیگران باز است: chmod 700",
                    "The private folder {path} is open to others: chmod 700",
                ).format(path=path),
            )
    if not os.access(home.home, os.W_OK):
        yield DoctorFinding(
            "error", Label("در {home} نمی‌توان نوشت.", "{home} cannot be written to.").format(home=home.home)
        )
    free = shutil.disk_usage(home.home).free
    level: Literal["ok", "warning"] = "ok" if free >= LEAST_FREE else "warning"
    yield DoctorFinding(
        level, Label("فضای آزاد: {size:.1f} گیگابایت", "Free space: {size:.1f} GB").format(size=free / 1000000000.0)
    )


def _declarations(home: city.City) -> Iterator[DoctorFinding]:
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


def _releases(home: city.City, deep: bool) -> Iterator[DoctorFinding]:
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


def _database() -> Iterator[DoctorFinding]:
    import django
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.utils import DatabaseError

    try:
        django.setup()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (env.Misconfigured, DatabaseError) as problem:
        yield DoctorFinding(
            "error",
            Label("پایگاه داده در دسترس نیست: {problem}", "The database cannot be used: {problem}").format(
                problem=problem
            ),
        )
        return
    if waiting:
        yield DoctorFinding(
            "warning",
            Label(
                "{count} تغییر ساختار پایگاه داده مانده است؛ با ayan serve خودش انجام می‌شود.",
                "{count} migrations are waiting; ayan serve applies them.",
            ).format(count=len(waiting)),
        )
    else:
        vendor = connection.vendor
        yield DoctorFinding(
            "ok", Label("پایگاه داده آماده است ({vendor}).", "The database is ready ({vendor}).").format(vendor=vendor)
        )


def _assets() -> Iterator[DoctorFinding]:
    if any((Path(ui.__file__).parent / "static" / "build").glob("*.woff2")):
        yield DoctorFinding("ok", Label("قلم‌ها ساخته شده است.", "The fonts are built."))
    else:
        yield DoctorFinding(
            "warning",
            Label(
                "قلم‌ها ساخته نشده است؛ صفحه‌ها با قلم دستگاه نشان داده می‌شود. make assets",
                "The fonts are not built; pages use the reader's own. Run make assets.",
            ),
        )
