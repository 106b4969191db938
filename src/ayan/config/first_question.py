"""What a process reads for the first question in words, read before anybody asks."""

from __future__ import annotations

import logging
from typing import Final

from ayan.apps.search.box import ask
from ayan.wiring.city import City

_LOG: Final = logging.getLogger(__name__)
QUESTIONS: Final = ("تعداد قراردادها", "how much was spent this year", "بودجه ۱۴۰۳")
"""As people put them, in both languages: what they are answered by is opened, too."""


def put_first_questions(city: City) -> None:
    """Read what words mean in a city, its services and tariffs, and open what a question needs.

    Whatever is wrong with the city is told to whoever asks; no process fails to begin for it.
    """
    try:
        city.lexicons.make(city.registry.all(), keep=True)
        for question in QUESTIONS:
            ask(city, question)
    except Exception as fault:  # noqa: BLE001 - as said above
        _LOG.warning("no question could be answered ahead: %s", type(fault).__name__)
