"""A file that the system itself makes of what it holds, sent like the file of any other source."""

from __future__ import annotations

import csv
import hashlib
import io
import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from ayan.apps.accounts.policy import Denied
from ayan.apps.desk.files.uploads import ReceivedFile, incoming, unfinished
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.sources.arrivals import ArrivalResult, IncomingFile, arrive, keyed
from ayan.apps.sources.models import Source
from ayan.apps.sources.refusals import NotTaken
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.system.files import PRIVATE_FOLDER, creating, make_folder
from ayan.wiring import city

_TURNED_DOWN: Final = (SubmissionState.REFUSED, SubmissionState.SET_ASIDE, SubmissionState.TAKEN_BACK)

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
    result = _handed(source, dataset, period, content)
    return result is not None and not result.again


def hand_in_part(source: Source, dataset: Dataset, period: str, content: bytes, rest: timedelta) -> UUID | None:
    """Hand in rows that are added to what is published of their period; the submission that they are in, if they are.

    What people refused or set aside is not handed in again as it was before ``rest`` is over.
    """
    digest, since = keyed("file", hashlib.sha256(content).hexdigest()), city.current().clock.now() - rest
    earlier = (
        source.arrivals.filter(dataset=dataset.slug, digest=digest, at__gt=since)
        .exclude(submission=None)
        .exclude(code="replaced")
    )
    turned_down = Submission.objects.filter(pk__in=earlier.values("submission"), state__in=_TURNED_DOWN)
    if turned_down.exists():
        return None
    result = _handed(source, dataset, period, content, part=True)
    return result.arrival.submission if result is not None else None


def _handed(
    source: Source, dataset: Dataset, period: str, content: bytes, *, part: bool = False
) -> ArrivalResult | None:
    folder = incoming()
    make_folder(folder, mode=PRIVATE_FOLDER)
    path = unfinished(folder)
    try:
        with creating(path) as file:
            file.write(content)
        called = "-".join(part for part in (dataset.slug, period) if part)
        received = ReceivedFile(path, hashlib.sha256(content).hexdigest(), len(content), f"{called}.csv")
        return arrive(IncomingFile(source, dataset, period or None, received, part=part))
    except (Denied, NotTaken, CannotRead) as refused:
        # Somebody has the period in hand, or has taken the right to send it: the next round asks again.
        log.warning("%s was not sent: %s", called, type(refused).__name__)
        return None
    finally:
        path.unlink(missing_ok=True)
