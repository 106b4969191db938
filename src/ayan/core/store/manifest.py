"""A release's manifest: a Data Package v2 descriptor that says what is published, from which file, on whose word."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

import ayan
from ayan.core.schema.definition import Dataset
from ayan.core.schema.steps.step import STRIDE
from ayan.core.store.correction_counts import Corrections
from ayan.core.store.correction_reason import StatedReason
from ayan.core.store.licences import LICENCES
from ayan.core.store.objects import PartFacts, ReleaseAddress, StoreBroken, check_name, stated_files
from ayan.core.store.tombstone import Erasure
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.money import MONEY_UNITS

if TYPE_CHECKING:
    # Who reads a manifest needs none of what judges a file.
    from ayan.core.refine.privacy_guard import WaivedIssue

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIATYPE: Final = "application/vnd.apache.parquet"

TOTAL_RULES: Final = "total_rules"
"""The member of a manifest that gives, by code, the declared SQL of each total that is not the sum of its column."""

RELEASE_FORMAT: Final = 1
"""The number of what a release is made of: its manifest, the columns of its parts, its commitments and its tombstone.

It grows when a reader of the former number could no longer read a release rightly, and `ayan upgrade` tells of it.
"""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's yes to one exact content digest, given at the desk or on the command line.

    With ``via`` ``advance`` the person had said yes to such files beforehand, and ``advance`` tells when and until when
    that holds; ``at`` is then the moment at which it was put to this content.
    """

    by: str
    at: datetime
    via: Literal["cli", "desk", "advance"]
    digest: str
    advance: tuple[datetime, datetime] | None = None

    def as_json(self) -> dict[str, Any]:
        """The approval as a manifest holds it."""
        fields = {"by": self.by, "at": self.at.isoformat(), "via": self.via, "digest": self.digest}
        if self.advance is None:
            return fields
        given, until = self.advance
        return fields | {"given_at": given.isoformat(), "until": until.isoformat()}


@dataclass(frozen=True, slots=True)
class AppendedRows:
    """That a file was made of the release ``to`` and of rows that were added to it, and what adding came to.

    ``before`` are the rows of that release, ``added`` those that are new, ``changed`` those that took a row's place.
    """

    to: str
    before: int
    added: int
    changed: int

    def as_json(self) -> dict[str, Any]:
        """The same as a manifest holds it."""
        rows = {"rows_before": self.before, "rows_added": self.added, "rows_changed": self.changed}
        return {"to": self.to, **rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """The submitted file: name, commitment, layout, and for each field the column (letter, header) it was read from.

    ``units`` are the units of money, for fields whose column is in another one than rial: its amounts were multiplied.
    ``steps`` are the layout steps done before the columns were matched, each with what it did; ``places`` say, where
    they made several rows of one, by ``_row // stride`` the sheet and the columns that a row's fields stand in.
    ``entered`` says that nobody sent a file: the desk wrote it of a table that was entered by hand there; ``appended``
    that the desk wrote it of an earlier release and of the rows of the file that was sent.
    ``commitment`` is HMAC-SHA-256 (hex) of the file's SHA-256 under a salt that stays with the private original. The
    bare digest is never published: in a short file with one withheld cell, that cell could be guessed from it.
    """

    name: str
    commitment: str
    bytes: int
    format: str
    encoding: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Mapping[str, Any], ...] = ()
    places: tuple[tuple[str | None, Mapping[str, tuple[str, str]]], ...] = ()
    entered: bool = False
    appended: AppendedRows | None = None

    def as_json(self, fields: frozenset[str]) -> dict[str, Any]:
        """The source as a manifest holds it, with the columns of ``fields`` only."""
        units = {name: {"unit": unit, "rial": MONEY_UNITS[unit]} for name, unit in self.units.items() if name in fields}
        return {
            "name": self.name,
            "commitment": self.commitment,
            "bytes": self.bytes,
            "format": self.format,
            "encoding": self.encoding,
            "sheet": self.sheet,
            "header_row": self.header_row,
            "columns": {
                name: {"letter": letter, "header": header}
                for name, (letter, header) in self.columns.items()
                if name in fields
            },
            **({"units": units} if units else {}),
            **({"steps": [dict(step) for step in self.steps]} if self.steps else {}),
            **({"rows": self._rows(fields)} if self.places else {}),
            **({"entered": "desk"} if self.entered else {}),
            **({"appended": self.appended.as_json()} if self.appended else {}),
        }

    def _rows(self, fields: frozenset[str]) -> dict[str, Any]:
        """How to get from a row to the cells of the file, where several rows come from one."""
        places = [
            {
                "sheet": sheet,
                "columns": {
                    name: {"letter": letter, "header": header}
                    for name, (letter, header) in columns.items()
                    if name in fields
                },
            }
            for sheet, columns in self.places
        ]
        return {"stride": STRIDE, "places": places}


