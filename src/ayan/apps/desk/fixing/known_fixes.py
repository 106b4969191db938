"""What a unit put right in the files of a dataset: texts and operations on columns, offered for the next file.

It is remembered as a submission is sent, and nothing of it is done again by itself.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.fernet import InvalidToken

from ayan.apps.accounts.models import User
from ayan.apps.desk.access import acting_on, dataset_of
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.limits import LONGEST_CELL, MOST_KNOWN_RECIPES, MOST_KNOWN_TEXTS
from ayan.apps.desk.models import KnownFixes, Submission
from ayan.core.refine.column_mapping import header_fingerprint
from ayan.core.refine.corrections import BadCorrection, Correction, folded
from ayan.core.schema.field import Field
from ayan.core.values.canonical import Json
from ayan.ui import text_encryption
from ayan.wiring import city

_PURPOSE: Final = b"ayan known fixes 1"


@dataclass(slots=True)
class RememberedFixes:
    """What is remembered: for each field a text of earlier files and what was written for it, and by header recipes.

    A recipe are the operations on columns of the last file with that header, in their order.
    """

    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    recipes: dict[str, list[dict[str, Json]]] = field(default_factory=dict)

    def operations(self, fingerprint: str) -> tuple[Correction, ...]:
        """The recipe of a header; what an older version knew and this one does not is left out."""
        read = []
        for said in self.recipes.get(fingerprint, ()):
            try:
                read.append(Correction.from_json(said))
            except BadCorrection:
                continue
        return tuple(read)


def is_remembered(of: Field) -> bool:
    """Whether a text of a field means the same in the next file: a name or a code does, an amount or a day does not."""
    return of.shown == "public" and (of.choices is not None or of.kind.is_words)


def remembered(submission: Submission) -> RememberedFixes:
    """What the unit of a submission put right the last times; nothing where its key has gone."""
    kept = KnownFixes.objects.filter(unit=submission.unit, dataset=submission.dataset).first()
    return _opened(kept)


def remember(submission: Submission, actor: User) -> None:
    """Keep what was put right in the file of a submission that is held; the newest texts and recipes stay."""
    inputs = inputs_of(submission.steps.all())
    dataset = dataset_of(submission)
    names = {each.name for each in dataset.fields if is_remembered(each)} - {*dataset.key}
    texts = written_texts(inputs.fixes, names)
    operations = [fix.as_json() for fix in inputs.fixes if fix.kind == "column"]
    if actor.machine or not (texts or operations) or inputs.entered:
        return
    kept = KnownFixes.objects.select_for_update().filter(unit=submission.unit, dataset=submission.dataset).first()
    known = _opened(kept)
    for name, pairs in texts.items():
        before = {old: new for old, new in known.texts.get(name, {}).items() if old not in pairs}
        known.texts[name] = dict([*before.items(), *pairs.items()][-MOST_KNOWN_TEXTS:])
    if operations:
        fingerprint = header_fingerprint(inputs.folder.table())
        others = {key: recipe for key, recipe in known.recipes.items() if key != fingerprint}
        known.recipes = dict([*others.items(), (fingerprint, operations)][-MOST_KNOWN_RECIPES:])
    _keep(submission, actor, known)


def forget(actor: User, key: UUID, texts: Collection[tuple[str, str]], expected_revision: int) -> None:
    """No longer offer what was written for some texts, each with its field."""
    with acting_on(actor, key, "submission.edit", expected_revision, forgotten=len(texts)) as submission:
        kept = KnownFixes.objects.select_for_update().filter(unit=submission.unit, dataset=submission.dataset).first()
        known = _opened(kept)
        for name, old in texts:
            known.texts.get(name, {}).pop(old, None)
        _keep(submission, actor, known)


def written_texts(fixes: Sequence[Correction], names: Collection[str]) -> Mapping[str, dict[str, str]]:
    """What was written everywhere for a text, by field, as it came out in the end."""
    values = folded([fix for fix in fixes if fix.kind == "replace"], names).values
    return {
        name: {
            old: new
            for old, (new, _) in pairs.items()
            if old and new and old != new and max(len(old), len(new)) <= LONGEST_CELL
        }
        for name, pairs in values.items()
    }


def _opened(kept: KnownFixes | None) -> RememberedFixes:
    if kept is None:
        return RememberedFixes()
    try:
        said: dict[str, Any] = json.loads(text_encryption.unlock(kept.locked, _PURPOSE))
    except InvalidToken:
        return RememberedFixes()
    return RememberedFixes(**said)


def _keep(submission: Submission, actor: User, known: RememberedFixes) -> None:
    text = json.dumps(asdict(known), ensure_ascii=False, separators=(",", ":"))
    KnownFixes.objects.update_or_create(
        unit=submission.unit,
        dataset=submission.dataset,
        defaults={
            "locked": text_encryption.lock(text, _PURPOSE),
            "by": actor,
            "at": city.current().clock.now(),
        },
    )
