"""What the doctor sees of the installation: settings, folders, fonts, and whether the processes fit the machine."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from ayan import ui
from ayan.cli.doctor.report import DoctorFinding
from ayan.cli.limits import LEAST_FREE
from ayan.cli.new_city import PRIVATE
from ayan.config import env, process_capacity
from ayan.config.limits import LEAST_MEMORY_MB
from ayan.core.values.label import Label
from ayan.wiring.city import City

# With it, a connection that waits for a process which makes room for a fresh one is given to another process.
HANDED_ON: Final = Path("/proc/sys/net/ipv4/tcp_migrate_req")


def examine_settings() -> Iterator[DoctorFinding]:
    """What production asks for, and what should not be on there."""
    env.take_credentials()
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


def examine_folders(home: City) -> Iterator[DoctorFinding]:
    """The city's folder: whose it is, that private parts of it are private, and that there is room."""
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


def examine_assets() -> Iterator[DoctorFinding]:
    """Whether what `make assets` builds is there."""
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


def examine_capacity() -> Iterator[DoctorFinding]:
    """What `ayan serve` will start, and whether the machine bears it."""
    try:
        each = env.number("AYAN_MEMORY_MB", LEAST_MEMORY_MB, 1 << 20)
        kept = env.number("AYAN_CACHE_MB", 0, 1 << 16)
        workers = process_capacity.workers()
    except env.Misconfigured as fault:
        yield DoctorFinding(
            "error", Label("تنظیم نادرست است: {fault}", "A setting is wrong: {fault}").format(fault=fault)
        )
        return
    cores, there = process_capacity.cores(), process_capacity.memory_mb()
    summary = Label(
        "{workers} فرایند، هر یک تا {each} مگابایت، بر {cores} هسته و {memory} مگابایت حافظه",
        "{workers} processes of up to {each} MiB each, on {cores} cores and {memory} MiB of memory",
    ).format(workers=workers, each=each, cores=cores, memory=there)
    if workers * each > there * process_capacity.SHARE:
        yield DoctorFinding(
            "error" if workers * each > there else "warning",
            Label(
                "{summary}: جا برای رونوشت پرونده‌ها و انتشار نمی‌ماند. AYAN_WORKERS یا AYAN_MEMORY_MB را کم کنید.",
                "{summary}: too little is left for copies of files and for publishing. "
                "Lower AYAN_WORKERS or AYAN_MEMORY_MB.",
            ).format(summary=summary),
        )
    else:
        yield DoctorFinding("ok", Label("سامانه: {summary}.", "The site: {summary}.").format(summary=summary))
    if kept * 4 > each:
        yield DoctorFinding(
            "warning",
            Label(
                "بیش از یک‌چهارم حافظهٔ هر فرایند برای پاسخ‌های نگه‌داشته است. AYAN_CACHE_MB را کم کنید.",
                "More than a quarter of each process's memory is for kept answers. Lower AYAN_CACHE_MB.",
            ),
        )
    with suppress(OSError):
        if workers > 1 and HANDED_ON.read_text(encoding="ascii").strip() == "0":
            yield DoctorFinding(
                "warning",
                Label(
                    "با جایگزین شدن یک فرایند چند درخواست در صف از دست می‌رود: sysctl net.ipv4.tcp_migrate_req=1",
                    "When a process is replaced, requests waiting for it are lost: sysctl net.ipv4.tcp_migrate_req=1",
                ),
            )
