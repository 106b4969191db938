"""Which log the city keeps: its folder, its name, its key, and the witnesses that are asked to cosign it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ayan.core.bucket.bucket_place import BucketPlace
from ayan.core.ledger.checkpoint import parse_checkpoint
from ayan.core.ledger.limits import WITNESS_SECONDS
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import Signer, Verifier, parse_note
from ayan.core.ledger.refusal import Forked, LedgerError
from ayan.core.ledger.remote_checkpoints import RemoteCheckpoint, WitnessRequest, ask_witnesses
from ayan.core.ledger.signing_key import KeyRefused, demo_signer, load_signer, make_key
from ayan.core.ledger.trust_policy import BadPolicy, Policy, PolicyWitness, parse_policy
from ayan.core.store.limits import LOOK_PATIENCE
from ayan.core.system.files import PRIVATE_FOLDER, make_folder, write
from ayan.core.system.machine_time import synchronised_time
from ayan.core.transparency.clock_check import ClockReading
from ayan.core.transparency.limits import CLOCK_SECONDS
from ayan.core.values.clock import Clock
from ayan.core.values.label import Label
from ayan.wiring.own_variables import said
from ayan.wiring.store_place import store_place_of

FOLDER: Final = "ledger"
VERIFIER: Final = "vkey"
"""The public key, in the log's folder, as everybody may have it."""

FORMER: Final = "vkeys.former"
"""The public keys that the log was signed with before, one on each line."""

KEY: Final = Path("keys", "log.key")
MEMORY: Final = Path("keys", "log.last")
BEHIND: Final = Path("keys", "log.behind")
"""What others have seen of the log and is not here, since an older copy was restored."""

POLICY: Final = "witnesses.policy"

DEMO: Final = "demo.ayan.invalid"
UNNAMED: Final = "unnamed.ayan.invalid"


_rights: Final[list[Callable[[], None]]] = []


@contextmanager
def signing_while(right: Callable[[], None]) -> Iterator[None]:
    """Let this process sign only as long as ``right`` does not raise, while the block lasts."""
    _rights.append(right)
    try:
        yield
    finally:
        _rights.remove(right)


def may_sign() -> None:
    """Raise whatever says that this process has lost its right to sign; nothing where nobody holds it to one."""
    for right in _rights:
        right()


def reading(home: Path, place: BucketPlace | None = None) -> Log | None:
    """The city's log for who only reads; None while nothing has been entered. ``place`` as in `opened`."""
    verifier = public_key(home)
    if verifier is None:
        return None
    return opened(home, verifier.name, None, verifier=verifier, former=former_keys(home), place=place)


def opened(
    home: Path,
    origin: str,
    signer: Signer | None,
    *,
    verifier: Verifier | None = None,
    former: Sequence[Verifier] = (),
    memory: Path | None = None,
    place: BucketPlace | None = None,
) -> Log:
    """The log in ``home``, which it shares with other machines where its releases stand in a bucket.

    ``place`` is that bucket, where the variables do not say it of this ``home``.
    """
    place = place or store_place_of(home).bucket
    if place is None:
        return Log(home / FOLDER, origin, signer, verifier=verifier, former=former, memory=memory)
    # As in a store of releases, the client is loaded only where it is of use.
    from ayan.core.bucket.bucket import Bucket
    from ayan.core.bucket.limits import HASTY_REQUEST
    from ayan.core.ledger.bucket_log import BucketLog

    buckets = {"bucket": Bucket(place), "hasty": Bucket(place, LOOK_PATIENCE, HASTY_REQUEST)}
    return BucketLog(home / FOLDER, origin, signer, verifier=verifier, former=former, memory=memory, **buckets)


