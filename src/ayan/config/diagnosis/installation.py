"""What is seen of the installation: settings, folders, disks, fonts, and whether the processes fit the machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan import ui
from ayan.config import env, limits, process_capacity, services
from ayan.config.diagnosis.health_finding import HealthFinding, HealthState
from ayan.config.limits import LEAST_MEMORY_MB, MEMORY_SHARE
from ayan.core.documents.scanned_words import program
from ayan.core.values.label import Label
from ayan.datasets.registry import UnknownDataset
from ayan.wiring.city import City

# With it, a connection that waits for a process which makes room for a fresh one is given to another process.
HANDED_ON: Final = Path("/proc/sys/net/ipv4/tcp_migrate_req")


def examine_settings() -> Iterator[HealthFinding]:
    """What production asks for, and what should not be on there."""
    services.take_credentials()
    production = env.is_production()
    missing = [
        variable for variable in env.VARIABLES if production and variable.required and not os.environ.get(variable.name)
    ]
    for variable in missing:
        yield HealthFinding(
            "setting-missing",
            "error",
            Label(
                "{name} تنظیم نشده است: {meaning}",
                "{name} is not set: {meaning}",
            ).format(meaning=variable.meaning, name=variable.name),
        )
    if not missing:
        kind = Label("بهره‌برداری", "production") if production else Label("آزمایشی", "development")
        yield HealthFinding(
            "settings",
            "ok",
            Label("تنظیم‌ها کامل است ({kind}).", "The settings are complete ({kind}).").format(kind=kind),
        )
    if os.environ.get("AYAN_ALLOW_CLI_APPROVAL") == "1" and production:
        yield HealthFinding(
            "cli-approval",
            "warning",
            Label(
                "تأیید از خط فرمان روشن است. هر کس به این ماشین دسترسی دارد می‌تواند تأیید کند.",
                "Approval on the command line is on. Whoever can use this machine can approve.",
            ),
        )
    if env.read("AYAN_WEBSUB_HUB") and not env.read("AYAN_ORIGIN"):
        yield HealthFinding(
            "feed-hub",
            "warning",
            Label(
                "AYAN_WEBSUB_HUB تنظیم است، ولی AYAN_ORIGIN نه؛ هیچ خوراکی هاب را نام نمی‌برد و کسی خبر نمی‌شود.",
                "AYAN_WEBSUB_HUB is set, but AYAN_ORIGIN is not, so no feed names the hub and nobody is told.",
            ),
            Label(
                "AYAN_ORIGIN را تنظیم و سرور و کارگر را از نو اجرا کنید.",
                "Set AYAN_ORIGIN, and restart the server and the worker.",
            ),
        )


def examine_folders(home: City) -> Iterator[HealthFinding]:
    """The city's folder: whose it is, and whether it can be read."""
    profile = home.home / "ayan.toml"
    if not profile.is_file():
        yield HealthFinding(
            "no-city",
            "error",
            Label("در {home} شهری نیست.", "There is no city in {home}.").format(home=home.home),
            Label("ayan init را اجرا کنید.", "Run ayan init."),
        )
        return
    try:
        name = home.profile.name
        yield HealthFinding(
            "city", "ok", Label("شهر: {name}، {home}", "City: {name}, {home}").format(name=name, home=home.home)
        )
        for slug in home.profile.openings.by_dataset:
            with suppress(UnknownDataset):
                home.registry.folder(slug)
                continue
            yield HealthFinding(
                "opens-unknown",
                "warning",
                Label(
                    "در ayan.toml روز آغاز {slug} آمده است، ولی چنین جدولی تعریف نشده است.",
                    "ayan.toml says when {slug} opens, but no such dataset is declared.",
                ).format(slug=slug),
                Label("نام را در [opens] درست کنید.", "Correct the name under [opens]."),
            )
    except ValueError as problem:
        # What is wrong in a file that the operator writes is for the operator to read.
        yield HealthFinding(
            "profile",
            "error",
            Label("ayan.toml درست نیست: {problem}", "ayan.toml is not right: {problem}").format(problem=problem),
        )


def examine_disks(home: City) -> Iterator[HealthFinding]:
    """Whether the city's folder and its store can be written to, and the room on each disk that they stand on."""
    seen: set[int] = set()
    for code, place in (("home-read-only", home.home), ("store-read-only", home.store)):
        if not place.is_dir():
            continue
        flags = os.statvfs(place)
        if flags.f_flag & os.ST_RDONLY or not os.access(place, os.W_OK):
            yield HealthFinding(
                code,
                "error",
                Label("در {place} نمی‌توان نوشت.", "{place} cannot be written to.").format(place=place),
                Label(
                    "دسترسی پوشه و حالت سوار شدن دیسک را ببینید.",
                    "Look at its permissions and at how its disk is mounted.",
                ),
            )
        if place.stat().st_dev not in seen:
            seen.add(place.stat().st_dev)
            yield _room(place, flags)


