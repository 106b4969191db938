"""The proof of a row, checked in the reader's browser with the server switched off."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from tests.browser.served_site import served

from ayan.core.ledger.proof import TlogProof, parse_proof
from ayan.wiring import city
from ayan.wiring.city import City

pytestmark = pytest.mark.browser
ROW = "works/1403/2/3"


def with_row(proof: bytes, **changed: Any) -> bytes:
    """The same proof file with other members of its row."""
    parts = parse_proof(proof)
    facts = json.loads(parts.extra or b"{}")
    facts["row"] |= changed
    extra = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return bytes(TlogProof(parts.index, parts.path, parts.checkpoint, extra))


def other_digit(text: str) -> str:
    at = next(at for at in range(len(text) - 1, 0, -1) if text[at].isdecimal())
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


def checked(page: Any, file: Path, key: str) -> str:
    """What the page says of a proof under a key: the name of its sentence."""
    page.set_input_files("#proof", str(file))
    page.fill("#key", key)
    page.click("[data-row-check] button")
    expect(page.locator("[data-row-check]:not([aria-busy])")).to_be_visible()
    said = page.locator("#row-check [data-say]:visible")
    expect(said).to_have_count(1)
    return str(said.get_attribute("data-say"))


def test_a_row_is_checked_with_the_server_switched_off(
    chromium: Any, browsed_city: City, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(city, "current", lambda: browsed_city)
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda fault: complaints.append(str(fault)))
    with served() as site:
        page.goto(f"{site}/en/verify/row")
        proof = context.request.get(f"{site}/log/proof/{ROW}").body()
        saved = context.request.get(f"{site}/log/row-check/fa").body()
    key = str((browsed_city.home / "ledger" / "vkey").read_text("utf-8")).strip()
    files = {name: tmp_path / f"{name}.tlog-proof" for name in ("whole", "digit", "textless", "torn")}
    text = json.loads(parse_proof(proof).extra or b"{}")["row"]["text"]
    files["whole"].write_bytes(proof)
    files["digit"].write_bytes(with_row(proof, text=other_digit(text)))
    files["textless"].write_bytes(with_row(proof, text=None, salt=None))
    files["torn"].write_bytes(proof[: len(proof) // 2])
    name, key_id, value = key.rsplit("+", 2)
    stranger = f"{name}+{key_id}+{base64.b64encode(bytes(33)).decode()}"
    single = tmp_path / "check-a-row-fa.html"
    single.write_bytes(saved)

    def holds_everywhere(page: Any) -> None:
        assert checked(page, files["whole"], key) == "holds"
        expect(page.locator("#row-values")).to_contain_text(json.loads(text)["_row"])
        assert checked(page, files["digit"], key) == "row"
        expect(page.locator("#row-facts")).to_be_hidden()
        assert checked(page, files["textless"], key) == "no-text"
        assert checked(page, files["torn"], key) == "unreadable"
        assert checked(page, files["whole"], stranger) == "key"
        assert checked(page, files["whole"], value) == "key"

    holds_everywhere(page)
    page.goto(single.as_uri())
    holds_everywhere(page)
    # Letters that no sentence needed before have their font asked for, in vain.
    assert [said for said in complaints if "ERR_CONNECTION_REFUSED" not in said] == []
    context.close()


def test_a_browser_without_ed25519_says_so_and_offers_the_file(
    open_page: Callable[..., Any], browsed_city: City, tmp_path: Path
) -> None:
    page = open_page("/verify/row", 390)
    proof = page.context.request.get(page.url.replace("/verify/row", f"/log/proof/{ROW}")).body()
    file = tmp_path / "row.tlog-proof"
    file.write_bytes(proof)
    page.evaluate("() => { SubtleCrypto.prototype.importKey = async () => { throw new TypeError(); }; }")
    key = (browsed_city.home / "ledger" / "vkey").read_text("utf-8")
    assert checked(page, file, key) == "no-ed25519"
    expect(page.get_by_role("link", name="ayan_verify.py")).to_be_visible()
