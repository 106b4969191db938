"""Proof files: a release or a row shown by one text, offline, to whoever knows the log's key."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.ledger.committed_rows import commit_rows

from ayan.core.ledger.commitments import erase_salts, open_row
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import COSIGNATURE, BadNote, NotSigned, Signer
from ayan.core.ledger.proof import check_proof, parse_proof, prove_leaf
from ayan.core.ledger.tree import BadProof
from ayan.core.ledger.trust_policy import Policy, parse_policy
from ayan.core.values.canonical import canonical_json

SIGNER = Signer("log.shahr.example", bytes(range(32)))
POLICY = Policy.of(SIGNER.verifier)


class Sealed:
    """A log whose leaf 2 states a release of 600 rows."""

    def __init__(self, folder: Path) -> None:
        self.parts, self.beside = [folder / "a.parquet"], folder
        rows = [{"_row": number + 2, "payee": f"شرکت {number}"} for number in range(600)]
        pq.write_table(pa.Table.from_pylist(rows), self.parts[0])
        commitment = commit_rows(self.parts, folder)
        self.statement = canonical_json({"rows": commitment.rows, "rows_root": commitment.root.hex(), "dataset": "x"})
        self.log = Log(folder / "log", SIGNER.name, SIGNER)
        self.log.append_all([b"first", b"second", self.statement, b"fourth"])

    def row(self, number: int) -> bytes:
        return prove_leaf(self.log, 2, open_row(self.parts, self.beside, number))


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Sealed(tmp_path_factory.mktemp("sealed"))


def respelled(proof: bytes, change: Any) -> bytes:
    """The same file with its unsigned facts changed."""
    lines = proof.split(b"\n")
    facts = json.loads(base64.b64decode(lines[1].removeprefix(b"extra ")))
    change(facts)
    lines[1] = b"extra " + base64.b64encode(json.dumps(facts).encode())
    return b"\n".join(lines)


def test_a_release_is_shown_by_its_file_alone(sealed: Sealed) -> None:
    data = prove_leaf(sealed.log, 2)
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nextra ")
    proved = check_proof(data, POLICY)
    assert (proved.leaf, proved.index, proved.row) == (sealed.statement, 2, None)
    assert proved.by.checkpoint.size == 4
    assert bytes(parse_proof(data)) == data
    assert check_proof(data, POLICY, leaf=sealed.statement) == proved
    with pytest.raises(BadProof):
        check_proof(data, POLICY, leaf=b"second")


def test_a_row_is_shown_with_its_release(sealed: Sealed) -> None:
    proved = check_proof(sealed.row(300), POLICY)
    assert proved.leaf == sealed.statement
    assert proved.row is not None
    assert proved.row.text == '{"_row":"300","payee":"شرکت 298"}'.encode()


def test_an_erased_row_is_shown_to_have_been_there_without_its_text(sealed: Sealed, tmp_path: Path) -> None:
    erase_salts(sealed.parts, sealed.beside, [300], tmp_path)
    kept = pq.read_table(sealed.parts[0]).to_pylist()
    pq.write_table(pa.Table.from_pylist([row for row in kept if row["_row"] != 300]), tmp_path / "a.parquet")
    data = prove_leaf(sealed.log, 2, open_row([tmp_path / "a.parquet"], tmp_path, 300))
    proved = check_proof(data, POLICY)
    assert proved.row is not None
    assert (proved.row.text, proved.row.salt, proved.row.position) == (None, None, 298)


@pytest.mark.parametrize(
    "change",
    [
        lambda facts: facts["row"].update(text=facts["row"]["text"].replace("298", "299")),
        lambda facts: facts["row"].update(salt="00" * 32),
        lambda facts: facts["row"].update(position=299),
        lambda facts: facts["row"].update(rows=601),
        lambda facts: facts["row"].update(commitment="00" * 32),
        lambda facts: facts["row"]["path"].pop(),
        lambda facts: facts["row"].update(path=["zz"]),
        lambda facts: facts["row"].update(salt=None),
        lambda facts: facts["row"].update(position="298"),
        lambda facts: facts["row"].update(text="\ud800"),
        lambda facts: facts.update(row=[]),
        lambda facts: facts.update(leaf="second"),
        lambda facts: facts.pop("leaf"),
    ],
)
def test_a_changed_row_proves_nothing(sealed: Sealed, change: Any) -> None:
    with pytest.raises(BadProof):
        check_proof(respelled(sealed.row(300), change), POLICY)


def test_a_row_of_a_leaf_that_states_no_such_root_proves_nothing(sealed: Sealed, tmp_path: Path) -> None:
    log = Log(tmp_path / "log", SIGNER.name, SIGNER)
    opening = open_row(sealed.parts, sealed.beside, 300)
    spaced = json.dumps({"rows": 600, "rows_root": opening.root().hex()}).encode()
    log.append_all([b"no json", canonical_json({"rows": 600}), spaced, b"[" * 60_000])
    for index in range(4):
        with pytest.raises(BadProof):
            check_proof(prove_leaf(log, index, opening), POLICY)


@given(st.data())
def test_no_changed_byte_of_a_file_goes_unnoticed(sealed: Sealed, data: st.DataObject) -> None:
    proof = prove_leaf(sealed.log, 2)
    at = data.draw(st.integers(0, len(proof) - 1))
    spoiled = proof[:at] + bytes([proof[at] ^ 1 << data.draw(st.integers(0, 7))]) + proof[at + 1 :]
    try:
        proved = check_proof(spoiled, POLICY)
    except (BadProof, BadNote, NotSigned):
        return
    # What is beside the proof may be spelled in another way, but never say another thing.
    assert (proved.leaf, proved.index) == (sealed.statement, 2)


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\n\n", b"c2sp.org/tlog-proof@v1\nindex 02\n\nx", b"x" * (1 << 21)]
)
def test_what_is_no_proof_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadProof):
        check_proof(data, POLICY)


def test_another_key_or_a_missing_witness_is_not_accepted(sealed: Sealed) -> None:
    data = prove_leaf(sealed.log, 2)
    with pytest.raises(NotSigned):
        check_proof(data, Policy.of(Signer.generate(SIGNER.name).verifier))
    witness = Signer.generate("w.example", COSIGNATURE)
    policy = parse_policy(f"log {SIGNER.verifier}\nwitness w {witness.verifier}\nquorum w\n")
    with pytest.raises(NotSigned):
        check_proof(data, policy)
    text = parse_proof(data).checkpoint.split(b"\n\n")[0] + b"\n"
    assert check_proof(data + witness.sign(text, 5).line.encode(), policy).by.cosigned == {"w": 5}
