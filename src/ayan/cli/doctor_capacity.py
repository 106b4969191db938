"""The part of the doctor that looks at the machine: whether the site's processes fit its cores and its memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.cli.doctor_finding import DoctorFinding
from ayan.config import env, process_capacity
from ayan.config.limits import LEAST_MEMORY_MB
from ayan.core.values.label import Label

# With it, a connection that waits for a process which makes room for a fresh one is given to another process.
HANDED_ON: Final = Path("/proc/sys/net/ipv4/tcp_migrate_req")


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
