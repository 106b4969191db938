"""Work in a process of its own: bounded in time and memory, without our secrets, and gone with whoever asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.patience import PATIENCE

from ayan.core.intake import sandbox
from ayan.core.ledger import rowhash
from ayan.core.system import child
from ayan.core.transparency import row_check_process

WORK = "tests.core.system.apprentice"
MEGABYTES = 1 << 20


def ask(request: object, *, memory: int = 512 * MEGABYTES, seconds: float = PATIENCE) -> object:
    return child.ask(WORK, request, memory=memory, seconds=seconds)


@pytest.fixture(autouse=True)
def beside_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    # `-P` leaves the folder of the tests out of the path.
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def test_it_answers_what_it_is_asked() -> None:
    assert ask({"echo": ["۱۲", 3]}) == ["۱۲", 3]


def test_it_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AYAN_SECRET_KEY", "AYAN_LOG_KEY", "AYAN_SOURCE_", "DATABASE_URL", "PGPASSWORD", "HOME_TOKEN"):
        monkeypatch.setenv(name, "hunter2-secret")
    known = ask({"environment": True})
    assert isinstance(known, dict)
    assert "hunter2-secret" not in known.values()
    assert "PATH" in known


@pytest.mark.parametrize(
    ("request_", "bounds", "how"),
    [
        ({"sleep": 60}, {"seconds": 1.0}, "slow"),
        ({"spin": True}, {"seconds": 1.0}, "slow"),
        ({"take": 600 * MEGABYTES}, {"memory": 100 * MEGABYTES}, "large"),
        ({"end": 3}, {}, "broken"),
    ],
)
def test_what_ends_it_is_told(request_: object, bounds: dict[str, float], how: str) -> None:
    with pytest.raises(child.ChildFailed) as failed:
        ask(request_, **bounds)  # type: ignore[arg-type]  # whole megabytes and seconds
    assert failed.value.how == how


def test_one_process_answers_many_and_another_takes_its_place() -> None:
    with child.Assistant(WORK, memory=512 * MEGABYTES, seconds=PATIENCE) as assistant:
        first = assistant.ask({"self": True})
        assert assistant.ask({"echo": 1}) == 1
        assert assistant.ask({"self": True}) == first
        with pytest.raises(child.ChildFailed):
            assistant.ask({"end": 3})
        second = assistant.ask({"self": True})
    assert second != first
    assert gone(second)


def test_nobody_pays_for_what_was_asked_before() -> None:
    """What is left of 400 MB after others took their share is not the 400 MB that each may have."""
    with child.Assistant(WORK, memory=400 * MEGABYTES, seconds=PATIENCE) as assistant:
        assert assistant.ask({"keep": 250 * MEGABYTES}) == 250 * MEGABYTES
        assert assistant.ask({"keep": 250 * MEGABYTES}) == 250 * MEGABYTES


def test_nothing_that_it_started_outlives_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    for seconds in (3.0, 30.0, PATIENCE / 2):
        with pytest.raises(child.ChildFailed):
            ask({"offspring": str(note)}, seconds=seconds)
        # A busy machine may not have got so far.
        if note.exists():
            break
    assert gone(int(note.read_text()))


def test_it_is_gone_with_whoever_asked(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"from ayan.core.system import child; child.ask({WORK!r}, {{'note': {str(note)!r}}}, memory=1 << 29, seconds=60)"
    asker = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    until = time.monotonic() + PATIENCE
    while not note.exists() and time.monotonic() < until:
        time.sleep(0.05)
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    assert gone(int(note.read_text()))


def gone(pid: int) -> bool:
    """Whether a process ends within some seconds; one that nobody has waited for yet has ended."""
    for _ in range(100):
        status = Path(f"/proc/{pid}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False


def test_every_process_of_ours_is_started_so() -> None:
    """Those that read what others sent have a name to be started by, and begin by looking after their parent."""
    for module in (sandbox, rowhash, row_check_process):
        source = Path(module.__file__ or "").read_text("utf-8")
        assert "Popen" not in source
        assert "die_with_parent()" in source or "child.answer(" in source
