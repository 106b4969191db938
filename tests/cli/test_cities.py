"""ayan cities: a city made, asked alone and in the list, given another folder and another host name."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.config.hosting.process import environment
from tests.conftest import ROOT
from tests.postgres_server import postgres_server


def ayan(folder: Path, *words: str, **more: str) -> tuple[int, str]:
    """Run the command for an installation: the exit code, and what was said."""
    ended = subprocess.run(
        [sys.executable, "-m", "ayan.cli.main", *words],
        env=environment(folder) | more, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


def test_a_city_is_made_asked_and_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cities"
    assert ayan(folder, "cities", "add", "tooba", "--host", "tooba.example", "--name-en", "Tooba")[0] == 0
    code, said = ayan(folder, "cities", "add", "saveh", "--host", "tooba.example")
    assert code == 2
    assert "tooba.example" in said
    assert not (folder / "saveh").exists()
    assert ayan(folder, "cities", "add", "tooba", "--host", "other.example")[0] == 1
    with closing(sqlite3.connect(folder / "tooba" / "db.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM django_migrations").fetchone()[0] > 0
    code, said = ayan(folder, "--city", "tooba", "migrate", "--check")
    assert code == 0, said
    assert ayan(folder, "--city", "nobody", "migrate", "--check")[0] == 1
    monkeypatch.setattr("ayan.cli.cities.CITY_DRAIN_SECONDS", 0.0)
    monkeypatch.delenv("AYAN_HOME", raising=False)
    for name, value in environment(folder).items():
        if name.startswith("AYAN_"):
            monkeypatch.setenv(name, value)
    from ayan.cli.main import run

    assert run(["cities", "move", "tooba", "--home", str(tmp_path / "elsewhere"), "--host", "new.example"]) == 0
    assert (tmp_path / "elsewhere" / "ayan.toml").is_file()
    assert not (folder / "tooba").exists()
    code, said = ayan(folder, "cities", "list")
    assert (code, "Tooba" in said, "https://new.example" in said, "tooba.example" in said) == (0, True, True, False)
    assert ayan(folder, "migrate")[0] == 0


@pytest.mark.soak
def test_cities_of_one_server_have_a_schema_each(tmp_path: Path) -> None:
    folder = tmp_path / "cities"
    with postgres_server() as server:
        url = {"DATABASE_URL": server.url("postgres")}
        for code in ("tooba", "sar-vestan"):
            done, said = ayan(folder, "cities", "add", code, "--host", f"{code}.example", **url)
            assert done == 0, said
        import psycopg

        with psycopg.connect(url["DATABASE_URL"]) as connection:
            schemas = connection.execute(
                "SELECT table_schema, count(*) FROM information_schema.tables WHERE table_name = 'accounts_user' "
                "GROUP BY 1 ORDER BY 1"
            ).fetchall()
            guarded = connection.execute(
                "SELECT relnamespace::regnamespace::text, count(*) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
                "WHERE relname = 'accounts_act' AND NOT tgisinternal GROUP BY 1 ORDER BY 1"
            ).fetchall()
        assert schemas == [("city_sar_vestan", 1), ("city_tooba", 1)]
        assert guarded == [("city_sar_vestan", 2), ("city_tooba", 2)]
        assert ayan(folder, "--city", "tooba", "migrate", "--check", **url)[0] == 0
        assert ayan(folder, "migrate", **url)[0] == 0
