"""Public findings of flags as pages show them: on the page of the flag, and on those of the records they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import unquote

from ayan.core.audit.flags.flag import Flag, FlagMeasure
from ayan.core.audit.flags.register import RegisteredFinding, RegisteredReply
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.wiring.city import City

THRESHOLD: Final = Label("آستانه", "threshold")


@dataclass(frozen=True, slots=True)
class FlaggedRecord:
    """A record that a finding leads to."""

    dataset: Dataset | None
    slug: str
    key: str

    @property
    def words(self) -> str:
        """Its key as people write it."""
        return " · ".join(unquote(part) for part in self.key.split("~"))


@dataclass(frozen=True, slots=True)
class FlaggedItem:
    """A public finding with everything a page says of it; days are dates, numbers as `measured`."""

    shown: RegisteredFinding
    title: Label
    measure: FlagMeasure
    called: Label | None
    against: Label
    record: FlaggedRecord
    behind: tuple[tuple[Dataset | None, tuple[FlaggedRecord, ...]], ...]
    value: int | Decimal | None
    threshold: int | Decimal | None
    named: str
    replies: tuple[tuple[RegisteredReply, date | None], ...]

    @property
    def owner(self) -> str:
        """The dataset in whose folder the flag stands."""
        return self.shown.flag.partition("/")[0]

    @property
    def code(self) -> str:
        """The code of the flag."""
        return self.shown.flag.partition("/")[2]

    @property
    def published_on(self) -> date | None:
        """When it became public."""
        return day_of(self.shown.published_on)

    @property
    def cleared_on(self) -> date | None:
        """When its case was cleared."""
        return day_of(self.shown.cleared_on)

    @property
    def expires_on(self) -> date | None:
        """When it ends."""
        return day_of(self.shown.expires_on)

    @property
    def reply_came_on(self) -> date | None:
        """When a reply came that is not confirmed yet."""
        return day_of(self.shown.reply_came_on)

    @property
    def told_on(self) -> date | None:
        """When whoever it names saw it."""
        return day_of(self.shown.told_on)


def about(city: City, dataset: Dataset, key: str) -> list[FlaggedItem]:
    """The public findings about a record, or naming the company that it is; those that stand first."""
    is_company = len(dataset.key) == 1 and dataset.field(dataset.key[0]).kind.is_company
    findings = current(city, city.flag_register.now().about(dataset.slug, key, (key,) if is_company else ()))
    if not findings:
        return []
    flags = {flag.name: flag for flag in city.registry.flags().sound}
    datasets = {declared.slug: declared for declared in city.registry.all()}
    items = [item(finding, flags[finding.flag], datasets) for finding in findings if finding.flag in flags]
    return sorted(items, key=lambda entry: entry.shown.standing != "published")


def current(city: City, findings: Iterable[RegisteredFinding]) -> list[RegisteredFinding]:
    """Those whose releases are all current: what was superseded a moment ago is not held against anybody any more."""
    known: dict[str, set[str]] = {}
    return [finding for finding in findings if all(_is_current(city, ref, known) for ref in finding.releases)]


def _is_current(city: City, ref: str, known: dict[str, set[str]]) -> bool:
    slug = ref.partition("/")[0]
    if slug not in known:
        known[slug] = {release.ref for release in city.release_store.snapshot(slug).releases}
    return ref in known[slug]


def item(finding: RegisteredFinding, flag: Flag, datasets: Mapping[str, Dataset]) -> FlaggedItem:
    """A public finding as pages show it."""
    behind = []
    for name, keys in finding.behind.items():
        slug = next((each.dataset for each in flag.inputs if each.name == name), "")
        behind.append((datasets.get(slug), tuple(_record(slug, key, datasets) for key in keys)))
    return FlaggedItem(
        shown=finding,
        title=flag.title,
        measure=flag.measure,
        called=flag.value,
        against=flag.against or THRESHOLD,
        record=_record(finding.dataset, finding.key, datasets),
        behind=tuple(behind),
        value=measured(finding.value, flag.measure),
        threshold=measured(finding.threshold, flag.measure),
        named=finding.party or finding.party_id,
        replies=tuple((each, day_of(each.on)) for each in finding.replies),
    )


def _record(slug: str, key: str, datasets: Mapping[str, Dataset]) -> FlaggedRecord:
    return FlaggedRecord(datasets.get(slug), slug, key)


def measured(text: str, measure: FlagMeasure) -> int | Decimal | None:
    """The number that a text writes, as pages show it: whole rials, per cent with one decimal; None for no number."""
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        return None
    if value is None or measure == "number":
        return value
    if measure == "per-mille":
        return (value / 10).quantize(Decimal("0.1")).normalize()
    return int(value)


def day_of(text: str) -> date | None:
    """The day of an ISO text; None for an empty one."""
    return date.fromisoformat(text) if text else None
