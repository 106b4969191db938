"""What is seen of a city on several machines: the folder that they share, and whose worker works."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.db import connection
from django.db.models.functions import Now

from ayan.apps.desk.models import WorkerLease
from ayan.config.diagnosis.health_finding import HealthFinding, number_of
from ayan.config.limits import SILENT_WORKER
from ayan.config.worker_lease import is_folder_of
from ayan.core.values.label import Label
from ayan.wiring.city import City

MOUNTS: Final = Path("/proc/self/mountinfo")
NFS: Final = frozenset({"nfs", "nfs4"})
LOCKLESS: Final = frozenset({"cifs", "smb3", "9p", "fuse.sshfs", "vboxsf"})
"""File systems of the net whose locks do not meet those of other machines."""
_ATTRIBUTES: Final = ("acregmax", "acdirmax")
# What the kernel takes, in seconds, where a mount says nothing of it.
_USUAL: Final = {"acregmax": 60, "acdirmax": 60}
_GUIDE: Final = Label(
    "در راهنمای چند ماشین آمده است (docs/guides/scale.md).",
    "The guide for several machines says how (docs/guides/scale.md).",
)

COPY: Final = Label(
    "پوشهٔ شهر در این ماشین ({folder}) همان نیست که کارگر ماشین {machine} در آن کار می‌کند. نامه‌ها، پیوست‌ها و "
    "پرونده‌هایی که به یکی می‌رسد در دیگری نیست. هر دو باید یک پوشه داشته باشند.",
    "The city's folder of this machine ({folder}) is not the one in which the worker of {machine} works. Letters, "
    "attachments and files that come to one are missing on the other. Both must have one folder.",
)


@dataclass(frozen=True, slots=True)
class Mount:
    """A mounted file system: where, of which kind, and with which options."""

    point: Path
    kind: str
    options: Mapping[str, str]


def mount_of(folder: Path, lines: Iterable[str]) -> Mount | None:
    """The mount that a folder stands on, by the ``lines`` of mountinfo (proc(5)); None where none fits."""
    nearest: Mount | None = None
    for line in lines:
        before, _, after = line.partition(" - ")
        fields, (kind, _, rest) = before.split(), [*after.split(), "", "", ""][:3]
        point = Path(fields[4].encode("ascii", "replace").decode("unicode_escape")) if len(fields) > 4 else Path("/")
        if folder.is_relative_to(point) and (nearest is None or len(point.parts) >= len(nearest.point.parts)):
            named = (option.partition("=") for option in f"{fields[5]},{rest}".split(","))
            nearest = Mount(point, kind, {name: value for name, _, value in named})
    return nearest


def trouble_of(mount: Mount) -> Label | None:
    """What keeps machines that share a mount from knowing of each other; None where nothing is known to."""
    if mount.kind in LOCKLESS or "nolock" in mount.options or mount.options.get("local_lock", "none") != "none":
        return Label(
            "قفل‌های {point} ({kind}) به ماشین‌های دیگر نمی‌رسد.", "Locks of {point} ({kind}) do not reach other machines."
        ).format(point=mount.point, kind=mount.kind)
    if mount.kind in NFS and "noac" not in mount.options:
        seconds = max(int(mount.options.get(name, _USUAL[name])) for name in _ATTRIBUTES)
        if seconds > 1:
            return Label(
                "{point} تغییرهای ماشین دیگر را تا {seconds} ثانیه نشان نمی‌دهد؛ با actimeo=1 سوار شود.",
                "{point} does not show for up to {seconds} seconds what others changed; mount it with actimeo=1.",
            ).format(point=mount.point, seconds=number_of(seconds))
    return None


def examine_shared_folder(home: City) -> Iterator[HealthFinding]:
    """Whether what machines share does what they need; nothing where a city has one machine."""
    if home.own_index is None or not MOUNTS.exists():
        return
    lines = MOUNTS.read_text("utf-8", errors="replace").splitlines()
    for folder in {home.home, home.store}:
        mount = mount_of(folder.resolve(), lines)
        if mount is not None and (trouble := trouble_of(mount)) is not None:
            yield HealthFinding("shared-folder", "error", trouble, _GUIDE)


def examine_lease(home: Path) -> Iterator[HealthFinding]:
    """Whose worker works, and whether in this folder, where machines meet in a server's database; nothing elsewhere."""
    if connection.vendor != "postgresql" or WorkerLease._meta.db_table not in connection.introspection.table_names():
        return
    lease = WorkerLease.objects.exclude(owner="").annotate(now=Now()).first()
    if lease is None or lease.heard_at is None:
        return
    silent = max(0, int((lease.now - lease.heard_at).total_seconds()))
    words = Label(
        "کارگر ماشین {machine} کار می‌کند؛ {seconds} ثانیه پیش خبر داد.",
        "The worker of {machine} works; it was heard {seconds} seconds ago.",
    )
    if silent > SILENT_WORKER:
        words = Label(
            "کارگر ماشین {machine} {seconds} ثانیه است که خبری نداده و هیچ ماشینی جایش را نگرفته است.",
            "The worker of {machine} has not been heard of for {seconds} seconds, and no machine has taken its place.",
        )
    state = words.format(machine=lease.machine, seconds=number_of(silent))
    yield HealthFinding("worker-place", "warning" if silent > SILENT_WORKER else "ok", state)
    # One that works by turns for many cities is not heard, and leaves no mark.
    if silent <= SILENT_WORKER and lease.beat and not is_folder_of(home, lease.number, lease.beat):
        yield HealthFinding("shared-folder", "error", COPY.format(machine=lease.machine, folder=home), _GUIDE)
