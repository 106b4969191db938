"""Everything that a holder of the log's key may try, each named by its code at every door; honest cities stay silent.

`cases.txt` lists the forgeries, one a line.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest
from tests.apps import linked_city, small_city
from tests.flow.forgeries import forged_declarations, forged_leaves, forged_manifests, forged_operator, forged_texts
from tests.flow.forgeries.forged_city import (
    CORRECTED,
    ERASED,
    SEALED_1402,
    SEALED_1404,
    as_city,
    built,
    forged,
    key,
    lay_out,
    leaves_of,
    write_log,
)
from tests.flow.forgeries.forged_manifests import ForgedRelease
from tests.run_folder import made_once
from tests.upgrade.make import CITIES, unpack

from ayan.cli import main
from ayan.config.diagnosis.accountability import examine_accountability
from ayan.config.diagnosis.ledger import examine_ledger
from ayan.core.ledger.commitments import open_row
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, Signer, parse_note
from ayan.core.ledger.proof import prove_leaf
from ayan.core.transparency.evidence import DATASETS
from ayan.core.transparency.log_writer import Reasons, RuleBroken, TransparencyLog
from ayan.core.values.canonical import canonical_json, sha256_hex
from ayan.core.values.clock import SystemClock
from ayan.wiring import accountability, ledger

HERE: Final = Path(__file__).parent
EVENTS: Final = "event-"


def cases() -> Iterator[tuple[str, str, frozenset[str]]]:
    for line in (HERE / "cases.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, code, *doors = line.split()
            yield name, code, frozenset(doors)


CASES: Final = list(cases())
# What it adds to the list stands in a module of its own.
assert forged_operator.__name__
# Its forgeries stand on the list of leaves.
assert forged_declarations.PATH


def test_every_forgery_is_listed_once() -> None:
    listed = [name for name, _, _ in CASES]
    known = [*forged_leaves.FORGERIES, *forged_manifests.FORGERIES, *forged_texts.FORGERIES]
    assert sorted(listed) == sorted(known)


# --- what the doors say -----------------------------------------------------------------------------------------------


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Callable[..., list[dict[str, str]]]:
    """What `ayan verify` finds, as programs read it."""

    def run(source: Path, *more: str | Path, signer: Any = None, code: int | None = None) -> list[dict[str, str]]:
        vkey = tmp_path / "vkey-from-elsewhere"
        vkey.write_text(str(signer or key().verifier), encoding="utf-8")
        capsys.readouterr()
        words = [str(source), *(() if "--policy" in more else ("--key", str(vkey))), *map(str, more)]
        ended = main.run(["verify", *words, "--format", "json"])
        findings: list[dict[str, str]] = json.loads(capsys.readouterr().out)["findings"]
        assert ended == any(finding["level"] == "broken" for finding in findings)
        assert code is None or ended == code
        return findings

    return run


def broken(findings: Sequence[Mapping[str, str]]) -> set[str]:
    """The codes of what is broken, releases that are not served here left aside."""
    return {finding["code"] for finding in findings if finding["level"] == "broken"} - {"hidden"}


@pytest.fixture(scope="session")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The honest city; nobody changes it."""
    return built(tmp_path_factory.mktemp("forgeable") / "city").home


@pytest.mark.parametrize(("name", "code", "doors"), [case for case in CASES if case[0] in forged_leaves.FORGERIES])
def test_a_forged_leaf_is_named_at_every_door(
    honest: Path,
    tmp_path: Path,
    verify: Callable[..., list[dict[str, str]]],
    name: str,
    code: str,
    doors: frozenset[str],
) -> None:
    forgery = forged(leaves_of(honest))
    forged_leaves.FORGERIES[name](forgery)
    before = [canonical_json(leaf) for leaf in forgery.honest]
    if "append" in doors:
        log = write_log(tmp_path / "before", before)
        with pytest.raises(RuleBroken) as refusal:
            TransparencyLog(log, Reasons(None), SystemClock()).enter(forgery.more)
        assert refusal.value.broken.code == code
        assert log.size == len(before), "nothing is signed"
    write_log(tmp_path / "after", [*before, *forgery.more])
    if "verify" in doors:
        findings = verify(tmp_path / "after", code=1)
        assert code in broken(findings)
        assert all(finding["fa"] and finding["en"] for finding in findings)
    if "doctor" in doors:
        findings_of_doctor = examine_ledger(as_city(tmp_path / "after"), False)
        assert any(f"({code})" in finding.words.en for finding in findings_of_doctor if finding.state == "error")


