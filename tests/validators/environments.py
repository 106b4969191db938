"""Programs of others that judge what is published, each in an environment of its own: what one wants, no other gets.

An environment holds what its lock names, byte for byte, stands in ``.tools/validators`` and is made anew when the lock
changes. ``python -m tests.validators.environments`` makes them all (`make ready`); a test fetches nothing.

A lock is written by ``uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header``
from the file of one line beside it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

import pytest

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent
HOME: Final = ROOT / ".tools" / "validators"
Judge = Literal["contracting", "croissant", "feeds", "tables"]
JUDGES: Final[tuple[Judge, ...]] = ("contracting", "croissant", "feeds", "tables")
MARK: Final = "digest"
PATIENCE: Final = 300
"""Seconds that a registry may take to hand out the packages of one environment."""


class NotInstalled(Exception):
    """An environment cannot be made here; the text says why."""


def install(judge: Judge) -> None:
    """Make the environment of a judge, if it is not there as its lock says; why it cannot be made stands beside it."""
    folder, why = HOME / judge, HOME / f"{judge}.why"
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / f"{judge}.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        why.unlink(missing_ok=True)
        if _is_installed(judge):
            return
        shutil.rmtree(folder, ignore_errors=True)
        python, lock = str(folder / "bin" / "python"), str(HERE / "locks" / f"{judge}.txt")
        try:
            _run("venv", "--quiet", "--python", sys.executable, str(folder))
            _run("pip", "install", "--quiet", "--python", python, "--require-hashes", "-r", lock)
        except NotInstalled as reason:
            why.write_text(str(reason), encoding="utf-8")
            raise
        (folder / MARK).write_text(_digest(judge), encoding="ascii")


def judged(judge: Judge, *what: Path) -> list[str]:
    """What a judge finds wrong in files and folders, a line each that begins with the name of the file or folder.

    The test is skipped, visibly, where the judge is not here.
    """
    if not _is_installed(judge):
        why = HOME / f"{judge}.why"
        reason = why.read_text(encoding="utf-8") if why.is_file() else "run `make ready`"
        pytest.skip(f"the judge of {judge} is not installed: {reason}")
    command: list[str | Path] = [HOME / judge / "bin" / "python", "-I", HERE / "judges" / f"{judge}.py", *what]
    own = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR", "LANG")}
    # What a program of others writes of its own goes with this folder.
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=own | {"HOME": home}, cwd=home)
    assert done.returncode == 0, f"{judge} ended with {done.returncode}: {done.stderr[-2000:]}"
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert said["judged"], f"{judge} was given nothing to judge"
    return [str(line) for line in said["found"]]


def _is_installed(judge: Judge) -> bool:
    mark = HOME / judge / MARK
    return mark.is_file() and mark.read_text(encoding="ascii") == _digest(judge)


def _digest(judge: Judge) -> str:
    """Of what its environment is to hold."""
    return sha256((HERE / "locks" / f"{judge}.txt").read_bytes() + sys.version.encode()).hexdigest()


def _run(*words: str) -> None:
    uv = shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")
    try:
        done = subprocess.run([uv, *words], capture_output=True, text=True, check=False, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as why:
        raise NotInstalled(str(why)) from why
    if done.returncode:
        raise NotInstalled(done.stderr.strip()[-400:])


def _main() -> None:
    for judge in JUDGES:
        try:
            install(judge)
        except NotInstalled as why:
            sys.stderr.write(f"== the judge of {judge} cannot be installed, its tests are skipped: {why}\n")


if __name__ == "__main__":
    _main()
