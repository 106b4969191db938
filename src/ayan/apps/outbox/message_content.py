"""What a message says and to which address, encrypted for as long as it waits to be sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from ayan.apps.outbox.limits import LONGEST_SUBJECT
from ayan.ui.text_encryption import lock, unlock

PURPOSE: Final = b"ayan outbox 1"


@dataclass(frozen=True, slots=True)
class MessageContent:
    """One line, the words below it, and further headers of mail."""

    subject: str
    words: str
    headers: tuple[tuple[str, str], ...] = ()

    def locked(self) -> str:
        """As it is kept until it is sent; a subject is one line, whatever a title holds."""
        line = " ".join(self.subject.split())[:LONGEST_SUBJECT]
        said = {"subject": line, "words": self.words, "headers": dict(self.headers)}
        return lock(json.dumps(said, ensure_ascii=False), PURPOSE)

    @classmethod
    def opened(cls, locked: str) -> MessageContent:
        """What was locked. Raises cryptography's InvalidToken where the key has gone."""
        said = json.loads(unlock(locked, PURPOSE))
        return cls(said["subject"], said["words"], tuple(said["headers"].items()))


def lock_address(address: str) -> str:
    """An address as it is kept until the message is sent."""
    return lock(address, PURPOSE)


def open_address(locked: str) -> str:
    """The address, to be handed to a server and to nobody else. Raises InvalidToken as `MessageContent.opened`."""
    return unlock(locked, PURPOSE)
