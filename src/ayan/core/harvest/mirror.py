"""A mirror of a portal: all that its log names, taken only as it was sealed, and followed from state to state.

The log comes first: signed by a key that is believed, led to its root by its own entries, and a continuation of what
the mirror has. Then whatever the log names is fetched and held against it. Only when all of it holds does the state
take the place of the one before.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ayan.core.harvest import mirror_source
from ayan.core.harvest.limits import MIRROR_LOG_BYTES, MIRROR_TRIES
from ayan.core.harvest.mirror_folder import MirrorFolder, StandingState
from ayan.core.harvest.mirror_refusal import MirrorRefused
from ayan.core.harvest.mirror_source import HeldDocuments, MirrorBounds, MirrorSource
from ayan.core.harvest.mirror_state import MirrorState
from ayan.core.ledger import tree
from ayan.core.ledger.checkpoint import cosigned, parse_checkpoint
from ayan.core.ledger.log import CHECKPOINT
from ayan.core.ledger.note import BadNote, NotSigned, parse_note
from ayan.core.ledger.refusal import LogDamaged
from ayan.core.ledger.tiles import WIDTH, LogReader, encode_bundle
from ayan.core.ledger.tree import leaf_hash
from ayan.core.ledger.trust_policy import Policy, PolicyCheck
from ayan.core.system.progress import Progress
from ayan.core.transparency.entries.entry import read_entry
from ayan.core.transparency.entries.original_deletion import commitment_of
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.evidence import MANIFEST, Evidence, Unreachable
from ayan.core.transparency.grown_log import LogRewritten, grown
from ayan.core.transparency.key_chain import followed
from ayan.core.transparency.log_rules import LogHistory, beyond, replay
from ayan.core.transparency.log_verification import LOG, replaced
from ayan.core.transparency.manifest_facts import ReleaseFault
from ayan.core.transparency.published_texts import published
from ayan.core.transparency.release_verification import examine_release
from ayan.core.transparency.row_reader import RowReader
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.label import Label

_WHERE: Final = f"{LOG}/{CHECKPOINT}"
# What may only look so while somebody publishes: the leaf of an act stands before the act is seen.
_MAY_PASS: Final = frozenset({"log-damaged", "release", "text"})
_MISSING: Final = Label("ثبت عمومی از آن می‌گوید و اینجا نیست.", "The log speaks of it, and it is not here.")
_DIFFERS: Final = Label("همان نیست که ثبت عمومی اثر انگشتش را دارد.", "It is not what the log has the digest of.")
_ORIGINAL: Final = Label(
    "پروندهٔ حذف‌شده از این انتشار نیست.", "The original that is called deleted is not of this release."
)


@dataclass(frozen=True, slots=True)
class MirrorOutcome:
    """What one run did: the ``size`` of the log, the releases that ``came``, that were ``erased`` in part, and went.

    ``changed`` is whether another state stands now, and ``bytes`` what was fetched for it.
    """

    size: int
    changed: bool = False
    came: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    went: tuple[str, ...] = ()
    bytes: int = 0


def follow(
    evidence: Evidence,
    policy: Policy,
    folder: MirrorFolder,
    *,
    bounds: MirrorBounds | None = None,
    accepted: Collection[int] = (),
    tell: Progress | None = None,
    pauses: tuple[float, ...] | None = None,
) -> MirrorOutcome:
    """Bring a mirror to what the portal's log says now, as somebody would who believes ``policy``.

    ``accepted`` are the indexes of leaves that break a rule of the log and are known to. Raises MirrorRefused, with the
    mirror as it was; Unreachable where nobody answers, and BlockingIOError where another run is at work.
    """
    with folder.alone():
        waits = mirror_source.PAUSES if pauses is None else pauses
        documents = HeldDocuments(folder.releases())
        source = MirrorSource(evidence, bounds or MirrorBounds(), folder.held(), waits, documents)
        # Whoever sends a file a byte at a time is hung up on.
        watch = threading.Timer(source.seconds, evidence.close)
        watch.daemon = True
        watch.start()
        try:
            return _followed(source, policy, folder, accepted, tell or (lambda stage, share: None))
        finally:
            watch.cancel()


def _followed(
    source: MirrorSource, policy: Policy, folder: MirrorFolder, accepted: Collection[int], tell: Progress
) -> MirrorOutcome:
    for again in range(MIRROR_TRIES):
        try:
            return _Following(source, policy, folder, accepted, tell).go()
        except MirrorRefused as refusal:
            if refusal.code not in _MAY_PASS or again + 1 == MIRROR_TRIES:
                refusal.kept_at = folder.keep_evidence(refusal)
                raise
        source.rest(again)
    raise AssertionError("the last look returns or raises")


class _Following:
    """One look at a portal, and the way from the state that stands to what it shows."""

    def __init__(
        self, source: MirrorSource, policy: Policy, folder: MirrorFolder, accepted: Collection[int], tell: Progress
    ) -> None:
        self._source, self._policy, self._folder = source, policy, folder
        self._accepted, self._tell = accepted, tell
        self._standing = folder.standing()
        self._known: Sequence[bytes] = self._standing.leaves if self._standing else []

    def go(self) -> MirrorOutcome:
        """Take whatever is new, or raise MirrorRefused."""
        about = self._folder.about()
        is_same = self._standing is not None and about.get("address") == self._source.name
        try:
            signed, tag = self._source.changed(_WHERE, str(about.get("tag", "")) if is_same else "")
        except FileNotFoundError:
            raise MirrorRefused.because("no-log", name=self._source.name) from None
        if self._standing is not None and (signed is None or signed == self._standing.signed):
            return self._unchanged(self._standing, tag)
        if signed is None:
            raise MirrorRefused.because("no-log", name=self._source.name)
        state = self._log(signed)
        if self._standing is not None and self._is_replayed(self._standing, signed):
            return self._unchanged(self._standing, tag)
        before = replay(self._known).standing()
        wanted = {
            ref: statement
            for ref, statement in state.history.standing().items()
            if statement.act != "withdrawn" and (ref not in before or before[ref].manifest != statement.manifest)
        }
        try:
            self._releases(state.history, wanted)
            state.texts = self._texts(state.history)
            state.by = self._buriers(state.history)
        except (MirrorRefused, Unreachable):
            # Whatever keeps the mirror from going on, what the city took back is not published here any longer.
            self._let_go(state, before)
            raise
        self._folder.put(f"{state.size:09d}", state.fill)
        self._settle(tag)
        gone = {ref for ref, said in state.history.standing().items() if said.act == "withdrawn" and ref in before}
        return MirrorOutcome(
            state.size,
            changed=True,
            came=tuple(sorted(ref for ref in wanted if ref not in before)),
            erased=tuple(sorted(ref for ref in wanted if ref in before)),
            went=tuple(sorted(ref for ref in gone if before[ref].act != "withdrawn")),
            bytes=self._source.bytes,
        )

    def _unchanged(self, standing: StandingState, tag: str) -> MirrorOutcome:
        """Nothing is new; what stands must still be what its user believes."""

        def get(path: str) -> bytes:
            return (standing.folder / LOG / path).read_bytes()

        self._continues_seen(self._known, standing.signed)
        policy, _ = followed(get, self._policy, self._known)
        try:
            policy.check(standing.signed)
        except (BadNote, NotSigned) as fault:
            raise MirrorRefused.because("checkpoint", fault=fault) from None
        self._settle(tag)
        return MirrorOutcome(len(self._known))

    def _settle(self, tag: str) -> None:
        """Note whence the state came, and let go of what was fetched for it."""
        self._folder.note(self._source.name, tag)
        self._folder.drop_others(())
        self._folder.drop_texts()

    def _is_replayed(self, standing: StandingState, signed: bytes) -> bool:
        """Whether a checkpoint of the very tree that stands has lost signatures, or has older ones."""
        if parse_checkpoint(parse_note(signed).text) != standing.checkpoint:
            return False
        witnesses = [witness.key for witness in self._policy.witnesses.values()]
        kept, shown = cosigned(standing.signed, witnesses), cosigned(signed, witnesses)
        lost = len(parse_note(signed).signatures) < len(parse_note(standing.signed).signatures)
        return lost or any(shown.get(witness, 0) < at for witness, at in kept.items())

    def _let_go(self, state: MirrorState, before: Mapping[str, Statement]) -> None:
        """Remove what the log says is withdrawn, and what rows were erased of, from the state that stands."""
        said, standing = state.history.standing(), self._standing
        gone = {
            ref
            for ref, earlier in before.items()
            if standing is not None
            and (ref not in said or said[ref].act == "withdrawn" or said[ref].manifest != earlier.manifest)
            and (MirrorState.release_at(standing.folder, ref) / MANIFEST).exists()
        }
        if gone and standing is not None:
            self._folder.put(f"{len(self._known):09d}", lambda draft: state.fill_without(draft, gone))

    # --- the log ------------------------------------------------------------------------------------------------------

    def _log(self, signed: bytes) -> MirrorState:
        """The state that a checkpoint states, once it is proved to continue the one that stands."""

        left = MIRROR_LOG_BYTES

        def get(path: str) -> bytes:
            nonlocal left
            if path == CHECKPOINT:
                return signed
            body = self._source.get(f"{LOG}/{path}")
            left -= len(body)
            if left < 0:
                raise MirrorRefused.because("log-long", size=MIRROR_LOG_BYTES)
            return body

        self._policy, _ = followed(get, self._policy, self._known)
        try:
            by = self._policy.check(signed)
        except (BadNote, NotSigned, UnicodeDecodeError) as fault:
            raise MirrorRefused.because("checkpoint", fault=fault).showing(shown=signed) from None
        if self._standing is not None:
            self._continues(self._standing, by, signed)
        stored = LogReader(get)
        try:
            coming, tiles = grown(stored, self._known, by.checkpoint)
        except LogRewritten:
            raise self._forked(signed, stored, by.checkpoint.size) from None
        except (LogDamaged, FileNotFoundError) as fault:
            raise MirrorRefused.because("log-damaged", fault=fault).showing(shown=signed) from None
        leaves = [*self._known, *coming]
        self._continues_seen(leaves, signed)
        history = self._rules(signed, by, leaves)
        # From now on no other log is followed, though this state should never be taken.
        self._folder.see(signed)
        return MirrorState(self._folder, self._standing, self._policy, signed, leaves, tiles, history)

    def _continues(self, standing: StandingState, by: PolicyCheck, signed: bytes) -> None:
        """Refuse another log, and an old state of this one."""
        kept, shown = standing.checkpoint, by.checkpoint
        if kept.origin != shown.origin:
            raise MirrorRefused.because("other-log", shown=shown.origin, own=kept.origin)
        if shown.size >= kept.size:
            return
        evidence = {"kept": standing.signed, "shown": signed}
        if shown.root == tree.root_of([leaf_hash(leaf) for leaf in self._known[: shown.size]]):
            raise MirrorRefused.because("rollback", shown=shown.size, size=kept.size).showing(**evidence)
        raise MirrorRefused.because("fork", size=kept.size).showing(**evidence)

    def _continues_seen(self, leaves: Sequence[bytes], signed: bytes) -> None:
        """Refuse what does not continue a log that was accepted while its state could not be taken."""
        seen = self._folder.seen()
        if seen is None:
            return
        try:
            kept = parse_checkpoint(parse_note(seen).text)
        except (BadNote, UnicodeDecodeError) as fault:
            raise MirrorRefused.because("own-damage", fault=fault) from None
        evidence = {"kept": seen, "shown": signed}
        if kept.size > len(leaves):
            raise MirrorRefused.because("rollback", shown=len(leaves), size=kept.size).showing(**evidence)
        if tree.root_of([leaf_hash(leaf) for leaf in leaves[: kept.size]]) != kept.root:
            evidence["shown-entries"] = encode_bundle(leaves)
            raise MirrorRefused.because("fork", size=kept.size).showing(**evidence)

    def _forked(self, signed: bytes, stored: LogReader, size: int) -> MirrorRefused:
        """Two signed checkpoints, and the entries behind the other one as far as they can be had."""
        evidence = {"kept": self._standing.signed if self._standing else b"", "shown": signed}
        try:
            entries = [entry for index in range(-(-size // WIDTH)) for entry in stored.entries(index, size)]
            evidence["shown-entries"] = encode_bundle(entries)
        except (LogDamaged, FileNotFoundError):
            pass
        return MirrorRefused.because("fork", size=len(self._known)).showing(**evidence)

    def _rules(self, signed: bytes, by: PolicyCheck, leaves: Sequence[bytes]) -> LogHistory:
        """The history of the log; refused where something new in it breaks a rule that nobody accepted to be broken."""
        history, count = replay(leaves), len(self._known)
        broken = [violation for violation in history.violations if violation.index >= count]
        broken += replaced(signed, history, self._policy.logs)
        if by.cosigned:
            new = {index: read_entry(leaf) for index, leaf in enumerate(leaves[count:], count)}
            broken += beyond(new, datetime.fromtimestamp(min(by.cosigned.values()), UTC))
        for violation in sorted(broken, key=lambda each: each.index):
            if violation.index not in self._accepted:
                evidence = {"shown": signed, "entries": encode_bundle(leaves)}
                raise MirrorRefused.because("rule", index=violation.index, what=violation.what).showing(**evidence)
        return history

    # --- what it names ------------------------------------------------------------------------------------------------

    def _releases(self, history: LogHistory, wanted: dict[str, Statement]) -> None:
        """Fetch what is not here yet, each release held against the log before it counts as fetched."""
        self._folder.drop_others({statement.manifest for statement in wanted.values()})
        missing = [ref for ref in sorted(wanted) if not self._folder.fetched(wanted[ref].manifest).exists()]
        with RowReader() as reader:
            for number, ref in enumerate(missing, 1):
                digest = wanted[ref].manifest
                fault = self._fault(history, ref, reader, self._folder.coming(digest))
                if fault is not None:
                    # Whatever came of it before a run was stopped may be to blame.
                    self._folder.drop(digest)
                    fault = self._fault(history, ref, reader, self._folder.coming(digest))
                if fault is not None:
                    self._folder.drop(digest)
                    where = f"{ref}/{fault.file}" if fault.file else ref
                    raise MirrorRefused.because("release", where=where, what=fault.what)
                self._folder.take(digest)
                self._source.documents.add(self._folder.fetched(digest))
                self._tell(ref, number / len(missing))

    def _fault(self, history: LogHistory, ref: str, reader: RowReader, target: Path) -> ReleaseFault | None:
        """The first thing that is wrong with a release; None where all of it is as it was sealed."""
        manifest, faults = examine_release(self._source, history.releases[ref], target, reader)
        gone = history.originals.get(ref)
        if manifest and gone is not None and gone.commitment != commitment_of(manifest):
            faults = [*faults, ReleaseFault("original-other", MANIFEST, _ORIGINAL)]
        return next((fault for fault in faults if fault.broken), None)

    def _texts(self, history: LogHistory) -> dict[str, bytes]:
        """What stands beside the log and is not here yet, by its path under the log's address."""
        texts: dict[str, bytes] = {}
        for path, digest in published(history).items():
            if self._standing is not None and (self._standing.folder / LOG / path).exists():
                continue
            body = self._folder.text(digest)
            if body is None:
                try:
                    body = self._source.get(f"{LOG}/{path}")
                except FileNotFoundError:
                    raise MirrorRefused.because("text", where=f"{LOG}/{path}", what=_MISSING) from None
                if sha256_hex(body) != digest:
                    raise MirrorRefused.because("text", where=f"{LOG}/{path}", what=_DIFFERS)
                self._folder.take_text(digest, body)
            texts[path] = body
        return texts

    def _buriers(self, history: LogHistory) -> dict[str, str]:
        """By whom each release was withdrawn that has no tombstone here yet: that is the portal's word alone."""
        buried = [ref for ref, release in history.releases.items() if release.withdrawn]
        return {
            ref: str(self._source.tombstone(ref).get("by") or "")
            for ref in buried
            if self._standing is None or not MirrorState.tombstone_at(self._standing.folder, ref).exists()
        }
