"""The findings of each day are kept, and what the database holds is compared with the day that was sealed last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ayan.apps.flags.limits import FINDINGS_NAMED
from ayan.apps.flags.models import PUBLIC, FindingCase, FindingReply, FindingState
from ayan.core.audit.flags.finding_days import FindingDays, ShownFinding, ShownReply, reply_digest
from ayan.core.transparency.accountability import NotAsLogged, read_published
from ayan.core.transparency.published_texts import part_path
from ayan.core.values.canonical import sha256_hex
from ayan.core.values.clock import TEHRAN, today
from ayan.core.values.label import Label
from ayan.wiring.accountability import DAYS
from ayan.wiring.city import City

PART: Final = "findings"
"""The part of a sealed day that tells of findings."""

LOST: Final = Label(
    "{count} یافته که روز {day} با پاسخ‌هایش دیده می‌شد در پایگاه داده نیست یا پاسخی از آن کم یا عوض شده است: {named}",
    "{count} findings that were shown on {day} with their replies are not in the database, or a reply to them is gone "
    "or was changed: {named}",
)


def keep_today(city: City) -> bool:
    """Keep which findings are public, unless today has been kept already; whether it was kept now."""
    days, day = FindingDays(city.home / DAYS[PART]), today(city.clock)
    return not days.holds(day) and days.keep(day, shown())


def shown() -> Iterator[ShownFinding]:
    """Every finding that is public at this moment."""
    for finding in FindingCase.objects.filter(state__in=PUBLIC).prefetch_related("replies"):
        yield ShownFinding(
            finding.public_id,
            finding.flag,
            finding.dataset,
            "cleared" if finding.state == FindingState.CLEARED else "published",
            _iso(finding.published_on),
            tuple(map(_shown_reply, finding.replies.all())),
        )


@dataclass(frozen=True, slots=True)
class LostFindings:
    """Findings that sealed days (ISO, the last of them) tell of, by their lasting names, and that are not as entry."""

    day: str
    ids: tuple[str, ...]

    @property
    def words(self) -> Label:
        """What is wrong, in words."""
        named = ", ".join(self.ids[:FINDINGS_NAMED]) + (" …" if len(self.ids) > FINDINGS_NAMED else "")
        return LOST.format(count=len(self.ids), day=self.day, named=named)


def lost(city: City) -> LostFindings | None:
    """What the database lost, or changed, of the findings that sealed days tell of; None where it is all there.

    Of each finding the last day counts that tells of it. One that ended since, or is found again, has lost its replies
    as it should; a flag that is declared no longer takes what it found with it. Nor does anything count that an
    operator gave up for lost since that day (`ayan log trail`): what stood then is told of again by later days.
    """
    given_up = _given_up(city)
    declared = {flag.name for flag in city.registry.flags().sound}
    known = {finding.public_id: finding for finding in FindingCase.objects.prefetch_related("replies")}
    ids = {
        name: day
        for name, (day, entry) in _last_told(city).items()
        if entry["flag"] in declared and day > given_up and not _stands(entry, known.get(name))
    }
    return LostFindings(max(ids.values()), tuple(sorted(ids))) if ids else None


def _given_up(city: City) -> str:
    """The day (ISO) on which an operator said last that acts and findings are lost; empty where nobody did."""
    said = city.log_replay.now().operator.last("acts-lost")
    return datetime.fromisoformat(said.at).astimezone(TEHRAN).date().isoformat() if said else ""


def _last_told(city: City) -> dict[str, tuple[str, dict[str, Any]]]:
    """By its lasting name, the last sealed day (ISO) that tells of a finding, and what it tells."""
    last: dict[str, tuple[str, dict[str, Any]]] = {}
    log = city.log
    for day in reversed(city.log_replay.now().diary):
        body = read_published(log.folder, part_path(day.day, PART)) if log is not None and PART in day.parts else None
        # Text that is not what was sealed is told of by whoever holds it against its leaf.
        if body is not None and sha256_hex(body) == day.parts[PART]:
            for entry in json.loads(body)["findings"]:
                last.setdefault(str(entry["id"]), (day.day, entry))
    return last


def check(city: City) -> None:
    """Raise NotAsLogged where the database lost findings or replies that were public on a sealed day."""
    missing = lost(city)
    if missing is not None:
        raise NotAsLogged().worded(missing.words)


def _stands(entry: dict[str, Any], finding: FindingCase | None) -> bool:
    if finding is None:
        return False
    if finding.state not in PUBLIC or _iso(finding.published_on) != entry["published_on"]:
        return True
    replies = {(reply.by, reply.on, reply.digest) for reply in map(_shown_reply, finding.replies.all())}
    return all(tuple(reply) in replies for reply in entry["replies"])


def _shown_reply(reply: FindingReply) -> ShownReply:
    return ShownReply("party" if reply.by == "party" else "unit", _iso(reply.on), reply_digest(reply.salt, reply.text))


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