def public_key(home: Path) -> Verifier | None:
    """The key under which the city's log is signed; None while it has none."""
    try:
        return Verifier.parse((home / FOLDER / VERIFIER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def key_time(home: Path) -> int:
    """When the public key was put there, in nanoseconds; 0 while there is none."""
    try:
        return (home / FOLDER / VERIFIER).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def former_keys(home: Path) -> list[Verifier]:
    """The keys that the log was signed with before the present one."""
    try:
        lines = (home / FOLDER / FORMER).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Verifier.parse(line) for line in lines if line.strip()]


def put_key(home: Path, key: Verifier, former: Sequence[Verifier]) -> None:
    """Let ``key`` be the log's public key from now on; what the ``former`` ones signed is accepted too."""
    # In this order, so that a checkpoint by the older key is accepted at any moment.
    write(home / FOLDER / FORMER, "".join(f"{each}\n" for each in former).encode())
    write(home / FOLDER / VERIFIER, f"{key}\n".encode())


def follow(home: Path, keys: Sequence[str]) -> bool:
    """Take over the keys (*vkeys*, in order) that leaves of another copy of the log lead to; whether there are any."""
    known = public_key(home)
    new = [Verifier.parse(key) for key in keys]
    if known is None or not new or new[-1] == known:
        return False
    put_key(home, new[-1], [*former_keys(home), known, *new[:-1]])
    return True


def writing(home: Path, store: Path, *, domain: str = "", demo: bool = False, unseen: bool = False) -> Log:
    """The city's log for who publishes: the first time, its key is made and its public half put beside the log.

    ``AYAN_LOG_KEY`` holds the key or names its file; without it the file is `KEY` in ``home``. A log is named after
    the city's ``domain``, or the host of ``AYAN_ORIGIN``, and keeps its name. With ``unseen`` nobody need have said
    whether it had grown before it was restored: somebody is about to say that nobody can. Raises KeyRefused or
    BadNoteKey when the key may not be used, and Forked or Damaged when the log may not be signed.
    """
    known = public_key(home)
    origin = known.name if known else _name(home, domain, demo)
    check_newest(home, unseen=unseen)
    signer = fitting_key(home, store, demo=demo) if known else _signer(home, store, origin, new=True, demo=demo)
    log = opened(home, origin, signer, former=former_keys(home), memory=home / MEMORY)
    if known is None:
        write(home / FOLDER / VERIFIER, f"{signer.verifier}\n".encode())
    return log


def remember(home: Path, seen: Sequence[RemoteCheckpoint]) -> None:
    """Note, beside the key, what others have seen of the log that is not in it: until it is, nothing is signed."""
    apart = [checkpoint for checkpoint in seen if checkpoint.apart]
    if not apart:
        return
    keys = home / BEHIND.parent
    make_folder(keys, mode=PRIVATE_FOLDER)
    signed = [checkpoint.signed for checkpoint in apart if checkpoint.signed is not None]
    if signed:
        # Size and root both: the log refuses a tree that does not grow into this one.
        write(home / MEMORY, max(signed, key=lambda note: parse_checkpoint(parse_note(note).text).size))
    facts = {
        "size": max(checkpoint.size for checkpoint in apart),
        "by": sorted({checkpoint.by for checkpoint in apart}),
    }
    write(home / BEHIND, json.dumps(facts, ensure_ascii=False).encode())


@contextmanager
def replaying(home: Path) -> Iterator[None]:
    """Let nothing be signed until the block has come to its end, in whatever process: releases are being put back."""
    facts = {**(_behind(home) or {"size": 0, "by": []}), "replaying": False}
    make_folder(home / BEHIND.parent, mode=PRIVATE_FOLDER)
    write(home / BEHIND, json.dumps(facts | {"replaying": True}).encode())
    yield
    write(home / BEHIND, json.dumps(facts).encode())


def _behind(home: Path) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = json.loads((home / BEHIND).read_bytes())
    except FileNotFoundError:
        return None
    return facts


def check_newest(home: Path, *, unseen: bool = False) -> None:
    """Raise Forked while the log, or the store, is known to lack what others have seen.

    So while nobody has said whether it does, unless ``unseen`` says that this is all right.
    """
    facts = _behind(home)
    if facts is None:
        return
    if facts.get("replaying"):
        raise Forked("releases of this log are not all back yet: run ayan replay once more")
    if facts.get("untold") and not unseen:
        raise Forked("nobody has said whether the log had grown since the backup: see ayan log newest")
    log = reading(home)
    if log is None or log.size < facts["size"]:
        size = log.size if log else 0
        raise Forked(
            f"{', '.join(facts['by'])} saw {facts['size']} leaves of this log, only {size} are here: nothing is signed"
        )
    if not facts.get("untold"):
        (home / BEHIND).unlink()


def leave_untold(home: Path, size: int) -> None:
    """Note that nobody could say whether the log had grown beyond ``size`` leaves: nothing is signed until `settle`."""
    make_folder(home / BEHIND.parent, mode=PRIVATE_FOLDER)
    facts = {"size": size, "by": [], **(_behind(home) or {}), "untold": True}
    write(home / BEHIND, json.dumps(facts, ensure_ascii=False).encode())


def is_untold(home: Path) -> bool:
    """Whether it is still to be said whether the log had grown."""
    return bool((_behind(home) or {}).get("untold"))


def settle(home: Path) -> None:
    """Somebody has said whether the log had grown, or a leaf of it says that nobody can."""
    facts = _behind(home)
    if facts is not None and facts.pop("untold", False):
        write(home / BEHIND, json.dumps(facts, ensure_ascii=False).encode())


def remembered(home: Path) -> bytes | None:
    """The last checkpoint that was signed on this machine, as it is kept beside the key; None where none is."""
    try:
        return (home / MEMORY).read_bytes()
    except FileNotFoundError:
        return None


def all_keys(home: Path) -> list[Verifier]:
    """The keys that the log is or was signed with."""
    return [key for key in (public_key(home), *former_keys(home)) if key is not None]


def signing(home: Path, store: Path, *, demo: bool = False) -> Signer:
    """The key that the log is signed with, to sign something about it; nothing is made.

    Raises KeyRefused when the log has no key yet or the key at hand is another one, BadNoteKey when it cannot be read,
    and Forked as `check_newest` does.
    """
    signer = fitting_key(home, store, demo=demo)
    check_newest(home)
    return signer


def fitting_key(home: Path, store: Path, *, demo: bool = False) -> Signer:
    """The key at hand, if it is that of the log; nothing is made or changed. KeyRefused or BadNoteKey otherwise."""
    known = public_key(home)
    if known is None:
        raise KeyRefused("the log has no key yet")
    signer = key_at_hand(home, store, known.name, demo=demo)
    if signer.verifier != known:
        raise KeyRefused("the key is not the one this log has been signed with")
    return signer


def key_at_hand(home: Path, store: Path, origin: str, *, demo: bool = False) -> Signer:
    """The key of ``origin`` that the environment or the city's folder holds; errors as of `load_signer`."""
    return _signer(home, store, origin, new=False, demo=demo)


def policy(home: Path) -> Policy:
    """The witnesses that the city asks, as `POLICY` in ``home`` names them; none where there is no such file.

    Raises BadPolicy for a file that cannot be read.
    """
    try:
        return parse_policy((home / POLICY).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Policy()
    except UnicodeDecodeError:
        raise BadPolicy("a policy is UTF-8 text") from None


def witnesses(home: Path) -> list[PolicyWitness]:
    """The witnesses that the city asks for their signatures."""
    return list(policy(home).witnesses.values())


def ask(home: Path, log: Log, seconds: float = WITNESS_SECONDS) -> list[WitnessRequest]:
    """Ask the city's witnesses to cosign the log's checkpoint, for ``seconds`` at most; how each of them answered."""
    try:
        return ask_witnesses(log, witnesses(home), seconds)
    except (BadPolicy, LedgerError, OSError) as trouble:
        # The act has taken effect and must not fail now; the doctor says what is wrong with the file.
        logging.getLogger(__name__).warning("witnesses not asked: %s", trouble)
        return []


def clock_readings(home: Path, log: Log, clock: Clock) -> Iterator[ClockReading]:
    """What the machine's time service and the city's witnesses say of the time; nothing from those that are silent.

    Witnesses tell it by cosigning the checkpoint that stands, which their signatures are added to.
    """
    kept = synchronised_time()
    if kept is not None:
        yield ClockReading(Label("سرویس زمان ماشین", "the machine's time service"), kept, clock.now())
    for request in ask(home, log, CLOCK_SECONDS) if log.size else ():
        if request.signature is not None and request.signature.time is not None:
            by = Label("گواه {name}", "the witness {name}").format(name=request.witness.name)
            yield ClockReading(by, datetime.fromtimestamp(request.signature.time, UTC), clock.now())


def _name(home: Path, domain: str, demo: bool) -> str:
    return domain or urlsplit(said(home, "AYAN_ORIGIN")).hostname or (DEMO if demo else UNNAMED)


def _signer(home: Path, store: Path, origin: str, *, new: bool, demo: bool) -> Signer:
    if demo:
        return demo_signer(origin)
    value = said(home, "AYAN_LOG_KEY")
    if value:
        return load_signer(value, origin, outside=store)
    path = home / KEY
    if new and not path.exists():
        make_folder(path.parent, mode=PRIVATE_FOLDER)
        return make_key(path, origin)
    return load_signer(str(path), origin, outside=store)
