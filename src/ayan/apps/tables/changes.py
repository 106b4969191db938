"""Changing a table: asked for by one, looked through by the loader, confirmed by a second, written, and kept.

Before anything is published an administrator is enough. A value that a clerk proposes needs the unit's approver or an
administrator at any time. The folder of TOML stays the form underneath: whoever edits it by hand goes on doing so, and
a change of the same text that was asked for before is then not carried out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from ayan.apps.accounts import audit, dual_control, policy
from ayan.apps.accounts.dual_control import OPEN, SecondNeeded, Stage, stage_of
from ayan.apps.accounts.limits import ALONE_DELAY, REQUEST_LASTS
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import CITY, Subject
from ayan.apps.tables import messages, removals, requests
from ayan.apps.tables.models import TableChange, TableChangeKind
from ayan.apps.tables.refusals import ChangeMoved, DeclarationNotTaken, NothingChanges, TableRefused
from ayan.apps.tables.tasks import enter_leaves
from ayan.core.audit.release_fit import ReleaseFit, as_json, release_fit
from ayan.core.schema.definition import Dataset
from ayan.core.schema.problem import DeclarationError
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal
from ayan.ui import contract
from ayan.wiring import city, new_declaration, table_folder
from ayan.wiring.table_folder import Texts, differences, merged
from ayan.wiring.table_text import AlreadyThere

CHANGE, CONFIRM, PROPOSE, CONFIRM_VALUE = "table.change", "table.confirm", "value.propose", "value.confirm"
CHANGED: Final = "table changed"
"""A table was changed; the subject is its slug."""


def stage(change: TableChange) -> Stage:
    """How far a change is."""
    return stage_of(change, city.current().clock.now())


def subject(change: TableChange) -> Subject:
    """A change as the subject of an act: who asked for it does not confirm it."""
    return Subject("table-change", str(change.pk), change.unit, change.slug, sender=change.asked_by_id)


def confirming(change: TableChange) -> str:
    """The verb by which a change is confirmed."""
    return CONFIRM_VALUE if change.kind == TableChangeKind.VALUE else CONFIRM


def waiting(slug: str = "") -> list[TableChange]:
    """The changes that wait for their decision, of one table or of all."""
    changes = TableChange.objects.filter(done_at=None, refused=False).select_related("asked_by")
    return [each for each in (changes.filter(slug=slug) if slug else changes) if stage(each) in OPEN]


def declared(slug: str) -> Dataset | None:
    """A table as it is declared; None where it is declared no longer, or wrongly."""
    try:
        return city.current().registry.declared(slug)
    except (KeyError, DeclarationError):
        return None


def title_of(slug: str) -> Label:
    """What a table is called; its slug where no declaration says it."""
    dataset = declared(slug)
    return dataset.title if dataset else Label(slug, slug)


# --- asking -----------------------------------------------------------------------------------------------------------


def ask(actor: User, slug: str, request: Mapping[str, Any]) -> TableChange:
    """Ask for what a form says of a table. Raises TableRefused and its like, UnknownDataset, and Denied."""
    policy.require(actor, CHANGE, CITY)
    texts = table_folder.texts_of(city.current(), slug)
    after = merged(texts, requests.applied(texts, request))
    return _ask(actor, TableChange(slug=slug, kind=TableChangeKind.FORM, request=dict(request)), texts, after)


def ask_texts(
    actor: User, slug: str, before: Texts, after: Texts, kind: TableChangeKind = TableChangeKind.TEXT
) -> TableChange:
    """Ask for whole texts in the place of others, as of an earlier version. Raises as `ask`."""
    policy.require(actor, CHANGE, CITY)
    return _ask(actor, TableChange(slug=slug, kind=kind), before, after)


def ask_new(actor: User, texts: Texts) -> TableChange:
    """Ask for a table that the city has not. Raises as `ask`, and NotConfirmed while a question of it is open."""
    policy.require(actor, CHANGE, CITY)
    slug = new_declaration.judged(city.current(), texts)
    texts = {name: text.replace("\r\n", "\n") for name, text in texts.items()}
    return _ask(actor, TableChange(slug=slug, kind=TableChangeKind.NEW), {}, texts)


def ask_removal(actor: User, slug: str) -> TableChange:
    """Ask that a table be taken away that never had a release. Raises as `removals.check`, and Denied."""
    policy.require(actor, CHANGE, CITY)
    removals.check(slug)
    texts = table_folder.texts_of(city.current(), slug)
    gone: dict[str, tuple[str, None]] = {name: (text, None) for name, text in texts.items()}
    return _put_in(actor, TableChange(slug=slug, kind=TableChangeKind.REMOVAL, files=gone), title_of(slug))


def _ask(actor: User, change: TableChange, before: Texts, after: Texts) -> TableChange:
    change.files = differences(before, after)
    if not change.files:
        raise NothingChanges
    changed = judged(change.slug, after)
    look_through(change, changed)
    return _put_in(actor, change, changed.title)


def _put_in(actor: User, change: TableChange, title: Label) -> TableChange:
    """Let a change that was judged wait for a second administrator; where none is needed, carry it out."""
    now = city.current().clock.now()
    change.asked_by, change.asked_at, change.until = actor, now, now + REQUEST_LASTS
    with transaction.atomic():
        try:
            alone = dual_control.check_alone(actor, strong=True)
        except SecondNeeded:
            _wait(actor, change, title)
            return change
        change.done_at = now
        change.save()
        audit.record(actor, CHANGE, subject(change), did="change", kind=str(change.kind), **alone)
        _carry_out(change)
    return change


def _wait(actor: User, change: TableChange, title: Label) -> None:
    seconds = dual_control.others(actor, frozenset())
    if not seconds:
        change.not_before = change.asked_at + ALONE_DELAY
        change.until = change.not_before + REQUEST_LASTS
    change.save()
    audit.record(actor, CHANGE, subject(change), did="ask", kind=str(change.kind), delayed=not seconds)
    if seconds:
        messages.put(messages.WAITS, seconds, change, title)
    else:
        messages.put(messages.GOES_AHEAD, policy.holders("audit.view", CITY), change, title)


def propose_value(actor: User, slug: str, request: Mapping[str, Any], *, unit: str, submission: UUID) -> TableChange:
    """Propose a value of a list, which stands in a file of the submission. Raises as `ask`."""
    policy.require(actor, PROPOSE, Subject("dataset", slug, unit, slug))
    current_city = city.current()
    texts = table_folder.texts_of(current_city, slug)
    after = merged(texts, requests.applied(texts, request))
    now = current_city.clock.now()
    change = TableChange(
        slug=slug,
        kind=TableChangeKind.VALUE,
        request=dict(request),
        asked_by=actor,
        asked_at=now,
        until=now + REQUEST_LASTS,
        files=differences(texts, after),
        unit=unit,
        submission=submission,
    )
    changed = judged(slug, after)
    look_through(change, changed)
    with transaction.atomic():
        change.save()
        audit.record(actor, PROPOSE, subject(change), did="ask")
        messages.put(messages.VALUE_WAITS, policy.holders(CONFIRM_VALUE, subject(change)), change, changed.title)
    return change


# --- deciding ---------------------------------------------------------------------------------------------------------


def confirm(actor: User, change: TableChange) -> None:
    """Confirm and carry out what somebody else asked for.

    Raises ChangeMoved, TableMoved, DeclarationNotTaken, and Denied.
    """
    policy.require(actor, confirming(change), subject(change))
    with transaction.atomic():
        held = _held(change, Stage.WAITING, Stage.DELAYED, Stage.READY)
        now = city.current().clock.now()
        held.decided_by, held.decided_at, held.done_at = actor, now, now
        audit.record(actor, confirming(held), subject(held), did="confirm")
        kind = messages.VALUE_ADDED if held.kind == TableChangeKind.VALUE else messages.DECIDED
        messages.cancel(held)
        messages.put(kind, [held.asked_by], held, title_of(held.slug))
        _carry_out(held)


def carry_out(actor: User, change: TableChange) -> None:
    """Do what nobody was there to confirm, and nobody refused in time. Raises as `confirm`."""
    policy.require(actor, CHANGE, CITY)
    with transaction.atomic():
        held = _held(change, Stage.READY)
        if held.asked_by_id != actor.pk:
            raise TableRefused(
                Label("تنها کسی که درخواست داده آن را انجام می‌دهد.", "Only who asked for it carries it out.")
            )
        held.done_at = city.current().clock.now()
        audit.record(actor, CHANGE, subject(held), did="change", delayed=True)
        _carry_out(held)


def may_refuse(actor: User, change: TableChange) -> bool:
    """Whether somebody may refuse a change: who asked takes it back; who may confirm it, and auditors, object."""
    own = actor.pk == change.asked_by_id
    return own or policy.can(actor, confirming(change), subject(change)) or policy.can(actor, "people.object", CITY)


def refuse(actor: User, change: TableChange, reason: str) -> None:
    """Refuse a change that is not carried out yet, with a reason; one's own needs none. Raises as `confirm`."""
    own = actor.pk == change.asked_by_id
    if not may_refuse(actor, change):
        policy.require(actor, confirming(change), subject(change))
    words = dual_control.reason_of_refusal(reason, own=own)
    with transaction.atomic():
        held = _held(change, *OPEN)
        held.refused, held.decided_by, held.decided_at = True, actor, city.current().clock.now()
        held.reason = words
        held.save()
        verb = PROPOSE if own and held.kind == TableChangeKind.VALUE else CHANGE if own else confirming(held)
        audit.record(
            actor, verb if policy.can(actor, verb, subject(held)) else "people.object", subject(held), did="refuse"
        )
        messages.cancel(held)
        if not own:
            messages.put(messages.REFUSED, [held.asked_by], held, title_of(held.slug))


