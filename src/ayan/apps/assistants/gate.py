"""The door of assistants: who may knock, by which names, how much may be sent and how many at once."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import anyio

from ayan.apps.assistants.limits import MOST_AT_ONCE, REQUEST_SECONDS
from ayan.apps.assistants.site_door import CALLER, Caller
from ayan.core.values.refusal import Refusal

PATH: Final = "/mcp"
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
# JSON-RPC leaves these to whoever serves.
_REFUSED: Final = -32000


class StrangeHost(Refusal):
    """A request names a host that is not this city's: a page elsewhere may have led a browser here."""

    code = "strange-host"
    fa = "این درخواست به نام میزبان دیگری رسیده است. نشانی درست را از صفحهٔ «وصل کردن دستیار» بردارید."
    en = "This request came under the name of another host. Take the address from the page on assistants."
    status = 421


class StrangeOrigin(Refusal):
    """A request was sent by a page of another site."""

    code = "strange-origin"
    fa = "از صفحهٔ سایت دیگری نمی‌توان به این نشانی درخواست فرستاد."
    en = "A page of another site cannot send requests to this address."
    status = 403


class NoStream(Refusal):
    """Only questions are answered; no line is held open and no session is kept."""

    code = "only-post"
    fa = "این نشانی فقط با POST پاسخ می‌دهد؛ نشستی نگه داشته نمی‌شود."
    en = "This address answers POST alone; no session is kept."
    status = 405


class NothingHere(Refusal):
    """Another address than that of the protocol."""

    code = "not-mcp"
    fa = "در این نشانی چیزی نیست. دستیارها به /mcp وصل می‌شوند."
    en = "There is nothing at this address. Assistants connect to /mcp."
    status = 404


class AssistantsBusy(Refusal):
    """More requests are under way than this process bears, or one took too long."""

    code = "assistants-busy"
    fa = "درگاه دستیارها شلوغ است. کمی بعد دوباره بپرسید."
    en = "The door of assistants is busy. Ask again in a moment."
    status = 503
    retry_after = 5


class Gate:
    """An ASGI application before the server of the protocol.

    ``is_known`` tells whether a host name (without a port) is of the city; a page of any other is turned away, so that
    no stranger's page can use a browser that reaches this address.
    """

    def __init__(
        self,
        server: Application,
        is_known: Callable[[str], bool],
        methods: Sequence[str] = ("POST",),
    ) -> None:
        self._server = server
        self._is_known = is_known
        self._methods = methods
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or say why not."""
        if scope["type"] != "http":
            await self._server(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(send, refusal)
            return
        client = scope.get("client")
        CALLER.set(Caller(client[0] if client else "", scope.get("scheme", "http"), headers))
        self._under_way += 1
        try:
            await self._answer(scope, receive, send)
        finally:
            self._under_way -= 1

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        if scope["path"].rstrip("/") != PATH:
            return NothingHere()
        if not self._is_known(host_name(headers.get("host", ""))):
            return StrangeHost()
        origin = headers.get("origin")
        if origin is not None and not self._is_known(_host_of(origin)):
            return StrangeOrigin()
        if scope["method"] not in self._methods:
            return NoStream()
        return AssistantsBusy() if self._under_way >= MOST_AT_ONCE else None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def begin(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        with anyio.move_on_after(REQUEST_SECONDS) as limit:
            await self._server({**scope, "path": PATH, "raw_path": PATH.encode()}, receive, begin)
        if limit.cancelled_caught and not begun:
            await _refuse(send, AssistantsBusy())


def _host_of(origin: str) -> str:
    """The host name of an origin; empty for what is none."""
    try:
        return host_name(urlsplit(origin).netloc)
    except ValueError:
        return ""


def host_name(host: str) -> str:
    """A host without its port, in small letters."""
    name = host.strip().lower()
    return name.rpartition(":")[0] if name.rpartition(":")[2].isdigit() and ":" in name else name


async def _refuse(send: Send, refusal: Refusal) -> None:
    """A refusal as the protocol has it, in both languages."""
    error = {
        "code": _REFUSED,
        "message": f"{refusal.en} {refusal.fa}",
        "data": {"code": refusal.code, "fa": refusal.fa, "en": refusal.en},
    }
    body = json.dumps({"jsonrpc": "2.0", "id": None, "error": error}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    if refusal.status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append((b"allow", b"POST"))
    if refusal.retry_after is not None:
        headers.append((b"retry-after", str(refusal.retry_after).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
