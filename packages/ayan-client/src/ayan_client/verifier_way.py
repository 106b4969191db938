"""How the verifier comes to a portal, and where it unpacks rows: by the manners of this client, apart from its
program.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from concurrent.futures import Executor, Future
from typing import Any, Final
from urllib.parse import quote

import ayan_verify

from ayan_client.refusals import PortalFault
from ayan_client.transport import PieceFile, Transport, pieces

# Whoever verifies looks like anybody else, so that nobody is shown another log.
LIKE_ANYBODY: Final = {"User-Agent": ayan_verify.BROWSER}
# Bytes of one answer: the verifier has bounds of its own below this.
PART: Final = ayan_verify.PART + 1
_WORK: Final = (
    "import json, sys, ayan_verify; print(json.dumps(getattr(ayan_verify, sys.argv[1])(*json.loads(sys.argv[2]))))"
)


class PortalSource(ayan_verify.Source):
    """The verifier's way to a portal, by the connection, the patience and the manners of this client.

    Pieces of the log are kept for the time of one visit, for they are read twice.
    """

    def __init__(self, transport: Transport) -> None:
        self.folder, self.address, self._transport = None, transport.site, transport
        self._kept: dict[str, bytes] = {}

    def open(self, path: str) -> Any:
        asked = "/" + quote(path, safe="/?=&%")
        request = self._transport.opened(asked, LIKE_ANYBODY)
        try:
            response = request.__enter__()
        except PortalFault as fault:
            gone = getattr(fault, "status", 0) in (404, 410)
            raise (FileNotFoundError if gone else OSError)(f"{path}: {fault}") from fault
        body = pieces(response, asked, PART)
        return io.BufferedReader(PieceFile(body, lambda: request.__exit__(None, None, None)))

    def get(self, path: str) -> bytes:
        if path not in self._kept:
            data = super().get(path)
            if not path.startswith("log/"):
                return data
            self._kept[path] = data
        return self._kept[path]


class ChildPython(Executor):
    """Where the verifier has rows unpacked: another Python, which nothing that is unpacked can get out of.

    The verifier's own pool would start the program of whoever calls a second time where that has no guard, as in a
    notebook.
    """

    def submit(self, function: Any, /, *given: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        command = [sys.executable, "-c", _WORK, function.__name__, json.dumps(given)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            future.set_exception(RuntimeError(done.stderr[-500:]))
        else:
            future.set_result(json.loads(done.stdout))
        return future
