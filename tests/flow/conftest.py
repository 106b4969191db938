"""The browser, for what is seen of the invented city."""

from tests.browser.conftest import axe, open_page, server

__all__ = ["axe", "open_page", "server"]
