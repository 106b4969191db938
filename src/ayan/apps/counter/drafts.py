"""Forms that are not sent yet: kept at the server under the key of the form, so that a refusal loses nothing."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from cryptography.fernet import InvalidToken
from django.core import signing
from django.db.models import QuerySet
from django_tasks import task

from ayan.apps.counter import draft_files, filing
from ayan.apps.counter.limits import DRAFT_LASTS, LONGEST_DRAFT
from ayan.apps.counter.models import FilingDraft
from ayan.apps.desk.refusals import DeskRefused
from ayan.ui.text_encryption import fingerprint, lock, unlock
from ayan.wiring import city

_PURPOSE: Final = b"ayan counter draft 1"
_SALT: Final = "ayan counter form 1"
_KEY: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(slots=True)
class DraftText:
    """What stands in a form: its fields by their codes, and what it is about.

    ``appeal`` is the number of the case that is appealed. ``offered`` says that what is answered already was shown,
    ``judged`` that the person said whether it served.
    """

    said: dict[str, str] = field(default_factory=dict)
    about: str = ""
    column: str = ""
    appeal: str = ""
    anonymous: bool = False
    offered: bool = False
    judged: bool = False


def new_form() -> str:
    """The signed key that a form is given out with: nobody makes one up, so nobody meets another's by chance."""
    return form_of(filing.new_key())


def form_of(key: str) -> str:
    """A key as the form carries it."""
    return signing.Signer(salt=_SALT).sign(key)


def key_of(form: str) -> str:
    """The key of a form; empty for what this city never gave out."""
    try:
        key = signing.Signer(salt=_SALT).unsign(form[:200])
    except signing.BadSignature:
        return ""
    return key if _KEY.fullmatch(key) else ""


def keep(key: str, kind: str, text: DraftText) -> FilingDraft:
    """Keep what stands in a form by now. Raises DeskRefused for more than is kept of one."""
    said = {name: value for name, value in text.said.items() if value}
    written = json.dumps(
        {"said": said, **{name: getattr(text, name) for name in text.__slots__ if name != "said"}}, ensure_ascii=False
    )
    if len(written) > LONGEST_DRAFT:
        raise DeskRefused(
            "همهٔ متن‌ها با هم بیش از اندازه است. کوتاهشان کنید.",
            "All the texts together are too long. Make them shorter.",
        )
    row, _ = FilingDraft.objects.update_or_create(
        digest=_digest(key),
        defaults={"kind": kind, "locked": lock(written, _PURPOSE), "at": city.current().clock.now()},
    )
    return row


def kept(key: str, kind: str) -> DraftText | None:
    """What was kept of a form of this kind; None where nothing was, or it has been erased since."""
    row = row_of(key)
    if row is None or row.kind != kind:
        return None
    try:
        return DraftText(**json.loads(unlock(row.locked, _PURPOSE)))
    except (InvalidToken, TypeError, ValueError):
        return None


def row_of(key: str) -> FilingDraft | None:
    """The draft of a form, while its days last."""
    old = city.current().clock.now() - DRAFT_LASTS
    return FilingDraft.objects.filter(digest=_digest(key), at__gt=old).first() if key else None


def discard(key: str) -> None:
    """Erase what was kept of a form, with its files."""
    _erase(FilingDraft.objects.filter(digest=_digest(key)))


@task
def sweep() -> None:
    """Erase the forms that nobody sent in some days, and files that belong to none."""
    _erase(FilingDraft.objects.filter(at__lte=city.current().clock.now() - DRAFT_LASTS))
    draft_files.sweep_files()


def _erase(drafts: QuerySet[FilingDraft]) -> None:
    for draft in drafts:
        digests = list(draft.files.values_list("digest", flat=True))
        draft.delete()
        draft_files.unlink(digests)


def _digest(key: str) -> str:
    return fingerprint("counter", "draft", key)
