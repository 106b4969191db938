"""Keys that change, and keys that are wrong: nothing is signed or opened with one that does not fit, and it is told."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from tests.cli.city import Town
from tests.faults.checked_city import checked_releases, trees
from tests.faults.running_site import with_database

pytestmark = pytest.mark.soak


@pytest.fixture
def real(town: Town) -> Town:
    """A town that signs with a key of its own."""
    from tests.cli.city import make_town

    new_town = make_town(town.home.parent / "real")
    profile = new_town.home / "ayan.toml"
    profile.write_text(profile.read_text(encoding="utf-8").replace("demo = true", "demo = false"), encoding="utf-8")
    with_database(new_town)
    assert new_town.publish(trees(new_town, 300)).code == 0
    return new_town


def test_the_key_of_the_log_is_changed(real: Town, tmp_path: Path) -> None:
    old = (real.home / "ledger" / "vkey").read_text()
    assert real.ayan("key", "rotate", tmp_path / "new.key").code == 0
    new: dict[str, Any] = {"AYAN_LOG_KEY": str(tmp_path / "new.key")}
    refused = real.publish(trees(real, 310))
    assert refused.code == 2, "the older key signs nothing more"
    assert checked_releases(real.city) == ["trees/1403-05/1"]
    assert real.publish(trees(real, 310), **new).code == 0
    assert (real.home / "ledger" / "vkey").read_text() != old
    assert checked_releases(real.city) == ["trees/1403-05/1", "trees/1403-05/2"]
    said = real.ayan("doctor", "--deep", **new)
    assert said.code == 0, said.out
    assert real.ayan("doctor").code == 1, "a service that still has the older key must be told"


def test_the_key_of_the_originals_is_left_out(real: Town) -> None:
    old, new = secrets.token_hex(32), secrets.token_hex(32)
    assert real.publish(trees(real, 310), AYAN_ORIGINALS_KEY=f"{old}").code == 0
    said = real.ayan("original", "lock", AYAN_ORIGINALS_KEY=new)
    assert said.code == 1
    assert said.words.count("trees") + said.words.count("originals") >= 1, "each file is named"
    doctor = real.ayan("doctor", AYAN_ORIGINALS_KEY=new)
    assert doctor.code == 1, "nobody can open an original, and somebody must be told"
    # Nothing was written wrong meanwhile.
    file = real.home.parent / "shown.csv"
    assert real.ayan("original", "show", "trees/1403-05/2", "--to", file, AYAN_ORIGINALS_KEY=f"{new},{old}").code == 0
    assert file.read_bytes() == (real.home.parent / "trees.csv").read_bytes()