def _room(place: Path, disk: os.statvfs_result) -> HealthFinding:
    free = disk.f_bavail * disk.f_frsize
    state: HealthState = "ok" if free >= limits.LEAST_FREE else "warning" if free >= limits.FULL_FREE else "error"
    if disk.f_files and not disk.f_favail:
        state = "error"
    words = Label("فضای آزاد {place}: {size:.1f} گیگابایت.", "Free space at {place}: {size:.1f} GB.")
    if state == "error":
        words = Label("دیسک {place} پر است: {size:.1f} گیگابایت.", "The disk of {place} is full: {size:.1f} GB left.")
    remedy = Label("جا باز کنید، پیش از انتشار بعدی.", "Make room before the next publication.")
    return HealthFinding("disk", state, words.format(place=place, size=free / 1e9), None if state == "ok" else remedy)


def examine_assets() -> Iterator[HealthFinding]:
    """Whether what `make assets` builds is there."""
    if any((Path(ui.__file__).parent / "static" / "build").glob("*.woff2")):
        yield HealthFinding("fonts", "ok", Label("قلم‌ها ساخته شده است.", "The fonts are built."))
    else:
        yield HealthFinding(
            "fonts",
            "warning",
            Label(
                "قلم‌ها ساخته نشده است؛ صفحه‌ها با قلم دستگاه نشان داده می‌شود.",
                "The fonts are not built; pages use the reader's own.",
            ),
            Label("make assets", "Run make assets."),
        )


def examine_scans() -> Iterator[HealthFinding]:
    """Whether letters of scanned documents can be recognised here; nobody has to want it."""
    if program() is not None:
        words = Label(
            "سندهای اسکن‌شده خوانده می‌شود (tesseract با فارسی و انگلیسی نصب است).",
            "Scanned documents are read (tesseract is here with Persian and English).",
        )
    else:
        words = Label(
            "سندهای اسکن‌شده بی‌متن می‌ماند. برای خواندن آن‌ها tesseract-ocr و tesseract-ocr-fas را نصب کنید.",
            "Scanned documents stay without text. To have them read, install tesseract-ocr and tesseract-ocr-fas.",
        )
    yield HealthFinding("scans", "ok", words)


def examine_capacity() -> Iterator[HealthFinding]:
    """What `ayan serve` will start, and whether the machine bears it."""
    try:
        each = env.number("AYAN_MEMORY_MB", LEAST_MEMORY_MB, 1 << 20)
        kept = env.number("AYAN_CACHE_MB", 0, 1 << 16)
        workers = process_capacity.workers()
    except env.Misconfigured as fault:
        yield HealthFinding(
            "setting-wrong",
            "error",
            Label("تنظیم نادرست است: {fault}", "A setting is wrong: {fault}").format(fault=fault),
        )
        return
    cores, there = process_capacity.cores(), process_capacity.memory_mb()
    summary = Label(
        "{workers} فرایند، هر یک تا {each} مگابایت، بر {cores} هسته و {memory} مگابایت حافظه",
        "{workers} processes of up to {each} MiB each, on {cores} cores and {memory} MiB of memory",
    ).format(workers=workers, each=each, cores=cores, memory=there)
    if workers * each > there * MEMORY_SHARE:
        yield HealthFinding(
            "capacity",
            "error" if workers * each > there else "warning",
            Label(
                "{summary}: جا برای رونوشت پرونده‌ها و انتشار نمی‌ماند.",
                "{summary}: too little is left for copies of files and for publishing.",
            ).format(summary=summary),
            Label("AYAN_WORKERS یا AYAN_MEMORY_MB را کم کنید.", "Lower AYAN_WORKERS or AYAN_MEMORY_MB."),
        )
    else:
        yield HealthFinding(
            "capacity", "ok", Label("سامانه: {summary}.", "The site: {summary}.").format(summary=summary)
        )
    if kept * 4 > each:
        yield HealthFinding(
            "kept-answers",
            "warning",
            Label(
                "بیش از یک‌چهارم حافظهٔ هر فرایند برای پاسخ‌های نگه‌داشته است.",
                "More than a quarter of each process's memory is for kept answers.",
            ),
            Label("AYAN_CACHE_MB را کم کنید.", "Lower AYAN_CACHE_MB."),
        )
    with suppress(OSError):
        if workers > 1 and HANDED_ON.read_text(encoding="ascii").strip() == "0":
            yield HealthFinding(
                "handed-on",
                "warning",
                Label(
                    "با جایگزین شدن یک فرایند چند درخواست در صف از دست می‌رود.",
                    "When a process is replaced, requests waiting for it are lost.",
                ),
                Label("sysctl net.ipv4.tcp_migrate_req=1", "sysctl net.ipv4.tcp_migrate_req=1"),
            )
