"""Why a message did not go out, in words; what a server says of it may hold an address and is never kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ayan.core.values.label import Label

REASONS: Final[Mapping[str, Label]] = {
    "no-address": Label(
        "گیرنده رایانامه و تلفن همراه ندارد. در صفحهٔ او بنویسید و دوباره بفرستید.",
        "The receiver has neither an e-mail address nor a mobile phone. Enter one on their page and send it again.",
    ),
    "address-refused": Label(
        "کارساز رایانامه این نشانی را نپذیرفت. نشانی را درست کنید و دوباره بفرستید.",
        "The mail server refused this address. Put the address right and send it again.",
    ),
    "address-odd": Label("نشانی گیرنده خواندنی نیست.", "The receiver's address cannot be read."),
    "unreachable": Label(
        "کارساز رایانامه پاسخ نداد. AYAN_SMTP و شبکه را ببینید.",
        "The mail server did not answer. Look at AYAN_SMTP and the network.",
    ),
    "login-refused": Label(
        "کارساز رایانامه نام یا گذرواژهٔ AYAN_SMTP را نپذیرفت.",
        "The mail server refused the name or password of AYAN_SMTP.",
    ),
    "refused": Label("کارساز رایانامه نامه را نپذیرفت.", "The mail server did not take the message."),
    "gateway-refused": Label("درگاه پیامک آن را نپذیرفت.", "The SMS gateway did not take it."),
    "gateway-fault": Label(
        "درگاه پیامک به اشکال برخورد؛ گزارش گرداننده را ببینید.",
        "The SMS gateway met with a fault; look at the operator's record.",
    ),
    "undelivered": Label("درگاه می‌گوید پیامک به تلفن نرسید.", "The gateway says that it did not reach the phone."),
    "key-gone": Label(
        "متن با کلیدی رمز شده که دیگر نیست.", "Its text is encrypted under a key that is no longer there."
    ),
    "left": Label("حساب گیرنده بسته شده است.", "The receiver's account is closed."),
}
"""Why a message waits or failed, by the codes that `OutboxMessage.reason` holds."""
