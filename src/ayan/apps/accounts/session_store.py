"""Sessions as they lie in the database: under a digest of their key, their contents encrypted.

Whoever reads the database, or a copy of it, learns no key that a browser could show, no link that waits to be seen
once, and no secret of an app that is being enrolled. Other programs keep the digest for the same reason (Rack since
CVE-2019-16782); `clear_expired`, renewal and sign-out are Django's own.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends import db
from django.utils import timezone

from ayan.ui.text_encryption import lock, unlock

# The column holds forty characters: 240 bits of the digest.
_WIDTH: Final = 40
PURPOSE: Final = b"ayan sessions 1"


def stored_key(key: str) -> str:
    """What the database knows a session by. A key has 165 bits of chance, so that nothing need slow guessing down."""
    return urlsafe_b64encode(sha256(key.encode()).digest()).decode()[:_WIDTH]


class SessionStore(db.SessionStore):
    """Django's sessions in the database, of which no key and nothing that is kept in them can be read there."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The contents as they are kept."""
        return lock(json.dumps(session_dict, separators=(",", ":")), PURPOSE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """The contents; nothing where they cannot be opened, as after a change of the server's key."""
        text = session_data.decode() if isinstance(session_data, bytes) else session_data
        try:
            contents: dict[str, Any] = json.loads(unlock(text, PURPOSE))
        except (InvalidToken, ValueError):
            return {}
        return contents

    def exists(self, session_key: str) -> bool:
        """Whether there is a session with this key."""
        return super().exists(stored_key(session_key))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The session as a row."""
        row = super().create_model_instance(data)
        row.session_key = stored_key(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        """End this session, or the one with this key."""
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=stored_key(key)).delete()

    def _get_session_from_db(self) -> Any:
        """The row of this session while it holds; without one, the key is forgotten too, so that nobody chooses one."""
        key = self.session_key
        row = key and self.model.objects.filter(session_key=stored_key(key), expire_date__gt=timezone.now()).first()
        if not row:
            self._session_key = None
        return row or None

    @classmethod
    def forget(cls, name: str, is_over: Callable[[Any], bool]) -> int:
        """Take what is kept under ``name`` out of every session for which ``is_over`` says so; how many there were."""
        gone, store, rows = 0, cls(), cls.get_model_class().objects
        for row in rows.iterator():
            contents = store.decode(row.session_data)
            if name in contents and is_over(contents[name]):
                del contents[name]
                # Whoever writes a session meanwhile comes first: this is tried again at the next round.
                same = rows.filter(pk=row.pk, session_data=row.session_data)
                gone += same.update(session_data=store.encode(contents))
        return gone
