"""The same forgeries where outsiders stand: `ayan-verify`, one file without our code, and `ayan monitor`, run from cron."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest
from tests.conftest import ROOT
from tests.flow.forgeries import forged_leaves, forged_manifests, forged_operator, forged_texts
from tests.flow.forgeries.forged_city import SEALED_1404, as_city, forged, key, lay_out, leaves_of, write_log
from tests.flow.forgeries.test_forgeries import CASES, EVENTS, broken, held, honest, portal
from tests.flow.forgeries.test_forgeries import shown as as_shown
from tests.patience import PATIENCE
from tests.sampling import sampled

from ayan.cli import main
from ayan.core.ledger.commitments import open_row
from ayan.core.ledger.note import COSIGNATURE, Signer, parse_note
from ayan.core.ledger.proof import prove_leaf
from ayan.core.values.canonical import canonical_json

FILE: Final = ROOT / "packages" / "ayan-verify" / "ayan_verify.py"
FEW: Final = 8
LEAVES: Final = [case for case in CASES if case[0] in forged_leaves.FORGERIES]
Finding: TypeAlias = dict[str, str]

__all__ = ["held", "honest", "portal"]


def _alone() -> Any:
    """The one file as a module of its own name, as its own processes import it again."""
    spec = importlib.util.spec_from_file_location("ayan_verify", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ayan_verify"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def alone() -> Any:
    return _alone()


@pytest.fixture
def vkey(tmp_path: Path) -> Path:
    file = tmp_path / "vkey-from-elsewhere"
    file.write_text(str(key().verifier), encoding="utf-8")
    return file


@pytest.fixture
def outside(alone: Any, vkey: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[Finding]]]:
    """What the one file finds, in this process and without rows."""

    def run(source: Path, *more: str | Path, own: Path | None = None) -> tuple[int, list[Finding]]:
        capsys.readouterr()
        setattr(alone, "HAS_ROWS", False)  # noqa: B010 - a module that is loaded by its path
        ended = alone.main([str(source), "--key", str(own or vkey), "--format", "json", *map(str, more)])
        findings: list[Finding] = json.loads(capsys.readouterr().out)["findings"]
        assert all(finding["fa"] and finding["en"] for finding in findings)
        return ended, findings

    return run


@pytest.fixture
def monitor(
    vkey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, list[Finding], list[Finding]]]:
    """How `ayan monitor` ends, all that it found, and what was not told before."""

    def run(source: Path, *more: str | Path, own: Path | None = None) -> tuple[int, list[Finding], list[Finding]]:
        capsys.readouterr()
        trusted = () if "--policy" in more else ("--key", str(own or vkey))
        words = [str(source), "--state", str(tmp_path / "state"), *trusted, *map(str, more)]
        ended = main.run(["monitor", *words, "--format", "json"])
        said = capsys.readouterr()
        assert ended != 2, said.err
        report = json.loads(said.out)
        return ended, report["findings"], report["new"]

    return run


@pytest.fixture(scope="session")
def first_look(honest: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the honest city as it is served, and the state of a monitor that has seen it; nobody changes it."""
    folder = tmp_path_factory.mktemp("first-look")
    lay_out(honest / "store", folder / "served")
    shutil.copytree(honest / "ledger", folder / "served" / "log")
    (folder / "vkey").write_text(str(key().verifier), encoding="utf-8")
    words = [str(folder / "served"), "--state", str(folder / "state"), "--key", str(folder / "vkey")]
    assert main.run(["monitor", *words]) == 3, "withdrawals and erasures are worth a look"
    return folder


@pytest.fixture
def served(first_look: Path, tmp_path: Path) -> Path:
    """A copy of it, the state beside it where `monitor` has it."""
    shutil.copytree(first_look / "served", tmp_path / "served")
    shutil.copy(first_look / "state", tmp_path / "state")
    return tmp_path / "served"


def codes(findings: Sequence[Finding], level: str) -> list[str]:
    return [finding["code"] for finding in findings if finding["level"] == level]


