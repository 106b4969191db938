"""Questions of a proposal that nobody has answered: on the form that confirms it each can be left as it is proposed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.apps.trials.limits import LONGEST_ANSWER, MOST_ANSWERS
from ayan.core.proposal.trial_process import TrialOutcome
from ayan.core.values.refusal import Refusal

_LINE: Final = re.compile(r"(?m)^# open: (?P<key>[\w.]+)(?:: (?P<text>[^\r\n]*))?\r?\n?")
_KEEP: Final = "keep:"
_ASKED: Final = "asked:"


class StillOpen(Refusal):
    """A declaration is confirmed while questions are open."""

    code = "questions-open"
    fa = "هنوز پرسشی بی‌پاسخ است. پرونده را دوباره بفرستید و پاسخ دهید، یا در زیر نشان بزنید که همان پیشنهاد بماند."
    en = "A question is still open. Send the file again with an answer, or tick below that the proposal stays."
    status = 422


@dataclass(frozen=True, slots=True)
class StillAsked:
    """A question that stands open in the texts, in the words in which it was asked."""

    key: str
    words: str

    @property
    def keep(self) -> str:
        """The form's name of the mark that leaves what is proposed."""
        return f"{_KEEP}{self.key}"

    @property
    def asked(self) -> str:
        """The form's name of the words: the texts have them in English alone."""
        return f"{_ASKED}{self.key}"


def still_asked(
    texts: Mapping[str, str], form: Mapping[str, str], outcome: TrialOutcome | None, lang: str
) -> list[StillAsked]:
    """What is still open, in the words of the trial or, when its page is gone, those that the form brought along."""
    said = {each.key: each.words.of(lang) for each in outcome.questions} if outcome else {}
    found: dict[str, StillAsked] = {}
    for text in texts.values():
        for line in _LINE.finditer(text):
            key = line["key"]
            words = said.get(key) or form.get(f"{_ASKED}{key}", "")[:LONGEST_ANSWER] or line["text"] or key
            found.setdefault(key, StillAsked(key, words))
    return list(found.values())[:MOST_ANSWERS]


def left_as_proposed(texts: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    """The texts without the questions whose proposal somebody lets stand."""
    return {
        name: _LINE.sub(lambda line: "" if f"{_KEEP}{line['key']}" in form else line[0], text)
        for name, text in texts.items()
    }
