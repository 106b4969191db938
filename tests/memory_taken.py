"""What memory something takes, and not what was taken before it in the same process."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

_STATUS: Final = Path("/proc/self/status")
_CLEAR: Final = Path("/proc/self/clear_refs")
_LOWER_THE_MARK: Final = "5"
"""Makes what is resident now the most that was, as `proc_pid_clear_refs(5)` says."""


class MemoryTaken:
    """Measures from where it is made on.

    A process keeps the mark of its whole life, and one that it starts may inherit it: the mark of this one is lowered,
    and of others only those count that fork from a small process (`tests.cli.forge`) and are given to `watch`.
    """

    def __init__(self) -> None:
        self._processes: list[Any] = []
        self._before: int | None = None
        # Other systems have no such mark: what this process takes is not measured there.
        with suppress(OSError):
            _CLEAR.write_text(_LOWER_THE_MARK, "ascii")
            self._before = _status("VmRSS")

    def watch(self, process: Any) -> Any:
        """The same process, whose ``peak`` counts once it has ended."""
        self._processes.append(process)
        return process

    @property
    def here(self) -> int:
        """Bytes that this process has grown by, at most."""
        return 0 if self._before is None else max(0, _status("VmHWM") - self._before)

    @property
    def apart(self) -> int:
        """Bytes that the largest watched process had at most."""
        return max((process.peak for process in self._processes), default=0)


def _status(field: str) -> int:
    lines = dict(line.split(":", 1) for line in _STATUS.read_text("ascii").splitlines())
    return int(lines[field].split()[0]) * 1024
