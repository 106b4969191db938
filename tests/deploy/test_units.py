"""The units, the timers, the image and the compose file of deploy/: sound, tight, and of one mind about names and ports."""

from __future__ import annotations

import re
import subprocess
from collections import defaultdict
from pathlib import Path
from shutil import which

import pytest
import yaml
from tests.conftest import ROOT

from ayan.cli.main import VERBS
from ayan.config.env import BY_NAME

DEPLOY = ROOT / "deploy"
SYSTEMD = DEPLOY / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
UNITS = [*SERVICES, *sorted(SYSTEMD.glob("*.timer")), *sorted(SYSTEMD.glob("*.target"))]
CONTAINERFILE = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text(encoding="utf-8"))
ANALYZE = which("systemd-analyze")
PROGRAM = "/opt/ayan/current/bin/ayan"

needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine: install systemd")


def read(unit: Path) -> dict[str, dict[str, list[str]]]:
    """A unit's sections, with every value of each key: systemd lets a key stand more than once."""
    sections: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in unit.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, sign, value = line.partition("=")
            assert sign, f"{unit.name}: {line!r}"
            sections[section][key].append(value)
    return sections


def ports(text: str) -> set[str]:
    return set(re.findall(r"ayan@(\d+)", text))


@needs_systemd
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    program = tmp_path / "ayan"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, str(program))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    names = [str(tmp_path / unit.name.replace("@", "@8000")) for unit in UNITS]
    assert ANALYZE is not None
    said = subprocess.run([ANALYZE, "verify", "--man=no", *names], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


@needs_systemd
@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_systemd_finds_little_that_a_service_could_still_do(unit: Path) -> None:
    assert ANALYZE is not None
    command = [ANALYZE, "security", "--offline=yes", "--threshold=25", "--no-pager", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_nobody_s_but_its_own(unit: Path) -> None:
    service = read(unit)["Service"]
    assert service["User"] == service["Group"] == ["ayan"]
    assert service["EnvironmentFile"] == ["/etc/ayan/ayan.env"]
    assert service["LoadCredential"] == ["ayan:/etc/ayan/credentials"]
    for key, value in {
        "UMask": "0077", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "PrivateTmp": "yes", "ProtectHome": "yes",
        "KillMode": "mixed", "LimitCORE": "0", "CapabilityBoundingSet": "", "RestrictSUIDSGID": "yes",
    }.items():  # fmt: skip
        assert service[key] == [value], key
    (where,) = service["ReadWritePaths"]
    assert where.split()[0] == "/srv/ayan"
    (command,) = service["ExecStart"]
    program, verb, *rest = command.split()
    assert program == PROGRAM
    assert verb in VERBS
    assert all(path in where.split() for path in rest if path.startswith("/"))


def test_what_no_service_may_do_is_the_same_for_all() -> None:
    kept = {}
    for unit in SERVICES:
        whole = unit.read_text(encoding="utf-8").partition("\nUMask=")[2].partition("\n\n")[0].strip()
        kept[unit.name] = re.sub(r"^ReadWritePaths=.*$", "", whole, flags=re.MULTILINE)
    assert len(set(kept.values())) == 1


def test_the_site_tells_when_it_answers_and_is_told_to_begin_anew() -> None:
    web = read(SYSTEMD / "ayan@.service")["Service"]
    assert web["Type"] == ["notify"]
    assert web["ExecReload"] == ["/bin/kill -HUP $MAINPID"]
    assert web["Restart"] == ["always"]
    assert web["Environment"] == ["AYAN_WORKER=apart", "AYAN_DRAIN_SECONDS=5"]


def test_every_timer_has_its_service_and_makes_up_for_what_was_missed() -> None:
    timers = sorted(SYSTEMD.glob("*.timer"))
    assert {timer.stem for timer in timers} == {"ayan-backup", "ayan-doctor", "ayan-daily"}
    for timer in timers:
        assert (SYSTEMD / f"{timer.stem}.service").is_file()
        assert read(timer)["Timer"]["Persistent"] == ["true"]
        assert read(timer)["Install"]["WantedBy"] == ["timers.target"]


def test_settings_beside_the_units_are_settings_and_no_secrets() -> None:
    lines = (SYSTEMD / "ayan.env").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert settings["DJANGO_SETTINGS_MODULE"] == "ayan.config.settings.production"
    assert set(settings) <= set(BY_NAME)
    assert not [name for name in settings if BY_NAME[name].secret]


def test_the_command_by_hand_has_what_the_service_has() -> None:
    script = SYSTEMD / "ayan"
    text = script.read_text(encoding="utf-8")
    service = read(SYSTEMD / "ayan-worker.service")["Service"]
    for key in ("EnvironmentFile", "LoadCredential", "UMask", "LimitCORE"):
        assert f"--property={key}={service[key][0]}" in text
    assert "--uid=ayan --gid=ayan" in text
    assert f'{PROGRAM} "$@"' in text
    assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0


def test_units_proxy_and_containers_agree_about_the_ports() -> None:
    proxy = (DEPLOY / "nginx" / "ayan.conf").read_text(encoding="utf-8")
    asked = set(re.findall(r"^    server 127\.0\.0\.1:(\d+)", proxy, re.MULTILINE))
    assert asked == ports((SYSTEMD / "ayan.target").read_text(encoding="utf-8"))
    served = {
        service["command"][2] for service in COMPOSE["services"].values() if service.get("command", [""])[0] == "serve"
    }
    assert served == asked
    assert asked <= ports((ROOT / "docs" / "guides" / "operator.md").read_text(encoding="utf-8"))
    (assistants,) = re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", proxy)
    assert COMPOSE["services"]["assistants"]["command"] == ["mcp", "--port", assistants]
    assert f"ayan mcp --port {assistants}" in (SYSTEMD / "ayan-mcp.service").read_text(encoding="utf-8")


def test_the_proxy_s_file_says_how_often_a_name_stands_in_it() -> None:
    text = (DEPLOY / "nginx" / "ayan.conf").read_text(encoding="utf-8")
    stands = len(re.findall(r"^\s*server_name\s", text, re.MULTILINE))
    assert f"server_name ({ {1: 'once', 2: 'twice', 3: 'three times'}[stands] })" in text
    for port in ("80", "443"):
        four, six = (
            re.findall(rf"^\s*listen {before}{port}\b(.*);", text, re.MULTILINE) for before in ("", r"\[::\]:")
        )
        assert four == six


def test_the_image_is_made_of_the_wheel_and_its_hashes_alone() -> None:
    instructions = [
        line.split(maxsplit=1)
        for line in re.sub(r"\\\n\s*", "", CONTAINERFILE).splitlines()
        if line and line[0] not in "# "
    ]
    by_name = defaultdict(list)
    for name, rest in instructions:
        by_name[name].append(rest)
    assert by_name["COPY"] == ["constraints.txt ayan_city-*.whl ./", "--from=build /opt/ayan /opt/ayan"]
    (install,) = (step for step in by_name["RUN"] if " install --no-cache-dir" in step)
    assert {"--only-binary", "--no-deps", "--require-hashes"} <= set(install.split())
    assert install.endswith("-r constraints.txt")
    assert install.removeprefix("/opt/ayan/bin/pip install --no-cache-dir ") in (
        ROOT / "docs" / "guides" / "operator.md"
    ).read_text(encoding="utf-8")
    assert by_name["FROM"] == ["${BASE} AS build", "${BASE}"]
    assert by_name["USER"] == ["10001:10001"]
    assert by_name["ENTRYPOINT"] == ['["ayan"]']
    assert not by_name["ADD"]
    names = set(re.findall(r"\b(?:AYAN_[A-Z_]+|DJANGO_SETTINGS_MODULE|CREDENTIALS_DIRECTORY)(?==)", by_name["ENV"][0]))
    assert names == {"DJANGO_SETTINGS_MODULE", "AYAN_HOME", "CREDENTIALS_DIRECTORY"} <= set(BY_NAME)


def test_no_file_of_deploy_names_a_place_that_packages_or_images_come_from() -> None:
    for path in [*UNITS, DEPLOY / "container" / "Containerfile", DEPLOY / "container" / "compose.yaml"]:
        text = path.read_text(encoding="utf-8")
        assert "https://" not in text.replace("https://shafaf.example", ""), path.name
        assert not re.search(r"(?:image:|FROM|BASE=)\s*[\w-]+\.[\w.-]+/", text), path.name


def test_containers_have_no_more_than_they_need() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"nginx", "web-8000", "web-8001", "assistants", "worker", "postgres"}
    for name in ("web-8000", "web-8001", "assistants", "worker"):
        service = services[name]
        assert service["command"][0] in VERBS
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["environment"]["AYAN_WORKER"] == "apart"
        assert {BY_NAME[secret].secret for secret in service["secrets"]} == {True}
        assert "ports" not in service
    assert services["nginx"]["ports"] == ["80:80", "443:443"]
    assert "ports" not in services["postgres"]
    assert {secret for service in services.values() for secret in service.get("secrets", ())} == set(COMPOSE["secrets"])
    for service in services.values():
        for mounted in service.get("volumes", ()):
            source = mounted.partition(":")[0]
            assert source in COMPOSE["volumes"] or source == "./tls" or (DEPLOY / "container" / source).exists(), (
                mounted
            )
