"""PostgreSQL away: the public goes on reading, officers get an honest refusal, commands say so in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cli.city import Town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import running, until
from tests.postgres_server import postgres_server

pytestmark = pytest.mark.soak

PUBLIC = ("/", "/en/", "/data/", "/data/trees", "/api/v1/datasets/trees/rows", "/log/", "/missing", "/search?q=17")
COMMANDS = (
    ("doctor",),
    ("backup", "{backups}"),
    ("daily",),
    ("officer", "add", "x", "--name", "y"),
    ("worker", "--once"),
)


def in_words(town: Town, **settings: Any) -> None:
    """Every command that wants the database ends with a sentence in each language."""
    for words in COMMANDS:
        said = town.ayan(*(word.format(backups=town.home.parent / "backups") for word in words), **settings)
        assert said.code != 0, words
        assert "Traceback" not in said.words
        assert any("\u0600" <= letter <= "\u06ff" for letter in said.words), said.words
        assert "database" in said.words.lower(), (words, said.words)


def test_a_database_that_stops_and_comes_back(town: Town) -> None:
    with postgres_server() as server:
        settings: dict[str, Any] = {"DATABASE_URL": server.create("city")}
        with running(town, settings=settings, migrated=False) as site:
            until(site.background, "the worker is there")
            assert site.ask("/desk/sign-in")[0] == 200
            server.stop()
            for path in PUBLIC:
                assert site.ask(path)[0] == 200, path
            status, page = site.ask("/en/desk/")
            assert status in (200, 302, 500, 503)
            assert "Traceback" not in page
            in_words(town, **settings)
            # What is published on the command line needs no database of people.
            assert town.publish(trees(town, 20, "06"), "--period", "1403-06", **settings).code == 0
            server.start()
            until(lambda: site.ask("/desk/sign-in")[0] == 200, "officers may come again")
            until(site.background, "the worker is there again")
            assert site.ask("/readyz")[0] in (200, 404)
        assert town.ayan("doctor", **settings).code == 0
    assert checked_releases(town.city) == ["trees/1403-05/1", "trees/1403-06/1"]


def test_a_database_that_comes_late(town: Town) -> None:
    with postgres_server() as server:
        settings: dict[str, Any] = {"DATABASE_URL": server.create("city")}
        server.stop()
        with running(town, settings=settings, migrated=False) as site:
            for path in PUBLIC:
                assert site.ask(path)[0] == 200, path
            assert site.main.poll() is None
            server.start()
            until(lambda: site.ask("/desk/sign-in")[0] == 200, "officers may come")
            until(site.background, "the worker is there")
            until(lambda: town.ayan("doctor", **settings).code == 0, "the doctor has nothing to say")
