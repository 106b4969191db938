"""A part while it is drafted and sealed: what one pass over it says, and how often its bytes are read."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from tests.cli.city import FIRST, HEADER, SECOND, SENDER, make_town

from ayan.core.ledger.commitments import recompute_rows
from ayan.core.publish.decisions import ClerkDecisions
from ayan.core.publish.draft import PART, Draft, write_draft
from ayan.core.publish.examination import examine
from ayan.core.publish.limits import MOST_ROWS_HELD
from ayan.core.publish.pending_draft import seal_pending, store_pending
from ayan.core.publish.sealing import seal
from ayan.core.publish.staged_part import StagedPart, control_totals
from ayan.core.schema.export import table_schema
from ayan.core.store.correction_reason import CorrectionReason
from ayan.core.store.manifest import Approval, build
from ayan.core.store.objects import StoreBroken
from ayan.core.store.parquet import facts_of
from ayan.wiring.city import City

READ = Path("/proc/self/io")
ROWS = 4_000


class Counted:
    """The bytes that this process was given by the kernel for its reads, of whatever file."""

    read = 0


@contextmanager
def counting() -> Iterator[Counted]:
    counted, before = Counted(), _read_so_far()
    yield counted
    counted.read = _read_so_far() - before


def _read_so_far() -> int:
    return int(READ.read_text().split("rchar: ")[1].split()[0])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return make_town(tmp_path_factory.mktemp("parts")).city


@contextmanager
def drafted(city: City, period: str, rows: int = ROWS) -> Iterator[Draft]:
    """A draft whose part is large beside everything else that is read: texts that nothing can make shorter."""
    chance = random.Random(period)
    file = city.home.parent / f"{period}.csv"
    month = period.replace("-", "/")
    lines = (f"{n},{month}/01,{chance.randbytes(200).hex()},{n % 97}," for n in range(1, rows + 1))
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    context = city.publish_context
    with examine(context, city.registry.get("trees"), file, ClerkDecisions(period)) as examined:
        draft = write_draft(context, examined, sent_by=SENDER)
        try:
            yield draft
        finally:
            if draft.staged.exists():
                context.release_store.discard(draft.staged)


def yes(city: City, draft: Draft) -> list[Approval]:
    return [Approval(name, city.clock.now(), "cli", draft.digest) for name in (FIRST, SECOND)]


@pytest.mark.parametrize(("period", "rows"), [("1403-01", MOST_ROWS_HELD), ("1403-06", MOST_ROWS_HELD + 1)])
def test_one_pass_says_what_looking_at_the_part_again_would_say(
    city: City, tmp_path: Path, period: str, rows: int
) -> None:
    trees = city.registry.get("trees")
    with drafted(city, period, rows) as draft:
        part = tmp_path / PART
        part.write_bytes((draft.staged / PART).read_bytes())
        staged = StagedPart.of(part, trees)
        assert staged.facts == facts_of(part) == draft.parts[0]
        assert staged.totals == control_totals(trees, [part], tmp_path) == draft.facts.totals
        assert staged.commitments.rows_root == recompute_rows([part], tmp_path).root.hex()
        assert set(staged.commitments.files) == {"salts.parquet", "rows.tree"}


@pytest.mark.skipif(not READ.exists(), reason="the kernel says nowhere how much was read")
def test_a_part_is_read_twice_between_draft_and_index(city: City, tmp_path: Path) -> None:
    """Once as it is drafted and once for the index file; what else is read beside it is small."""
    with drafted(city, "1403-02") as warm:
        # Whatever is loaded only once is loaded by now.
        seal(city.publish_context, warm, yes(city, warm), reason=CorrectionReason("entry-error"))
    fresh = make_town(tmp_path).city
    context, trees = fresh.publish_context, fresh.registry.get("trees")
    with drafted(fresh, "1403-03") as draft:
        part = tmp_path / PART
        part.write_bytes((draft.staged / PART).read_bytes())
        size = part.stat().st_size
        assert size > 1 << 19
        with counting() as drafting:
            StagedPart.of(part, trees)
        manifest = build(trees, draft.period, draft.parts, table_schema(trees.published), draft.facts)
        with counting() as sealing, ExitStack() as block:
            where = (trees.slug, draft.period)
            coming = block.enter_context(context.release_store.sealing(draft.staged, manifest, *where, draft.measured))
            with counting() as building:
                context.index_store.build(trees.slug, coming.snapshot)
    assert size <= drafting.read < 1.5 * size
    assert size <= building.read < 1.5 * size
    assert sealing.read - building.read < 0.5 * size


def test_a_part_that_was_written_to_is_read_again_and_refused(city: City) -> None:
    with drafted(city, "1403-04", rows=3) as draft:
        part = draft.staged / PART
        facts = part.stat()
        text = part.read_bytes()
        part.write_bytes(text[:8] + bytes([text[8] ^ 1]) + text[9:])
        # Whoever sets the time back, too, cannot set back that of the change itself.
        os.utime(part, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        with pytest.raises(StoreBroken):
            seal(city.publish_context, draft, yes(city, draft), reason=CorrectionReason("entry-error"))
    assert "1403-04" not in city.release_store.current("trees")


def test_a_draft_that_waited_shares_its_files_with_the_release_and_with_nobody_after(city: City) -> None:
    with drafted(city, "1403-05", rows=3) as draft:
        pending = store_pending(city.publish_context, draft)
    (part,) = pending.parts()
    number = part.stat().st_ino
    release = seal_pending(
        city.publish_context, pending, yes(city, pending.draft), reason=CorrectionReason("entry-error")
    )
    (published,) = release.parts()
    assert (published.stat().st_ino, published.stat().st_nlink) == (number, 1)
