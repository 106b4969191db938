"""The settings: every variable documented, production refusing to start half-configured, secrets never in the open."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

from ayan.config import backends, env

READ_BY_NAME = re.compile(r"\b(?:AYAN_[A-Z_]+|DATABASE_URL|DJANGO_SETTINGS_MODULE)\b")
SECRET = "s" * 60


def test_every_variable_that_the_code_names_is_in_the_list() -> None:
    code = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "manage.py"]
    named = {name for path in code for name in READ_BY_NAME.findall(path.read_text(encoding="utf-8"))}
    # So begin the secrets of sources, of which one stands in the list for all.
    assert named - set(env.BY_NAME) == {"AYAN_SOURCE_"}


def test_every_variable_is_documented_and_nothing_else() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    rows = {
        cells[1].strip(" `"): [cell.strip() for cell in cells]
        for cells in (line.split("|") for line in page.splitlines() if line.startswith("| `"))
    }
    assert set(rows) == set(env.BY_NAME)
    for name, variable in env.BY_NAME.items():
        assert variable.meaning.en in rows[name], name
        assert (f"`{variable.default}`" if variable.default else "") in rows[name][3], name
        assert ("required" in rows[name][4]) is variable.required, name


def test_an_unlisted_variable_cannot_be_read() -> None:
    with pytest.raises(KeyError):
        env.read("PATH")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("", {"ENGINE": "django.db.backends.sqlite3", "NAME": "/city/db.sqlite3"}),
        ("sqlite:////srv/ayan.sqlite3", {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/ayan.sqlite3"}),
        (
            "postgres://ayan:p%40ss%2Fword@db.example:5433/city?sslmode=require",
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "city",
                "USER": "ayan",
                "PASSWORD": "p@ss/word",
                "HOST": "db.example",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
    ],
)
def test_a_database_address_is_read(url: str, expected: dict[str, object]) -> None:
    assert expected.items() <= backends.database(url, Path("/city")).items()


def test_a_database_of_another_kind_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(env.Misconfigured) as refusal:
        backends.database("mysql://root:hunter2@db/x", Path("/city"))
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("value", ["yes", "true", "2"])
def test_a_flag_is_zero_or_one(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AYAN_DEBUG", value)
    with pytest.raises(env.Misconfigured, match="AYAN_DEBUG"):
        env.flag("AYAN_DEBUG")


def test_a_laptops_secret_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    first = env.local_secret(tmp_path / "city")
    assert len(first) >= 50
    assert env.local_secret(tmp_path / "city") == first
    assert env.local_secret(tmp_path / "other") != first
    assert stat.S_IMODE((tmp_path / "city" / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == ["secret_key"]


def start(home: Path, module: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load a settings module in a process of its own and print what protects the site."""
    asked = (
        "print(settings.SECURE_HSTS_SECONDS, settings.SESSION_COOKIE_SECURE, settings.DEBUG, settings.ALLOWED_HOSTS)"
    )
    kept = {name: value for name, value in os.environ.items() if name not in env.BY_NAME}
    return subprocess.run(
        [sys.executable, "-c", f"from django.conf import settings; {asked}"],
        env={**kept, "DJANGO_SETTINGS_MODULE": f"ayan.config.settings.{module}", "AYAN_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({"AYAN_HOSTS": "city.example"}, "AYAN_SECRET_KEY"),
        ({"AYAN_SECRET_KEY": SECRET}, "AYAN_HOSTS"),
        ({"AYAN_SECRET_KEY": "short", "AYAN_HOSTS": "city.example"}, "AYAN_SECRET_KEY"),
    ],
)
def test_production_does_not_start_half_configured(tmp_path: Path, variables: dict[str, str], missing: str) -> None:
    ended = start(tmp_path, "production", **variables)
    assert ended.returncode != 0
    assert missing in ended.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_production_is_https_only(tmp_path: Path) -> None:
    ended = start(tmp_path, "production", AYAN_SECRET_KEY=SECRET, AYAN_HOSTS="city.example, www.city.example")
    assert ended.stdout.strip() == "31536000 True False ['city.example', 'www.city.example']"


def test_a_laptop_answers_itself_alone_and_shows_no_internals(tmp_path: Path) -> None:
    ended = start(tmp_path, "dev")
    assert ended.stdout.strip() == "0 False False ['localhost', '127.0.0.1', '[::1]']"
