"""What is said of an environment variable, and those of a city that several machines serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ayan.core.values.label import Label


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable.

    ``default`` is what holds when it is absent (None = nothing). ``required`` means production does not start
    without it. ``secret`` values are never printed.
    """

    name: str
    meaning: Label
    default: str | None = None
    required: bool = False
    secret: bool = False
    example: str = ""


SEVERAL_MACHINES: Final = (
    Variable(
        "AYAN_MACHINE",
        Label(
            "پوشه‌ای روی خود این ماشین برای نمایه‌ها و سنجه‌ها، وقتی چند ماشین یک پوشهٔ شهر دارند؛ پیش‌فرض پوشهٔ شهر",
            "A folder of this machine alone for index files, bells and counts, where several machines share the city's "
            "folder; AYAN_HOME by default",
        ),
        example="/var/lib/ayan",
    ),
    Variable(
        "AYAN_DRAIN_SECONDS",
        Label(
            "ثانیه‌هایی که ayan serve پس از SIGTERM هنوز پاسخ می‌دهد و در /readyz می‌گوید که می‌رود",
            "Seconds for which ayan serve still answers after SIGTERM, and says at /readyz that it leaves",
        ),
        default="0",
        example="5",
    ),
)
"""Variables that matter where more than one server answers for a city."""
