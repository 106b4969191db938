"""What readers and officers are told while the object store with the releases does not answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from tests.apps.small_city import build

from ayan.wiring import city as wiring

SECRET = "nobody-is-told-this"


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A reader of a city whose store is at an address where nobody answers."""
    home = build(tmp_path / "city").home
    facts = {"HOME": str(home), "STORE": "s3://cities/x", "S3_ENDPOINT": "http://127.0.0.1:1"}
    for name, value in (facts | {"S3_KEY": "key-of-nobody", "S3_SECRET": SECRET}).items():
        monkeypatch.setenv(f"AYAN_{name}", value)
    wiring._cities.close()
    return Client(raise_request_exception=False)


@pytest.mark.django_db
def test_everybody_is_told_that_nothing_is_lost_and_officers_where_their_work_is(
    away: Client, caplog: pytest.LogCaptureFixture
) -> None:
    for path, there, lacking in (
        ("/data/works", "چیزی از دست نرفته است", "در میز کار ذخیره کرده"),
        ("/en/data/works", "Nothing is lost", "saved or sent at the desk"),
        ("/desk/sign-in", "در میز کار ذخیره کرده", ""),
        ("/en/desk/sign-in", "saved or sent at the desk", ""),
    ):
        answer = away.get(path)
        page = answer.content.decode()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), path
        assert there in page
        assert not lacking or lacking not in page
        for secret in (SECRET, "key-of-nobody", "127.0.0.1:1", "s3://", "cities/x", "Traceback", "AYAN_"):
            assert secret not in page
    answer = away.get("/api/v1/datasets/works/rows")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert "Nothing was lost" in answer.json()["detail_en"]
    for secret in ("127.0.0.1:1", "AYAN_", SECRET):
        assert secret not in answer.content.decode()
    facts = [getattr(record, "facts", {}) for record in caplog.records]
    fact = next(each for each in facts if each.get("code") == answer.json()["code"])
    assert (fact["store"], "AYAN_S3_ENDPOINT" in fact["advice"]) == ("bucket-away", True)
