"""A small invented city, made by the `ayan` command alone: what a version of the program leaves on a disk.

Everything that is kept for years is in it: two declared datasets, a corrected release, a withdrawn one and erased rows,
originals under lock, the log under a key of its own, officers and the audit trail, and a backup.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.parity.commands import Commands

DOMAIN: Final = "upgrade.ayan.invalid"
OFFICERS: Final = (("admin", "سیمین سرپرست (ساختگی)", "administrator"), ("clerk", "نسرین کارشناس (ساختگی)", "clerk"))
LINK: Final = re.compile(r"/desk/join/\S+")
SENDER: Final = "فرستنده (ساختگی)"
APPROVERS: Final = ("تأییدکنندهٔ یکم (ساختگی)", "تأییدکنندهٔ دوم (ساختگی)")

TREES: Final = """\
slug = "trees"
title = { fa = "درختان", en = "Trees" }
description = { fa = "درختان ساختگی شهر.", en = "The invented trees of the city." }
owner = { fa = "پارک‌ها", en = "Parks" }
topic = "green"
period = "month"
period_field = "planted"
key = ["number"]
approvals = 2

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[field]]
name = "planted"
kind = "date"
label = { fa = "تاریخ کاشت", en = "Planted" }
required = true

[[field]]
name = "species"
kind = "text"
label = { fa = "گونه", en = "Species" }

[[field]]
name = "cost"
kind = "rial"
label = { fa = "هزینه", en = "Cost" }
role = "amount"
nature = "flow"

[[field]]
name = "planter_id"
kind = "identity"
label = { fa = "کد ملی کارنده", en = "National ID of the planter" }
shown = "withheld"

[[total]]
code = "trees"
sql = "count(*)"
label = { fa = "شمار درختان", en = "Number of trees" }
"""

BENCHES: Final = """\
slug = "benches"
title = { fa = "نیمکت‌ها", en = "Benches" }
description = { fa = "نیمکت‌های ساختگی شهر.", en = "The invented benches of the city." }
owner = { fa = "پارک‌ها", en = "Parks" }
topic = "green"

[[field]]
name = "number"
kind = "code"
label = { fa = "شماره", en = "Number" }
required = true

[[field]]
name = "cost"
kind = "rial"
nature = "flow"
label = { fa = "هزینه", en = "Cost" }
"""

HEADER: Final = "شماره,تاریخ کاشت,گونه,هزینه,کد ملی کارنده\n"
MORDAD: Final = HEADER + '1,1403/05/01,چنار,"1,000",0013542419\n2,1403/05/02,سرو,2000,0499370899\n3,1403/05/03,كاج,,\n'
CORRECTED: Final = MORDAD.replace("2000", "۲۵۰۰") + "4,1403/05/09,بید,700,\n"
SHAHRIVAR: Final = HEADER + "5,1403/06/01,چنار,900,\n6,1403/06/20,سرو,800,\n"
SEATS: Final = "شماره,هزینه\nن-۱,۱۰۰۰\nن-۲,۲۰۰۰\n"
INDEXED: Final = 5_001
"""So many rows get an index for searches too, beside the one that answers."""


def build(root: Path, home: Path, seats: int = 3) -> str:
    """Make the city in ``home`` with the command of the checkout ``root``; what was said, in one text.

    ``seats`` is how many benches the city has after its first release of them was withdrawn.

    Raises RuntimeError when a step is refused. The environment of this process names the city afterwards.
    """
    os.environ |= {"AYAN_HOME": str(home), "AYAN_ALLOW_CLI_APPROVAL": "1"}
    os.environ.pop("AYAN_STORE", None)
    ayan = Commands(root, {})
    _prepare(ayan, home)
    with tempfile.TemporaryDirectory() as folder:
        said = [_run(ayan, words) for words in _steps(Path(folder), seats, _why(root))]
    links = (f"{user} {link}\n" for (user, *_), link in zip(OFFICERS, LINK.findall("".join(said)), strict=True))
    return "".join(("exit 0\n", *said, *links))


def _why(root: Path) -> tuple[str, ...]:
    """How a correction says why, where the checkout's command asks for it."""
    asks = (root / "src" / "ayan" / "core" / "store" / "correction_reason.py").is_file()
    return ("--reason", "entry-error:در بازخوانی دیده شد (ساختگی)") if asks else ()


def _steps(folder: Path, seats: int, why: tuple[str, ...]) -> list[tuple[str, ...]]:
    files = {
        "mordad": MORDAD,
        "corrected": CORRECTED,
        "shahrivar": SHAHRIVAR,
        "seats": SEATS,
        "more": SEATS + _more(seats),
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return [
        ("publish", str(folder / "mordad.csv"), *_sent("trees", "1403-05")),
        ("publish", str(folder / "shahrivar.csv"), *_sent("trees", "1403-06")),
        ("publish", str(folder / "corrected.csv"), *_sent("trees", "1403-05"), *why),
        ("publish", str(folder / "seats.csv"), *_sent("benches")),
        ("publish", str(folder / "more.csv"), *_sent("benches"), *why),
        ("withdraw", "benches/all/1", "--code", "wrong-data", "--by", APPROVERS[0], "--reason", "دلیل ساختگی"),
        ("erase", "trees/1403-06/1", "--row", "3", "--code", "personal-data", "--by", APPROVERS[0]),
        *(("officer", "add", user, "--name", name, "--role", role) for user, name, role in OFFICERS),
        ("daily",),
        ("reindex",),
    ]


def _more(seats: int) -> str:
    return "".join(f"{number},9\n" for number in range(3, seats + 1))


def _sent(slug: str, period: str = "") -> tuple[str, ...]:
    approvals = [word for name in APPROVERS for word in ("--approve", name)]
    return ("--dataset", slug, *(("--period", period) if period else ()), "--by", SENDER, *approvals)


def _prepare(ayan: Commands, home: Path) -> None:
    """The city's folder, its declarations, and the key of its log, which is drawn from nothing but its name."""
    _run(ayan, ("init", str(home), "--name-fa", "شهر ساختگی", "--name-en", "Invented City", "--domain", DOMAIN))
    for slug, text in (("trees", TREES), ("benches", BENCHES)):
        (home / "datasets" / slug).mkdir()
        (home / "datasets" / slug / "dataset.toml").write_text(text, encoding="utf-8")
    key = home / "keys" / "log.key"
    key.write_text(log_key() + "\n", encoding="utf-8")
    key.chmod(0o600)


def log_key() -> str:
    """The private key of this city's log, in the form of Go's package ``note``; for tests, and known to everybody."""
    seed = hashlib.sha256(f"a key for tests of {DOMAIN}".encode()).digest()
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    number = hashlib.sha256(DOMAIN.encode() + b"\n\x01" + public).digest()[:4].hex()
    return f"PRIVATE+KEY+{DOMAIN}+{number}+{base64.b64encode(bytes([1]) + seed).decode()}"


def _run(ayan: Commands, words: Sequence[str]) -> str:
    text = ayan.run(*words)
    if not text.startswith("exit 0\n"):
        raise RuntimeError(f"ayan {' '.join(words)}: {text}")
    return text.removeprefix("exit 0\n")
