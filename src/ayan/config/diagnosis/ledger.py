"""What is seen of the city's log: its key, its tree, acts that were begun, and its witnesses."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ayan.config import env
from ayan.config.diagnosis.health_finding import HealthFinding, day_of, number_of, reason
from ayan.config.limits import ANCHOR_LATE, ENOUGH_WITNESSES, SAMPLE_BUNDLES
from ayan.core.ledger.checkpoint import cosigned
from ayan.core.ledger.log import Log
from ayan.core.ledger.note import BadNoteKey
from ayan.core.ledger.refusal import LedgerError, LogDamaged
from ayan.core.ledger.signing_key import is_demo
from ayan.core.ledger.tiles import WIDTH, BadTile, HashTile, tiles_of
from ayan.core.ledger.tree import BadProof, check_inclusion, leaf_hash
from ayan.core.ledger.trust_policy import BadPolicy
from ayan.core.system.machine_time import synchronised_time
from ayan.core.values.clock import today
from ayan.core.values.label import Label
from ayan.wiring import checkpoint_endorsements, ledger
from ayan.wiring.city import City


def examine_ledger(home: City, deep: bool) -> Iterator[HealthFinding]:
    """The log of public acts; with ``deep`` every entry is read and every hash computed again."""
    try:
        log = ledger.reading(home.home)
        if log is None:
            yield HealthFinding("log", "ok", Label("ثبت عمومی هنوز آغاز نشده است.", "The log has not been begun yet."))
            yield from examine_witnesses(home)
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
            Label("ثبت عمومی {origin}: {size} برگ، {how}.", "The log {origin}: {size} leaves, {how}.").format(
                origin=log.origin, size=number_of(log.size), how=how
            ),
        )
        yield from _rules(home)
        yield from _intents(log)
        yield from examine_witnesses(home)
        yield from _anchor(home)
        yield from _clock(home)
    except (LedgerError, ValueError, OSError) as fault:
        yield HealthFinding(
            "log-damaged",
            "error",
            Label("ثبت عمومی آسیب دیده است: {fault}.", "The log is damaged: {fault}.").format(fault=reason(fault)),
            Label(
                "چیزی منتشر نکنید و ثبت عمومی را از پشتیبان یا رونوشتی برگردانید (ayan restore، ayan replay).",
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
                "کلیدی که هست کلید این ثبت عمومی نیست، خوانده نمی‌شود یا برای دیگران باز است؛ چیزی امضا نمی‌شود.",
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
                "ثبت عمومی با کلید نمایشی امضا می‌شود که همه آن را دارند؛ برای شهر واقعی به کار نمی‌آید.",
                "The log is signed with the demo key, which everybody has; it is no use to a real city.",
            ),
        )
    else:
        yield HealthFinding(
            "log-key-demo",
            "error",
            Label(
                "ثبت عمومی شهری واقعی با کلید نمایشی امضا شده است که همه آن را دارند: امضایش چیزی را ثابت نمی‌کند.",
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
    stated = history.operator.key
    if stated is not None and stated != str(ledger.public_key(home.home)):
        yield HealthFinding(
            "log-rule",
            "error",
            Label(
                "برگ {index} کلید دیگری را کلید ثبت عمومی می‌داند.", "Leaf {index} says that another key is the log's."
            ).format(index=history.operator.replaced),
            Label(
                "تعویض کلید را به پایان ببرید: ayan key rotate.",
                "Bring the change of keys to its end: ayan key rotate.",
            ),
        )
    if not history.violations:
        yield HealthFinding(
            "log-rule",
            "ok",
            Label("همهٔ برگ‌ها با قاعده‌های ثبت عمومی سازگارند.", "All leaves keep the rules of the log."),
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


def examine_witnesses(home: City) -> Iterator[HealthFinding]:
    """Whether enough others vouch for the log, and how old their newest word is; none need to in an invented city."""
    try:
        asked, log = ledger.witnesses(home.home), ledger.reading(home.home)
    except BadPolicy as fault:
        yield HealthFinding(
            "witness-policy",
            "error",
            Label("{policy} درست نیست: {fault}", "{policy} is not right: {fault}").format(
                policy=ledger.POLICY, fault=fault
            ),
        )
        return
    if home.profile.demo:
        if not asked and log is not None:
            words = Label("برای ثبت عمومی گواهی نام برده نشده است.", "No witness is named for the log.")
            yield HealthFinding("witness", "ok", words)
    elif len(asked) < ENOUGH_WITNESSES:
        yield HealthFinding(
            "witness-missing",
            "warning",
            Label(
                "برای ثبت عمومی {count} گواه نام برده شده است ({policy})؛ بی دو گواه بیرونی، "
                "درستی ثبت عمومی تنها سخن شهر است.",
                "{count} witnesses are named for the log ({policy}); without two outside ones it is its own word.",
            ).format(count=number_of(len(asked)), policy=ledger.POLICY),
            Label(
                "دو گواه بیرون از شهرداری پیدا کنید (دانشگاه، روزنامه، شهری دیگر) و در {policy} بنویسید.",
                "Find two witnesses outside the municipality (a university, a newspaper, another city) and write them "
                "into {policy}.",
            ).format(policy=ledger.POLICY),
        )
    times = cosigned(log.checkpoint(), [witness.key for witness in asked]) if asked and log is not None else {}
    for witness in asked if log is not None else ():
        if witness.key in times:
            at = datetime.fromtimestamp(times[witness.key], UTC)
            yield HealthFinding(
                "witness",
                "ok",
                Label("گواه {name}: {at}", "The witness {name} cosigned at {at}.").format(
                    name=witness.name, at=at.isoformat()
                ),
            )
        else:
            yield HealthFinding(
                "witness",
                "warning",
                Label(
                    "گواه {name} آخرین وضع ثبت عمومی را امضا نکرده است.",
                    "The witness {name} has not cosigned the log as it is now.",
                ).format(name=witness.name),
            )
    if times:
        yield _age(home, datetime.fromtimestamp(max(times.values()), UTC))


def _age(home: City, newest: datetime) -> HealthFinding:
    stated = env.read("AYAN_WITNESS_HOURS") or ""
    most = int(stated) if stated.isdecimal() else int(env.BY_NAME["AYAN_WITNESS_HOURS"].default or 0)
    hours = max(0, int((home.clock.now() - newest) / timedelta(hours=1)))
    words = Label(
        "تازه‌ترین امضای گواهان {hours} ساعت پیش بوده است.", "The newest signature of a witness is {hours} hours old."
    ).format(hours=hours)
    if hours <= most:
        return HealthFinding("witness-age", "ok", words)
    return HealthFinding(
        "witness-age",
        "warning",
        words,
        Label(
            "ببینید ayan daily هر روز اجرا می‌شود و گواهان در دسترس‌اند (AYAN_WITNESS_HOURS={most}).",
            "See that ayan daily runs each day and that the witnesses can be reached (AYAN_WITNESS_HOURS={most}).",
        ).format(most=most),
    )


def _anchor(home: City) -> Iterator[HealthFinding]:
    """Whether the log is stamped with the time each day, where an authority is named for that."""
    if not env.read("AYAN_TSA"):
        return
    last = checkpoint_endorsements.last_anchor(home)
    late = last is None or today(home.clock) - last > ANCHOR_LATE
    yield HealthFinding(
        "anchor",
        "warning" if late else "ok",
        Label("تازه‌ترین لنگر زمانی ثبت عمومی: {day}.", "The newest anchor in time of the log: {day}.").format(
            day=day_of(last) if last else "—"
        ),
        Label(
            "ببینید ayan daily هر روز اجرا می‌شود و AYAN_TSA پاسخ می‌دهد.",
            "See that ayan daily runs each day and that AYAN_TSA answers.",
        ),
    )


def _clock(home: City) -> Iterator[HealthFinding]:
    """Whether anybody could tell that the clock is wrong before a moment is signed; no question in an invented city."""
    if home.profile.demo:
        return
    if synchronised_time() is not None:
        words = Label("سرویس زمان، ساعت ماشین را درست نگه می‌دارد.", "A time service keeps the machine's clock right.")
        yield HealthFinding("clock", "ok", words)
    elif not ledger.witnesses(home.home):
        yield HealthFinding(
            "clock",
            "warning",
            Label(
                "نه سرویس زمان ساعت ماشین را نگه می‌دارد و نه گواهی هست که ساعت را بسنجد.",
                "No time service keeps the machine's clock, and there is no witness to hold it against.",
            ),
            Label(
                "سرویس زمان (chrony یا systemd-timesyncd) را روشن کنید؛ بی آن پس از ۳۶ ساعت بی‌کاری باید خودتان بگویید "
                "که ساعت درست است.",
                "Switch a time service on (chrony or systemd-timesyncd); without it you have to say yourself that the "
                "clock is right whenever nothing was signed for 36 hours.",
            ),
        )
