"""The rows of a question as somebody who follows it reads them: those of the newest release first."""

from __future__ import annotations

from ayan.core.query.answer import Row, Snapshot
from ayan.core.query.cursor import Position, decode
from ayan.core.query.plan import Newest
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset

# Parameters that mean nothing here: the order is given, and how many there are changes while one reads.
REFUSED = ("_sort", "_sort_desc", "_count", "_calendar")


def newest_rows(
    reader: QueryService, dataset: Dataset, question: Question, snapshot: Snapshot
) -> tuple[tuple[Row, ...], str | None]:
    """One page of rows, by the time their release was sealed, newest first; and the cursor of the next page.

    Raises TooSlow, TooHeavy, or CursorExpired when the state is no longer kept.
    """
    dataset = as_asked(dataset)
    past = decode(question.cursor, dataset, None).number if question.cursor else 0
    releases = sorted(snapshot.source.releases, key=lambda release: (release.sealed_at, release.period), reverse=True)
    if not releases:
        return (), None
    periods = tuple(release.period for release in releases)
    rows = reader.pick(dataset, Newest(question, periods, question.limit + 1, past), snapshot)
    kept = rows[: question.limit]
    more = Position(snapshot.snapshot_id, None, past + len(kept)).encode(None) if len(rows) > len(kept) else None
    return kept, more