@dataclass(frozen=True, slots=True)
class Commitments:
    """What a release commits its rows by: the root (hex) over their commitments, and the files that open them.

    ``files`` give for each file name the size in bytes and the SHA-256 (hex).
    """

    rows_root: str
    files: Mapping[str, tuple[int, str]]

    def as_json(self) -> dict[str, Any]:
        """The commitments as a manifest holds them."""
        return {"rows_root": self.rows_root, "files": stated_files(self.files)}


@dataclass(frozen=True, slots=True)
class Partial:
    """Why a release is published without some of its rows: the sender's reason, and how many rows each code cost."""

    reason: str
    causes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BalanceOverride:
    """A balance that fails with a release, by ``off`` in ``failed`` groups, and who let it be published and why."""

    balance: str
    failed: int
    off: str
    reason: str
    by: str

    def as_json(self) -> dict[str, Json]:
        """As a manifest holds it, and as it is approved."""
        fields: dict[str, Json] = {"balance": self.balance, "groups": self.failed, "off": self.off}
        return fields | {"reason": self.reason, "by": self.by}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a release says of itself beyond its parts.

    ``totals`` are exact numbers as text, by field or code of a control total; ``issues`` are counts by code;
    ``content`` is the `content_digest` that the approvals speak of. ``waivers`` are the privacy hits that a
    privacy officer waived; the manifest counts them and does not name them. ``overrides`` are the balances that fail
    with it and were overridden. ``documents`` are the files of documents that its rows speak of, by name with size and
    SHA-256 (hex). ``reason`` is why it takes the place of an earlier release, where it does.
    """

    source: SourceFacts
    content: str
    sent_by: str
    approvals: Sequence[Approval] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    issues: Mapping[str, int] = field(default_factory=dict)
    rows_left_out: int = 0
    waivers: Sequence[WaivedIssue] = ()
    partial: Partial | None = None
    commitments: Commitments | None = None
    corrections: Corrections | None = None
    overrides: Sequence[BalanceOverride] = ()
    reason: StatedReason | None = None
    tiles: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    documents: Mapping[str, tuple[int, str]] = field(default_factory=dict)


def build(
    dataset: Dataset, period: str, parts: Sequence[PartFacts], table_schema: Mapping[str, Any], facts: Facts
) -> dict[str, Any]:
    """The descriptor of a release that is ready to be sealed; the store stamps number and time into it.

    ``table_schema`` is the Table Schema of the parts. Only published fields of ``dataset`` are named.
    """
    licence: dict[str, Any] = {"name": dataset.licence}
    if dataset.licence in LICENCES:
        licence["path"] = LICENCES[dataset.licence]
    public = frozenset(field.name for field in dataset.published)
    partial = facts.partial and {"reason": facts.partial.reason, "causes": dict(facts.partial.causes)}
    waivers = _counted(facts.waivers)
    return {
        "$schema": PROFILE,
        "name": dataset.slug,
        "title": dataset.title.fa,
        "description": dataset.description.fa,
        "licenses": [licence],
        "contributors": [{"title": dataset.owner.fa, "roles": ["publisher"]}],
        "resources": [_resource(part, table_schema) for part in parts],
        "ayan": {
            "format": RELEASE_FORMAT,
            "dataset": dataset.slug,
            "period": period,
            "title": {"fa": dataset.title.fa, "en": dataset.title.en},
            "owner": {"fa": dataset.owner.fa, "en": dataset.owner.en},
            "rows": sum(part.rows for part in parts),
            "rows_left_out": facts.rows_left_out,
            "partial": partial,
            "source": facts.source.as_json(public),
            "totals": dict(facts.totals),
            TOTAL_RULES: {total.code: total.sql for total in dataset.totals if total.code in facts.totals},
            "issues": dict(facts.issues),
            **({"waivers": waivers} if waivers else {}),
            **({"overrides": [override.as_json() for override in facts.overrides]} if facts.overrides else {}),
            "approvals": [approval.as_json() for approval in facts.approvals],
            "reason": facts.reason and facts.reason.as_json(),
            "sent_by": facts.sent_by,
            "declaration": dataset.digest,
            "content": facts.content,
            "commitments": facts.commitments and facts.commitments.as_json(),
            "engine": ayan.version(),
            **({"tiles": stated_files(facts.tiles)} if facts.tiles else {}),
            **({"documents": stated_files(facts.documents)} if facts.documents else {}),
            **({"corrections": facts.corrections.as_json()} if facts.corrections else {}),
        },
    }


def _counted(waivers: Sequence[WaivedIssue]) -> dict[str, dict[str, int]]:
    """In how many places something was waived, by code and reason."""
    counts: dict[str, dict[str, int]] = {}
    for waived in waivers:
        reasons = counts.setdefault(waived.code, {})
        reasons[waived.reason] = reasons.get(waived.reason, 0) + waived.count
    return counts


def stamped(
    manifest: Mapping[str, Any], address: ReleaseAddress, sealed_at: str, supersedes: int | None
) -> dict[str, Any]:
    """``manifest`` with what only the store knows: number, time of sealing, the number it supersedes, version and id.

    ``blinding`` is 32 random bytes (hex), gone with this manifest when rows are erased: without them whoever knows all
    other rows could try guesses against its digest. The id is a UUID drawn from address, content and blinding.
    Raises StoreBroken when the manifest already speaks of another dataset or period.
    """
    facts = dict(manifest["ayan"])
    if (facts.get("dataset", address.slug), facts.get("period", address.period)) != (address.slug, address.period):
        raise StoreBroken(f"the manifest offered for {address} speaks of another release")
    facts |= {
        "dataset": address.slug,
        "period": address.period,
        "number": address.number,
        "sealed_at": sealed_at,
        "supersedes": supersedes,
        "blinding": secrets.token_hex(32),
    }
    named = f"{address} {facts.get('content', '')} {sealed_at} {facts['blinding']}"
    return {
        **manifest,
        "id": uuid.uuid5(uuid.NAMESPACE_OID, named).urn,
        "version": f"{address.number}.0.0",
        "created": sealed_at,
        "ayan": facts,
    }


def without_rows(
    manifest: Mapping[str, Any],
    parts: Mapping[str, PartFacts | None],
    totals: Mapping[str, str],
    erasure: Erasure,
    commitments: Commitments | None = None,
    tiles: Mapping[str, tuple[int, str]] | None = None,
    documents: Collection[str] = (),
) -> dict[str, Any]:
    """The manifest of a release from which rows were erased.

    ``parts`` gives, for the file name of every part that held some, the part that takes its place, or None where no
    row is left of it. ``totals`` are those of the rows that stand, ``commitments`` what opens them now, ``tiles`` the
    tiles made of them, ``documents`` the names of the files of documents that they speak of. What could
    confirm a guess at an erased row goes: the older totals, digests, sizes and blinding, and the content digest that
    people approved.
    """
    facts = {name: fact for name, fact in manifest["ayan"].items() if name not in ("tiles", "documents")}
    standing = [file for file in manifest["ayan"].get("documents", ()) if file_name(file) in documents]
    resources: list[dict[str, Any]] = []
    for resource in manifest["resources"]:
        name = file_name(resource)
        if name not in parts:
            resources.append(dict(resource))
        elif (part := parts[name]) is not None:
            resources.append(dict(resource) | _resource(part, resource.get("schema", {})))
    facts |= {
        "rows": facts["rows"] - erasure.count,
        "totals": dict(totals),
        "approvals": [dict(approval) | {"digest": None} for approval in facts.get("approvals", [])],
        "content": None,
        "commitments": commitments.as_json() if commitments else None,
        "blinding": secrets.token_hex(32),
        "erasures": [*facts.get("erasures", []), erasure.as_json()],
        **({"tiles": stated_files(tiles)} if tiles else {}),
        **({"documents": standing} if standing else {}),
    }
    return {
        **manifest,
        "version": f"{facts['number']}.{len(facts['erasures'])}.0",
        "resources": resources,
        "ayan": facts,
    }


def content_digest(parts: Sequence[PartFacts], statement: Mapping[str, Json]) -> str:
    """The SHA-256 (hex) that people approve: over the parts' names, sizes, digests and rows, and a statement.

    ``statement`` holds everything else that is approved with the rows (dataset, period, totals, rows left out …).
    """
    named: list[Json] = [
        {"name": part.name, "bytes": part.bytes, "sha256": part.sha256, "rows": part.rows} for part in parts
    ]
    return sha256_hex(canonical_json({"parts": named, "statement": statement}))


def file_bytes(table: Mapping[str, Any]) -> bytes:
    """A document as it is stored: keys sorted, indented by two, UTF-8, one line end at the end.

    Raises NotCanonical for what JSON readers could read differently, such as fractions and huge integers.
    """
    canonical_json(table)
    return (json.dumps(table, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def file_name(resource: Mapping[str, Any]) -> str:
    """The file name of a resource; BadAddress when it is more than a plain name."""
    return check_name(str(resource["path"]))


def beside(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By name, what the manifest says of the files beside the parts: what opens commitments, tiles, documents."""
    facts = manifest["ayan"]
    listed = [*(facts.get("commitments") or {"files": ()})["files"]]
    listed += [*facts.get("tiles", ()), *facts.get("documents", ())]
    return {file_name(file): file for file in listed}


def salts_among(names: Iterable[str]) -> str | None:
    """Which of the files beside the parts holds the salts; None where no row is committed to."""
    return next((name for name in names if name.endswith(".parquet")), None)


def _resource(part: PartFacts, table_schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": check_name(part.name).removesuffix(".parquet"),
        "path": part.name,
        "type": "table",
        "format": "parquet",
        "mediatype": MEDIATYPE,
        "bytes": part.bytes,
        "hash": part.hash,
        "schema": dict(table_schema),
    }
