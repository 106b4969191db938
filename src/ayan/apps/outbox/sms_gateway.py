"""The way of a short message: an interface that a city fills with its own gateway, and one that writes to a file."""

from __future__ import annotations

import json
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string

from ayan.core.system.files import make_folder
from ayan.wiring import city


class NotSent(Exception):
    """The gateway said no; it may be asked again later."""


class Gateway(Protocol):
    """What a gateway must do. It is made without arguments and reads its own settings from the environment."""

    def send(self, number: str, words: str) -> str | None:
        """Send ``words`` to a mobile ``number``; what the gateway calls the message, if it can be asked about it.

        Raises NotSent where the message was certainly not taken.
        """


@runtime_checkable
class ReportingGateway(Protocol):
    """What a gateway may do besides: say whether a message reached the telephone."""

    def delivered(self, reference: str) -> bool | None:
        """Whether the message that `Gateway.send` called so arrived; None while that is not known."""


class FileGateway:
    """Writes each message as a line of JSON to ``outbox/sms.jsonl`` in the city's folder."""

    def send(self, number: str, words: str) -> str | None:
        folder = city.current().home / "outbox"
        make_folder(folder)
        folder.chmod(0o700)
        with (folder / "sms.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps({"to": number, "text": words}, ensure_ascii=False) + "\n")
        return None


def gateway() -> Gateway:
    """The gateway that the settings name."""
    sms_gateway: Gateway = import_string(settings.SMS_GATEWAY)()
    return sms_gateway