# --- manifests ------------------------------------------------------------------------------------------------------


def _forged_portal(folder: Path) -> None:
    """One portal with a release for each forged manifest, each under a period of its own, after honest ones."""
    city = built(folder / "city")
    leaves = leaves_of(city.home)
    sealed, corrected, erased = (json.loads(leaves[index]) for index in (SEALED_1404, CORRECTED, ERASED))
    lay_out(city.store, folder)
    for name, change in {"honest": lambda _: None, **forged_manifests.FORGERIES}.items():
        period, of_erased = name[:32], name in forged_manifests.OF_ERASED
        source = city.store / "releases" / "works" / ("1403/2" if of_erased else "1404/1")
        target = folder / DATASETS / "works" / "releases" / period / "1"
        shutil.copytree(source, target)
        release = ForgedRelease(target, json.loads((source / "datapackage.json").read_bytes()))
        release.facts.update(period=period, number=1, supersedes=None, reason=None)
        if of_erased:
            release.manifest["version"] = "1.1.0"
            # A seal of then comes late here; what is tried is the manifest.
            own = {"period": period, "number": 1, "supersedes": None, "at": sealed["at"]}
            leaves.append(canonical_json(corrected | own))
            release.facts["sealed_at"] = release.manifest["created"] = sealed["at"]
            release.facts["erasures"][0]["at"] = sealed["at"]
        else:
            release.approve()
        change(release)
        text = json.dumps(release.manifest).encode()
        (target / "datapackage.json").chmod(0o644)
        (target / "datapackage.json").write_bytes(text)
        stated = erased | {"number": 1, "at": sealed["at"]} if of_erased else sealed
        leaves.append(canonical_json(stated | {"period": period, "manifest": sha256_hex(text)} | release.leaf))
    write_log(folder, leaves)


@pytest.fixture(scope="session")
def portal() -> Path:
    return made_once("forged-manifests", _forged_portal)


