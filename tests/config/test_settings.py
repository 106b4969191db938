"""The settings: every variable documented, production refusing to start half-configured, secrets never in the open."""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT

from ayan.config import env, private_home, services
from ayan.core.ledger.signing_key import key_path
from ayan.core.system import files
from ayan.core.values.local_path import NotOnThisMachine

READ_BY_NAME = re.compile(r"\b(?:AYAN_[A-Z0-9_]+|DATABASE_URL|DJANGO_SETTINGS_MODULE)\b")
SECRET = "s" * 60


def test_every_variable_that_the_code_names_is_in_the_list() -> None:
    code = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "manage.py"]
    named = {name for path in code for name in READ_BY_NAME.findall(path.read_text(encoding="utf-8"))}
    # What one city of an installation has for itself ends in two lines and its code. So begin the secrets of sources, of
    # which one of each kind stands in the list for all, and what is said of a server of objects.
    named = {name.partition("__")[0] for name in named}
    named = {re.sub(r"^(AYAN_SOURCE_(?:DB|WEB)_).*", r"\1", name) for name in named - set(env.BY_NAME)}
    assert named == {"AYAN_SOURCE_", "AYAN_SOURCE_DB_", "AYAN_SOURCE_WEB_", "AYAN_S3", "AYAN_BACKUP_S3"}


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
                "OPTIONS": {"connect_timeout": "5", "sslmode": "require"},
            },
        ),
    ],
)
def test_a_database_address_is_read(url: str, expected: dict[str, object]) -> None:
    assert expected.items() <= services.database(url, Path("/city")).items()


def test_a_database_of_another_kind_is_refused_without_repeating_its_password() -> None:
    with pytest.raises(env.Misconfigured) as refusal:
        services.database("mysql://root:hunter2@db/x", Path("/city"))
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("value", ["yes", "true", "2"])
def test_a_flag_is_zero_or_one(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("AYAN_DEBUG", value)
    with pytest.raises(env.Misconfigured, match="AYAN_DEBUG"):
        env.flag("AYAN_DEBUG")


def test_a_laptops_secret_is_made_once_and_is_its_owners_only(tmp_path: Path) -> None:
    first = private_home.local_secret(tmp_path / "city")
    assert len(first) >= 50
    assert private_home.local_secret(tmp_path / "city") == first
    assert private_home.local_secret(tmp_path / "other") != first
    assert stat.S_IMODE((tmp_path / "city" / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "city").iterdir()) == ["secret_key"]


HALF_WAY = """
import os, signal, sys
from pathlib import Path
from ayan.config import private_home
moment = sys.argv[2]
hardlink_to = Path.hardlink_to
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def linked(path, target):
    hardlink_to(path, target)
    killed()
if moment == "written":
    os.fsync = killed
else:
    Path.hardlink_to = linked
private_home.local_secret(Path(sys.argv[1]))
"""


@pytest.mark.parametrize(("moment", "stood"), [("written", False), ("named", True)])
def test_a_secret_that_was_being_made_when_its_maker_was_killed_is_never_taken_half(
    tmp_path: Path, moment: str, stood: bool
) -> None:
    """Neither is a second name of it left, under which a backup would take the key along."""
    home = tmp_path / "city"
    home.mkdir()
    killed = subprocess.run([sys.executable, "-c", HALF_WAY, str(home), moment], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (home / "secret_key").is_file() == stood
    assert len(list(home.iterdir())) == (2 if stood else 1), "what it left"
    before = (home / "secret_key").read_text("ascii") if stood else None
    secret = private_home.local_secret(home)
    assert len(secret) >= 50
    assert before in (None, secret)
    assert [path.name for path in home.iterdir()] == ["secret_key"]
    assert (home / "secret_key").stat().st_nlink == 1


def test_of_two_that_make_the_secret_at_once_both_read_the_one_that_stood_first(tmp_path: Path) -> None:
    first = files.write_first
    seen: list[str] = []

    def later(path: Path, data: bytes) -> None:
        # Another worker makes one and reads it between this one's draft and its name.
        if not seen:
            seen.append("")
            seen[0] = private_home.local_secret(path.parent)
        first(path, data)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("ayan.config.private_home.write_first", later)
        assert private_home.local_secret(tmp_path) == seen[0]


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


def test_an_address_where_a_folder_or_a_file_must_be_named_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, read in (
        ("AYAN_HOME", env.home),
        ("AYAN_ARRIVALS", lambda: env.folder("AYAN_ARRIVALS", Path("/city"))),
    ):
        monkeypatch.setenv(name, "s3://bucket/prefix")
        with pytest.raises(NotOnThisMachine, match=f"{name} must be a folder or a file on this machine") as refused:
            read()
        assert "bucket" not in str(refused.value)
    with pytest.raises(NotOnThisMachine, match="DATABASE_URL must be a folder or a file"):
        services.database("sqlite:///s3://bucket/db", Path("/city"))
    with pytest.raises(NotOnThisMachine, match="AYAN_LOG_KEY"):
        key_path("https://vault.example/log.key")


def test_secrets_may_stand_in_files_of_their_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AYAN_SECRET_KEY", "AYAN_LOG_KEY", "DATABASE_URL", "AYAN_HOSTS", "AYAN_SOURCE_WEB_NAME"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///given")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    files = {
        "ayan_AYAN_SECRET_KEY": "k" * 60 + "\n", "AYAN_LOG_KEY": "PRIVATE+KEY+x", "DATABASE_URL": "postgres://other", "AYAN_HOSTS": "no.secret",
        "ayan_AYAN_SOURCE_WEB_NAME": "Bearer x", "PATH": "/nowhere",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    path = os.environ["PATH"]
    services.take_credentials()
    assert env.need("AYAN_SECRET_KEY") == "k" * 60
    assert env.read("AYAN_LOG_KEY") == "PRIVATE+KEY+x"
    assert env.read("DATABASE_URL") == "sqlite:///given"
    assert os.environ["AYAN_SOURCE_WEB_NAME"] == "Bearer x"
    assert (env.read("AYAN_HOSTS"), os.environ["PATH"]) == (None, path)


def test_a_secret_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AYAN_SECRET_KEY", raising=False)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "AYAN_SECRET_KEY").mkdir()
    with pytest.raises(env.Misconfigured, match="AYAN_SECRET_KEY stands in"):
        services.take_credentials()


def test_an_address_whose_password_is_not_written_for_one_is_refused_without_it() -> None:
    with pytest.raises(env.Misconfigured) as refusal:
        services.database("postgres://ayan:geheim/1@db.example/x", Path("/city"))
    assert "geheim" not in str(refusal.value)
    assert "%2F" in str(refusal.value)
