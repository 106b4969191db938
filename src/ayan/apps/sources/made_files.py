"""A file that the system itself makes of what it holds, sent like the file of any other source."""

from __future__ import annotations

import csv
import hashlib
import io
import logging
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from ayan.apps.accounts.policy import Denied
from ayan.apps.desk.files.uploads import ReceivedFile, incoming
from ayan.apps.sources.arrivals import IncomingFile, arrive
from ayan.apps.sources.models import Source
from ayan.apps.sources.refusals import NotTaken
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.system.files import PRIVATE_FOLDER, make_folder
from ayan.wiring import city

log = logging.getLogger(__name__)


def sender(code: str) -> tuple[Source, Dataset] | None:
    """The source of this code, if an administrator has set it up to send by itself, and its dataset."""
    source = Source.objects.filter(slug=code, kind="upload", active=True).select_related("account").first()
    return (source, city.current().registry.get(source.dataset)) if source is not None else None


def as_csv(titles: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """Rows as delimited text under the titles of their columns; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows(["" if cell is None else cell for cell in line] for line in lines)
    return text.getvalue().encode()


def hand_in(source: Source, dataset: Dataset, period: str, content: bytes) -> bool:
    """Hand a file in, as any other of the source; False where it is what came before, or is not taken now."""
    folder = incoming()
    make_folder(folder, mode=PRIVATE_FOLDER)
    handle, name = tempfile.mkstemp(prefix="made-", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        called = "-".join(part for part in (dataset.slug, period) if part)
        received = ReceivedFile(path, hashlib.sha256(content).hexdigest(), len(content), f"{called}.csv")
        return not arrive(IncomingFile(source, dataset, period or None, received)).again
    except (Denied, NotTaken, CannotRead) as refused:
        # Somebody has the period in hand, or has taken the right to send it: the next round asks again.
        log.warning("%s was not sent: %s", called, type(refused).__name__)
        return False
    finally:
        path.unlink(missing_ok=True)
