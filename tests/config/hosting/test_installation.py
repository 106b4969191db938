"""The list of an installation's cities: what it may say, whom a host name is of, and how it changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sampling import examples

from ayan.config import env
from ayan.config.hosting.city_hosts import (
    FILE,
    OF_ONE_CITY,
    BadCityList,
    HostedCity,
    Installation,
    checked,
    named,
    written,
)

LABEL = st.from_regex(r"\A[a-z][a-z0-9]{0,8}\Z")
CODES = st.lists(st.builds("-".join, st.lists(LABEL, min_size=1, max_size=3)), min_size=1, max_size=5, unique=True)


@examples(30, 500)
@given(CODES, st.booleans())
def test_what_is_written_is_read_again(codes: list[str], closed: bool) -> None:
    folder = Path("/srv/cities")
    cities = [
        HostedCity(code, (f"{code}.example", f"www.{code}.example"), folder / code, f"https://{code}.example", closed)
        for code in sorted(codes)
    ]
    elsewhere = HostedCity("zz-far", ("far.example",), Path('/mnt/a "b" \\ پوشه'), "http://far.example:8080")
    listed = sorted([*cities, elsewhere], key=lambda city: city.code)
    assert list(checked(written([elsewhere, *cities], folder), folder)) == listed


@pytest.mark.parametrize(
    "wrong",
    [
        '[Arak]\nhosts = ["a.example"]',
        '[a_b]\nhosts = ["a.example"]',
        '[a-]\nhosts = ["a.example"]',
        f'[{"a" * 41}]\nhosts = ["a.example"]',
        "[arak]\nhosts = []",
        "[arak]",
        '[arak]\nhosts = "a.example"',
        '[arak]\nhosts = ["a.example:80"]',
        '[arak]\nhosts = ["*"]',
        '[arak]\nhosts = [".example"]',
        '[arak]\nhosts = ["a.example"]\norigin = "https://b.example"',
        '[arak]\nhosts = ["a.example"]\norigin = "https://a.example/path"',
        '[arak]\nhosts = ["a.example"]\nhome = ""',
        '[arak]\nhosts = ["a.example"]\nsecret = "x"',
        '[arak]\nhosts = ["a.example"]\n[saveh]\nhosts = ["A.example."]',
        '[arak]\nhosts = ["a.example"]\n[saveh]\nhosts = ["b.example"]\nhome = "arak"',
        '[arak]\nhosts = ["a.example"]\n[saveh]\nhosts = ["b.example"]\nhome = "x/../arak"',
        "[arak",
        "arak = 1",
    ],
)
def test_a_list_that_could_be_mistaken_is_refused_and_says_where(wrong: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(wrong, encoding="utf-8")
    with pytest.raises(BadCityList) as refused:
        Installation(tmp_path).cities()
    assert str(tmp_path / FILE) in refused.value.fa
    assert str(tmp_path / FILE) in refused.value.en


def test_a_change_that_would_be_wrong_leaves_the_list_as_it_was(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    with installation.changing() as cities:
        cities.append(HostedCity("arak", ("arak.example",), tmp_path / "arak", "https://arak.example"))
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(BadCityList), installation.changing() as cities:
        cities.append(HostedCity("saveh", ("arak.example",), tmp_path / "saveh", "https://arak.example"))
    assert (tmp_path / FILE).read_bytes() == before
    assert installation.of_host("arak.example") == installation.of_code("arak")
    assert installation.of_host("saveh.example") is None


def test_each_city_has_its_own_environment_and_no_two_share_a_secret(tmp_path: Path) -> None:
    shared = {
        "AYAN_CITIES": str(tmp_path),
        "AYAN_SECRET_KEY": "s" * 60,
        "AYAN_STORE": "/srv/store/",
        "AYAN_LOG_KEY": "/etc/one.key",
        "DATABASE_URL": "postgres://ayan:p%40ss@db.example/ayan?sslmode=require",
        "PATH": "/bin",
    }
    first, second = (
        HostedCity(code, (f"{code}.example",), tmp_path / code, f"https://{code}.example").variables(shared)
        for code in ("arak", "ar-ak")
    )
    assert (first["AYAN_HOME"], first["AYAN_STORE"]) == (str(tmp_path / "arak"), "/srv/store/arak")
    assert first["DATABASE_URL"].endswith("?sslmode=require&options=-c%20search_path%3Dcity_arak")
    assert second["DATABASE_URL"].endswith("city_ar_ak")
    assert len({shared["AYAN_SECRET_KEY"], first["AYAN_SECRET_KEY"], second["AYAN_SECRET_KEY"]}) == 3
    assert min(len(each["AYAN_SECRET_KEY"]) for each in (first, second)) >= 50
    assert not {"AYAN_CITIES", "AYAN_LOG_KEY"} & first.keys()
    assert first["PATH"] == "/bin"


@pytest.mark.parametrize("name", OF_ONE_CITY)
def test_what_would_hold_for_all_cities_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in OF_ONE_CITY:
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv("AYAN_CITIES", str(tmp_path))
    assert named() is not None
    monkeypatch.setitem(os.environ, name, "anything")
    with pytest.raises(env.Misconfigured, match=name):
        named()
