"""Commands whose database does not answer say so in a sentence; and what `ayan migrate` ends with."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tests import template_database
from tests.cli.city import Said, Town

PASSWORD = "geheim-1"
# Nobody listens there.
AWAY = f"postgres://ayan:{PASSWORD}@127.0.0.1:1/ayan"


@pytest.mark.parametrize(
    "words",
    [("backup", "b"), ("daily",), ("officer", "add", "m.karimi", "--name", "مریم"), ("worker", "--once"), ("migrate",)],
    ids=lambda words: words[0],
)
def test_a_database_that_is_away_is_said_in_both_languages(town: Town, words: tuple[str, ...]) -> None:
    said = town.ayan(*words, DATABASE_URL=AWAY)
    assert said.code == 2
    persian, english = said.err.splitlines()
    assert persian.startswith("پایگاه داده پاسخ نمی‌دهد.")
    assert english.startswith("The database does not answer.")
    assert "refused" in english
    assert PASSWORD not in said.words


def test_the_doctor_says_it_once_and_looks_at_the_rest(town: Town) -> None:
    said = town.ayan("doctor", DATABASE_URL=AWAY)
    assert said.code == 1
    assert said.err == ""
    assert said.out.count("The database does not answer.") == 1
    assert "processes of up to" in said.out
    assert PASSWORD not in said.out


def test_an_address_that_cannot_be_read_repeats_no_part_of_its_password(town: Town) -> None:
    said = town.ayan("migrate", DATABASE_URL="postgres://ayan:geheim/1@127.0.0.1/ayan")
    assert said.code == 1
    assert "%2F" in said.err
    assert "geheim" not in said.words


@pytest.mark.database
@pytest.mark.skipif(bool(template_database.server()), reason="looks into the file of SQLite")
def test_what_migrate_ends_with(town: Town) -> None:
    def migrate(*words: str) -> Said:
        return town.ayan("migrate", *words, DATABASE_URL="", DJANGO_SETTINGS_MODULE="ayan.config.settings.dev")

    waiting = migrate("--check")
    assert waiting.code == 1
    assert "accounts.0001_initial" in waiting.out
    assert "ayan migrate does this" in waiting.out

    template_database.copy_for(town.home)
    for ended in (migrate("--check"), migrate()):
        assert (ended.code, ended.err) == (0, "")
        assert "The database is up to date." in ended.out

    with closing(sqlite3.connect(town.home / template_database.FILE)) as database, database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('desk', '0999_x', '2030-01-01')")
    for ended in (migrate("--check"), migrate()):
        assert (ended.code, ended.out) == (3, "")
        assert "0999_x" in ended.err
        assert len(ended.err.splitlines()) == 2
