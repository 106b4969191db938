"""A database with every migration behind it, made once a run: whoever needs one starts from a copy."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ayan.config import env
from tests.run_folder import made_once, run_folder

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = "template-database"
FILE: Final = "db.sqlite3"
NAME: Final = "name"
MAKE: Final = (
    "from ayan.cli import database; database.migrate(); from django.db import connections; connections.close_all()"
)


def server() -> str:
    """The address of the PostgreSQL server of this run, empty where it runs on SQLite."""
    address = os.environ.get("DATABASE_URL", "")
    return address if address.startswith("postgres") else ""


def template_file() -> Path:
    """The SQLite file to be copied."""
    return made_once(FOLDER, lambda folder: _make_tables(folder, f"sqlite:///{folder / FILE}")) / FILE


def template_name() -> str:
    """The name of the server's database to be copied; nobody may be connected to it meanwhile."""
    return (made_once(FOLDER, _make_on_server) / NAME).read_text(encoding="ascii")


def fill_file(file: Path) -> None:
    """Make ``file`` a database in which no migration is left to do."""
    shutil.copyfile(template_file(), file)


def copy_for(home: Path) -> dict[str, str]:
    """A filled database for processes that work on the city in ``home``, and the variables that lead to it."""
    if not server():
        home.mkdir(parents=True, exist_ok=True)
        fill_file(home / FILE)
        return {}
    name = f"ayan_copy_{secrets.token_hex(6)}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {template_name()}")
    return {"DATABASE_URL": _named(name)}


@contextmanager
def empty(folder: Path) -> Iterator[tuple[str, BaseDatabaseWrapper]]:
    """A database without a table while the block lasts, and a connection to it; a file of SQLite stands in ``folder``."""
    name = f"ayan_empty_{secrets.token_hex(6)}" if server() else str(folder / "empty.sqlite3")
    own = connections["default"].copy()
    own.settings_dict = {**own.settings_dict, "NAME": name}
    if server():
        _on_server(f"CREATE DATABASE {name}")
    try:
        yield (_named(name) if server() else f"sqlite:///{name}"), own
    finally:
        own.close()
        if server():
            _on_server(f"DROP DATABASE {name}")


def drop_template() -> None:
    """Take the template from the server again, where one was made."""
    kept = run_folder() / FOLDER / NAME
    if kept.is_file():
        _on_server(f"DROP DATABASE IF EXISTS {kept.read_text(encoding='ascii')}")


def _make_on_server(folder: Path) -> None:
    name = f"ayan_template_{secrets.token_hex(6)}"
    _on_server(f"CREATE DATABASE {name}")
    (folder / NAME).write_text(name, encoding="ascii")
    _make_tables(folder, _named(name))


def _named(name: str) -> str:
    return urlsplit(server())._replace(path=f"/{name}").geturl()


def _on_server(command: str) -> None:
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(command.encode())


def _make_tables(folder: Path, address: str) -> None:
    """Let the tables be made in a process of its own, which leaves no connection behind."""
    in_process(folder, address, MAKE)


def in_process(folder: Path, address: str, program: str) -> None:
    """Run a program over the database at ``address`` and the city in ``folder``, with nothing of this process's settings."""
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    settings = {"DJANGO_SETTINGS_MODULE": "ayan.config.settings.test", "DATABASE_URL": address}
    subprocess.run(
        [sys.executable, "-c", program], env={**kept, **settings, "AYAN_HOME": str(folder)}, cwd=ROOT, check=True
    )
