"""What the doctor says of the folder that machines share, by what the kernel says of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayan.config.diagnosis.machines import mount_of, trouble_of

DISK = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"
NFS = r"40 22 0:51 / /srv/ayan\040city rw,relatime shared:9 - nfs4 files:/city rw,vers=4.2,hard,proto=tcp"
QUICK = f"{NFS},acregmin=1,acregmax=1,acdirmin=1,acdirmax=1,local_lock=none"
HOME = Path("/srv/ayan city/home")


def said(*lines: str) -> str:
    mount = mount_of(HOME, lines)
    assert mount is not None
    trouble = trouble_of(mount)
    return trouble.en if trouble else ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (DISK, ""),
        (QUICK, ""),
        (f"{NFS},noac", ""),
        (NFS, "for up to 60 seconds"),
        (f"{QUICK},acdirmax=30", "for up to 30 seconds"),
        (QUICK.replace("local_lock=none", "local_lock=all"), "do not reach other machines"),
        (f"{QUICK},nolock", "do not reach other machines"),
        (QUICK.replace("- nfs4", "- cifs"), "do not reach other machines"),
    ],
)
def test_a_folder_of_the_net_that_hides_or_locks_nothing_is_told_of(line: str, words: str) -> None:
    assert words in said(DISK, line)
    assert bool(said(DISK, line)) == bool(words)


def test_the_nearest_mount_counts_and_the_last_of_two_at_one_place() -> None:
    assert said(DISK, NFS.replace("city", "other")) == ""
    assert said(DISK, NFS, QUICK) == ""
