"""What a release says of the decisions that were made between the submitted file and what is published."""

from __future__ import annotations

import hmac

from ayan.core.refine import row_ranges
from ayan.core.refine.row_ranges import Ranges
from ayan.core.release.examination import Examined
from ayan.core.release.limits import MOST_RUNS
from ayan.core.release.publish_context import Original
from ayan.core.store.manifest import Corrected, Corrections
from ayan.core.values.canonical import Json, canonical_json


def corrections_of(examined: Examined, original: Original) -> Corrections | None:
    """The corrections of a file; None where it is published as its declared layout reads it.

    Nothing is said of fields that are not published, and no text of any cell.
    """
    decided = examined.decided
    if decided is None:
        return None
    declared = examined.dataset.sources[decided.choice.source].fields
    public = {field.name for field in examined.dataset.published}
    stated = {name: constant for name, constant in decided.choice.fields.items() if isinstance(constant, str)}
    constants = tuple(
        name
        for name, text in stated.items()
        if name in public and (name not in declared or declared[name].constant != text)
    )
    changed = {name: rows for name, rows in decided.fixed.changed.items() if name in public}
    if not (decided.fixes or constants):
        return None
    choices: list[Json] = [decided.choice.as_json(), [fix.as_json() for fix in decided.fixes]]
    commitment = hmac.new(original.salt.encode(), canonical_json(choices), "sha256").hexdigest()
    fields = {name: _corrected(rows) for name, rows in changed.items()}
    redacted = {name: counts for name, counts in decided.fixed.redacted.items() if name in public}
    return Corrections(fields, constants, dict(decided.fixed.left_out), commitment, redacted)


def _corrected(rows: Ranges) -> Corrected:
    return Corrected(row_ranges.count(rows), row_ranges.written(rows) if len(rows) <= MOST_RUNS else None)
