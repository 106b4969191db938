"""Why a release took the place of an earlier one, as pages, feeds and answers tell it before anything else of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.store.correction_reason import CORRECTION_REASONS, StatedReason
from ayan.core.store.release import Release
from ayan.core.transparency.log_writer import Words
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.wiring.city import City

UNSTATED: Final = Label("علت این اصلاح گفته نشده است", "No reason was stated for this correction")
WHY: Final = Label("علت اصلاح: {reason}", "Why: {reason}")


@dataclass(frozen=True, slots=True)
class CorrectionNote:
    """The reason of one correction; ``words`` are the city's own, while it keeps them.

    ``stated`` is None for a correction that was sealed before corrections had to say why.
    """

    release: Release
    stated: StatedReason | None
    words: Words | None

    @property
    def label(self) -> Label:
        """The wording of its code, or that none was stated; a code that is no longer known speaks for itself."""
        if self.stated is None:
            return UNSTATED
        return CORRECTION_REASONS.get(self.stated.code, Label(self.stated.code, self.stated.code))

    def line(self, lang: Lang) -> str:
        """The reason with its words, as text."""
        reason = self.label.of(lang) + (f" ({self.words.text})" if self.words else "")
        return reason if self.stated is None else WHY.of(lang).format(reason=reason)

    def as_json(self) -> dict[str, Any]:
        """The reason as the API names it."""
        return {
            "code": self.stated.code if self.stated else None,
            "label": self.label.words(),
            "words": self.words.text if self.words else None,
        }


def of_release(city: City, release: Release) -> CorrectionNote | None:
    """Why a release took the place of an earlier one; None where it took no other's place."""
    if release.manifest["ayan"].get("supersedes") is None:
        return None
    stated = StatedReason.of_manifest(release.manifest)
    words = city.reasons.words(stated.reason_digest) if stated else None
    return CorrectionNote(release, stated, words)


def of_releases(city: City, releases: Iterable[Release]) -> list[CorrectionNote]:
    """The reasons of those among some releases that took another's place, in their order."""
    notes = (of_release(city, release) for release in releases)
    return [note for note in notes if note is not None]
