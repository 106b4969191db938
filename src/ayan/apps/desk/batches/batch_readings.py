"""Whether texts of a file were read as codes that are titled otherwise: found once, as its submission has been read."""

from __future__ import annotations

from ayan.apps.desk.access import dataset_of
from ayan.apps.desk.batches.batch_models import BatchFile
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.models import Submission


def note(file: BatchFile, submission: Submission) -> None:
    """Keep beside the file what was found of its draft as it is now; the page need not open its cells."""
    if not submission.digest or (file.seen or {}).get("codes_of") == submission.digest:
        return
    file.seen = {**(file.seen or {}), "codes_of": submission.digest, "codes": _has_codes(submission)}
    file.save(update_fields=["seen"])


def reads_otherwise(file: BatchFile, submission: Submission) -> bool:
    """Whether there are any in the draft as it is now; where nobody has looked yet, there may be."""
    seen = file.seen or {}
    return bool(seen.get("codes")) if seen.get("codes_of") == submission.digest else _has_codes(submission)


def _has_codes(submission: Submission) -> bool:
    fields = {field.name: field.choices for field in dataset_of(submission).fields if field.choices is not None}
    if not fields:
        return False
    try:
        kept = inputs_of(submission.steps.all()).folder.amendments()
    except LookupError:
        return True
    if kept is None:
        return True
    for code in kept.page(partial=False).codes:
        titled = {entry.code: {entry.code, entry.label.fa, entry.label.en} for entry in fields[code.field].entries}
        if code.text not in titled.get(code.code, set()):
            return True
    return False
