"""What administrators do about sources: add, change or try one, switch it off, and make or revoke a token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db import transaction

from ayan.apps.accounts import audit
from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.policy import Subject, require
from ayan.apps.accounts.roles import Role
from ayan.apps.accounts.units import standing
from ayan.apps.desk.access import CITY as CITY_UNIT
from ayan.apps.desk.access import unit_of
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.sources.labels import EVERY, PERIODS, RUNS, VERBS
from ayan.apps.sources.limits import LONGEST_DAYS
from ayan.apps.sources.models import Source, SourceToken
from ayan.apps.sources.source_secrets import entered, origin
from ayan.apps.sources.source_type import CODE, SourceForm
from ayan.apps.sources.source_types import source_type, source_types, upload
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.refine.money_units import BadUnit, check_units
from ayan.core.store.correction_reason import CORRECTION_REASONS
from ayan.core.values.label import Label
from ayan.wiring import city

_CITY: Final = Subject("city")


def about(source: Source) -> Subject:
    """A source as the subject of an act."""
    return Subject("source", source.slug, source.unit)


def unit_merged(subject: str) -> None:
    """Let what sent for one unit send for the one that takes its place; its account's roles go with all others."""
    old, new = subject.split(" ")
    Source.objects.filter(unit=old).update(unit=new)


def add(actor: User, wanted: SourceForm) -> Source:
    """A new source, with an account of its own that may send these datasets of this unit and do nothing else."""
    require(actor, "source.manage", _CITY)
    _check_code(wanted)
    _check(wanted)
    _check_reason(wanted.reason)
    unit = standing().filter(slug=wanted.unit).first()
    if wanted.unit and unit is None:
        raise DeskRefused("چنین واحدی نیست.", "There is no such unit.", "unit")
    now = city.current().clock.now()
    with transaction.atomic():
        account = User(username=f"source.{wanted.slug}", name=wanted.name.strip()[:150], machine=True)
        account.set_unusable_password()
        account.save()
        source = Source.objects.create(
            slug=wanted.slug,
            name=wanted.name.strip()[:150],
            kind=wanted.kind,
            unit=wanted.unit,
            datasets=sorted(set(wanted.datasets)),
            account=account,
            sends=wanted.sends,
            where=wanted.where.strip(),
            query=wanted.query,
            secret=wanted.secret.strip(),
            locked=source_type(wanted.kind).locked(wanted),
            plain=wanted.plain,
            period="given" if source_type(wanted.kind).sent else wanted.period,
            every=wanted.every,
            reason=wanted.reason,
            created_by=actor,
            created_at=now,
        )
        for dataset in source.datasets:
            Grant.objects.create(user=account, role=Role.CLERK, unit=unit, dataset=dataset)
        audit.record(actor, "source.manage", about(source), did="add", kind=source.kind, datasets=len(source.datasets))
    return source


def change(actor: User, source: Source, wanted: SourceForm) -> None:
    """Change a source: all but its code and kind. An empty secret keeps the one there is, for the same server."""
    require(actor, "source.manage", about(source))
    described = source_type(source.kind)
    wanted = replace(wanted, slug=source.slug, kind=source.kind, locked=source.locked)
    _check(wanted)
    _check_reason(wanted.reason)
    unit = standing().filter(slug=wanted.unit).first()
    if wanted.unit and unit is None:
        raise DeskRefused("چنین واحدی نیست.", "There is no such unit.", "unit")
    _check_kept(source, wanted)
    with transaction.atomic():
        held = Source.objects.select_for_update().get(pk=source.pk)
        moved = held.where != wanted.where.strip() or bool(wanted.entered)
        held.name, held.where, held.query = wanted.name.strip()[:150], wanted.where.strip(), wanted.query
        held.secret, held.locked, held.plain = wanted.secret.strip(), described.locked(wanted), wanted.plain
        held.unit, held.datasets = wanted.unit, sorted(set(wanted.datasets))
        held.sends, held.reason = wanted.sends, wanted.reason
        if not described.sent:
            held.period, held.every, held.next_at = wanted.period, wanted.every, None
        held.units = {slug: units for slug, units in held.units.items() if slug in held.datasets}
        held.state = {} if moved else held.state
        held.save()
        Grant.objects.filter(user=held.account).delete()
        for dataset in held.datasets:
            Grant.objects.create(user=held.account, role=Role.CLERK, unit=unit, dataset=dataset)
        facts = {"secret": "entered"} if wanted.entered else {}
        audit.record(actor, "source.manage", about(held), did="change", datasets=len(held.datasets), **facts)


