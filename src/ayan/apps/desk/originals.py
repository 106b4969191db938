"""The files that releases were made from, for officers: what became of each, and one of them given out for a reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from ayan.apps.accounts import audit, policy
from ayan.apps.accounts.models import User
from ayan.apps.desk.belonging import about_release
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.release import retention
from ayan.core.release.lock import BadKey, NotOpened
from ayan.core.release.retention import Kept
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring import city

VERB: Final = "original.read"
REASONS: Final[Mapping[str, Label]] = {
    "objection": Label("رسیدگی به اعتراض به یک مقدار", "an objection to a value"),
    "correction": Label("درست کردن انتشار", "a correction of the release"),
    "privacy": Label("بررسی حریم خصوصی", "a question of privacy"),
    "audit": Label("حسابرسی", "an audit"),
    "authority": Label("خواست مرجع قضایی یا نظارتی", "a court or supervising body asks"),
}
"""Why an original may be looked at; the code is all that the audit trail keeps."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One dataset in the list: how many of its originals stand, were deleted as declared, or are missing."""

    dataset: Dataset
    kept: int
    gone: int
    missing: int


def shelves(actor: User) -> list[Shelf]:
    """The datasets of which an officer may read an original."""
    here = city.current()
    by_slug: dict[str, list[Kept]] = {}
    for one in retention.kept(here.workplace, here.deletions, here.rule_of):
        by_slug.setdefault(one.release.slug, []).append(one)
    made = []
    for dataset in here.registry.all():
        mine = _readable(actor, by_slug.get(dataset.slug, []))
        if mine:
            gone = sum(one.gone is not None for one in mine)
            stands = sum(one.path is not None and one.gone is None for one in mine)
            made.append(Shelf(dataset, stands, gone, len(mine) - gone - stands))
    return made


def of_dataset(actor: User, slug: str) -> list[Kept]:
    """What became of the originals of a dataset that an officer may read, newest first."""
    here = city.current()
    return _readable(actor, retention.kept(here.workplace, here.deletions, here.rule_of, slug))


def one_of(actor: User, ref: str) -> Kept | None:
    """What became of the original of one release; None where there is no such release, or it is not theirs to read."""
    return next((one for one in of_dataset(actor, ref.partition("/")[0]) if one.release.ref == ref), None)


def give_out(actor: User, ref: str, reason: str) -> Iterator[bytes]:
    """The bytes of an original as it was sent, piece by piece; who took it and why is in the trail before the first.

    Raises Denied, and DeskRefused where there is no reason, no file, or no key that opens it.
    """
    about = about_release(actor, VERB, ref)
    policy.require(actor, VERB, about)
    if reason not in REASONS:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", field="reason")
    found = one_of(actor, ref)
    if found is None or found.path is None or found.gone is not None:
        raise DeskRefused("این پرونده دیگر نگه داشته نمی‌شود.", "This file is no longer kept.")
    pieces = city.current().workplace.read_original(found.path)
    try:
        first = next(pieces, b"")
    except (NotOpened, BadKey):
        raise DeskRefused(
            "پرونده با کلیدهای این دستگاه باز نشد. به مدیر سامانه بگویید.",
            "No key of this machine opens the file. Tell the administrator.",
        ) from None
    except FileNotFoundError:
        raise DeskRefused("این پرونده دیگر نگه داشته نمی‌شود.", "This file is no longer kept.") from None
    audit.record(actor, VERB, about, reason=reason)
    return chain((first,), pieces)


def _readable(actor: User, found: list[Kept]) -> list[Kept]:
    """Those that an officer may read; the releases of one unit are asked about once."""
    answers: dict[str, bool] = {}
    mine = []
    for one in found:
        about = about_release(actor, VERB, one.release.ref)
        key = f"{about.unit} {about.dataset}"
        if key not in answers:
            answers[key] = policy.can(actor, VERB, about)
        if answers[key]:
            mine.append(one)
    return mine
