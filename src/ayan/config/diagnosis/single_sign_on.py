"""Whether the provider of single sign-on that a city declares can be used; nobody is asked over the network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from ayan.config import env
from ayan.config.diagnosis.health_finding import HealthFinding
from ayan.core.values.label import Label
from ayan.wiring.city import City


def examine_single_sign_on(home: City) -> Iterator[HealthFinding]:
    """What a declared provider lacks, so that its button is not shown; and that it proves no second factor."""
    provider = None
    with suppress(ValueError):
        # What is wrong in the file itself is said by the check of the city's folder.
        provider = home.profile.sign_in_provider
    if provider is None:
        return
    for name in ("AYAN_OIDC_SECRET", "AYAN_ORIGIN"):
        if not env.read(name):
            yield HealthFinding(
                "single-sign-on",
                "warning",
                Label(
                    "ورود یکپارچه در ayan.toml اعلام شده است، ولی {name} تنظیم نیست و دکمه‌اش نشان داده نمی‌شود.",
                    "ayan.toml declares single sign-on, but {name} is not set, so its button is not shown.",
                ).format(name=name),
                Label("آن را تنظیم و سرور را از نو اجرا کنید.", "Set it and restart the server."),
            )
