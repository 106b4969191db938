"""The log at its doors: appending, reading, proving, and refusing to say two different things."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.core.ledger.log_extension import extends

from ayan.core.ledger import tiles, tree
from ayan.core.ledger.checkpoint import Checkpoint, open_checkpoint
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer
from ayan.core.ledger.refusal import Forked, LedgerError, LogDamaged, ReadOnly
from ayan.core.ledger.tile_folder import in_folder
from ayan.core.ledger.tiles import BadTile, HashTile
from ayan.core.ledger.tree import check_consistency, check_inclusion, leaf_hash

ORIGIN = "log.shahr.example"
SIGNER = Signer(ORIGIN, bytes(range(32)))


def entry(number: int) -> bytes:
    return b"leaf %d" % number


@pytest.fixture
def log(folder: Path) -> Log:
    return Log(folder / "log", ORIGIN, SIGNER)


def test_a_new_log_publishes_that_it_is_empty(log: Log) -> None:
    assert open_checkpoint(log.checkpoint(), SIGNER.verifier) == Checkpoint(ORIGIN, 0, tree.EMPTY_ROOT)


def test_each_append_is_published_and_every_leaf_proved(log: Log) -> None:
    published = [open_checkpoint(log.checkpoint(), SIGNER.verifier)]
    for number in range(20):
        appended = log.append(entry(number))
        published.append(open_checkpoint(log.checkpoint(), SIGNER.verifier))
        assert (appended.index, appended.size, appended.root) == (number, number + 1, published[-1].root)
    for checkpoint in published[1:]:
        assert log.root(checkpoint.size) == checkpoint.root
        check_consistency(checkpoint.size, checkpoint.root, 20, log.root(), log.consistency(checkpoint.size))
        for index in range(checkpoint.size):
            proof = log.inclusion(index, checkpoint.size)
            check_inclusion(leaf_hash(log.leaf(index)), index, checkpoint.size, proof, checkpoint.root)


def test_a_large_log_agrees_with_the_tree_of_its_leaves_and_is_laid_out_in_tiles(log: Log) -> None:
    entries = [entry(number) for number in range(70_000)]
    for start, end in ((0, 3), (3, 256), (256, 257), (257, 66_000), (66_000, 70_000)):
        log.append_all(entries[start:end])
    nodes = tree.nodes_of([leaf_hash(leaf) for leaf in entries])
    assert log.root() == tree.root(nodes, 70_000)
    for index in (0, 255, 256, 65_535, 65_536, 69_999):
        assert log.leaf(index) == entries[index]
        assert log.inclusion(index) == tree.inclusion(nodes, index, 70_000)
    for old in (1, 256, 257, 65_536, 66_000, 69_999):
        assert log.root(old) == tree.root(nodes, old)
        assert log.consistency(old, 69_999) == tree.consistency(nodes, old, 69_999)
    files = {str(path.relative_to(log.folder)) for path in (log.folder / "tile").rglob("*") if path.is_file()}
    assert {tile.path for tile in tiles.tiles_of(70_000)} <= files
    assert len([name for name in files if name.startswith("tile/0/") and ".p/" not in name]) == 273
    assert {"tile/0/273.p/112", "tile/entries/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} <= files
    assert log.leaves(250, 260) == entries[250:260]
    log.audit()


def partial_files(log: Log) -> set[str]:
    return {str(path.relative_to(log.folder)) for path in (log.folder / "tile").glob("*/*.p/*")}


def test_narrower_tiles_go_once_a_wider_one_stands_and_are_still_answered(log: Log) -> None:
    log.append_all([entry(number) for number in range(100)])
    narrow = {name: log.resource(name) for name in ("tile/0/000.p/100", "tile/entries/000.p/100")}
    reader, earlier = Log(log.folder, ORIGIN, None), tiles.LogReader(in_folder(log.folder))
    assert reader.size == 100
    for number in range(100, 255):
        log.append(entry(number))
    assert partial_files(log) == {"tile/0/000.p/255", "tile/entries/000.p/255"}
    # Whoever knows only the earlier tree reads it as before, and so does whoever asks for its tiles.
    assert earlier.entries(0, 100) == [entry(number) for number in range(100)]
    assert tree.root(earlier.nodes(100), 100) == log.root(100) == reader.root(100)
    assert {name: log.resource(name) for name in narrow} == narrow
    log.append_all([entry(255), entry(256)])
    assert partial_files(log) == {"tile/0/001.p/1", "tile/entries/001.p/1", "tile/1/000.p/1"}
    assert {name: log.resource(name) for name in narrow} == narrow
    assert len(log.resource("tile/0/000")) == 8192
    assert log.resource("checkpoint") == log.checkpoint()
    log.audit()


def test_what_an_earlier_version_left_of_narrower_tiles_goes(log: Log) -> None:
    log.append_all([entry(number) for number in range(10)])
    for level in (0, "entries"):
        for width in range(1, 10):
            log.tile_path(level, 0, width).write_bytes(log.resource(HashTile(level, 0, width).path))
    assert len(partial_files(log)) == 20
    again = Log(log.folder, ORIGIN, SIGNER)
    assert partial_files(again) == {"tile/0/000.p/10", "tile/entries/000.p/10"}
    again.audit()


@pytest.mark.parametrize(
    "path",
    ["tile/0/001", "tile/0/000.p/3", "tile/1/000.p/1", "tile/0/000.p/0", "tile/0/0", "tile/00/000", "../checkpoint",
     "tile/0/x000/000.p/1", "tile/64/000", ".private/journal", "tile/entries/000.p/256", "tile/0/000.p/01", ""],
)  # fmt: skip
def test_no_other_path_is_answered(log: Log, path: str) -> None:
    log.append_all([b"a", b"b"])
    with pytest.raises(BadTile):
        log.resource(path)


def test_paths_of_tiles_read_back() -> None:
    assert HashTile(0, 1_234_067).path == "tile/0/x001/x234/067"
    for tile in (HashTile("entries", 0, 1), HashTile(63, 999_999_999), HashTile(2, 1000, 17)):
        assert tiles.parse_path(tile.path) == tile


def test_a_log_without_its_key_is_read_and_not_appended_to(log: Log) -> None:
    log.append(b"a")
    reader = Log(log.folder, ORIGIN, None, verifier=SIGNER.verifier)
    log.append(b"b")
    assert (reader.size, reader.root(), reader.leaf(1)) == (2, log.root(), b"b")
    for refused in (lambda: reader.append(b"c"), lambda: reader.intend("x", b"c"), lambda: reader.cosign(b"", [])):
        with pytest.raises(ReadOnly):
            refused()
    with pytest.raises(LogDamaged):
        assert Log(log.folder, ORIGIN, None, verifier=Signer.generate(ORIGIN).verifier).size


def test_an_entry_that_is_too_long_is_refused_and_leaves_nothing(log: Log) -> None:
    with pytest.raises(BadTile):
        log.append_all([b"a", bytes(65_536)])
    assert log.append(bytes(65_535)).index == 0


def test_another_key_does_not_open_the_log_unless_it_follows_the_former(log: Log) -> None:
    log.append(b"a")
    other = Signer.generate(ORIGIN)
    with pytest.raises(LogDamaged):
        Log(log.folder, ORIGIN, other)
    followed = Log(log.folder, ORIGIN, other, former=[SIGNER.verifier])
    followed.append(b"b")
    assert open_checkpoint(followed.checkpoint(), other.verifier).size == 2
    with pytest.raises(LedgerError):
        Log(log.folder, "elsewhere.example", SIGNER)


def test_changed_or_missing_tiles_are_refused_before_anything_is_signed(log: Log) -> None:
    log.append_all([entry(number) for number in range(300)])
    before = log.checkpoint()
    edge = log.tile_path(0, 1, 44)
    whole = edge.read_bytes()
    edge.write_bytes(whole[:-32] + bytes(32))
    with pytest.raises(Forked):
        Log(log.folder, ORIGIN, SIGNER)
    edge.write_bytes(whole[:-32])
    with pytest.raises(LogDamaged):
        Log(log.folder, ORIGIN, SIGNER)
    edge.write_bytes(whole)
    log.audit()
    bundle = log.tile_path("entries", 0)
    bundle.write_bytes(bundle.read_bytes().replace(b"leaf 7", b"leaf 8", 1))
    with pytest.raises(LogDamaged):
        log.audit()
    assert log.checkpoint() == before


def test_an_older_copy_of_the_log_signs_nothing(log: Log, folder: Path) -> None:
    memory = folder / "key.last"
    log = Log(log.folder, ORIGIN, SIGNER, memory=memory)
    log.append_all([b"a", b"b"])
    shutil.copytree(log.folder, folder / "backup")
    log.append(b"c")
    seen = log.checkpoint()
    shutil.rmtree(log.folder)
    shutil.copytree(folder / "backup", log.folder)
    with pytest.raises(Forked):
        Log(log.folder, ORIGIN, SIGNER, memory=memory)
    # Without that memory, a checkpoint that was seen elsewhere tells.
    forgetful = Log(log.folder, ORIGIN, SIGNER)
    assert not extends(forgetful, seen)
    forgetful.append(b"another c")
    assert not extends(forgetful, seen)
    with pytest.raises(Forked):
        Log(log.folder, ORIGIN, SIGNER, memory=memory)


def test_a_lost_checkpoint_is_not_made_anew(log: Log) -> None:
    log.append(b"a")
    (log.folder / "checkpoint").unlink()
    with pytest.raises(Forked):
        Log(log.folder, ORIGIN, SIGNER)


def test_an_intent_is_fulfilled_once_however_often_it_is_tried(log: Log) -> None:
    log.append(b"statement")
    intent = log.intend("payments/1403-05/1", b"statement", b"staged-folder")
    with pytest.raises(LedgerError):
        log.intend("payments/1403-05/1", b"another")
    assert log.intents() == [intent]
    assert log.find(intent.leaf, intent.since) is None
    first = log.fulfil(intent)
    reopened = Log(log.folder, ORIGIN, SIGNER)
    (again,) = reopened.intents()
    assert (again, reopened.find(again.leaf, again.since)) == (intent, 1)
    assert reopened.fulfil(again) == first
    reopened.forget(again)
    reopened.forget(again)
    assert (log.intents(), log.size) == ([], 2)


def test_cosignatures_are_published_with_the_checkpoint_they_speak_of(log: Log) -> None:
    log.append(b"a")
    text = Checkpoint(ORIGIN, 1, log.root()).text
    witness = Signer("witness.example", bytes(32), 4)
    signature = witness.sign(text, 1_700_000_000)
    assert log.cosign(text, [signature])
    assert signature.line.encode() in log.checkpoint()
    assert log.cosign(text, [signature])
    assert log.checkpoint().count(b"witness.example") == 1
    log.append(b"b")
    assert not log.cosign(text, [signature])
    assert b"witness.example" not in log.checkpoint()
