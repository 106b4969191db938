"""What officers decided about a file, as one value, and what a release says of it."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ayan.core.audit.draft_trial import DraftTrial
from ayan.core.publish.limits import MOST_RUNS
from ayan.core.refine import row_ranges
from ayan.core.refine.apply_corrections import CorrectedTable
from ayan.core.refine.column_mapping import ColumnChoice
from ayan.core.refine.corrections import Correction
from ayan.core.refine.money_units import StatedUnit, declared_units
from ayan.core.refine.row_ranges import Ranges
from ayan.core.schema.definition import Dataset
from ayan.core.schema.layouts import ENTERED, read_as
from ayan.core.store.correction_counts import Corrected, Corrections
from ayan.core.store.manifest import AppendedRows, BalanceOverride
from ayan.core.values.canonical import Json, canonical_json, sha256_hex


@dataclass(frozen=True, slots=True)
class ClerkDecisions:
    """Everything that people decided between a file and what is published of it.

    ``period`` is written as people write it, None for a dataset without periods; ``choice`` which column holds which
    field, None where the declared layout says so: then ``units`` are the units of money and ``date_orders`` the orders
    of day and month that somebody named; ``fixes`` the decisions over cells, in their order. ``waivers`` are the
    privacy hits that an officer waives, with the reason of each by its fingerprint. ``partial`` is why the rows that
    carry errors are left out, None while they are not; ``overrides`` are about balances that fail, and each counts only
    for what fails exactly as they say. ``accepted`` says how many rows that look like none are records, by the code of
    the question, and ``nods`` are the marks of the texts of code lists that somebody has nodded to. ``appended`` says
    that the file was made of what is published and of the rows of another one, and entered by nobody.
    """

    period: str | None = None
    choice: ColumnChoice | None = None
    fixes: tuple[Correction, ...] = ()
    waivers: Mapping[str, str] = field(default_factory=dict)
    partial: str | None = None
    overrides: tuple[BalanceOverride, ...] = ()
    units: Mapping[str, StatedUnit] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    accepted: Mapping[str, int] = field(default_factory=dict)
    nods: Collection[str] = ()
    appended: AppendedRows | None = None

    @property
    def entered(self) -> bool:
        """Whether the file is a table that was entered by hand at the desk."""
        return self.choice is not None and self.choice.source == ENTERED and not self.appended

    def issues_key(self, dataset: Dataset, period: str) -> str:
        """What the issues of a file follow from, as one digest: they hold while it stays.

        ``period`` is the one that the submission speaks for. Leaving rows out and overriding balances finds nothing
        new in the file, so neither is in it.
        """
        choice: Json = None if self.choice is None else self.choice.as_json()
        parts: list[Json] = [dataset.digest, period, choice, [fix.as_json() for fix in self.fixes]]
        if self.waivers:
            parts.append(dict(self.waivers))
        if self.nods:
            parts.append(["nods", *sorted(self.nods)])
        return sha256_hex(canonical_json(parts))

    def stated(
        self, dataset: Dataset, corrected: CorrectedTable | None, salt: str, source: str = "default"
    ) -> Corrections | None:
        """What a release says of the decisions; None where the file is published as its declared layout reads it.

        ``corrected`` is what the fixes came to, None where nobody was asked for any; ``salt`` hides them in a
        commitment; ``source`` is the declared layout where no columns were chosen. Nothing is said of fields that are
        not published, and no text of any cell.
        """
        public = {field.name for field in dataset.published}
        source, named = (self.choice.source, self.choice.units) if self.choice else (source, self.units)
        before = declared_units(dataset, source)
        units = {
            name: (before[name], stated.unit)
            for name, stated in named.items()
            if name in public and before[name] != stated.unit and self._has_column(name)
        }
        if self.choice is None or corrected is None:
            left = dict(corrected.left_out) if corrected else {}
            if not (units or left):
                return None
            said: dict[str, Json] = {name: unit for name, (_, unit) in units.items()}
            rows: list[Json] = [[fix.as_json() for fix in self.fixes]] if left else []
            return Corrections({}, (), left, _committed([said, *rows], salt), units=units)
        declared = read_as(dataset, source)[0].fields
        constants = tuple(
            name
            for name, text in self.choice.fields.items()
            if isinstance(text, str) and name in public and (name not in declared or declared[name].constant != text)
        )
        if not (self.fixes or constants or units):
            return None
        commitment = _committed([self.choice.as_json(), [fix.as_json() for fix in self.fixes]], salt)
        fields = {name: _corrected(rows) for name, rows in corrected.changed.items() if name in public}
        redacted = {name: counts for name, counts in corrected.redacted.items() if name in public}
        return Corrections(fields, constants, dict(corrected.left_out), commitment, redacted, units)

    def _has_column(self, name: str) -> bool:
        return self.choice is None or isinstance(self.choice.fields.get(name), int)


def _committed(decided: list[Json], salt: str) -> str:
    return hmac.new(salt.encode(), canonical_json(decided), "sha256").hexdigest()


def overrides(override: BalanceOverride, trial: DraftTrial) -> bool:
    """Whether somebody's word is about exactly this failure: a balance that fails otherwise has to be judged anew."""
    outcome = trial.outcome
    return (override.balance, override.failed, override.off) == (trial.balance.name, outcome.failed, str(outcome.off))


def blocking(trials: Iterable[DraftTrial], overridden: Sequence[BalanceOverride]) -> tuple[DraftTrial, ...]:
    """The trials for which a draft may not be published as it stands."""
    return tuple(trial for trial in trials if trial.blocks and not any(overrides(each, trial) for each in overridden))


def _corrected(rows: Ranges) -> Corrected:
    return Corrected(row_ranges.count(rows), row_ranges.written(rows) if len(rows) <= MOST_RUNS else None)