def bring_back(actor: User, change: TableChange) -> TableChange:
    """Ask that a change that was carried out be undone. Raises TableMoved where its files were changed since."""
    policy.require(actor, CHANGE, CITY)
    texts = table_folder.texts_of(city.current(), change.slug)
    if any(texts.get(name) != after for name, (_, after) in change.files.items()):
        raise table_folder.TableMoved
    return ask_texts(
        actor, change.slug, texts, merged(texts, {name: before for name, (before, _) in change.files.items()})
    )


def _held(change: TableChange, *stages: Stage) -> TableChange:
    held = TableChange.objects.select_for_update().get(pk=change.pk)
    if stage(held) not in stages:
        raise ChangeMoved
    return held


# --- the files --------------------------------------------------------------------------------------------------------


def judged(slug: str, texts: Texts) -> Dataset:
    """The table as these files declare it. Raises DeclarationNotTaken with all that the loader finds."""
    try:
        return table_folder.judged(city.current(), slug, texts)
    except DeclarationError as refused:
        raise DeclarationNotTaken(refused.problems) from None


def look_through(change: TableChange, after: Dataset) -> None:
    """Write down what a change means for the releases that stand; nothing where they cannot be read."""
    current_city = city.current()
    try:
        before = current_city.registry.declared(change.slug)
        snapshot = current_city.release_store.snapshot(change.slug)
        fit = release_fit(snapshot, before, after)
        change.effect, change.looked_at = {**as_json(fit), "names": _names(before, fit)}, snapshot.digest
    except (KeyError, DeclarationError, StoreError, OSError):
        change.effect, change.looked_at = None, ""


