"""What is installed: the wheel, the hashes beside it, and nothing that anybody asks for by its name."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from shutil import which

import pytest
from tests.conftest import ROOT

import ayan

UV = which("uv") or next((str(path) for path in [ROOT / ".tools" / "bin" / "uv"] if path.exists()), None)
CONTAINERFILE = ROOT / "deploy" / "container" / "Containerfile"
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
LOCKED = {package["name"]: package for package in LOCK["package"]}

needs_uv = pytest.mark.skipif(UV is None, reason="uv is not on this machine: `make setup` puts it into .tools")

# A program that brings packages, a word of its that does so, and our name among what it is asked for.
BY_NAME = re.compile(
    r"\b(?:pip[\d.]*|pipx|uvx?|poetry|pdm|conda|easy_install)\b[^\n]*?(?:\b(?:install|add|download|inject|wheel)\b|--with\b|uvx\b)"
    r"[^\n]*?(?<![\w/.@=:-])[\"']?ayan[\"']?(?=$|[\s=<>!~\[;`\"'@)])|\b(?:uvx|pipx run|uv tool run)\s+ayan\b"
)


def by_name(text: str) -> list[str]:
    """The lines of a text that install what somebody else has called ``ayan``."""
    return [line.strip() for line in text.replace("\\\n", " ").splitlines() if BY_NAME.search(line)]


def texts() -> Iterator[Path]:
    """Everything that tells a person or a machine how to install: documents, units, images, our own scripts."""
    yield from (ROOT / "Makefile", ROOT / "pyproject.toml", *sorted(ROOT.glob("*.md")))
    for folder in ("deploy", "docs", ".ci"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in (".png", ".svg", ".webp", ".pyc"):
                yield path


@pytest.mark.parametrize(
    "line",
    [
        "pip install ayan", "pip3.11 install --upgrade ayan==0.2.0", "RUN pip install --no-cache-dir ayan[oracle]", "uv add ayan",
        "uv pip install 'ayan>=0.2'", "pipx install ayan", "uvx ayan doctor", "uv tool install ayan", "uv run --with ayan ayan doctor",
        "ExecStartPre=/opt/ayan/bin/pip install ayan", "`python -m pip download ayan`", "pip install \\\n  ayan", "poetry add ayan@latest",
    ],
)  # fmt: skip
def test_every_way_to_install_by_name_is_seen(line: str) -> None:
    assert by_name(line)


@pytest.mark.parametrize(
    "line",
    [
        "/opt/ayan/0.2.0/bin/pip install --no-deps --require-hashes -r constraints.txt", "uv run ayan doctor",
        "pip install ./ayan_city-0.2.0-py3-none-any.whl", "uv add django", "pip install ayan-city", "install -m 0644 ayan.env /etc/ayan/ayan.env",
        "/opt/ayan/bin/pip check", "install -d -o ayan -g ayan -m 0700 /srv/ayan",
    ],
)  # fmt: skip
def test_other_lines_are_left_alone(line: str) -> None:
    assert not by_name(line)


def test_nothing_of_ours_installs_by_name() -> None:
    lines_of = {path.relative_to(ROOT).as_posix(): by_name(path.read_text(encoding="utf-8")) for path in texts()}
    assert {"docs/guides/operator.md", "deploy/container/Containerfile", "README.md", "Makefile"} <= set(lines_of)
    assert {name: lines for name, lines in lines_of.items() if lines} == {}


def test_the_name_on_the_index_is_ours_alone() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == ayan.DISTRIBUTION == "ayan-city"
    assert project["scripts"] == {"ayan": "ayan.cli.main:run"}
    assert "ayan" not in LOCKED
    assert ayan.version() == project["version"] == metadata.version("ayan-city")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make wheel` makes."""
    folder = tmp_path_factory.mktemp("dist")
    made = subprocess.run(
        ["make", "--no-print-directory", "--old-file=setup", "wheel", f"DIST={folder}", f"UV={UV}"],
        cwd=ROOT, env={**os.environ, "MAKEFLAGS": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return folder


@needs_uv
@pytest.mark.parametrize("name", ["constraints.txt", "constraints-databases.txt"])
def test_the_list_names_every_package_with_its_hashes(dist: Path, name: str) -> None:
    text = (dist / name).read_text(encoding="utf-8")
    *lines, own = text.replace("\\\n", "").strip().splitlines()
    pinned = {}
    for line in lines:
        package, _, rest = line.partition(" ")
        base, _, version = package.partition("==")
        pinned[base] = (version, set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", rest)))
    for base, (version, hashes) in pinned.items():
        locked = LOCKED[base]
        files = [*locked.get("wheels", ()), *([locked["sdist"]] if "sdist" in locked else [])]
        assert version == locked["version"], base
        assert hashes, base
        assert hashes <= {file["hash"] for file in files}, base
    needed = {requirement["name"] for requirement in LOCKED["ayan-city"]["dependencies"]}
    assert needed <= set(pinned)
    assert ("pymssql" in pinned) is (name == "constraints-databases.txt")
    assert not {"pytest", "ruff", "sphinx", "ayan", "ayan-city"} & set(pinned)
    assert "://" not in text
    (wheel,) = dist.glob("*.whl")
    assert own == f"./{wheel.name} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


@needs_uv
def test_the_wheel_carries_what_an_operator_copies_out_of_it(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    assert wheel.name.startswith("ayan_city-")
    names = set(zipfile.ZipFile(wheel).namelist())
    shared = {name.partition("/data/share/ayan/")[2] for name in names if "/data/share/ayan/" in name}
    ours = {path.relative_to(ROOT).as_posix() for path in (ROOT / "deploy").rglob("*") if path.is_file()}
    assert shared == ours | {"operator.md"}
    assert {"ayan/cli/main.py", "ayan/ui/static/css/site.css", "ayan_demo/build.py"} <= names
    sums = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=dist, check=False)
    assert sums.returncode == 0


@needs_uv
def test_the_client_is_built_with_its_package_and_nothing_else(dist: Path) -> None:
    package = ROOT / "packages" / "ayan-client" / "src"
    modules = {path.relative_to(package).as_posix() for path in package.rglob("*") if path.suffix in (".py", ".typed")}
    (wheel,), (source,) = (dist / "ayan-client").glob("*.whl"), (dist / "ayan-client").glob("*.tar.gz")
    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == modules
    with tarfile.open(source) as packed:
        held = {name.partition("/")[2] for name in packed.getnames()}
    assert held >= {"pyproject.toml", "README.md", *(f"src/{name}" for name in modules)}
    assert not [name for name in held if "ayan_verify" in name], "there is one home of the verifier"
    (verifier,) = (dist / "ayan-verify").glob("*.whl")
    own = (ROOT / "packages" / "ayan-verify" / "ayan_verify.py").read_bytes()
    assert zipfile.ZipFile(verifier).read("ayan_verify.py") == own


@needs_uv
@pytest.mark.soak
def test_the_client_installs_where_nothing_is_and_needs_no_portal(dist: Path, tmp_path: Path) -> None:
    """What others wrote comes from the package index, so it is not passed every day."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    wheels = [str(path) for name in ("ayan-client", "ayan-verify") for path in (dist / name).glob("*.whl")]
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wheels], check=True)
    program = "import sys, ayan_client; print(ayan_client.__version__, 'ayan' in sys.modules, 'django' in sys.modules)"
    said = subprocess.run([python, "-W", "error", "-c", program], capture_output=True, text=True, check=True, cwd="/")
    assert said.stdout.split() == [ayan.version(), "False", "False"]


@needs_uv
@pytest.mark.soak
def test_the_steps_of_the_image_install_exactly_that(dist: Path, tmp_path: Path) -> None:
    """Where no engine builds the image: its own steps, in a plain folder."""
    steps = re.findall(
        r"^RUN (.+)$", CONTAINERFILE.read_text(encoding="utf-8").partition("\nFROM ${BASE}\n")[0], re.MULTILINE
    )
    assert len(steps) == 3
    root = tmp_path / "opt" / "ayan"
    venv.create(root, with_pip=True)
    for step in steps[1:]:
        command = step.replace("/opt/ayan", str(root)).split()
        subprocess.run(command, cwd=dist, check=True)
    version = subprocess.run([root / "bin" / "ayan", "--version"], cwd="/", capture_output=True, text=True, check=True)
    assert version.stdout == f"ayan {ayan.version()}\n"
    assert sys.version_info >= (3, 11)
