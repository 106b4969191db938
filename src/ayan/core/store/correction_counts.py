"""What a release says of the decisions between its file and its rows: cells mended, rows left out, units named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Corrected:
    """How many cells of a column read otherwise than in the submitted file, and which: rows as ``3-9,14``.

    ``rows`` is None where they are too many to be listed.
    """

    count: int
    rows: str | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was decided at the desk, between the file and what is published.

    ``fields`` are published fields with corrected cells, ``constants`` those whose value the sender stated for all
    rows, ``left_out`` how many rows were left out for each reason. ``commitment`` (HMAC-SHA-256, hex, under the salt of
    the original) stands for every single decision, withheld fields included. ``redacted`` counts by field and how
    (``mask``, ``clear``, ``drop``) the cells from which personal data was taken; which they are is not told. ``units``
    gives fields that the sender said to be in another unit of money than declared: the declared and the said one.
    """

    fields: Mapping[str, Corrected]
    constants: Sequence[str]
    left_out: Mapping[str, int]
    commitment: str
    redacted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    units: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The corrections as a manifest holds them."""
        redacted = {name: dict(sorted(reasons.items())) for name, reasons in sorted(self.redacted.items())}
        units = {name: {"declared": was, "said": said} for name, (was, said) in sorted(self.units.items())}
        return {
            "fields": {
                name: {"cells": corrected.count, "rows": corrected.rows}
                for name, corrected in sorted(self.fields.items())
            },
            "constants": sorted(self.constants),
            "left_out": [{"reason": reason, "rows": rows} for reason, rows in sorted(self.left_out.items())],
            "commitment": self.commitment,
            **({"redacted": redacted} if redacted else {}),
            **({"units": units} if units else {}),
        }

    @classmethod
    def from_json(cls, table: Mapping[str, Any]) -> Corrections:
        """The corrections that a manifest holds."""
        return cls(
            {name: Corrected(int(entry["cells"]), entry["rows"]) for name, entry in table["fields"].items()},
            tuple(table["constants"]),
            {entry["reason"]: int(entry["rows"]) for entry in table["left_out"]},
            table["commitment"],
            table.get("redacted", {}),
            {name: (entry["declared"], entry["said"]) for name, entry in table.get("units", {}).items()},
        )
