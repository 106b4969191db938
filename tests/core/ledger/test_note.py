"""Signed notes, keys and trust policies: what is read back, what is accepted, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.core.ledger import signing_key
from ayan.core.ledger.checkpoint import Checkpoint, cosigned, open_checkpoint, parse_checkpoint
from ayan.core.ledger.note import (
    COSIGNATURE,
    BadNote,
    BadNoteKey,
    NotSigned,
    Signature,
    SignedNote,
    Signer,
    Verifier,
    parse_note,
    signed_by,
)
from ayan.core.ledger.trust_policy import BadPolicy, Policy, parse_policy

LOG = Signer("log.shahr.example", bytes(range(32)))
OTHER = Signer("other.example", bytes(32))
WITNESSES = [Signer(f"w{number}.example", bytes([number]) * 32, COSIGNATURE) for number in range(1, 5)]
CHECKPOINT = Checkpoint(LOG.name, 7, bytes(range(32)))
# The example of the specification: its text, and the key id and signature that stand under it, are well known.
SPECIFIED = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
).encode()


def signed(*witnesses: Signer, time: int = 1_700_000_000) -> bytes:
    return bytes(CHECKPOINT.signed(LOG).adding([witness.sign(CHECKPOINT.text, time) for witness in witnesses]))


def test_the_example_of_the_specification_reads_back_byte_for_byte() -> None:
    note = parse_note(SPECIFIED)
    assert bytes(note) == SPECIFIED
    assert note.text.endswith("ed è subito sera.\n".encode())
    assert (note.signatures[0].name, note.signatures[0].key_id.hex()) == ("quasimodo.example/salvatore", "367ba04b")


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).map(lambda text: text + "\n"),
    st.lists(st.sampled_from([LOG, OTHER, *WITNESSES]), unique=True, min_size=1),
)
def test_what_was_signed_is_read_back_and_holds(text: str, signers: list[Signer]) -> None:
    note = SignedNote(text.encode(), tuple(signer.sign(text.encode(), 5) for signer in signers))
    again = parse_note(bytes(note))
    assert again == note
    assert [key for key, _ in signed_by(again, [signer.verifier for signer in signers])] == [
        signer.verifier for signer in signers
    ]
    with pytest.raises(NotSigned):
        signed_by(SignedNote(b"another\n", note.signatures), [signers[0].verifier])


@pytest.mark.parametrize(
    "data",
    [b"", b"text\n", b"text\n\n", b"\n\n\xe2\x80\x94 a AAAAAAA=\n"[1:], b"text\n\n\xe2\x80\x94 a AAAAAAA=", b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n",
     b"a\tb\n\n\xe2\x80\x94 a AAAAAAA=\n", b"text\n\n- a AAAAAAA=\n", b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n", b"text\n\n\xe2\x80\x94 a AAAA\n",
     b"text\n\n\xe2\x80\x94 a AAAAAAB=\n", b"text\n\n\xe2\x80\x94 a AAAAAAA=\n\xe2\x80\x94 b\n", b"t\n\n" + "— a AAAAAAA=\n".encode() * 101, bytes(1 << 21)],
)  # fmt: skip
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(BadNote):
        parse_note(data)


@given(st.sampled_from([LOG, OTHER, *WITNESSES]))
def test_keys_read_back_and_a_changed_one_is_refused(signer: Signer) -> None:
    assert Verifier.parse(str(signer.verifier)) == signer.verifier
    assert Signer.parse(signer.secret + "\n") == signer
    for text in (signer.secret, str(signer.verifier)):
        for wrong in (text.replace("example", "sample"), text[:-4], text.replace("+", "-"), text + "+x", ""):
            with pytest.raises(BadNoteKey):
                (Signer if text == signer.secret else Verifier).parse(wrong)
    assert signer.seed.hex() not in repr(signer)
    assert signer.secret not in repr(signer)


def test_a_key_of_known_name_and_id_whose_signature_does_not_fit_spoils_the_note() -> None:
    good = CHECKPOINT.signed(LOG)
    wrong = Signature(OTHER.name, OTHER.verifier.key_id, bytes(64))
    note = good.adding([wrong])
    assert open_checkpoint(bytes(note), LOG.verifier) == CHECKPOINT
    with pytest.raises(NotSigned):
        signed_by(note, [LOG.verifier, OTHER.verifier])
    with pytest.raises(NotSigned):
        open_checkpoint(bytes(good), OTHER.verifier)
    with pytest.raises(NotSigned):
        open_checkpoint(bytes(Checkpoint("elsewhere", 7, bytes(32)).signed(LOG)), LOG.verifier)


@pytest.mark.parametrize(
    "text",
    ["", "origin\n", "origin\n7\n", "o\n07\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "o\n-1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
     "o\n7\nAAEC\n", "o\n7\nnot base64\n", "\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n", "o\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n",
     "o\n٧\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        parse_checkpoint(text.encode())


def test_a_cosignature_states_its_time_and_fits_that_time_only() -> None:
    first = WITNESSES[0]
    note = signed(first)
    assert cosigned(note, [witness.verifier for witness in WITNESSES]) == {first.verifier: 1_700_000_000}
    line = first.sign(CHECKPOINT.text, 1_700_000_000)
    later = Signature(line.name, line.key_id, (1_700_000_001).to_bytes(8, "big") + line.value[8:])
    assert cosigned(bytes(CHECKPOINT.signed(LOG).adding([later])), [first.verifier]) == {}
    with pytest.raises(ValueError, match="time"):
        first.sign(CHECKPOINT.text)


POLICY = f"""
# Who is believed
log {LOG.verifier} https://log.shahr.example/log
witness w1 {WITNESSES[0].verifier}
\twitness w2  {WITNESSES[1].verifier}\thttps://w2.example
witness w3 {WITNESSES[2].verifier}
witness w4 {WITNESSES[3].verifier}
group press any w1 w2
group bar 2 w3 w4
group both all press bar
quorum both
"""


def test_a_policy_asks_for_its_quorum() -> None:
    policy = parse_policy(POLICY)
    assert policy.witnesses["w2"].url == "https://w2.example"
    checked = policy.check(signed(WITNESSES[1], WITNESSES[2], WITNESSES[3], time=9))
    assert (checked.checkpoint, checked.cosigned) == (CHECKPOINT, {"w2": 9, "w3": 9, "w4": 9})
    for few in ([], [0, 1], [2, 3], [0, 2]):
        with pytest.raises(NotSigned):
            policy.check(signed(*[WITNESSES[number] for number in few]))
    assert Policy.of(LOG.verifier).check(signed()).cosigned == {}
    with pytest.raises(NotSigned):
        Policy().check(signed())


@pytest.mark.parametrize(
    "line",
    ["quorum w1", "quorum nobody", "log x", f"log {LOG.verifier}", f"witness w5 {LOG.verifier}", f"log {WITNESSES[0].verifier}", f"witness none {WITNESSES[0].verifier}",
     f"witness w1 {WITNESSES[0].verifier}", f"witness w5 {WITNESSES[0].verifier}", "group g all", "group g 3 bar", "group g 0 bar", "group g any bar", "group w1 any both", "word", "\x0b"],
)  # fmt: skip
def test_a_policy_that_is_not_plain_is_refused(line: str) -> None:
    with pytest.raises(BadPolicy):
        parse_policy(POLICY + line + "\n")
    with pytest.raises(BadPolicy):
        parse_policy("")


def test_the_logs_key_is_taken_from_a_private_file_or_from_the_variable_itself(tmp_path: Path) -> None:
    store, path = tmp_path / "store", tmp_path / "keys" / "log.key"
    signer = signing_key.make_key(path, LOG.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing_key.load_signer(str(path), LOG.name, outside=store) == signer
    assert signing_key.load_signer(signer.secret, LOG.name, outside=store) == signer
    with pytest.raises(FileExistsError):
        signing_key.make_key(path, LOG.name)
    with pytest.raises(signing_key.KeyRefused, match="the log is another"):
        signing_key.load_signer(str(path), "another.example", outside=store)
    for mode in (0o644, 0o604, 0o620):
        path.chmod(mode)
        with pytest.raises(signing_key.KeyRefused, match="chmod 600"):
            signing_key.load_signer(str(path), LOG.name, outside=store)


def test_a_key_inside_the_store_is_refused_even_behind_a_link(tmp_path: Path) -> None:
    store = tmp_path / "store"
    signing_key.make_key(store / "ledger" / "key", LOG.name)
    (tmp_path / "link").symlink_to(store / "ledger" / "key")
    for path in (store / "ledger" / "key", tmp_path / "link"):
        with pytest.raises(signing_key.KeyRefused, match="inside"):
            signing_key.load_signer(str(path), LOG.name, outside=store)
    with pytest.raises(signing_key.KeyRefused):
        signing_key.load_signer(str(tmp_path / "absent"), LOG.name, outside=store)


def test_a_refused_key_is_never_repeated(tmp_path: Path) -> None:
    spoiled = LOG.secret[:-4] + "AAA="
    (tmp_path / "key").write_text(spoiled)
    (tmp_path / "key").chmod(0o600)
    for value in (spoiled, str(tmp_path / "key")):
        with pytest.raises(BadNoteKey) as refusal:
            signing_key.load_signer(value, LOG.name, outside=tmp_path / "store")
        assert spoiled[-20:] not in str(refusal.value)


def test_the_demo_key_is_known_for_what_it_is() -> None:
    assert signing_key.is_demo(signing_key.demo_signer("demo.example"))
    assert signing_key.is_demo(signing_key.demo_signer("another.example").verifier)
    assert not signing_key.is_demo(LOG)


def test_reading_a_log_does_not_need_a_web_framework() -> None:
    process = subprocess.run(
        [sys.executable, "-c", "import sys, ayan.core.ledger.proof as _; print('django' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == "False\n"
