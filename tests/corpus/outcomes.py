"""Real files on their way through the engine: what each is expected to give, and what it gave."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ayan.core.custody.private_store import PrivateStore
from ayan.core.index.index_store import IndexStore
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import Draft, NotReady, write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.publish_context import PublishContext
from ayan.core.publish.sealing import seal
from ayan.core.refine.code_nods import ANYTHING
from ayan.core.refine.pipeline import RefineCounts
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.schema.loader import load_dataset
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval
from ayan.core.store.release import Release
from ayan.core.store.release_store import ReleaseStore
from ayan.core.transparency.log_writer import Reasons, TransparencyLog
from ayan.core.values.clock import FixedClock
from ayan.wiring import ledger

REAL = Path(__file__).parent / "real"
NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One reading of one file, as ``expected.toml`` of its dataset states it.

    ``issues`` counts every error and warning, and those remarks it cares for; ``places`` are cells or rows by code;
    ``answers`` are SQL over the published rows; ``refused`` says that not even a part may be published, ``cannot``
    that the file is refused before it is read, and by which code.
    """

    slug: str
    path: str
    source: str = "default"
    sheet: str | None = None
    period: str | None = None
    encoding: str | None = None
    read: int = 0
    good: int = 0
    empty: int = 0
    totals_rows: int = 0
    refused: bool = False
    cannot: str | None = None
    same_rows_as: str | None = None
    issues: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, list[str]] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    totals: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How the test's output calls it."""
        layout = "" if self.source == "default" else f"-{self.source}"
        return f"{self.slug}{layout}:{Path(self.path).name}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the engine made of a case: the report, and what was published unless it was refused."""

    case: Case
    dataset: Dataset
    issues: tuple[Issue, ...] = ()
    counts: RefineCounts | None = None
    encoding: str | None = None
    cannot: Issue | None = None
    release: Release | None = None

    @property
    def parquet(self) -> Path:
        """The published rows."""
        assert self.release is not None
        (part,) = self.release.parts()
        return part

    @property
    def manifest(self) -> dict[str, Any]:
        """The manifest as it stands in the store."""
        assert self.release is not None
        return dict(self.release.manifest)

    def counted(self, level: str) -> dict[str, int]:
        """Places by code, of one severity."""
        out: dict[str, int] = {}
        for issue in self.issues:
            if issue.level == level:
                out[issue.code] = out.get(issue.code, 0) + issue.count
        return out

    def columns(self) -> list[tuple[str, str]]:
        """Names and types of the published columns, in order."""
        with duckdb.connect() as con:
            rows = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(self.parquet)]).fetchall()
        return [(str(row[0]), str(row[1])) for row in rows]

    def ask(self, *expressions: str) -> list[str | None]:
        """The answers to SQL expressions over the published rows, as text."""
        if not expressions:
            return []
        columns = ", ".join(f"CAST({expression} AS VARCHAR)" for expression in expressions)
        with duckdb.connect() as con:
            row = con.execute(f"SELECT {columns} FROM read_parquet(?)", [str(self.parquet)]).fetchone()
        return list(row or ())


def cases() -> list[Case]:
    """Every case of every declared real dataset."""
    listed: list[Case] = []
    for path in sorted(REAL.glob("*/expected.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        listed += [Case(slug=path.parent.name, **entry) for entry in table["file"]]
    return listed


REASON = "ردیف‌های بی‌خطا برای آزمون منتشر می‌شود"


def publish_context(home: Path) -> PublishContext:
    """An empty city."""
    clock = FixedClock(NOON)
    store = ReleaseStore(home / "store", clock)
    private = PrivateStore(home / "originals", home / "scratch")
    rooms = (store, IndexStore(store, home / "index"), private, clock)
    reasons = Reasons(home / "reasons")
    return PublishContext(
        *rooms,
        reasons,
        transparency_log=lambda: TransparencyLog(ledger.writing(home, home / "store", demo=True), reasons, clock),
    )


def publish(context: PublishContext, draft: Draft) -> Release:
    """Seal a draft with as many approvals as it needs."""
    people = [f"تأییدکننده {number} (ساختگی)" for number in range(1, draft.dataset.approvals + 1)]
    return seal(
        context,
        draft,
        [Approval(name, NOON, "cli", draft.digest) for name in people],
        reason=CorrectionReason("entry-error"),
    )


def outcome(case: Case, data: Path, home: Path) -> Outcome:
    """Check the file and publish what may be published, in a city of its own."""
    dataset = load_dataset(REAL / case.slug)
    context = publish_context(home)
    try:
        with examine(
            context,
            dataset,
            data / case.path,
            # Whoever sends these files has seen what the texts of lists stand for.
            ClerkDecisions(case.period, partial=REASON, nods=(ANYTHING,)),
            source=case.source,
            sheet=case.sheet,
        ) as examined:
            refined = examined.refined
            json.dumps(examined.as_json(), ensure_ascii=False)
            release = None
            try:
                draft = write_draft(context, examined, sent_by="فرستنده (ساختگی)")
                release = publish(context, draft)
            except NotReady:
                pass
            return Outcome(
                case=case,
                dataset=dataset,
                issues=refined.issues,
                counts=refined.counts,
                encoding=refined.raw.facts.encoding,
                release=release,
            )
    except CannotRead as refusal:
        return Outcome(case=case, dataset=dataset, cannot=refusal.issue)
