"""The Nu checker of HTML, as the W3C's validator runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import ROOT

CHECKER = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = shutil.which("java")
BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""For a program of a few seconds: what is compiled best and swept by many threads would pay off later; half the time."""


def nu_checker() -> list[str]:
    """The command of the checker; the test is skipped where it is not here."""
    if not CHECKER.is_file():
        pytest.skip("the Nu checker is not fetched: run `npm ci`")
    if JAVA is None:
        pytest.skip("the Nu checker needs Java: install the package default-jre-headless")
    return [JAVA, *BRIEF, "-Xss8m", "-jar", str(CHECKER), "--format", "json", "--stdout", "--errors-only"]


def errors(checker: list[str], *files: Path) -> list[str]:
    """What the checker says of the files, each with the file's name and the place in it."""
    done = subprocess.run([*checker, *map(str, files)], capture_output=True, text=True, check=False)
    return [
        f"{Path(message['url']).name}: {message['message']} | {message.get('extract', '')[:160]}"
        for message in json.loads(done.stdout)["messages"]
    ]
