"""Operations on columns: what each writes, and that decisions on paper come to what they do cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import pytest

from ayan.core.refine.column_operations import FILL_DOWN, OPERATIONS, rule_of
from ayan.core.refine.corrections import (
    BadCorrection,
    Correction,
    folded,
    left_out,
    operated,
    replaced,
    set_cells,
)
from ayan.core.refine.limits import LONGEST_PART
from ayan.core.refine.outline_mender import OutlineMender


@pytest.mark.parametrize(
    ("name", "old", "new", "text", "becomes"),
    [
        ("tidy", "", "", "  ساخت   پل ", "ساخت پل"),
        ("multiply", "", "10", "1,250", "12500"),
        ("multiply", "", "0.001", "۱۲۵۰", "1.25"),
        ("multiply", "", "1000000", "(12.5)", "-12500000"),
        ("multiply", "", "10", "12345678901234567890123456789012345678", "123456789012345678901234567890123456780"),
        ("multiply", "", "10", "نامعلوم", "نامعلوم"),
        ("replace-part", "ریال", "", "20 ریال", "20"),
        ("before", "/", "", "12/1403", "12"),
        ("after", "/", "", "12/1403", "1403"),
        ("after", "/", "", "1403", "1403"),
        ("to-jalali", "", "", "2024-08-03", "1403/05/13"),
        ("to-jalali", "", "", "20240803", "1403/05/13"),
        ("to-jalali", "", "", "2024-08-03T00:00:00", "1403/05/13"),
        ("to-jalali", "", "", "1403/05/13", "1403/05/13"),
        ("to-jalali", "", "", "2024-13-03", "2024-13-03"),
        ("to-gregorian", "", "", "۱۴۰۳/۵/۱۳", "2024-08-03"),
        ("to-gregorian", "", "", "03/05/13", "03/05/13"),
        (
            "swap-axes",
            "",
            "",
            '{"type":"Point","coordinates":[34.1,49.6,5]}',
            '{"type":"Point","coordinates":[49.6,34.1,5]}',
        ),
        ("swap-axes", "", "", "SRID=4326;LINESTRING(34.1 49.6, -3e1 4)", "SRID=4326;LINESTRING(49.6 34.1, 4 -3e1)"),
        ("swap-axes", "", "", '{"type":"Point"}', '{"type":"Point"}'),
        ("close-rings", "", "", "POLYGON((1 1, 2 1, 2 2))", "POLYGON((1 1, 2 1, 2 2, 1 1))"),
        ("close-rings", "", "", "LINESTRING(1 1, 2 1, 2 2)", "LINESTRING(1 1, 2 1, 2 2)"),
        (
            "close-rings",
            "",
            "",
            '{"type":"MultiPolygon","coordinates":[[[[1,1],[2,1],[2,2]]]]}',
            '{"type":"MultiPolygon","coordinates":[[[[1,1],[2,1],[2,2],[1,1]]]]}',
        ),
        ("mend-outlines", "", "", "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))", "POLYGON((0 0, 1 1, 1 0, 0 1, 0 0))"),
        ("mend-outlines", "", "", "مساحت POLYGON نیست", "مساحت POLYGON نیست"),
        (
            "mend-outlines",
            "",
            "",
            "SRID=32639;POLYGON((0 0, 10 0, 10 10, 0 10, 0 0), (0 0, 5 0, 5 5, 0 5, 0 0))",
            "SRID=32639;POLYGON ((0 10, 10 10, 10 0, 5 0, 5 5, 0 5, 0 10))",
        ),
    ],
)
def test_a_rule_writes_what_it_can_read_and_leaves_the_rest(
    name: str, old: str, new: str, text: str, becomes: str
) -> None:
    rule = rule_of(name, old, new)
    assert rule is not None
    if isinstance(rule, OutlineMender):
        rule.prepare([text, "x"])
    assert rule(text) == becomes


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [("before", "", ""), ("multiply", "", "7"), ("unheard", "", ""), ("replace-part", "x" * (LONGEST_PART + 1), "")],
)
def test_an_operation_that_cannot_be_is_refused(code: str, old: str, new: str) -> None:
    with pytest.raises(BadCorrection):
        operated("amount", code, old, new)


def test_an_operation_is_kept_with_the_blanks_of_its_texts() -> None:
    for code, old, new in (("before", " ", ""), ("multiply", "", "10"), (FILL_DOWN, "", "")):
        fix = operated("amount", code, old, new)
        assert Correction.from_json(fix.as_json()) == fix


@dataclass
class _Texts:
    cells: Sequence[str]

    def different(self, field: str) -> set[str]:
        return set(self.cells)

    def in_order(self, field: str) -> list[tuple[int, str]]:
        return list(enumerate(self.cells, 1))


def _one_by_one(cells: Sequence[str], fixes: Sequence[Correction]) -> list[str]:
    """The cells after decisions that are carried out on each of them in turn."""
    now, left = list(cells), set[int]()
    for fix in fixes:
        rows = {row for first, last in fix.rows for row in range(first, last + 1)}
        above = ""
        for at, text in enumerate(now):
            row = at + 1
            if fix.kind == "leave":
                left |= rows
            elif fix.kind == "replace":
                now[at] = fix.new if text == fix.old else text
            elif fix.kind == "set":
                now[at] = fix.new if row in rows else text
            elif fix.code == FILL_DOWN:
                if row not in left:
                    now[at], above = text or above, text or above
            elif text:
                rule = rule_of(fix.code, fix.old, fix.new)
                assert rule is not None
                now[at] = rule(text)
    return now


def test_decisions_on_paper_come_to_what_they_do_cell_by_cell() -> None:
    chance = Random(7)
    texts = ["", "a", "a b", "b", "10", "2024-08-03", "c  d"]
    written = ["", "a", "b", "20", "c d", "2024/1/2"]
    makers = (
        lambda: replaced("f", chance.choice(texts), chance.choice(written)),
        lambda: set_cells("f", chance.randint(1, 8), chance.choice(written)),
        lambda: left_out(chance.randint(1, 8), "علت"),
        lambda: operated("f", FILL_DOWN),
        lambda: operated("f", "tidy"),
        lambda: operated("f", "replace-part", "a", chance.choice(["", "z"])),
        lambda: operated("f", "before", " "),
        lambda: operated("f", "multiply", "", "10"),
        lambda: operated("f", "to-jalali"),
    )
    for _ in range(400):
        cells = [chance.choice(texts) for _ in range(8)]
        fixes = [chance.choice(makers)() for _ in range(chance.randint(1, 6))]
        paper = folded(fixes, {"f"}, _Texts(cells))
        values, by_row = paper.values.get("f", {}), paper.cells.get("f", {})
        after = [(by_row.get(row) or values.get(text) or (text, ""))[0] for row, text in enumerate(cells, 1)]
        assert after == _one_by_one(cells, fixes), (cells, fixes)


def test_every_operation_is_tried() -> None:
    assert set(OPERATIONS) == {
        FILL_DOWN, "tidy", "multiply", "replace-part", "before", "after", "to-jalali", "to-gregorian",
        "swap-axes", "close-rings", "mend-outlines",
    }  # fmt: skip