def _names(before: Dataset, fit: ReleaseFit) -> dict[str, dict[str, list[str]]]:
    """What the values that a fit names are called, column by column: their words change with the change itself."""
    named: dict[str, dict[str, list[str]]] = {}
    fields = {each.name: each.choices for each in before.fields if each.choices is not None}
    for misfit in fit.misfits:
        if (choices := fields.get(misfit.field)) is not None:
            words = {value: [choices.label(value, "fa"), choices.label(value, "en")] for value in misfit.values}
            named.setdefault(misfit.field, {}).update(words)
    return named


def look_again(change: TableChange) -> None:
    """Look through the releases once more, where others stand than when the change was asked for."""
    current_city = city.current()
    try:
        if current_city.release_store.snapshot(change.slug).digest == change.looked_at:
            return
        after = judged(change.slug, after_of(change))
    except (Refusal, KeyError, StoreError, OSError):
        # Whoever decides is told so by the act itself.
        return
    look_through(change, after)
    change.save(update_fields=["effect", "looked_at"])


def after_of(change: TableChange) -> dict[str, str]:
    """The files of a table as they would be with a change. Raises what `table_text` raises, and UnknownDataset."""
    texts = {} if change.kind == TableChangeKind.NEW else table_folder.texts_of(city.current(), change.slug)
    if change.request:
        return merged(texts, requests.applied(texts, change.request))
    return merged(texts, {name: after for name, (_, after) in change.files.items()})


def _carry_out(change: TableChange) -> None:
    """Write the files, last of all: they cannot be taken back with the rest."""
    current_city = city.current()
    if change.kind == TableChangeKind.NEW:
        judged(change.slug, after_of(change))
        change.save()
        enter_leaves.enqueue()
        contract.announce(CHANGED, change.slug)
        new_declaration.declare_closed(current_city, {name: after for name, (_, after) in change.files.items()})
        return
    if change.kind == TableChangeKind.REMOVAL:
        change.save()
        enter_leaves.enqueue()
        contract.announce(CHANGED, change.slug)
        removals.carry_out(change)
        return
    texts = table_folder.texts_of(current_city, change.slug)
    if change.request:
        # Other changes of the same file are no hindrance: what was asked for is worked out on what stands now.
        try:
            change.files = differences(texts, merged(texts, requests.applied(texts, change.request)))
        except AlreadyThere:
            if any(texts.get(name) != after for name, (_, after) in change.files.items()):
                raise
    elif any(texts.get(name) not in pair for name, pair in change.files.items()):
        raise table_folder.TableMoved
    after = {name: text for name, (_, text) in change.files.items()}
    judged(change.slug, merged(texts, after))
    change.save()
    enter_leaves.enqueue()
    contract.announce(CHANGED, change.slug)
    table_folder.put(current_city, change.slug, {name: texts.get(name) for name in after}, after)
