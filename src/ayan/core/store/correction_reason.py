"""Why a release takes the place of an earlier one: a code of a closed list, and words that a city may forget again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.values.label import Label

CORRECTION_REASONS: Final[Mapping[str, Label]] = {
    "regular-update": Label("به‌روزرسانی عادی", "Regular update"),
    "late-rows": Label("ردیف‌های دیررسیده افزوده شد", "Rows that came late were added"),
    "entry-error": Label("خطای ثبت اصلاح شد", "A data-entry error was corrected"),
    "duplicate-rows": Label("ردیف‌های تکراری برداشته شد", "Duplicate rows were removed"),
    "missing-values": Label("مقدارهای خالی پر شد", "Missing values were filled in"),
    "source-revised": Label("سند پایهٔ آن تغییر کرد", "The document behind it was revised"),
    "after-audit": Label("پس از حسابرسی یا بازرسی", "After an audit or an inspection"),
    "after-objection": Label("پس از اعتراض یا گزارش مردم", "After an objection or a report from the public"),
    "after-withdrawal": Label("به جای انتشاری که برداشته شد", "In the place of a release that was withdrawn"),
    "declaration-changed": Label("تعریف ستون‌ها تغییر کرد", "The declaration of the columns changed"),
}
"""Every code that people may choose; a code stays what it is once a manifest holds it."""

USUAL: Final = "regular-update"
"""What a source that sends by itself says unless it declares something else."""


@dataclass(frozen=True, slots=True)
class CorrectionReason:
    """What somebody says of a correction: a code, and words, empty where the code says it all."""

    code: str
    words: str = ""

    @classmethod
    def read(cls, text: str) -> CorrectionReason:
        """``CODE`` or ``CODE:WORDS``, as a command takes it. Raises ValueError for a code that is not in the list."""
        code, _, words = text.partition(":")
        if code.strip() not in CORRECTION_REASONS:
            raise ValueError(code)
        return cls(code.strip(), words.strip())


@dataclass(frozen=True, slots=True)
class StatedReason:
    """What a manifest holds of it: the code, and the salted SHA-256 (hex) of the words, None without any.

    The member ``reason`` is null in the manifest of a first release, and lacks in those that were sealed before
    corrections stated why.
    """

    code: str
    reason_digest: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As a manifest holds it."""
        return {"code": self.code, "reason_digest": self.reason_digest}

    @classmethod
    def of_manifest(cls, manifest: Mapping[str, Any]) -> StatedReason | None:
        """The reason that a release's manifest states; None where it states none."""
        facts = manifest["ayan"].get("reason")
        return cls(str(facts["code"]), facts["reason_digest"]) if facts else None
