"""The city's log under another key: by a leaf that both keys signed, or by one that says that the old one is lost."""

from __future__ import annotations

from pathlib import Path

from ayan.core.ledger.note import Signer, Verifier
from ayan.core.ledger.signing_key import KeyRefused, make_key, read_key
from ayan.core.store.tombstone import instant
from ayan.core.transparency.entries.key_rotation import KeyRotation
from ayan.wiring import ledger
from ayan.wiring.city import City


def rotate(city: City, new: Path, *, lost: bool = False) -> Verifier:
    """Put the log under a new key, made at ``new``, of the same name; returns its public half.

    The leaf that says so is the first thing under the new key, so that no checkpoint with it bears the old one's
    signature. The older public key is remembered, so that what it signed can still be checked. With ``lost`` the log
    says that the old key is gone, and readers who trust that have to be told elsewhere. A rotation that was stopped
    half-way goes on with the key at ``new``.

    Raises FileExistsError when there is another file at ``new``, KeyRefused when it stands in the store, when the log
    has no key yet, or when the old key is not at hand and not ``lost``; ClockDoubted and Forked as every signature.
    """
    home, store = city.home, city.store
    known = ledger.public_key(home)
    if known is None:
        raise KeyRefused("the log has no key yet")
    if new.resolve().is_relative_to(store.resolve()):
        raise KeyRefused(f"the log's key must not stand inside {store}")
    ledger.check_newest(home)
    before = ledger.former_keys(home)
    begun = new.exists() and bool(before) and read_key(new).verifier == known and _stated(city) != str(known)
    if new.exists() and not begun:
        raise FileExistsError(new)
    old = before[-1] if begun else known
    signer_before = None if lost else _old_signer(city, old)
    signer = read_key(new) if begun else make_key(new, known.name)
    former = before if begun else [*before, known]
    # Readers accept the checkpoint that stands by the older key; what is stopped here goes on from here.
    ledger.put_key(home, signer.verifier, former)
    writer = city.writer(ledger.opened(home, known.name, signer, former=former, memory=home / ledger.MEMORY))
    if signer_before is None:
        writer.notice("key-lost", old=str(old), new=str(signer.verifier))
    else:
        at, size = instant(city.clock.now()), writer.history().size
        writer.enter([KeyRotation.signed(signer_before, signer, at=at, size=size).leaf])
        writer.announce()
    return signer.verifier


def _stated(city: City) -> str | None:
    """The key that the log itself says it is under; None where no leaf says so."""
    return city.log_replay.now().operator.key


def _old_signer(city: City, old: Verifier) -> Signer:
    signer = ledger.key_at_hand(city.home, city.store, old.name, demo=city.profile.demo)
    if signer.verifier != old:
        raise KeyRefused("the key at hand is not the one this log has been signed with")
    return signer
