"""What somebody with the key may state in the manifest of a new release: one function for each forgery.

Each changes an honest manifest that has become that of a release of its own; ``leaf`` are members of its leaf. Most
forgers are careful: they have their content approved (`approve`) after they have changed it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ayan.core.transparency.manifest_facts import content_of
from ayan.core.values.canonical import sha256_hex

OTHER: Final = "cd" * 32
FORGERIES: Final[dict[str, Callable[[ForgedRelease], object]]] = {}
OF_ERASED: Final[set[str]] = set()
"""Those that begin from a release of which rows were erased, which nobody can approve anew."""


@dataclass
class ForgedRelease:
    """A release on its way into a forged portal."""

    folder: Path
    manifest: dict[str, Any]
    leaf: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """What Ayan itself states in the manifest."""
        facts: dict[str, Any] = self.manifest["ayan"]
        return facts

    def approve(self) -> None:
        """Let the same people approve what the manifest says now."""
        rows = [pq.read_metadata(self.folder / part["path"]).num_rows for part in self.manifest["resources"]]
        content = content_of(self.manifest, rows)
        self.facts["content"] = content
        for approval in self.facts["approvals"]:
            approval["digest"] = content

    def change_rows(self, change: Callable[[pa.Table], pa.Table]) -> None:
        """Write the rows anew, as the manifest then says; the salts stay."""
        (part,) = self.manifest["resources"]
        table = change(pq.read_table(self.folder / part["path"]))
        out = io.BytesIO()
        pq.write_table(table, out)
        (self.folder / part["path"]).chmod(0o644)
        (self.folder / part["path"]).write_bytes(out.getvalue())
        part |= {"bytes": len(out.getvalue()), "hash": f"sha256:{sha256_hex(out.getvalue())}"}


def forgery(make: Callable[[ForgedRelease], object]) -> Callable[[ForgedRelease], object]:
    """Put a forgery on the list, under the name of its function."""
    FORGERIES[make.__name__.replace("_", "-")] = make
    return make


def erased_forgery(make: Callable[[ForgedRelease], object]) -> Callable[[ForgedRelease], object]:
    """The same, of a release of which rows were erased."""
    OF_ERASED.add(make.__name__.replace("_", "-"))
    return forgery(make)


def raised(table: pa.Table) -> pa.Table:
    """The same rows with a billion more in one cell."""
    amounts: list[Any] = table["amount"].to_pylist()
    at = table.schema.get_field_index("amount")
    amounts[0] += 1_000_000_000
    return table.set_column(at, table.schema.field(at), pa.array(amounts, table["amount"].type))


@forgery
def total_that_is_no_column(release: ForgedRelease) -> None:
    release.facts["totals"]["contract-amount"] = "42"
    release.approve()


@forgery
def total_of_a_column_is_wrong(release: ForgedRelease) -> None:
    release.facts["totals"]["amount"] = "1"
    release.approve()


@forgery
def total_of_a_rule_is_wrong(release: ForgedRelease) -> None:
    release.facts["totals"]["open-amount"] = "1"
    release.approve()


@forgery
def rule_that_reads_what_is_not_there(release: ForgedRelease) -> None:
    release.facts["total_rules"]["open-amount"] = "sum(promised)"
    release.approve()


@forgery
def rules_left_out(release: ForgedRelease) -> None:
    del release.facts["total_rules"]
    release.facts["totals"]["contract-amount"] = "42"
    release.approve()


@forgery
def changed_after_it_was_approved(release: ForgedRelease) -> None:
    release.facts["rows_left_out"] = 0 if release.facts["rows_left_out"] else 3


@forgery
def original_swapped_after_it_was_approved(release: ForgedRelease) -> None:
    release.facts["source"]["commitment"] = OTHER


@forgery
def declaration_swapped_after_it_was_approved(release: ForgedRelease) -> None:
    release.facts["declaration"] = OTHER


@forgery
def approval_of_something_else(release: ForgedRelease) -> None:
    release.facts["approvals"][0]["digest"] = OTHER


@forgery
def approved_by_nobody(release: ForgedRelease) -> None:
    release.facts["approvals"] = []


@forgery
def approved_by_its_sender(release: ForgedRelease) -> None:
    release.facts["approvals"][0]["by"] = release.facts["sent_by"]


@forgery
def approved_by_a_blank(release: ForgedRelease) -> None:
    release.facts["approvals"][0]["by"] = " "


@forgery
def approved_after_it_was_sealed(release: ForgedRelease) -> None:
    release.facts["approvals"][0]["at"] = "2025-01-01T08:00:00+00:00"


@forgery
def column_that_nobody_declared(release: ForgedRelease) -> None:
    for part in release.manifest["resources"]:
        part["schema"]["fields"] = [field for field in part["schema"]["fields"] if field["name"] != "site"]


@forgery
def sealed_at_another_time_than_its_leaf(release: ForgedRelease) -> None:
    release.facts["sealed_at"] = release.manifest["created"] = "2022-01-01T08:00:00.000Z"


@forgery
def created_at_another_time(release: ForgedRelease) -> None:
    release.manifest["created"] = "2022-01-01T08:00:00.000Z"


@forgery
def takes_the_place_of_another(release: ForgedRelease) -> None:
    release.facts["supersedes"] = 4


@forgery
def states_another_rows_root(release: ForgedRelease) -> None:
    release.facts["commitments"]["rows_root"] = OTHER


@forgery
def version_of_another(release: ForgedRelease) -> None:
    release.manifest["version"] = "2.0.0"


@forgery
def erasure_without_a_leaf(release: ForgedRelease) -> None:
    release.facts["erasures"] = [
        {"at": release.facts["sealed_at"], "by": "x", "code": "court-order", "count": 1, "rows": [[3, 3]],
         "before": f"sha256:{OTHER}", "reason_digest": None}
    ]  # fmt: skip
    release.facts["rows"] -= 1
    release.manifest["version"] = "1.1.0"


@forgery
def fewer_rows_than_stand(release: ForgedRelease) -> None:
    release.facts["rows"] = release.leaf["rows"] = 2
    release.approve()


@forgery
def another_number_of_rows_than_its_leaf(release: ForgedRelease) -> None:
    release.leaf["rows"] = 7


@forgery
def cell_raised_by_a_billion(release: ForgedRelease) -> None:
    release.change_rows(raised)
    release.facts["totals"]["amount"] = str(int(release.facts["totals"]["amount"]) + 1_000_000_000)
    release.approve()


@forgery
def row_dropped(release: ForgedRelease) -> None:
    release.change_rows(lambda table: table.slice(1))
    release.facts["rows"] = release.leaf["rows"] = release.facts["rows"] - 1
    release.approve()


@forgery
def dataset_of_another(release: ForgedRelease) -> None:
    release.facts["dataset"] = "parks"
    release.approve()


@erased_forgery
def erasure_of_other_rows_than_are_gone(release: ForgedRelease) -> None:
    release.facts["erasures"][0]["rows"] = [[6, 6]]


@erased_forgery
def erasure_at_another_time_than_its_leaf(release: ForgedRelease) -> None:
    release.facts["erasures"][0]["at"] = "2022-01-01T08:00:00.000Z"


@erased_forgery
def erasure_from_another_manifest(release: ForgedRelease) -> None:
    release.facts["erasures"][0]["before"] = f"sha256:{OTHER}"


@erased_forgery
def erasure_that_is_not_told(release: ForgedRelease) -> None:
    release.facts["erasures"] = []
    release.facts["rows"] += 1


@erased_forgery
def erasure_that_keeps_what_was_approved(release: ForgedRelease) -> None:
    release.facts["content"] = OTHER
    for approval in release.facts["approvals"]:
        approval["digest"] = OTHER
