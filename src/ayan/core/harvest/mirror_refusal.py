"""Why a mirror does not follow a portal, by code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

WORDINGS: Final[Mapping[str, Label]] = {
    "checkpoint": Label(
        "نقطهٔ بازبینی پذیرفته نیست: {fault}. کلید را با آنچه از جای دیگر گرفته‌اید بسنجید.",
        "The checkpoint is refused: {fault}. Compare the key with the one that you got elsewhere.",
    ),
    "no-log": Label(
        "در {name} ثبت عمومی نیست؛ این نشانی از سامانهٔ عیان نیست یا هنوز چیزی منتشر نکرده است.",
        "There is no log at {name}: it is no portal of Ayan, or has published nothing yet.",
    ),
    "other-log": Label(
        "این ثبت عمومی {shown} است و این نسخه از {own} است. برای آن پوشهٔ دیگری بسازید.",
        "This is the log of {shown}, and the mirror is one of {own}. Take another folder for it.",
    ),
    "fork": Label(
        "دو ثبت عمومی: آنچه نشان داده می‌شود دنبالهٔ {size} برگی نیست که این نسخه دارد. نسخه همان‌که بود ماند.",
        "Two logs: what is shown does not continue the {size} leaves of this mirror. The mirror stays as it was.",
    ),
    "rollback": Label(
        "وضعی کهنه نشان داده می‌شود: {shown} برگ، و این نسخه {size} برگ دارد. نسخه همان‌که بود ماند.",
        "An old state is shown: {shown} leaves, and the mirror has {size}. The mirror stays as it was.",
    ),
    "log-damaged": Label(
        "ثبت عمومی کامل نیست یا دست خورده است: {fault}.", "The log is not whole, or was tampered with: {fault}."
    ),
    "log-long": Label(
        "ثبت عمومی بیش از {size} بایت تازه دارد و یک‌باره خوانده نمی‌شود.",
        "The log has more than {size} new bytes, too many to be read at once.",
    ),
    "rule": Label(
        "برگ {index} قاعدهٔ ثبت عمومی را می‌شکند: {what} اگر آن را می‌شناسید، با --accept {index} از آن بگذرید.",
        "Leaf {index} breaks a rule of the log: {what} If you know of it, pass over it by --accept {index}.",
    ),
    "release": Label("{where}: {what} چیزی از این وضع گرفته نشد.", "{where}: {what} Nothing of this state was taken."),
    "text": Label("{where}: {what} چیزی از این وضع گرفته نشد.", "{where}: {what} Nothing of this state was taken."),
    "own-damage": Label(
        "خود این نسخه دست خورده است: {fault}. آن را کنار بگذارید و در پوشهٔ دیگری از نو بگیرید.",
        "The mirror itself was tampered with: {fault}. Put it aside and begin anew in another folder.",
    ),
    "not-a-mirror": Label(
        "این پوشه خالی نیست و نسخه‌ای نیست که این فرمان ساخته باشد: {path}",
        "The folder is not empty, and no mirror that this command made: {path}",
    ),
    "too-large": Label(
        "نسخه از {size} بایت بزرگ‌تر می‌شود. جای بیشتری بدهید (--size).",
        "The mirror would have more than {size} bytes. Allow it more (--size).",
    ),
    "too-slow": Label(
        "زمان ({seconds} ثانیه) تمام شد. آنچه آمد می‌ماند و بار دیگر از همان‌جا ادامه می‌یابد.",
        "The time ({seconds} seconds) is over. What came stays, and the next run goes on from there.",
    ),
}


class MirrorRefused(Refusal):
    """A mirror stays as it is, and why.

    ``evidence`` is what shows it, by the name of a file; ``kept_at`` is where that is kept.
    """

    code = "mirror-refused"
    fa = "این نسخه سامانه را دنبال نکرد."
    en = "The mirror did not follow the portal."
    status = 502

    def __init__(self, code: str) -> None:
        super().__init__(code=code)
        self.worded(WORDINGS[code])
        self.evidence: Mapping[str, bytes] = {}
        self.kept_at: Path | None = None

    @classmethod
    def because(cls, code: str, **blanks: object) -> MirrorRefused:
        """The refusal of a code, with the blanks of its words filled in."""
        return cls(code).format(**blanks)

    def showing(self, **evidence: bytes) -> MirrorRefused:
        """The same, with what shows it."""
        self.evidence = evidence
        return self
