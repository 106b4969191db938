"""What the operator's record holds: an event a line, in UTC, tied to its request, and of faults no word."""

from __future__ import annotations

import io
import json
import logging.config
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django_tasks import task
from django_tasks_db.models import DBTaskResult
from tests.apps.door.doorway import ask, environ_of, opened
from tests.patience import PATIENCE

from ayan.config import logs, tasks
from ayan.config.observation import AnswerBrokenOff, Observed
from ayan.core.system import trace

CELL = "0013542419 مریم کریمی"
NAME = "0123456789abcdef0123456789abcdef"


@task()
def stumble() -> None:
    """Fails over a cell, as a reader of a file may."""
    try:
        int(CELL)
    except ValueError as fault:
        raise RuntimeError(f"cannot read {CELL}") from fault


@pytest.fixture
def record() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """The events that were written since it was last asked, in the form that production has."""
    # Setting Django up lays the handlers of the settings, and takes away any other.
    site()
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.config.BaseConfigurator({}).resolve(settings_of_production()["()"])())
    logging.getLogger().addHandler(handler)

    def events() -> list[dict[str, Any]]:
        lines = written.getvalue().splitlines()
        written.seek(0)
        written.truncate()
        return [json.loads(line) for line in lines]

    yield events
    logging.getLogger().removeHandler(handler)


@cache
def site() -> Any:
    """The site behind the door, set up once."""
    return get_wsgi_application()


def settings_of_production() -> dict[str, Any]:
    formatter: dict[str, Any] = logs.configuration("json")["formatters"]["line"]
    return formatter


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_tells_its_places_and_its_request_but_no_cell(
    tmp_path: Path, record: Callable[[], list[dict[str, Any]]]
) -> None:
    with trace.traced(NAME):
        stumble.enqueue()
    tasks.run(tmp_path, tmp_path / "work", once=True)
    written = record()
    failed = next(event for event in written if event["logger"] == "django_tasks")
    assert (failed["fault"], failed["request"], failed["level"]) == ("builtins.RuntimeError", NAME, "error")
    assert any("test_record.py" in place and place.endswith("stumble") for place in failed["places"])
    kept = DBTaskResult.objects.get(task_path=stumble.module_path)
    for part in CELL.split():
        assert part not in json.dumps(written, ensure_ascii=False)
        assert part not in kept.traceback


def test_a_line_is_one_event_in_utc_and_quotes_no_fault(record: Callable[[], list[dict[str, Any]]]) -> None:
    try:
        raise ValueError(CELL)
    except ValueError as fault:
        logging.getLogger("ayan.trial").warning("two\nlines: %s", fault, exc_info=True)
    (event,) = record()
    assert datetime.fromisoformat(event["time"]).utcoffset() == timedelta(0)
    assert event["time"].endswith("Z")
    assert event["message"] == "two lines: builtins.ValueError"
    line = logs.TextLine().format(logging.makeLogRecord({"msg": "a\nb", "levelname": "ERROR", "name": "x"}))
    assert line.endswith("Z ERROR x a b")


def test_what_nobody_catches_ends_without_its_words() -> None:
    program = (
        "import sys; from ayan.cli import main; import ayan.cli.query as q;"
        f"main.load = lambda name: __import__('ayan.cli.verb', fromlist=['Verb']).Verb(name, '', lambda args: int({CELL!r}));"
        "main.run(['demo'])"
    )
    environment = {key: value for key, value in os.environ.items() if key != "AYAN_DEBUG"}
    ended = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert ended.returncode == 1
    assert "builtins.ValueError" in ended.stderr
    assert "0013542419" not in ended.stderr


def broken(_environ: dict[str, Any], _start: Any) -> list[bytes]:
    raise RuntimeError(CELL)


def torn(_environ: dict[str, Any], start: Any) -> Iterator[bytes]:
    start("200 OK", [])

    def pieces() -> Iterator[bytes]:
        yield b"a"
        raise RuntimeError(CELL)

    return pieces()


@pytest.mark.parametrize(("fronted", "given", "kept"), [(True, NAME, True), (False, NAME, False), (True, "a b", False)])
def test_the_name_of_a_request_is_the_proxys_or_ours(fronted: bool, given: str, kept: bool) -> None:
    reply = ask(Observed(site(), fronted=fronted), "/healthz", x_request_id=given)
    assert trace.is_id(reply.headers["x-request-id"])
    assert (reply.headers["x-request-id"] == given) is kept


def test_a_fault_outside_of_every_page_is_told_and_written_without_words(
    record: Callable[[], list[dict[str, Any]]],
) -> None:
    reply = ask(Observed(broken, fronted=True), "/api/v1/datasets", x_request_id=NAME)
    assert (reply.status, json.loads(reply.body)["request"]) == (500, NAME)
    assert ask(Observed(broken, fronted=True), "/x", x_request_id=NAME).body.decode().count(NAME) == 2
    _, _, pieces = opened(Observed(torn, fronted=True), environ_of("/", x_request_id=NAME))
    assert next(iter(pieces)) == b"a"
    with pytest.raises(AnswerBrokenOff) as fault:
        next(iter(pieces))
    assert fault.value.__context__ is None
    written = record()
    assert [event["request"] for event in written] == [NAME] * 3
    assert "0013542419" not in json.dumps(written)


@pytest.mark.parametrize("address", ["/api/v1/datasets", "/en/", "/"])
def test_a_fault_of_ours_shows_its_code_and_its_request(
    address: str, monkeypatch: pytest.MonkeyPatch, record: Callable[[], list[dict[str, Any]]]
) -> None:
    def fault(*_args: Any, **_more: Any) -> None:
        raise RuntimeError(CELL)

    monkeypatch.setattr("ayan.datasets.registry.Registry.all", fault)
    reply = ask(Observed(site(), fronted=True), address, x_request_id=NAME)
    assert reply.status == 500
    text = reply.body.decode()
    code = next(event["code"] for event in record() if event["logger"] == "ayan.faults")
    assert NAME in text
    assert code in text
    if address.startswith("/api/"):
        assert reply.headers["content-type"] == "application/problem+json"
        problem = json.loads(text)
        assert (problem["type"], problem["status"]) == ("/developers#fault", 500)
        assert problem["detail_fa"]
        assert problem["detail_en"]
    client = Client(raise_request_exception=False)
    assert client.get(address).status_code == 500
