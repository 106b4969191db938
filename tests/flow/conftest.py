"""The invented city, and the browser for what is seen of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.browser.conftest import axe, open_page, readers, server
from tests.flow.hamlet import Published, published_hamlet

__all__ = ["axe", "open_page", "readers", "server"]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The published city of a module, which may change it."""
    hamlet = published_hamlet(tmp_path_factory.mktemp("city"))
    yield hamlet
    hamlet.close()
