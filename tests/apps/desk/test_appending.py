"""A file that is a part of its period is added by key to what is published: the same as sending the whole file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.apps.desk.town import Officers, approve, mapped, post, published, the, work

from ayan.apps.desk.models import Submission
from ayan.core.publish.added_rows import AppendCounts, append, may_append
from ayan.datasets.registry import Registry
from ayan.wiring.city import City

FIRST = [[f"C-{at}", "خرید لامپ", str(1_000_000 * at), "1403/02/10"] for at in (1, 2, 3)]
PART = [["C-2", "خرید لامپ", "2500000", "1403/02/10"], ["C-3", *FIRST[2][1:]], ["C-9", "نقاشی جدول", "900000", ""]]
WHOLE = [FIRST[0], PART[0], FIRST[2], PART[2]]


def adds(browser: Any, submission: Submission) -> Any:
    return post(browser, submission, "append")


def content(town: City, period: str) -> list[dict[str, Any]]:
    """The rows that are published of a period, in their order."""
    release = dict(town.release_store.current("deals"))[period]
    return [row for part in release.parts() for row in pq.read_table(part).to_pylist()]


def test_rows_of_a_file_are_added_to_what_is_published(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, FIRST)
    submission = mapped(town, clerk, PART)
    shown = clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    assert "۱ ردیف منتشرشده حذف می‌شود" in shown
    assert adds(clerk, submission).status_code == 302
    work(town)
    done = the(submission)
    assert done.difference is not None
    assert [done.difference[what] for what in ("added", "changed", "removed", "same")] == [1, 1, 0, 2]
    shown = clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    assert "۱ تازه، ۱ به جای ردیف پیشین، ۱ بی‌تغییر؛ ۱ ردیف دیگرِ منتشرشده همان ماند" in shown
    assert "deals/1403/1" in shown
    assert post(clerk, submission, "sent", digest=done.digest, note="ماه نو").status_code == 302
    shown = officers.browser("first").get(f"/desk/approve/{submission.pk}").content.decode()
    assert "به جای ردیف پیشین" in shown
    assert "با دست" not in shown
    approve(town, officers, submission)
    release = dict(town.release_store.current("deals"))["1403"]
    source = release.manifest["ayan"]["source"]
    assert source.get("entered") is None
    assert source["appended"] == {"to": "deals/1403/1", "rows_before": 3, "rows_added": 1, "rows_changed": 1}
    public = Client().get(reverse("en:release", args=("deals", "1403", 2))).content.decode()
    said = " ".join(re.sub(r"<[^>]+>", "", public).split())
    assert "(deals/1403/1): 3 rows stood there, 1 were added, and 1 took the place of an earlier row" in said
    whole = published(town, officers, WHOLE, "1402")
    assert whole.state == "published"
    fields = ("number", "subject", "amount", "day", "state")
    assert [[row[name] for name in fields] for row in content(town, "1403")] == [
        [row[name] for name in fields] for row in content(town, "1402")
    ]


@pytest.mark.soak
def test_adding_is_one_step_that_is_undone_as_one(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, FIRST)
    submission = mapped(town, clerk, PART)
    before = the(submission).digest
    adds(clerk, submission)
    work(town)
    step = the(submission).steps.last()
    assert step is not None
    assert the(submission).digest != before
    assert "افزوده شد" in clerk.get(f"/desk/u/{submission.pk}").content.decode()
    post(clerk, submission, "act/undo", number=str(step.number))
    work(town)
    now = the(submission)
    assert now.difference is not None
    assert (now.difference["removed"], now.difference["added"]) == (1, 1)


@pytest.mark.soak
def test_what_was_put_right_here_is_not_hidden_by_adding(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, FIRST)
    submission = mapped(town, clerk, [["C-9", "نقاشی", "سه میلیون", "1403/03/05"], PART[0]])
    post(clerk, submission, "fix/cell", row="3", field="amount", new="3000000")
    work(town)
    answer = adds(clerk, submission)
    assert answer.status_code == 422
    assert "پروندهٔ درست‌شده را بدهید" in answer.content.decode()


def test_nothing_is_added_to_nothing_nor_by_others(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    submission = mapped(town, clerk, FIRST)
    assert "/append" not in clerk.get(f"/desk/u/{submission.pk}/diff").content.decode()
    assert adds(clerk, submission).status_code == 422
    assert adds(officers.browser("stranger"), submission).status_code == 404
    assert adds(officers.browser("first"), submission).status_code in (403, 404)


@pytest.mark.soak
def test_rows_are_not_sent_onto_something_else_than_they_were_added_to(town: City, officers: Officers) -> None:
    clerk = officers.browser("clerk")
    published(town, officers, FIRST)
    submission = mapped(town, clerk, PART)
    adds(clerk, submission)
    work(town)
    step = the(submission).steps.last()
    assert step is not None
    step.payload["appended"]["digest"] = "0" * 64
    step.save()
    answer = post(clerk, submission, "sent", digest=the(submission).digest, note="ماه نو")
    assert answer.status_code == 422
    assert "از آن پس عوض شده است" in answer.content.decode()


# --- the same, of any rows ------------------------------------------------------------------------------------------

ROW = st.tuples(st.integers(0, 9), st.sampled_from(["الف", "ب", None]), st.integers(0, 3) | st.none())


def part(path: Path, rows: Sequence[tuple[Any, ...]], names: Sequence[str] = ("number", "subject", "amount")) -> Path:
    """A Parquet part of these rows, the numbers as keys."""
    columns: dict[str, Any] = {"_row": pa.array(range(2, len(rows) + 2), pa.int64())}
    columns["_line"] = pa.nulls(len(rows), pa.int64())
    kinds: dict[str, Any] = {"number": pa.string(), "subject": pa.string(), "amount": pa.int64()}
    for at, name in enumerate(("number", "subject", "amount")):
        if name in names:
            columns[name] = pa.array([str(row[at]) if name == "number" else row[at] for row in rows], kinds[name])
    pq.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="module")
def deals(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tests.apps.desk.deals import DEALS
    from tests.apps.small_city import declare

    home = tmp_path_factory.mktemp("deals")
    declare(home, "deals", DEALS % 1)
    return Registry((home,)).get("deals")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(ROW, max_size=8, unique_by=lambda row: row[0]),
    st.lists(ROW, max_size=8, unique_by=lambda row: row[0]),
    st.booleans(),
)
def test_adding_is_what_a_dictionary_does(
    tmp_path_factory: pytest.TempPathFactory, deals: Any, old: list[Any], new: list[Any], without: bool
) -> None:
    folder = tmp_path_factory.mktemp("whole")
    names = ("number", "subject") if without else ("number", "subject", "amount")
    if without:
        new = [(number, subject, None) for number, subject, _ in new]
    counts = append(deals, [part(folder / "old", old)], [part(folder / "new", new, names)], folder / "whole", folder)
    whole: dict[int, tuple[Any, ...]] = {row[0]: row for row in old} | {row[0]: row for row in new}
    rows = pq.read_table(folder / "whole").to_pylist()
    assert [(int(row["number"]), row["subject"], row["amount"]) for row in rows] == list(whole.values())
    before = {row[0]: row for row in old}
    assert counts == AppendCounts(
        added=sum(row[0] not in before for row in new),
        changed=sum(row[0] in before and before[row[0]] != row for row in new),
        unchanged=sum(before.get(row[0]) == row for row in new),
        kept=len(set(before) - {row[0] for row in new}),
    )
    assert counts.rows == len(rows)


def test_a_table_without_a_key_or_not_published_whole_takes_no_rows(deals: Any) -> None:
    from dataclasses import replace

    assert may_append(deals)
    assert not may_append(replace(deals, key=()))
