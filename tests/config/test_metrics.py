"""Metrics: what the processes of the site counted, at a port of this machine alone, without a word of any stranger."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests import template_database
from tests.cli.city import Town, make_town
from tests.ports import free_port

from ayan.config.env import BY_NAME

# What a process of the site does, in one that ends: answers, some of them to strangers who try addresses.
SITE = """
from django.test import RequestFactory
from ayan.config.wsgi import application

def ask(address, method="GET"):
    environ = RequestFactory().generic(method, address, headers={"host": "localhost"}).environ
    body = application(environ, lambda status, headers: print(address, status))
    b"".join(body)

for address in ("/en/", "/en/", "/healthz", "/api/v1/datasets", "/secret-0013542419", "/data/0013542419"):
    ask(address)
ask("/en/", "0013542419")
"""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Town, str]]:
    """A town whose worker serves metrics, and their address."""
    town = make_town(tmp_path)
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in BY_NAME}
    settings = {"AYAN_HOME": str(town.home), "AYAN_METRICS_PORT": str(port)}
    environment = kept | template_database.copy_for(town.home) | settings
    asked = subprocess.run(
        [sys.executable, "-c", SITE], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert asked.returncode == 0, asked.stderr
    worker = subprocess.Popen([sys.executable, "-m", "ayan.cli.main", "worker"], env=environment)
    yield town, f"http://127.0.0.1:{port}/metrics"
    worker.terminate()
    worker.wait(20)


def scraped(address: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    until = time.monotonic() + 60
    while True:
        try:
            text = urllib.request.urlopen(address, timeout=5).read().decode()
            break
        except OSError:
            assert time.monotonic() < until
            time.sleep(0.1)
    assert "0013542419" not in text
    samples: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            samples.setdefault(sample.name, []).append((sample.labels, sample.value))
    return samples


@pytest.mark.database
def test_what_processes_counted_is_served_beside_what_is_measured(watched: tuple[Town, str]) -> None:
    address = watched[1]
    samples = scraped(address)
    requests = {(each["view"], each["method"], each["status"]): count for each, count in samples["ayan_requests_total"]}
    assert requests[("home", "GET", "200")] == 1
    assert requests[("kept", "GET", "200")] == 1
    assert requests[("health", "GET", "200")] == 1
    assert requests[("api.datasets", "GET", "200")] == 1
    assert {view for view, _, status in requests if status == "404"} <= {"none", "dataset"}
    assert any(method == "other" for _, method, _ in requests)
    assert {each["use"]: count for each, count in samples["ayan_kept_answers_total"]}["hit"] == 1
    assert {each["kind"] for each, _ in samples["ayan_request_seconds_count"]} >= {"page", "api", "kept"}
    for name in ("ayan_tasks_waiting", "ayan_oldest_task_seconds", "ayan_tasks_failed", "ayan_index_bytes"):
        assert samples[name][0][1] >= 0
    assert {each["of"] for each, _ in samples["ayan_free_bytes"]} == {"home", "store"}