def _check_kept(source: Source, wanted: SourceForm) -> None:
    """Refuse to show a secret that was entered for one server to another one."""
    if not source.locked or wanted.entered or wanted.secret.strip():
        return
    try:
        kept = entered(source)
    except FetchOutcome:
        kept = None
    if kept is not None and kept.origin and origin(kept.origin) != origin(wanted.where.strip()):
        raise DeskRefused(
            "نشانی به کارساز دیگری می‌رسد. سرآیند را برای آن دوباره بنویسید.",
            "The address leads to another server. Enter the header for it again.",
            "entered",
        )


def attempt(actor: User, wanted: SourceForm, source: Source | None) -> Label:
    """Try what a form says, before it is saved: what came of it. Raises DeskRefused with the reason if it failed."""
    require(actor, "source.manage", _CITY)
    if source is not None:
        wanted = replace(wanted, slug=source.slug, locked=source.locked)
        _check_kept(source, wanted)
    _check(wanted)
    described = source_type(wanted.kind)
    trial = Source(
        slug=wanted.slug,
        kind=wanted.kind,
        datasets=sorted(set(wanted.datasets)),
        where=wanted.where.strip(),
        query=wanted.query,
        secret=wanted.secret.strip(),
        locked=described.locked(wanted),
        plain=wanted.plain,
        period=wanted.period,
    )
    audit.record(actor, "source.manage", about(source) if source else Subject("source", "new"), did="try")
    try:
        return described.attempt(trial, city.current().registry.get(trial.dataset))
    except FetchOutcome as outcome:
        words = RUNS[outcome.code]
        raise DeskRefused(field="where").worded(words) from None


def switch(actor: User, source: Source, active: bool) -> None:
    """Switch a source off, which stops its tokens and its runs at once, or on again."""
    require(actor, "source.manage", about(source))
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(active=active, next_at=None)
        audit.record(actor, "source.manage", about(source), did="on" if active else "off")


def let_send(actor: User, source: Source, sends: bool) -> None:
    """Say whether clean files go on to the approvers by themselves, or wait for a clerk."""
    require(actor, "source.manage", about(source))
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(sends=sends)
        audit.record(actor, "source.manage", about(source), did="sends" if sends else "waits")


def state_reason(actor: User, source: Source, code: str) -> None:
    """Say what the corrections state that come from a source by themselves."""
    require(actor, "source.manage", about(source))
    _check_reason(code)
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(reason=code)
        audit.record(actor, "source.manage", about(source), did="reason", reason=code)


def state_units(actor: User, source: Source, dataset: str, units: Mapping[str, str]) -> None:
    """Say in which units of money a source sends the fields of a dataset; what is not named is as declared."""
    require(actor, "source.manage", about(source))
    try:
        check_units(city.current().registry.get(dataset), units.items())
    except (KeyError, BadUnit):
        raise DeskRefused("این واحد پول پذیرفته نیست.", "This unit of money cannot be taken.", "units") from None
    with transaction.atomic():
        kept = {slug: said for slug, said in source.units.items() if slug != dataset and slug in source.datasets}
        Source.objects.filter(pk=source.pk).update(units={**kept, **({dataset: dict(units)} if units else {})})
        audit.record(actor, "source.manage", about(source), did="units", dataset=dataset)


def run_soon(actor: User, source: Source) -> None:
    """Have the worker look at a source as soon as it can."""
    require(actor, "source.manage", about(source))
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(next_at=None)
        audit.record(actor, "source.manage", about(source), did="run")


