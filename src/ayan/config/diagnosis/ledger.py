"""What is seen of the city's log: its key, its tree, acts that were begun, and its witnesses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from ayan.config.diagnosis.health_finding import HealthFinding, reason
from ayan.config.limits import SAMPLE_BUNDLES
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.keys import is_demo
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNoteKey
from ayan.core.ledger.policy import BadPolicy
from ayan.core.ledger.refusal import LedgerError, LogDamaged
from ayan.core.ledger.tiles import WIDTH, BadTile, HashTile, tiles_of
from ayan.core.ledger.tree import BadProof, check_inclusion, leaf_hash
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import ledger
from ayan.wiring.city import City


def examine_ledger(home: City, deep: bool) -> Iterator[HealthFinding]:
    """The log of public acts; with ``deep`` every entry is read and every hash computed again."""
    try:
        log = ledger.reading(home.home)
        if log is None:
            yield HealthFinding("log", "ok", Label("دفتر هنوز آغاز نشده است.", "The log has not been begun yet."))
            return
        yield from _key(home, log)
        if deep:
            log.audit()
        else:
            _look(home, log)
        how = Label("از نو خوانده و سنجیده شد", "read again and compared") if deep else Label("در جای خود", "in place")
        yield HealthFinding(
            "log",
            "ok",
            Label("دفتر {origin}: {size} برگ، {how}.", "The log {origin}: {size} leaves, {how}.").format(
                origin=log.origin, size=log.size, how=how
            ),
        )
        yield from _rules(home)
        yield from _intents(log)
        yield from _witnesses(home, log)
    except (LedgerError, ValueError, OSError) as fault:
        yield HealthFinding(
            "log-damaged",
            "error",
            Label("دفتر آسیب دیده است: {fault}.", "The log is damaged: {fault}.").format(fault=reason(fault)),
            Label(
                "چیزی منتشر نکنید و دفتر را از پشتیبان یا رونوشتی برگردانید (ayan restore، ayan replay).",
                "Publish nothing, and bring the log back from a backup or a copy (ayan restore, ayan replay).",
            ),
        )


def _look(home: City, log: Log) -> None:
    """Whether every tile stands, and the entries of some bundles, the last among them, are those of the tree.

    Which bundles changes each day. Raises LogDamaged, or OSError.
    """
    size = log.size
    for tile in tiles_of(size):
        # A full tile may stand where the partial one is asked for.
        whole, partial = log.tile_path(tile.level, tile.index), log.tile_path(tile.level, tile.index, tile.width)
        if not partial.is_file() and not whole.is_file():
            raise LogDamaged(f"{tile.path} is missing")
    bundles = -(-size // WIDTH)
    draw = random.Random(today(home.clock).isoformat())  # noqa: S311 - a sample, and no secret
    for bundle in {bundles - 1, *(draw.randrange(bundles) for _ in range(SAMPLE_BUNDLES))} if bundles else ():
        entries = log.leaves(bundle * WIDTH, (bundle + 1) * WIDTH)
        hashes = b"".join(leaf_hash(entry) for entry in entries)
        tile = HashTile(0, bundle, len(entries))
        at = bundle * WIDTH + len(entries) - 1
        try:
            if log.resource(tile.path) != hashes:
                raise LogDamaged(f"{tile.path} does not fit the entries below it")
            check_inclusion(leaf_hash(entries[-1]), at, size, log.inclusion(at), log.root())
        except (BadProof, BadTile):
            raise LogDamaged(f"leaf {at} does not fit the tree") from None


def _key(home: City, log: Log) -> Iterator[HealthFinding]:
    try:
        ledger.fitting_key(home.home, home.store, demo=home.profile.demo)
    except BadNoteKey:
        yield HealthFinding(
            "log-key",
            "error",
            Label(
                "کلیدی که هست کلید این دفتر نیست، خوانده نمی‌شود یا برای دیگران باز است؛ چیزی امضا نمی‌شود.",
                "The key at hand is not that of this log, cannot be read, or is open to others; nothing can be signed.",
            ),
            Label("AYAN_LOG_KEY و دسترسی پرونده‌اش را ببینید.", "Look at AYAN_LOG_KEY and the permissions of its file."),
        )
    if log.verifier is None or not is_demo(log.verifier):
        return
    if home.profile.demo:
        yield HealthFinding(
            "log-key-demo",
            "warning",
            Label(
                "دفتر با کلید نمایشی امضا می‌شود که همه آن را دارند؛ برای شهر واقعی به کار نمی‌آید.",
                "The log is signed with the demo key, which everybody has; it is no use to a real city.",
            ),
        )
    else:
        yield HealthFinding(
            "log-key-demo",
            "error",
            Label(
                "دفتر شهری واقعی با کلید نمایشی امضا شده است که همه آن را دارند: امضایش چیزی را ثابت نمی‌کند.",
                "A real city's log is signed with the demo key, which everybody has: its signature proves nothing.",
            ),
        )


def _rules(home: City) -> Iterator[HealthFinding]:
    """Whether every entry may stand where it stands."""
    history = home.log_replay.now()
    for broken in history.violations:
        yield HealthFinding(
            "log-rule",
            "error",
            Label("برگ {index} ({code}): {what}", "Leaf {index} ({code}): {what}").format(
                index=broken.index, code=broken.code, what=broken.what
            ),
        )
    if not history.violations:
        yield HealthFinding(
            "log-rule", "ok", Label("همهٔ برگ‌ها با قاعده‌های دفتر می‌خوانند.", "All leaves keep the rules of the log.")
        )


def _intents(log: Log) -> Iterator[HealthFinding]:
    for intent in log.intents():
        yield HealthFinding(
            "log-intent",
            "warning",
            Label("{name} آغاز شد و به پایان نرسید.", "{name} was begun and not finished.").format(
                name=intent.name.partition(" ")[0]
            ),
            Label("انتشار بعدی همین داده آن را روشن می‌کند.", "The next publication of this dataset settles it."),
        )


def _witnesses(home: City, log: Log) -> Iterator[HealthFinding]:
    try:
        asked = ledger.witnesses(home.home)
    except BadPolicy as fault:
        yield HealthFinding(
            "witness-policy",
            "error",
            Label("{policy} درست نیست: {fault}", "{policy} is not right: {fault}").format(
                policy=ledger.POLICY, fault=fault
            ),
        )
        return
    if not asked:
        yield HealthFinding(
            "witness",
            "ok",
            Label(
                "گواهی برای دفتر نام برده نشده است ({policy}).",
                "No witness is named for the log ({policy}).",
            ).format(policy=ledger.POLICY),
        )
        return
    times = cosigned(log.checkpoint(), [witness.key for witness in asked])
    for witness in asked:
        if witness.key in times:
            at = datetime.fromtimestamp(times[witness.key], UTC).isoformat()
            yield HealthFinding(
                "witness",
                "ok",
                Label("گواه {name}: {at}", "The witness {name} cosigned at {at}.").format(name=witness.name, at=at),
            )
        else:
            yield HealthFinding(
                "witness",
                "warning",
                Label(
                    "گواه {name} آخرین وضع دفتر را امضا نکرده است.",
                    "The witness {name} has not cosigned the log as it is now.",
                ).format(name=witness.name),
            )
