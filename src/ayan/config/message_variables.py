"""The environment variables that say how people and programs elsewhere are told: mail, SMS, webhooks and the hub."""

from __future__ import annotations

from typing import Final

from ayan.config.variable import Variable
from ayan.core.values.label import Label

MESSAGE_VARIABLES: Final = (
    Variable(
        "AYAN_SMTP",
        Label(
            "کارساز رایانامه برای یادآوری‌ها؛ بی آن، نامه‌ها در پوشهٔ outbox شهر نوشته می‌شود",
            "The mail server for reminders; without it mail is written to outbox/ in the city's folder",
        ),
        secret=True,
        example="smtps://name:…@mail.example:465",
    ),
    Variable("AYAN_MAIL_FROM", Label("فرستندهٔ رایانامه‌ها", "Whom mail comes from"), example="ayan@shahr.example"),
    Variable(
        "AYAN_MONITOR_WEBHOOK",
        Label("نشانی خبرهای ayan monitor --webhook", "Where ayan monitor --webhook posts what it finds"),
        secret=True,
    ),
    Variable(
        "AYAN_SMS",
        Label(
            "درگاه پیامک: نام کامل یک کلاس پایتون؛ بی آن، پیامک‌ها در پوشهٔ outbox شهر نوشته می‌شود",
            "The SMS gateway: the full name of a Python class; without it messages go to outbox/ in the city's folder",
        ),
        default="ayan.apps.outbox.sms_gateway.FileGateway",
    ),
    Variable(
        "AYAN_WEBSUB_HUB",
        Label(
            "گره WebSub که خوراک‌ها از آن نام می‌برند و از هر تغییرشان خبردار می‌شود: own برای گره خود سامانه، یا نشانی "
            "گرهی دیگر؛ AYAN_ORIGIN هم لازم است",
            "The WebSub hub that feeds name and that is told of their changes: own for the portal's own, or another's "
            "address; needs AYAN_ORIGIN",
        ),
        example="own",
    ),
    Variable(
        "AYAN_WEBSUB_NETWORKS",
        Label(
            "شبکه‌های درونی که گره WebSub خود سامانه می‌تواند به مشترکی در آن‌ها خبر بدهد؛ هر کسی می‌تواند نشانی‌ای در "
            "آن‌ها بدهد",
            "Inner networks in which the portal's own WebSub hub may reach a subscriber; anybody may name an address "
            "in them",
        ),
        example="10.20.0.0/24",
    ),
)
