"""Files that a system sends with a token: made once, shown once, kept as a digest and found again by it."""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.utils.crypto import salted_hmac

from ayan.apps.sources.models import SourceToken
from ayan.apps.sources.source_type import SourceType
from ayan.core.values.label import Label
from ayan.wiring import city

PREFIX: Final = "ayan_"
"""By which scanners of source code know a token that was left lying about."""
_SALT: Final = "ayan.sources.token"
_LENGTH: Final = len(PREFIX) + 43


def fresh() -> tuple[str, str, str]:
    """A new token, its digest, and the letters by which people tell it from others."""
    token = PREFIX + secrets.token_urlsafe(32)
    return token, _digest(token, settings.SECRET_KEY), token[: len(PREFIX) + 5]


def token_for(shown: str) -> SourceToken | None:
    """The token that somebody shows, while it holds; alike None for a wrong one, a revoked one and one that is over."""
    if len(shown) != _LENGTH or not shown.startswith(PREFIX) or not shown.isascii():
        return None
    # The key before the last change of key still finds what was made under it.
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    rows = SourceToken.objects.select_related("source__account").filter(
        digest__in=[_digest(shown, key) for key in keys]
    )
    token = rows.first()
    return token if token is not None and token.holds(city.current().clock.now()) else None


def _digest(token: str, key: str | bytes) -> str:
    return salted_hmac(_SALT, token, secret=key, algorithm="sha256").hexdigest()


class UploadSource(SourceType):
    """A system that sends by itself, for as many datasets as its tokens say."""

    name = "upload"
    label = Label("فرستادن با توکن", "Upload by token")
    order = 10
    sent = True