# --- forged leaves ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "doors"), sampled("outside-leaves", LEAVES, FEW, by=lambda case: case[1] == "malformed")
)
def test_a_forged_leaf_is_named_to_outsiders(
    honest: Path,
    tmp_path: Path,
    outside: Callable[..., tuple[int, list[Finding]]],
    monitor: Callable[..., tuple[int, list[Finding], list[Finding]]],
    name: str,
    code: str,
    doors: frozenset[str],
) -> None:
    forgery = forged(leaves_of(honest))
    forged_leaves.FORGERIES[name](forgery)
    before = [canonical_json(leaf) for leaf in forgery.honest]
    write_log(tmp_path / "before", before)
    write_log(tmp_path / "after", [*before, *forgery.more])
    assert {"monitor", "ayan-verify"} <= doors
    ended, findings = outside(tmp_path / "after")
    assert (ended, code in broken(findings)) == (1, True), findings
    if before:
        assert not broken(monitor(tmp_path / "before")[1])
    ended, findings, new = monitor(tmp_path / "after")
    assert (ended, code in broken(findings), code in broken(new)) == (1, True, True), findings
    ended, findings, new = monitor(tmp_path / "after")
    assert (ended, code in broken(findings), broken(new)) == (1, True, set()), "it stays broken, and is told once"


