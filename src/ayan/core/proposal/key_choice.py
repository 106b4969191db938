"""Which fields name a row: one column or two whose values stand once in every file, with the counts that show it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

from ayan.core.proposal.column_evidence import lay_rows
from ayan.core.proposal.columns_of_files import FileEvidence
from ayan.core.proposal.limits import FEWEST_ROWS, MOST_KEY_COLUMNS, NEARLY_UNIQUE
from ayan.core.proposal.proposed_field import OpenQuestion, ProposedField
from ayan.core.system.duckdb import confined
from ayan.core.values import sql
from ayan.core.values.label import Label, number_label

_NEVER: Final = 9


def choose_key(
    files: Sequence[FileEvidence], fields: Sequence[ProposedField]
) -> tuple[tuple[str, ...], str, list[OpenQuestion]]:
    """The key, why it is one, and what has to be asked; an empty key where nothing names every row.

    Codes come before numbers and days. What repeats now and then is never a key by itself: it is asked about.
    """
    rows = sum(len_of(file) for file in files)
    able = [field for field in fields if _able(field) and len(field.columns) == len(files)]
    able.sort(key=_rank)
    if rows < FEWEST_ROWS or not able:
        return (), "", []
    tried = [(field,) for field in able] + list(combinations(able[:MOST_KEY_COLUMNS], 2))
    most = _repeats(files, tried)
    for fields_of_key, repeats in zip(tried, most, strict=True):
        coded = any(field.kind.is_code or field.kind.is_company for field in fields_of_key)
        if not repeats and coded:
            names = tuple(field.name for field in fields_of_key)
            return names, f"different in all {rows:,} rows", []
    for fields_of_key, repeats in zip(tried, most, strict=True):
        field = fields_of_key[0]
        headed = field.term is not None and field.term.headed_as == "code"
        if len(fields_of_key) == 1 and headed and field.kind.is_code and repeats <= rows * (1 - NEARLY_UNIQUE):
            text = Label(
                "«{label}» در {count} ردیف تکراری است. آیا هر ردیف را همین باید بشناساند؟",
                "“{label}” occurs again in {count} rows. Is it what names a row all the same?",
            ).format(label=field.label, count=number_label(repeats))
            return (), "", [OpenQuestion("key", text, (field.name,), 2)]
    return (), "", []


def len_of(file: FileEvidence) -> int:
    """The records that were seen of a file."""
    return max((evidence.rows for evidence in file.columns), default=0)


def _rank(field: ProposedField) -> int:
    """In which order fields are taken for a key: codes first, closed lists last; `_NEVER` for all that make none."""
    kind, headed = field.kind, field.term.headed_as if field.term else ""
    # A number that nobody calls a name of something is an amount, which tells rows apart by chance.
    named = kind.is_count and headed in ("code", "year", "code-or-place")
    facts = (kind.is_code, kind.is_company, named, kind.is_day, kind.is_period, bool(field.codes))
    return next((rank for rank, holds in enumerate(facts) if holds), _NEVER)


def _able(field: ProposedField) -> bool:
    """Whether a key may be made of the field: always filled, public, of a kind that stands in an address."""
    evidence = field.evidence
    return (
        evidence.filled == evidence.rows > 0
        and _rank(field) < _NEVER
        and field.kind.addressable
        and "shown" not in field.keys
        and field.keys.get("role") not in ("counter", "amount", "quantity")
    )


def _repeats(files: Sequence[FileEvidence], tried: Sequence[tuple[ProposedField, ...]]) -> list[int]:
    """For each combination, how many rows repeat an earlier one of their file."""
    repeats = [0] * len(tried)
    for at, file in enumerate(files):
        with confined(paths=file.raw.files) as con:
            lay_rows(con, file.raw)
            # A column is folded once, however many combinations it is part of: to plan that takes longest.
            indexes = sorted({field.columns[at].index for fields in tried for field in fields})
            folded = ", ".join(f"{sql.fold(f'c{index}')} AS k{index}" for index in indexes)
            parts = ", ".join(
                f"count(*) - count(DISTINCT ({', '.join(f'k{field.columns[at].index}' for field in fields)}))"
                for fields in tried
            )
            row = con.execute(f"SELECT {parts} FROM (SELECT {folded} FROM records)").fetchone() or ()
            repeats = [before + int(more) for before, more in zip(repeats, row, strict=True)]
    return repeats
