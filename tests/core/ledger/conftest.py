"""Programs that others wrote and that judge ours; tests that need one are skipped, visibly, where it is not installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
GO_SOURCES = Path("/usr/share/gocode")
ORACLE = Path(__file__).parent / "oracle" / "main.go"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty folder in memory where the machine has such a place: these tests flush at every step, and disks are slow."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    new_folder = Path(tempfile.mkdtemp(prefix="ayan-test-", dir=MEMORY))
    yield new_folder
    shutil.rmtree(new_folder)


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our small Go program around golang.org/x/mod/sumdb, built from Debian's sources without any network."""
    if shutil.which("go") is None or not (GO_SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("Go's own judgement needs the Debian packages golang-go and golang-golang-x-mod-dev")
    built = tmp_path_factory.mktemp("oracle") / "oracle"
    settings = {"GO111MODULE": "off", "GOTOOLCHAIN": "local", "GOPATH": str(GO_SOURCES), "GOFLAGS": ""}
    if "HOME" not in os.environ:
        settings["GOCACHE"] = str(built.parent / "cache")
    # On a fresh machine Go compiles its own library first: left as it is written, in two thirds of the time.
    words = ["go", "build", "-gcflags=all=-N -l", "-o", str(built), str(ORACLE)]
    subprocess.run(words, env={**os.environ, **settings}, check=True)
    return built


@pytest.fixture(scope="session")
def spicy() -> str:
    """The verifier of offline proofs in Debian's package litetlog."""
    return program("spicy-litetlog", "litetlog")


@pytest.fixture(scope="session")
def sigsum_witness() -> str:
    """The witness in Debian's package sigsum-go, which also holds sigsum-key."""
    return program("sigsum-witness", "sigsum-go")


def program(name: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} comes with the Debian package {package}")
    return path