def test_every_forged_manifest_is_named_and_the_honest_ones_are_not(
    portal: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    """In one run, as one process then reads the rows of all."""
    codes: dict[str, set[str]] = defaultdict(set)
    for finding in verify(portal, code=1):
        if finding["level"] == "broken" and finding["where"].startswith("works/"):
            codes["/".join(finding["where"].split("/")[:3])].add(finding["code"])
    wanted = {f"works/{name[:32]}/1": code for name, code, _ in CASES if name in forged_manifests.FORGERIES}
    assert codes.keys() == wanted.keys()
    assert {ref: code for ref, code in wanted.items() if code not in codes[ref]} == {}


# --- declarations and the diary ---------------------------------------------------------------------------------------


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """The honest city with its declarations and a day of its diary in the log."""
    shutil.copytree(
        made_once("held-city", lambda folder: forged_texts.held(folder / "home")) / "home",
        tmp_path / "held",
        symlinks=True,
    )
    return tmp_path / "held"


def shown(home: Path) -> Path:
    """What a city shows of itself, without what else stands in its folder."""
    folder = home.parent / "shown"
    shutil.rmtree(folder, ignore_errors=True)
    lay_out(home / "store", folder)
    shutil.copytree(home / ledger.FOLDER, folder / "log")
    return folder


@pytest.mark.parametrize(("name", "code", "doors"), [case for case in CASES if case[0] in forged_texts.FORGERIES])
def test_what_is_not_as_its_leaf_says_is_named_at_every_door(
    held: Path, verify: Callable[..., list[dict[str, str]]], name: str, code: str, doors: frozenset[str]
) -> None:
    forged_texts.FORGERIES[name](held)
    assert broken(verify(shown(held))) == ({code} if "verify" in doors else set())
    if "doctor" in doors:
        findings = [finding for finding in examine_accountability(as_city(held)) if finding.state != "ok"]
        assert {finding.code for finding in findings} == {"log-published" if "verify" in doors else code}
        assert all(finding.words.fa and finding.words.en for finding in findings)


def test_declarations_and_diary_of_an_honest_city_hold(held: Path, verify: Callable[..., list[dict[str, str]]]) -> None:
    findings = verify(shown(held))
    assert not broken(findings)
    assert {"log/declarations", "log/diary"} <= {
        finding["where"] for finding in findings if finding["level"] == "holds"
    }
    assert not [finding for finding in examine_accountability(as_city(held)) if finding.state != "ok"]
    city, file = as_city(held), held / "leaf.tlog-proof"
    for entry, words in (
        (city.log_replay.now().declarations["ayan.toml"], "ayan.toml"),
        (city.log_replay.now().diary[0], "the diary of 2024-08-05"),
    ):
        log = city.log
        assert log is not None
        file.write_bytes(prove_leaf(log, log.find(entry.leaf) or 0))
        assert [finding for finding in verify(file, code=0) if words in finding["en"]]
    # A change that is entered is listed, and what was said before can still be read.
    before = forged_texts.text_of(held).read_bytes()
    forged_texts.FORGERIES["cadence-changed-without-a-word"](held)
    assert [entry.path for entry in accountability.declare(as_city(held))] == ["datasets/works/dataset.toml"]
    findings = verify(shown(held))
    assert not broken(findings)
    assert [finding for finding in findings if finding["code"] == "event-redeclared"]
    assert b'"yearly"' in before
    assert b'"quarterly"' in forged_texts.text_of(held).read_bytes()


# --- honest cities ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["forgeable", "small", "linked", "stored"])
def test_honest_cities_stay_silent(
    honest: Path, tmp_path: Path, verify: Callable[..., list[dict[str, str]]], name: str
) -> None:
    if name == "stored":
        home = unpack(CITIES / "0.2.0", tmp_path)
    else:
        homes = {"forgeable": lambda: honest, "small": lambda: small_city.build(tmp_path / "s").home,
                 "linked": lambda: linked_city.build_linked(tmp_path / "s").home}  # fmt: skip
        home = homes[name]()
    served = tmp_path / "served"
    lay_out(home / "store", served)
    shutil.copytree(home / "ledger", served / "log")
    signer = (home / "ledger" / "vkey").read_text("utf-8")
    findings = verify(served, signer=signer, code=0)
    assert not broken(findings)
    assert [finding for finding in findings if finding["code"].startswith(EVENTS)], "every act to look at is listed"
    city = as_city(home)
    assert not [
        finding for finding in examine_ledger(city, False) if finding.code == "log-rule" and finding.state == "error"
    ]


def test_an_honest_crash_is_silent_and_listed(
    honest: Path, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    """What an interrupted seal and an interrupted erasure leave behind, each made good by the next act."""
    forgery = forged(leaves_of(honest))
    lost = forged_leaves.new_release(forgery)
    index = forgery.enter(lost)
    again = lost | {"at": forgery.after(-1, hours=3), "manifest": "ef" * 32}
    forgery.enter(lost, act="void", voids=index, at=again["at"])
    forgery.enter(again)
    erasure = again | {"act": "erased", "code": "court-order", "manifest": "aa" * 32, "at": forgery.after(-1, hours=4)}
    index = forgery.enter(erasure)
    forgery.enter(erasure, act="void", voids=index, at=forgery.after(-1, hours=5))
    forgery.enter(erasure, manifest="bb" * 32, at=forgery.after(-1, hours=5))
    write_log(tmp_path, [*map(canonical_json, forgery.honest), *forgery.more])
    findings = verify(tmp_path)
    assert not broken(findings)
    listed = [finding["code"] for finding in findings if finding["code"].startswith(EVENTS)]
    assert listed.count("event-void") == 2


def test_games_are_listed(honest: Path, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]) -> None:
    """Published, withdrawn, published again; corrected after a long time; withdrawn once more."""
    forgery = forged(leaves_of(honest))
    forgery.enter(forged_leaves.withdrawal(forgery, SEALED_1404))
    again = forgery[SEALED_1404] | {
        "number": 2,
        "supersedes": 1,
        "manifest": "ef" * 32,
        "at": forgery.after(-1, hours=2),
    }
    forgery.enter(again)
    forgery.enter(forgery[CORRECTED], number=3, supersedes=2, manifest="aa" * 32, at=forgery.after(-1, days=91))
    # As earlier versions did when somebody asked for a withdrawal twice.
    forgery.enter(forged_leaves.withdrawal(forgery, SEALED_1402), at=forgery.after(-1, days=92))
    write_log(tmp_path, [*map(canonical_json, forgery.honest), *forgery.more])
    findings = verify(tmp_path)
    assert not broken(findings)
    events = {finding["where"]: finding["code"] for finding in findings if finding["code"].startswith(EVENTS)}
    assert events == {
        "log/1": "event-withdrawn", "log/4": "event-erased", "log/7": "event-withdrawn", "log/8": "event-again",
        "log/9": "event-late", "log/10": "event-repeat",
    }  # fmt: skip


def test_kinds_to_come_are_passed_over_with_a_word(
    honest: Path, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    leaves = [*leaves_of(honest), canonical_json({"kind": "weather", "dataset": "works", "digest": "ab" * 32})]
    forgery = forged(leaves[:-1])
    write_log(tmp_path, [*leaves, canonical_json(forged_leaves.new_release(forgery))])
    findings = verify(tmp_path)
    assert not broken(findings)
    assert [finding["where"] for finding in findings if finding["code"] == "unknown-kind"] == ["log/7"]
    assert not [finding for finding in examine_ledger(as_city(tmp_path), False) if finding.state == "error"]


# --- what witnesses saw -----------------------------------------------------------------------------------------------


def _witnessed(log: Log, witness: Signer, at: str) -> bytes:
    note = parse_note(log.checkpoint())
    log.cosign(note.text, [witness.sign(note.text, int(datetime.fromisoformat(at).timestamp()))])
    return log.checkpoint()


def test_a_witness_bounds_what_is_dated_after_and_before_it(
    honest: Path, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    witness = Signer.generate("witness.example", COSIGNATURE)
    policy, kept = tmp_path / "policy", tmp_path / "kept"
    policy.write_text(f"log {key().verifier}\nwitness w {witness.verifier}\nquorum none\n", encoding="utf-8")
    forgery = forged(leaves_of(honest))
    log = write_log(tmp_path / "city", leaves_of(honest))
    kept.write_bytes(_witnessed(log, witness, forgery.after(-1, minutes=1)))
    assert not broken(verify(tmp_path / "city", "--policy", policy, "--since", kept))
    # Seven days later, dated two hours after the last leaf: only who kept the cosigned state can tell.
    kept.write_bytes(_witnessed(log, witness, forgery.after(-1, days=7)))
    log.append(canonical_json(forged_leaves.new_release(forgery, at=forgery.after(-1, hours=2))))
    assert broken(verify(tmp_path / "city", "--policy", policy, "--since", kept)) == {"back-dated"}
    # And one that is dated ten years ahead of what a witness saw.
    _witnessed(log, witness, forgery.after(-1, days=8))
    assert not broken(verify(tmp_path / "city", "--policy", policy))
    ahead = forged_leaves.new_release(forgery, period="1406", at=forgery.after(-1, days=3650))
    log.append(canonical_json(ahead))
    _witnessed(log, witness, forgery.after(-1, days=9))
    assert broken(verify(tmp_path / "city", "--policy", policy)) == {"post-dated"}


# --- proofs -----------------------------------------------------------------------------------------------------------


def test_a_row_without_its_text_is_not_proved_and_never_called_erased(
    honest: Path, tmp_path: Path, verify: Callable[..., list[dict[str, str]]]
) -> None:
    city, file = as_city(honest), tmp_path / "row.tlog-proof"
    release, log = city.release_store.release("works", "1404", 1), city.log
    assert log is not None
    assert release.salts is not None
    opening = open_row(release.parts(), release.folder, 3, salts=release.salts)
    file.write_bytes(prove_leaf(log, SEALED_1404, opening))
    assert not broken(verify(file, code=0))
    file.write_bytes(prove_leaf(log, SEALED_1404, replace(opening, text=None, salt=None)))
    findings = verify(file, code=1)
    assert broken(findings) == {"row-not-proved"}
    assert "erased;" not in "".join(finding["en"] for finding in findings)
