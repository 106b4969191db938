"""What every test may lean on: where trial data stands, no network beyond this machine, and the `db` mark."""

from __future__ import annotations

import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Real files and conformance vectors are not part of the project; they stand in a folder beside it.
SHARED = Path(os.environ.get("AYAN_SHARED", ROOT.parent / "shared"))

if find_spec("ayan.config") is not None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.test")

# A test that asks for one of these touches Django's database, and so runs again on PostgreSQL.
DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_reset_sequences", "live_server", "admin_client"})


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of trial data and vectors (`AYAN_SHARED`); the test is skipped, visibly, where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"trial data is not at {SHARED}: set AYAN_SHARED to the folder that holds data/ and vectors/")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches Django's database with `db`, so that nobody has to remember it."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES:
            item.add_marker(pytest.mark.db)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine: a test must not depend on the world."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "localhost", "::1") and not str(host).startswith("127."):
            raise OSError(f"tests may not connect to {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
