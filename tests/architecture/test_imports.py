"""Whoever only reads a module of the project, as a test, a tool or a type checker does, starts nothing by it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


def test_a_module_that_is_read_starts_nothing() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.architecture.test_imports"], cwd=ROOT, env=dict(os.environ),
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    assert json.loads(ended.stdout) == {"threads": ["MainThread"], "hooks": [True] * 3, "signals": []}


NOT_FOR_A_CHECK = ("django", "granian", "holidays", "xlsxwriter", "ayan.core.answers")
"""What `ayan check` does without: to read it took as long as most small files do."""


def test_whoever_checks_a_file_waits_for_nothing_else() -> None:
    words = (
        f"import sys, ayan.cli.main, ayan.cli.publication; print([n for n in {NOT_FOR_A_CHECK} if n in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "[]\n"


def report() -> None:
    """Read every module and print what this process has that it did not have before."""
    import django

    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    django.setup()
    from tests.architecture.test_refusals import classes

    classes()
    changed = [number.name for number, handler in handlers.items() if signal.getsignal(number) is not handler]
    same = [
        now is then for now, then in zip((sys.excepthook, threading.excepthook, sys.unraisablehook), hooks, strict=True)
    ]
    seen = {"threads": [thread.name for thread in threading.enumerate()], "hooks": same, "signals": changed}
    print(json.dumps(seen))  # noqa: T201 - the test reads it


if __name__ == "__main__":
    report()