def make_token(
    actor: User, source: Source, name: str, datasets: Sequence[str], verbs: Sequence[str], days: int
) -> tuple[SourceToken, str]:
    """A new token and its text, which is shown once and kept nowhere."""
    require(actor, "source.manage", about(source))
    if not source_type(source.kind).sent:
        raise DeskRefused("این منبع با توکن نمی‌فرستد.", "This source does not send by token.")
    if not name.strip():
        raise DeskRefused("بنویسید این توکن برای چیست.", "Write what this token is for.", "token_name")
    chosen = sorted(set(datasets) & set(source.datasets))
    if not chosen:
        raise DeskRefused("دست‌کم یک داده برگزینید.", "Choose at least one dataset.", "token_datasets")
    allowed = sorted(set(verbs) & set(VERBS))
    if not allowed:
        raise DeskRefused("دست‌کم یک کار برگزینید.", "Choose at least one act.", "token_verbs")
    if not 1 <= days <= LONGEST_DAYS:
        raise DeskRefused("تعداد روزها از ۱ تا {most} باشد.", "The number of days is from 1 to {most}.", "days").format(
            most=LONGEST_DAYS
        )
    text, digest, hint = upload.fresh()
    now = city.current().clock.now()
    with transaction.atomic():
        token = SourceToken.objects.create(
            source=source,
            name=name.strip()[:100],
            digest=digest,
            hint=hint,
            datasets=chosen,
            verbs=allowed,
            until=now + timedelta(days=days),
            created_by=actor,
            created_at=now,
        )
        audit.record(actor, "source.manage", about(source), did="token", token=token.pk, days=days)
    return token, text


def revoke(actor: User, source: Source, key: int) -> None:
    """End a token at once and for good."""
    require(actor, "source.manage", about(source))
    with transaction.atomic():
        token = SourceToken.objects.select_for_update().filter(pk=key, source=source).first()
        if token is None:
            raise DeskRefused("چنین توکنی نیست.", "There is no such token.")
        if token.revoked_at is None:
            token.revoked_at, token.revoked_by = city.current().clock.now(), actor
            token.save(update_fields=["revoked_at", "revoked_by"])
            audit.record(actor, "source.manage", about(source), did="revoke", token=token.pk)


def _check_reason(code: str) -> None:
    if code not in CORRECTION_REASONS:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", "reason")


def _check_code(wanted: SourceForm) -> None:
    """Raise DeskRefused for the code of a new source that cannot be one."""
    if not CODE.fullmatch(wanted.slug):
        raise DeskRefused(
            "شناسه را با حرف لاتین کوچک، رقم و خط تیره بنویسید، تا ۴۰ نویسه.",
            "Write the code in small Latin letters, digits and hyphens, 40 at most.",
            "slug",
        )
    if (
        Source.objects.filter(slug=wanted.slug).exists()
        or User.objects.filter(username=f"source.{wanted.slug}").exists()
    ):
        raise DeskRefused("این شناسه را منبع دیگری دارد.", "Another source has this code.", "slug")


def _check(wanted: SourceForm) -> None:
    """Raise DeskRefused at the first field of a source that is not right."""
    known = {dataset.slug for dataset in city.current().registry.all()}
    if not wanted.name.strip():
        raise DeskRefused("نام منبع را بنویسید.", "Write the name of the source.", "name")
    if (described := source_types().get(wanted.kind)) is None:
        raise DeskRefused("گونهٔ منبع را برگزینید.", "Choose the kind of the source.", "kind")
    if not wanted.datasets or set(wanted.datasets) - known:
        raise DeskRefused("داده را برگزینید.", "Choose the dataset.", "datasets")
    for slug in wanted.datasets:
        # What the calendar gives to one unit no other unit's system may send.
        if wanted.unit and (owner := unit_of(slug)) not in (CITY_UNIT, wanted.unit):
            raise DeskRefused(
                "در تقویم، این داده از آن واحد {owner} است: {slug}",
                "The calendar gives this dataset to the unit {owner}: {slug}",
                "unit",
            ).format(owner=owner, slug=slug)
    if described.sent:
        return
    if len(set(wanted.datasets)) != 1:
        raise DeskRefused("این گونه منبع تنها یک داده می‌فرستد.", "A source of this kind sends one dataset.", "datasets")
    if wanted.period not in PERIODS or wanted.period == "given":
        raise DeskRefused("بگویید دوره از کجا دانسته می‌شود.", "Say where the period is known from.", "period")
    if wanted.every not in EVERY:
        raise DeskRefused("بگویید هر چند وقت یک بار.", "Say how often.", "every")
    described.check(wanted)


def label_of(slug: str) -> Label:
    """The title of a dataset; its slug where it is declared no more."""
    try:
        return city.current().registry.get(slug).title
    except KeyError:
        return Label(slug, slug)
