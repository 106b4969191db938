"""What the portal offers to whoever checks it without the city's own program."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from django.test import Client
from tests.conftest import ROOT

from ayan.core.ledger.checkpoint import checkpoint_in_feed

FILE = ROOT / "packages" / "ayan-verify" / "ayan_verify.py"


def test_the_one_file_is_offered_with_its_digest(reader: Client) -> None:
    answer = reader.get("/log/ayan_verify.py")
    assert answer.content == FILE.read_bytes()
    assert 'filename="ayan_verify.py"' in answer.headers["Content-Disposition"]
    for address in ("/log/", "/verify", "/en/verify", "/verify/row"):
        assert sha256(FILE.read_bytes()).hexdigest() in reader.get(address).content.decode(), address


def test_it_is_short_shaped_and_needs_nothing_else(tmp_path: Path) -> None:
    assert FILE.read_text("utf-8").count("\n") <= 840
    shaped = [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "120", str(FILE)]
    assert subprocess.run(shaped, capture_output=True, check=False).returncode == 0
    alone = tmp_path / "ayan_verify.py"
    alone.write_bytes(FILE.read_bytes())
    # -I -S: nothing that is installed can be imported.
    ran = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(tmp_path), "--key", "x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False), ran.stderr


def test_the_saved_page_runs_its_own_script_and_no_other(reader: Client) -> None:
    for lang in ("fa", "en"):
        answer = reader.get(f"/log/row-check/{lang}")
        page = answer.content.decode()
        assert f'filename="check-a-row-{lang}.html"' in answer.headers["Content-Disposition"]
        assert "unsafe" not in page
        for element in ("script", "style"):
            (inline,) = re.findall(rf"<{element}>(.*?)</{element}>", page, re.DOTALL)
            digest = base64.b64encode(sha256(inline.encode()).digest()).decode()
            assert f"{element}-src 'sha256-{digest}'" in page
        assert not re.findall(r"(?:src|href)=\"(?!#)", page), "nothing is fetched"
    assert reader.get("/log/row-check/xx").status_code == 404
    assert "'unsafe" not in reader.get("/verify/row").headers["Content-Security-Policy"]


def test_feeds_carry_the_checkpoint_of_their_moment(reader: Client) -> None:
    signed = reader.get("/log/checkpoint").content
    for address in ("/changes.atom", "/en/changes.atom", "/api/v1/datasets/works/releases.atom"):
        assert checkpoint_in_feed(reader.get(address).content) == signed, address
