"""The test build for the conformance suite: our server behind our gate, with the suite's fixtures beside our tools.

Run with `python -m tests.apps.assistants.conformance_server PORT`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from tests.apps.assistants.conformance_fixtures import register

from ayan.apps.assistants.gate import Application
from ayan.apps.assistants.mcp_server import mcp_server
from ayan.apps.assistants.site_door import SiteDoor
from ayan.config.assistants import over


def empty_site(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """A site on which nothing is published."""
    start("200 OK", [("Content-Type", "application/json")])
    return [b'{"datasets":[]}']


def build() -> Application:
    """Our server with the fixtures; it keeps sessions, which the older revisions need for questions to a client."""
    server = mcp_server(SiteDoor(empty_site), subscriptions=True)
    register(server)
    return over(server, sessions=True)


if __name__ == "__main__":
    import django

    django.setup()
    uvicorn.run(build(), host="127.0.0.1", port=int(sys.argv[1]), log_level="error", timeout_graceful_shutdown=1)
