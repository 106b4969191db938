"""What answers before any page: static files, and strangers' host names."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

from ayan.ui import static_files


@pytest.mark.parametrize("host", ["evil.example", "testserver:80:80", "<script>"])
def test_a_foreign_host_name_is_refused_without_being_repeated(host: str) -> None:
    response = Client().get("/", headers={"host": host})
    assert response.status_code == 400
    assert host not in response.content.decode()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_static_files_are_kept_for_a_year_and_compressed_once() -> None:
    address = static_files.url("css/site.css")
    plain = Client().get(address)
    packed = Client().get(address, headers={"Accept-Encoding": "gzip, br"})
    assert "immutable" in plain.headers["Cache-Control"]
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert plain.headers["Content-Type"] == "text/css; charset=utf-8"
    assert not plain.cookies


def test_an_address_of_an_older_version_leads_to_the_present_one() -> None:
    response = Client().get("/static/000000000000/css/site.css")
    assert (response.status_code, response.headers["Location"]) == (302, static_files.url("css/site.css"))


@pytest.mark.parametrize(
    "name", ["css/none.css", "../apps.py", "..%2F..%2Fconfig%2Fenv.py", "%2Fetc%2Fpasswd", "build"]
)
def test_nothing_but_the_known_files_is_served(name: str) -> None:
    assert Client().get(f"/static/{static_files.version()}/{name}").status_code == 404


def test_fonts_are_named_only_by_the_sheet_that_is_linked_where_they_are_built() -> None:
    assert "woff2" not in (static_files.FOLDER / "css" / "site.css").read_text(encoding="utf-8")