def test_every_forged_manifest_is_named_to_outsiders(
    portal: Path,
    vkey: Path,
    outside: Callable[..., tuple[int, list[Finding]]],
    monitor: Callable[..., tuple[int, list[Finding], list[Finding]]],
) -> None:
    """The one file in a process of its own, as it then asks another one for the rows."""
    words = [sys.executable, str(FILE), str(portal), "--key", str(vkey), "--format", "json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    with_rows = json.loads(done.stdout)
    assert with_rows["rows"]
    for door, findings in {"ayan-verify": with_rows["findings"], "monitor": monitor(portal)[1]}.items():
        named: dict[str, set[str]] = defaultdict(set)
        for finding in findings:
            if finding["level"] == "broken" and finding["where"].startswith("works/"):
                named["/".join(finding["where"].split("/")[:3])].add(finding["code"])
        wanted = {
            f"works/{name[:32]}/1": code
            for name, code, doors in CASES
            if name in forged_manifests.FORGERIES and door in doors
        }
        assert {ref: code for ref, code in wanted.items() if code not in named[ref]} == {}, door
        assert "works/honest/1" not in named
    _, without = outside(portal)
    unread = {(finding["where"], finding["code"]) for finding in with_rows["findings"]} - {
        (finding["where"], finding["code"]) for finding in without
    }
    assert {code for _, code in unread if code != "release"} <= {"rows-root", "rows-unreadable"}


@pytest.mark.parametrize(
    ("name", "code"),
    [(name, code) for name, code, doors in CASES if name in forged_texts.FORGERIES and "monitor" in doors],
)
def test_what_stands_beside_the_log_is_watched(
    held: Path, monitor: Callable[..., tuple[int, list[Finding], list[Finding]]], name: str, code: str
) -> None:
    """On the first look, and on the next ones until it is as its leaf says."""
    honest_text = {path: path.read_bytes() for path in sorted((held / "ledger").rglob("*")) if path.is_file()}
    forged_texts.FORGERIES[name](held)
    for new in ({code}, set()):
        ended, findings, fresh = monitor(as_shown(held))
        assert (ended, broken(findings), broken(fresh)) == (1, {code}, new)
    if "doctor" in next(doors for case, _, doors in CASES if case == name):
        for path, text in honest_text.items():
            path.write_bytes(text)
        assert not broken(monitor(as_shown(held))[1])


def test_a_monitor_with_the_first_key_goes_on_after_a_rotation_and_names_who_uses_it_still(
    honest: Path, tmp_path: Path, monitor: Callable[..., tuple[int, list[Finding], list[Finding]]]
) -> None:
    forgery = forged(leaves_of(honest))
    leaves = [canonical_json(leaf) for leaf in forgery.honest]
    write_log(tmp_path / "before", leaves)
    monitor(tmp_path / "before")
    forgery.enter_bytes(forged_operator.rotation(forgery, key(), forged_operator.OTHER_KEY))
    write_log(tmp_path / "after", [*leaves, *forgery.more], signer=forged_operator.OTHER_KEY)
    for fresh in (["event-rotated"], []):
        _, findings, new = monitor(tmp_path / "after")
        assert "checkpoint-refused" not in broken(findings)
        assert [code for code in codes(new, "note") if code != "dated-before-seen"] == fresh
    write_log(tmp_path / "thief", [*leaves, *forgery.more])
    assert "replaced-key" in broken(monitor(tmp_path / "thief")[2])


# --- two logs, and none -----------------------------------------------------------------------------------------------


def test_a_city_that_shows_two_people_two_logs_is_named(
    honest: Path,
    tmp_path: Path,
    monitor: Callable[..., tuple[int, list[Finding], list[Finding]]],
    outside: Callable[..., tuple[int, list[Finding]]],
) -> None:
    leaves = leaves_of(honest)
    forgery = forged(leaves)
    write_log(tmp_path / "mine", leaves)
    kept = tmp_path / "kept"
    kept.write_bytes((tmp_path / "mine" / "log" / "checkpoint").read_bytes())
    assert monitor(tmp_path / "mine")[0] == 1, "the releases are not served here, and nothing else is wrong"
    state = (tmp_path / "state").read_bytes()
    others = canonical_json(forged_leaves.new_release(forgery, period="1407"))
    for name, shown, code in (
        ("same-size", [*leaves[:-1], others], "log-rewritten"),
        ("longer", [*leaves[:-1], others, leaves[-1]], "log-rewritten"),
        ("shorter", leaves[:-1], "log-shorter"),
        ("shorter-and-other", [*leaves[:-3], others], "log-rewritten"),
    ):
        write_log(tmp_path / name, shown)
        _, findings, new = monitor(tmp_path / name)
        assert code in broken(findings), name
        assert code in broken(new)
        assert code not in broken(monitor(tmp_path / name)[2]), "it is told once"
        assert json.loads((tmp_path / "state").read_bytes())["leaves"] == json.loads(state)["leaves"]
        assert "log-rewritten" in broken(outside(tmp_path / name, "--since", kept)[1])
    evidence = (tmp_path / "state.two-logs").read_text("utf-8")
    assert evidence.count(f"{key().name}\n") == 2
    assert "log-continues" not in broken(outside(tmp_path / "mine", "--since", kept)[1])


def test_a_log_that_rests_is_worth_a_word(
    served: Path, tmp_path: Path, monitor: Callable[..., tuple[int, list[Finding], list[Finding]]]
) -> None:
    assert monitor(served)[0] == 0
    state = json.loads((tmp_path / "state").read_bytes())
    state["grown"] = "2024-01-01T00:00:00+00:00"
    (tmp_path / "state").write_text(json.dumps(state), encoding="utf-8")
    ended, _, new = monitor(served)
    assert (ended, codes(new, "note")) == (3, ["frozen"])
    assert monitor(served)[0] == 0, "it is told once"


def test_a_state_that_was_changed_is_refused(
    served: Path, tmp_path: Path, vkey: Path, monitor: Callable[..., tuple[int, list[Finding], list[Finding]]]
) -> None:
    words = ["monitor", str(served), "--state", str(tmp_path / "state"), "--key", str(vkey)]
    whole = json.loads((tmp_path / "state").read_bytes())
    for changed in ({"leaves": ""}, {"format": 2}, {"checkpoint": "x"}, {"seen": "now"}, {"unsound": None}):
        text = json.dumps(whole | changed)
        (tmp_path / "state").write_text(text, encoding="utf-8")
        assert main.run(words) == 2
        assert (tmp_path / "state").read_text("utf-8") == text


# --- honest cities ----------------------------------------------------------------------------------------------------


def test_honest_cities_stay_silent_to_outsiders(
    served: Path,
    tmp_path: Path,
    vkey: Path,
    outside: Callable[..., tuple[int, list[Finding]]],
    monitor: Callable[..., tuple[int, list[Finding], list[Finding]]],
) -> None:
    ended, findings = outside(served)
    assert (ended, broken(findings)) == (3, set()), "withdrawals and erasures are worth a look"
    assert [code for code in codes(findings, "look") if not code.startswith(EVENTS)] == []
    assert monitor(served)[0] == 0
    # A row that is erased, and rows that stand, recomputed where pyarrow is.
    done = subprocess.run(
        [sys.executable, str(FILE), str(served), "--key", str(vkey)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (3, ""), done.stdout
    assert "not recomputed" not in done.stdout


def test_kinds_to_come_are_passed_over_and_counted_as_new(
    honest: Path,
    served: Path,
    tmp_path: Path,
    outside: Callable[..., tuple[int, list[Finding]]],
    monitor: Callable[..., tuple[int, list[Finding], list[Finding]]],
) -> None:
    leaves = [*leaves_of(honest), canonical_json({"kind": "tariff", "at": "2027-01-01T00:00:00Z"})]
    shutil.rmtree(served / "log")
    write_log(served, leaves)
    ended, findings, _ = monitor(served)
    assert (ended, codes(findings, "note")) == (3, ["unknown-kind"])
    ended, findings = outside(served)
    assert (ended, "unknown-kind" in codes(findings, "look")) == (3, True)
    assert monitor(served)[0] == 0


# --- proofs, and whatever else may come -------------------------------------------------------------------------------


def test_a_proof_of_a_row_is_checked_with_one_file(
    honest: Path, tmp_path: Path, outside: Callable[..., tuple[int, list[Finding]]]
) -> None:
    city, file = as_city(honest), tmp_path / "row.tlog-proof"
    release, log = city.release_store.release("works", "1404", 1), city.log
    assert log is not None
    assert release.salts is not None
    opening = open_row(release.parts(), release.folder, 3, salts=release.salts)
    file.write_bytes(prove_leaf(log, SEALED_1404, opening))
    ended, findings = outside(file)
    assert (ended, codes(findings, "note")) == (0, ["proof-of-then"])
    assert any('"_row":"3"' in finding["en"] for finding in findings)
    text = prove_leaf(log, SEALED_1404, opening)
    for at in range(0, len(text), 37):
        file.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
        assert outside(file)[0] in (0, 1)
    for torn in (b"", text[:100], text.replace(b"extra ", b"other "), b"c2sp.org/tlog-proof@v1\n\n", b"[" * 5000):
        file.write_bytes(torn)
        assert outside(file)[0] == 1


def test_witnesses_and_their_number_are_asked_for(
    honest: Path, tmp_path: Path, outside: Callable[..., tuple[int, list[Finding]]]
) -> None:
    witness, stranger = (Signer.generate(name, COSIGNATURE) for name in ("one.example", "two.example"))
    log = write_log(tmp_path / "city", leaves_of(honest))
    note = parse_note(log.checkpoint())
    log.cosign(note.text, [witness.sign(note.text, 1_800_000_000)])
    _, findings = outside(tmp_path / "city", "--witness", str(witness.verifier))
    assert broken(findings) == set()
    assert "log-broken" in broken(outside(tmp_path / "city", "--witness", str(stranger.verifier))[1])
    both = ("--witness", str(stranger.verifier), "--witness", str(witness.verifier))
    assert broken(outside(tmp_path / "city", *both, "--quorum", "1")[1]) == set()
    assert "log-broken" in broken(outside(tmp_path / "city", *both)[1])
    log.cosign(note.text, [witness.sign(note.text, 1_000_000_000)])
    assert "post-dated" in broken(outside(tmp_path / "city", "--witness", str(witness.verifier))[1])


@pytest.mark.parametrize(
    "garbage", [b"", b"\xff\xfe", b"[]", b"{}", b"null", b"\n\n", b"[" * 20_000, b"a\n1\nb\n\n\xe2\x80\x94 a b\n"]
)
def test_garbage_ends_in_a_finding(
    served: Path,
    tmp_path: Path,
    outside: Callable[..., tuple[int, list[Finding]]],
    monitor: Callable[..., tuple[int, list[Finding], list[Finding]]],
    garbage: bytes,
) -> None:
    for name in ("log/checkpoint", "log/tile/0/000.p/7", "log/tile/entries/000.p/7"):
        kept = (served / name).read_bytes()
        (served / name).chmod(0o644)
        (served / name).write_bytes(garbage)
        assert outside(served)[0] == 1, name
        (tmp_path / "state").unlink(missing_ok=True)
        assert monitor(served)[0] == 1, name
        (served / name).write_bytes(kept)
    manifest: Any = next(served.rglob("datapackage.json"))
    manifest.chmod(0o644)
    manifest.write_bytes(garbage)
    assert outside(served)[0] == 1
