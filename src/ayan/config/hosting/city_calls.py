"""Notes by which the worker of an installation hears for which of its cities something was put off."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from ayan.config.hosting.installation import HostedCity
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, make_folder

CALLS: Final = Path("work", "calls")
"""The folder of the notes, in that of the installation."""


def note(folder: Path, entry: HostedCity) -> Path:
    """The note of a city, which is there while the worker has not come by since."""
    return folder / CALLS / entry.code


def call(folder: Path, entry: HostedCity) -> None:
    """Let the worker know that there is something to do for a city; where that fails, it comes by in a while."""
    path = note(folder, entry)
    with suppress(OSError):
        make_folder(path.parent, mode=PRIVATE_FOLDER)
        path.touch(mode=PRIVATE)
