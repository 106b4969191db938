"""What people are told of, each kind of message declared once by the app in which it arises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ayan.core.values.label import Label
from ayan.ui.contract import installed_apps


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """One kind of message: when it is written, to whom it goes, and what it says, with ``{blanks}``.

    One that is ``urgent`` waits for no digest; one by ``every_way`` goes by mail and as a short message too, others by
    mail, and as a short message to whoever has no address of mail. Words hold no secret, no name of a person and
    nothing out of a file: the title of a dataset and a period at most.
    """

    code: str
    when: Label
    to: Label
    subject: Label
    words: Label
    urgent: bool = False
    every_way: bool = False


def message_kinds() -> Mapping[str, MessageKind]:
    """Every kind that the apps in use declare, by its code, in their order."""
    return {kind.code: kind for app in installed_apps() for kind in app.message_kinds()}
