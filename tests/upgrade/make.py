"""Writes the small city of this version into the series that later versions must open.

    python -m tests.upgrade.make [VERSION]

The archive is the same however often it is made from one state of the code: the clock stands still and chance is seeded
(`tests.parity.steady`). A stored city is never changed once its version is out; before that it is simply made anew.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import shutil
import sqlite3
import struct
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from contextlib import closing
from functools import reduce
from operator import xor
from pathlib import Path
from typing import Any, Final

from tests.parity.capture import INSTANT, OURS, environment
from tests.upgrade.town import log_key

CITIES: Final = Path(__file__).parent / "cities"
ARCHIVE: Final = "city.tar.xz"
FACTS: Final = "facts.json"
HEADER_BLOCK: Final = 4096
IDENTIFIER: Final = slice(124, 140)

BUILD: Final = """
import sys
from pathlib import Path
from tests.upgrade import town
from tests.parity.commands import Commands
root, home = Path(sys.argv[1]), Path(sys.argv[2])
town.build(root, home, town.INDEXED)
said = Commands(root, {}).run("backup", str(home.with_name("backups")))
sys.exit(0 if said.startswith("exit 0") else said)
"""


def make(version: str, cities: Path = CITIES) -> Path:
    """Write the archive and the facts of a version; the folder. Raises CalledProcessError when a step is refused."""
    target = cities / version
    with tempfile.TemporaryDirectory(prefix="ayan-made-") as folder:
        home = Path(folder, "city")
        subprocess.run(
            [sys.executable, "-P", "-c", BUILD, str(OURS), str(home)],
            env=environment(OURS, home, "make", INSTANT), cwd=folder, check=True,
        )  # fmt: skip
        _settle(home)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        (target / FACTS).write_text(json.dumps(_facts(home), indent=1, sort_keys=True) + "\n", encoding="utf-8")
        (target / ARCHIVE).write_bytes(_packed(Path(folder)))
    return target


def unpack(version: Path, folder: Path) -> Path:
    """Put a stored city into ``folder``: ``city``, its home, and ``backups`` beside it; returns the home."""
    with tarfile.open(version / ARCHIVE) as archive:
        archive.extractall(folder, filter="tar")
    return folder / "city"


def _settle(home: Path) -> None:
    """Bring the database into its one file, and remove what only a running program needs."""
    with closing(sqlite3.connect(home / "db.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.rmtree(home / "work", ignore_errors=True)
    # As `ayan init` makes it.
    (home / "work").mkdir(mode=0o700)
    for path in sorted((home / "index").rglob("*")):
        if path.suffix in (".duckdb", ".index"):
            _unnamed(path)


def _unnamed(path: Path) -> None:
    """Take out of a DuckDB file the identifier that DuckDB draws for each, from a source that we cannot seed.

    It stands in the file's first block, whose first eight bytes are a checksum over the others. A block that is not
    laid out so is left alone; then the archive is not the same twice, which a test tells.
    """
    content = path.read_bytes()
    block = bytearray(content[:HEADER_BLOCK])
    if struct.unpack_from("<Q", block)[0] != _checksum(block[8:]):
        return
    block[IDENTIFIER] = bytes(16)
    struct.pack_into("<Q", block, 0, _checksum(block[8:]))
    path.write_bytes(bytes(block) + content[HEADER_BLOCK:])


def _checksum(block: bytes | bytearray) -> int:
    return reduce(xor, ((word * 0xBF58476D1CE4E5B9) & (2**64 - 1) for (word,) in struct.iter_unpack("<Q", block)), 5381)


def _facts(home: Path) -> dict[str, Any]:
    """What every later version must find: the releases by the digest of their manifests, and the log's checkpoint."""
    manifests = sorted((home / "store").rglob("datapackage.json"))
    return {
        "manifests": {
            str(path.parent.relative_to(home / "store")): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in manifests
        },
        "checkpoint": (home / "ledger" / "checkpoint").read_text(encoding="utf-8").split("\n\n")[0].splitlines(),
        "public_key": (home / "ledger" / "vkey").read_text(encoding="utf-8").strip(),
        "private_key_for_tests": log_key(),
    }


def _packed(folder: Path) -> bytes:
    """The city and its backups as one archive, whose bytes follow from names, permissions and contents alone."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for top in ("backups", "city"):
            for path in sorted([folder / top, *(folder / top).rglob("*")]):
                archive.add(path, path.relative_to(folder), recursive=False, filter=_plain)
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = INSTANT
    return member


def version_here() -> str:
    """The version that the project has now."""
    version: str = tomllib.loads((OURS / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


if __name__ == "__main__":
    written = make(sys.argv[1] if len(sys.argv) > 1 else version_here())
    size = (written / ARCHIVE).stat().st_size
    sys.stdout.write(f"{written}: {size / 1000:,.0f} kB\n")
