"""A column whose texts are few is read through a table of them: every kind must come out as it does cell by cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from tests.core.refine.refined_cells import N, Table, field, refined

from ayan.core.intake.table import RawColumn
from ayan.core.refine.column_sql import look_up, read_in_layers
from ayan.core.refine.header_matching import MappedField
from ayan.core.refine.limits import FEW_TEXTS
from ayan.core.schema.definition import Layout
from ayan.core.schema.field import CodeEntry, CodeList, Field
from ayan.core.schema.kinds import KINDS
from ayan.core.values.label import Label
from ayan.core.values.period import parse

CELLS = [
    None, "", " ", "\u200c", "-", "—", "#N/A", "۱۲۳", "1,234", "۱,۲۳۴,۵۶۷", "۱٬۲۳۴", "(۱۲)", "12.50", "۱۲٫۵", "1.000", "1e5",
    "۱۸۷۶۵۴۳۲۱۰۹۸۷۶۵۴۳۲۱", "1403/05/12", "۱۴۰۳/۵/۱۲", "1403/12/30", "1404-01-01", "14030512", "2024-08-02", "03/05/12", "بله",
    "خير", "yes", "كتاب  ي\u200c \u200cز", " فاصله ", "قطعی", "قطعي", "final", "5.61E+07", "0084575948", "10101433820",
    "http://a.example/x", "1403-Q2", "1403-05", "45000", "x" * 300, '{"type":"Point","coordinates":[51,35]}', "Δ\ufdfc", "جمع",
    "-1,234", "-", "007", "123456789012345678", "1234567890123456789", "999,999,999,999,999,999", "9,999,999,999,999,999,999",
    "12,34", "1,234,56", "۹۹۹٬۹۹۹٬۹۹۹٬۹۹۹٬۹۹۹٬۹۹۹", "۱,۲۳۴٬۵۶۷", "۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷۸", "۰۰۷", "۱2", "-۱۲", "C-12/3_a", "-C12", "1-", "1E+05",
    "1E05", "1.2E05", " 7", "7 ", "7\u200c", "7\n", "\n7", "A\x00B",
]  # fmt: skip

CHOICES = CodeList(
    "kinds", (CodeEntry("final", Label("قطعی", "Final")), CodeEntry("part", Label("صورت وضعیت", "Part")))
)

FIELDS: dict[str, dict[str, Any]] = {
    "text": {"max_length": 200, "required": True},
    "code": {"pattern": "[0-9]+"},
    "decimal": {"scale": 1},
    "integer": {"minimum": Decimal(10), "maximum": Decimal(2000)},
    "rial": {"money_unit": "toman", "required": True},
    "date": {"null": ("-", "—")},
}


ALL_KINDS = [
    *(field(kind, **FIELDS.get(kind, {})) for kind in sorted(KINDS)),
    field("text", choices=CHOICES),
    field("code", choices=CHOICES, required=True),
    field("date", calendar="gregorian"),
    field("date", calendar="excel"),
    field("date", calendar="epoch_s", century=1400),
]


@pytest.mark.parametrize("tested_field", ALL_KINDS, ids=lambda tested_field: tested_field.kind.name)
def test_each_kind_reads_a_text_as_it_reads_the_cell(tested_field: Field) -> None:
    """A small file reads each different text once, a large one those of columns that repeat few: as cell by cell."""
    table: Table = {"N": [str(number) for number in range(len(CELLS))], "ستون": CELLS}
    period = parse("1403") if tested_field.kind.name == "date" else None
    more: dict[str, Any] = {"period": period, "period_field": "x"} if period else {}
    with refined([N, tested_field], table, coded=True, source=Layout(totals=("سرجمع",)), **more) as result:
        session = result.session
        kept = session.all("SELECT _row, t_x, v_x, typeof(v_x), e_x FROM typed ORDER BY _row")
        asked = [(session.matching.of("x"), period)]
        apart = read_in_layers(f"(SELECT * FROM {result.raw.relation})", asked)
        known = look_up(session.con, asked, result.raw.repeated).columns
        looked_up = f"SELECT *, {', '.join(known)} FROM {result.raw.relation}" if known else apart
        for query in (apart, looked_up):
            cells = session.all(f"SELECT _row, t_x, v_x, typeof(v_x), e_x FROM ({query}) ORDER BY _row")
            assert cells == kept
    assert len(kept) == len(CELLS)


@pytest.mark.parametrize("tested_field", ALL_KINDS, ids=lambda tested_field: tested_field.kind.name)
def test_each_kind_reads_no_cell_as_nothing(tested_field: Field) -> None:
    """A column without any text is not read at all, and says what its empty cells would be read as."""
    with refined([N, tested_field], {"N": ["1", "2"], "ستون": [None, None]}) as result:
        session = result.session
        kept = session.all("SELECT t_x, v_x, typeof(v_x), e_x FROM typed ORDER BY _row")
        cells = read_in_layers(f"(SELECT * FROM {result.raw.relation})", [(session.matching.of("x"), None)])
        assert session.all(f"SELECT t_x, v_x, typeof(v_x), e_x FROM ({cells}) ORDER BY _row") == kept


def test_a_column_of_many_texts_is_read_beside_one_of_few() -> None:
    """Texts that are many are read apart from those that are few, and each row has the readings of its own."""
    many = [f"{number:,}" if number % 7 else f" {number} " for number in range(FEW_TEXTS + 500)]
    few = [("1403/05/12", "x", None)[number % 3] for number in range(len(many))]
    fields = [N, field("rial", name="sum", label=Label("مبلغ", "Sum")), field("date")]
    table: Table = {"N": list(map(str, range(len(many)))), "مبلغ": many, "ستون": few}
    with refined(fields, table) as result:
        session = result.session
        kept = session.all("SELECT _row, t_sum, v_sum, e_sum, t_x, v_x, e_x FROM typed ORDER BY _row")
        asked = [(session.matching.of(name), None) for name in ("sum", "x")]
        cells = read_in_layers(f"(SELECT * FROM {result.raw.relation})", asked)
        assert session.all(f"SELECT _row, t_sum, v_sum, e_sum, t_x, v_x, e_x FROM ({cells}) ORDER BY _row") == kept


def test_fields_that_are_read_together_are_read_as_each_alone() -> None:
    """All kinds, each in two columns: those that are alike share an expression, and none knows of another."""
    fields = [replace(one_kind, name=f"{part}{place}") for place, one_kind in enumerate(ALL_KINDS) for part in "ab"]
    columns = {"a": RawColumn(1, "A", ""), "b": RawColumn(2, "B", "")}
    asked = [
        (MappedField(each, columns[each.name[0]]), parse("1403") if each.kind.name == "date" else None)
        for each in fields
    ]
    kept = ", ".join(f"{letter}_{each.name}" for each in fields for letter in "tve")
    con = duckdb.connect()
    con.execute("CREATE TABLE raw (_row BIGINT, c1 VARCHAR, c2 VARCHAR)")
    rows = list(enumerate(zip(CELLS, reversed(CELLS), strict=True)))
    con.executemany("INSERT INTO raw VALUES (?, ?, ?)", [(row, *cells) for row, cells in rows])
    for each in fields:
        if each.kind.is_shape:
            con.execute(
                f"CREATE TABLE shapes_{each.name} AS SELECT {3 if each.name[0] == 'a' else 5}::BIGINT AS _row, "
                "'not-geometry' AS code"
            )
    apart, shared = (read_in_layers("raw", asked, together=together) for together in (False, True))
    assert con.execute(f"SELECT {kept} FROM ({shared}) ORDER BY _row").fetchall() == (
        con.execute(f"SELECT {kept} FROM ({apart}) ORDER BY _row").fetchall()
    )
    assert len(shared) < len(apart) * 2 // 3
