"""An assistant: the official client of the protocol, connected to the door over a site within this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
from django.core.wsgi import get_wsgi_application
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from tests import event_loop
from tests.apps.door.doorway import door

from ayan.config.assistants import assistants

HOST = "http://testserver"
ADDRESS = f"{HOST}/mcp"
REVISIONS = ("2026-07-28", "legacy")
"""How the client connects: the newest revision, and the handshake of the older ones."""


@asynccontextmanager
async def connected(revision: str = "2026-07-28", site: Any = None) -> AsyncIterator[Client]:
    """A client that speaks a revision to the door over the city in use."""
    async with knocking(site) as web, Client(streamable_http_client(ADDRESS, http_client=web), mode=revision) as client:
        yield client


@asynccontextmanager
async def knocking(site: Any = None) -> AsyncIterator[httpx2.AsyncClient]:
    """Somebody who sends requests to the door as they like."""
    application = assistants(site or door(get_wsgi_application()))
    starts, started, done = anyio.Event(), anyio.Event(), anyio.Event()

    async def receive() -> MutableMapping[str, Any]:
        if not starts.is_set():
            starts.set()
            return {"type": "lifespan.startup"}
        await done.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message: MutableMapping[str, Any]) -> None:
        started.set()

    async def serve() -> None:
        await application({"type": "lifespan", "asgi": {"version": "3.0"}}, receive, send)

    async with anyio.create_task_group() as group:
        group.start_soon(serve)
        await started.wait()
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(application), base_url=HOST) as web:
            yield web
        done.set()


def talking(talk: Callable[[Client], Awaitable[None]], revision: str = "2026-07-28") -> None:
    """Hold a conversation to its end."""

    async def held() -> None:
        async with connected(revision) as client:
            await talk(client)

    event_loop.run(held)
