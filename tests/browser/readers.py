"""Pages of readers, which tests use one after the other: to open one takes longer than to look at most of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

NOWHERE: Final = "about:blank"
DESK_WIDTH: Final = 1440


class Readers:
    """A reader's browser with scripts and one without, each with the pages (Playwright's `Page`) that are open in it."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: dict[bool, Any] = {}
        self._idle: dict[bool, list[Any]] = {True: [], False: []}

    def page(self, scripts: bool, width: int) -> Any:
        """A page that is nowhere yet; give it back."""
        if scripts not in self._contexts:
            size = {"width": DESK_WIDTH, "height": 900}
            self._contexts[scripts] = self._browser.new_context(viewport=size, java_script_enabled=scripts)
        page = self._idle[scripts].pop() if self._idle[scripts] else self._contexts[scripts].new_page()
        page.set_viewport_size({"width": width, "height": 900})
        return page

    def give_back(self, page: Any, origin: str, heard: list[tuple[str, Callable[..., Any]]]) -> list[Any]:
        """Let a page and its browser know no more of an origin than fresh ones would; the cookies that it had left.

        ``heard`` are the events that somebody listened to, and who did.
        """
        context = page.context
        cookies = list(context.cookies())
        context.clear_cookies()
        if page.is_closed():
            return cookies
        for event, listener in heard:
            page.remove_listener(event, listener)
        client = context.new_cdp_session(page)
        client.send("Network.clearBrowserCache")
        client.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
        client.detach()
        scripts = context is self._contexts.get(True)
        if scripts and page.url.startswith(origin):
            page.evaluate("sessionStorage.clear()")
        # What a test held back, put in another's place or pretended of the reader would hold the next one's page too.
        page.unroute_all(behavior="ignoreErrors")
        context.set_offline(False)
        page.emulate_media(media="null", color_scheme="null", reduced_motion="null", forced_colors="null")
        page.goto(NOWHERE)
        self._idle[scripts].append(page)
        return cookies
