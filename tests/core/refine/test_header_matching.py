"""Which column is which field: by position, by header in any spelling, and never by guess."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from tests.core.refine.refined_cells import codes, dataset, field, raw_table, refined, written

from ayan.core.intake.table_reader import read_table
from ayan.core.refine.header_matching import known_headers, match
from ayan.core.refine.pipeline import Refined
from ayan.core.schema.catalogue import STRUCTURAL
from ayan.core.schema.definition import FieldReading, Layout
from ayan.core.schema.field import Field
from ayan.core.values.label import Label


def named(name: str, fa: str, *aliases: str, **more: object) -> Field:
    return field("text", name=name, label=Label(fa, name.title()), aliases=aliases, **more)


def found(fields: list[Field], headers: list[str], source: Layout | None = None) -> dict[str, str | None]:
    """Field → letter of its column."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        raw = raw_table(Path(folder), {header: ["x"] for header in headers})
        mapped = match(raw, source or Layout(), fields, {})
    return {
        matched_field.field.name: matched_field.column.letter if matched_field.column else None
        for matched_field in mapped.fields
    }


def test_a_header_is_known_in_any_spelling() -> None:
    fields = [named("kind", "نوع قرارداد", "كد نوع")]
    for header in (
        "نوع قرارداد",
        "نوع\u200cقرارداد",
        "نوع  قرارداد:",
        "(نوع قرارداد)",
        " نوع قراردا\u064eد ",
        "KIND",
        "kind",
        "کد نوع",
        "کدنوع",
    ):
        assert found(fields, ["دیگر", header]) == {"kind": "B"}, header
    assert found(fields, ["نوع", "قرارداد"]) == {"kind": None}


def test_the_label_decides_before_an_alias() -> None:
    fields = [named("amount", "مبلغ", "مبلغ کل")]
    assert found(fields, ["مبلغ کل", "مبلغ"]) == {"amount": "B"}


def test_a_name_is_known_with_its_unit_behind_it_and_with_no_other_word() -> None:
    price = field("rial", name="price", label=Label("قیمت", "Price"), aliases=("بها",))
    area = field("decimal", name="area", label=Label("مساحت", "Area"), unit=Label("متر مربع", "m²"))
    for header in ("قیمت (ریال)", "بها [میلیون تومان]", "PRICE (thousand rial)"):
        assert found([price], ["دیگر", header]) == {"price": "B"}, header
    for header in ("قیمت (دلار)", "قیمت (میلیون)", "قیمت پایه (ریال)", "قیمت (متر مربع)"):
        assert found([price], [header]) == {"price": None}, header
    assert found([area], ["مساحت (مترمربع)"]) == found([area], ["Area (m²)"]) == {"area": "A"}
    assert found([area], ["مساحت (هکتار)"]) == {"area": None}
    assert found([price], ["قیمت (ریال)", "بها"]) == {"price": "B"}, "a name by itself is nearer"
    other = named("book", "ارزش دفتری", "قیمت (ریال)")
    assert found([price, other], ["قیمت (ریال)"]) == {"price": None, "book": "A"}, "another field's own name"
    with refined([price, named("n", "ش")], {"قیمت (ریال)": ["1"], "قیمت (تومان)": ["2"], "ش": ["1"]}) as result:
        assert "column-ambiguous" in [code for code, _ in codes(result, "price")]


def test_the_addresses_of_a_download_are_no_field_and_say_that_bare_money_is_in_rial() -> None:
    price = field("rial", name="price", label=Label("قیمت", "Price"), money_unit="million_rial")
    row = field("integer", name="row", label=Label("ردیف", "Row"))
    table = {"row": ["1"], "price": ["5000000"], "_row": ["1403/1#2"]}
    with refined([row, price], table) as result:
        assert [issue.code for issue in result.errors] == ["unit-mismatch"]
    with refined([row, replace(price, money_unit="rial")], table) as result:
        assert not result.issues
        assert [(each["row"], each["price"]) for each in written(result)] == [(1, 5_000_000)]


def test_two_columns_that_fit_are_refused_with_their_addresses() -> None:
    fields = [named("amount", "مبلغ", required=True), named("n", "ش")]
    with refined(fields, {"مبلغ": ["1"], "مبلغ ": ["2"], "ش": ["1"]}) as result:
        (issue,) = result.structural
        assert issue.code == "column-ambiguous"
        assert "A مبلغ" in issue.message("fa")
        assert "B مبلغ" in issue.message("en")


def test_a_declared_position_wins_and_takes_its_column_from_every_header() -> None:
    fields = [named("a", "مبلغ"), named("b", "مبلغ", position=2)]
    assert found(fields, ["مبلغ", "مبلغ", "دیگر"]) == {"a": "A", "b": "B"}
    assert found([named("b", "مبلغ", position=9)], ["مبلغ"]) == {"b": None}


def test_one_column_for_two_fields_is_refused() -> None:
    fields = [named("a", "مبلغ"), named("b", "بها", "مبلغ")]
    with refined(fields, {"مبلغ": ["1"]}) as result:
        assert codes(result, "b") == [("column-shared", None)]
        assert result.structural


def test_a_missing_column_is_an_error_only_where_a_value_is_required() -> None:
    fields = [named("a", "الف", required=True), named("b", "ب"), named("n", "ش")]
    with refined(fields, {"ش": ["1"]}) as result:
        assert codes(result, "a") == [("column-missing", None)]
        assert codes(result, "b") == [("column-absent", None)]
        assert [issue.code for issue in result.errors] == ["column-missing"]
    assert "column-missing" in STRUCTURAL


def test_an_absent_optional_column_is_published_empty() -> None:
    fields = [named("n", "ش"), field("rial", name="b"), field("decimal", name="c", label=Label("پ", "C"))]
    with refined(fields, {"ش": ["1"]}) as result:
        (row,) = written(result)
    assert row == {"_row": 2, "_line": 2, "n": "1", "b": None, "c": None}


def test_columns_that_are_not_declared_are_told_unless_they_are_knowingly_left_out() -> None:
    fields = [named("n", "ش")]
    table = {"ش": ["1"], "یادداشت": ["x"], "امضا": ["y"]}
    with refined(fields, table) as result:
        assert codes(result) == [("column-ignored", None)] * 2
        assert not result.errors
        assert all(issue.value is None and "x" not in issue.message("en") for issue in result.issues)
    with refined(fields, table, source=Layout(ignore=("يادداشت", 3))) as result:
        assert codes(result) == []


def test_a_column_left_out_heads_no_field() -> None:
    fields = [named("n", "ش"), named("note", "یادداشت")]
    with refined(fields, {"ش": ["1"], "یادداشت": ["x"]}, source=Layout(ignore=("یادداشت",))) as result:
        (row,) = written(result)
        assert row["note"] is None


def test_values_under_no_header_are_refused_and_nothing_is_shifted() -> None:
    fields = [named("n", "ش"), field("rial", name="amount", label=Label("مبلغ", "Amount"))]
    with refined(fields, {"ش": ["1", "2"], "مبلغ": ["10", "20"], "": [None, "30"]}) as result:
        (issue,) = result.errors
        assert (issue.code, issue.column, issue.count) == ("cells-beyond-header", "C", 1)
        assert result.structural == (issue,)
        assert [row["amount"] for row in written(result)] == [10, 20]
    with refined(fields, {"ش": ["1"], "مبلغ": ["10"], "": [None]}) as result:
        assert not result.issues, "an empty column under no header says nothing"
    third = field("text", name="c", label=Label("پ", "C"), position=3)
    with refined([*fields, third], {"ش": ["1"], "مبلغ": ["10"], "": ["30"]}) as result:
        assert not result.errors, "a declared position needs no header"
        assert written(result)[0]["c"] == "30"


def test_headers_of_two_levels_are_known_by_their_whole_path(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    file = folder / "budget.csv"
    file.write_text("کد,مصوب,,عملکرد,\n,جاری,عمرانی,جاری,عمرانی\n10,1,2,3,4\n", encoding="utf-8")
    fields = [
        field("code", name="code", label=Label("کد", "Code")),
        *(
            field("rial", name=name, label=Label(fa, name))
            for name, fa in (
                ("approved_current", "مصوب جاری"),
                ("approved_capital", "مصوب › عمرانی"),
                ("actual_current", "عملکرد جاری"),
                ("actual_capital", "عملکرد عمرانی"),
            )
        ),
    ]
    source = Layout(header_rows=2)
    raw = read_table(file, source=source, known=known_headers(fields), workdir=folder / "work")
    mapped = match(raw, source, fields, {})
    assert [matched_field.column and matched_field.column.letter for matched_field in mapped.fields] == [
        "A",
        "B",
        "C",
        "D",
        "E",
    ]
    loose = match(raw, source, [field("rial", name="x", label=Label("جاری", "Current"))], {})
    assert loose.fields[0].column is None, "a child alone could be under either parent"


def test_a_constant_of_the_layout_stands_for_a_column() -> None:
    fields = [named("n", "ش"), field("decimal", name="c", label=Label("پ", "C"), minimum=Decimal(1), required=True)]
    good = Layout(fields={"c": FieldReading(constant="۱٫۵")})
    with refined(fields, {"ش": ["1", "2"]}, source=good) as result:
        assert [row["c"] for row in written(result)] == [Decimal("1.5")] * 2
    bad = Layout(fields={"c": FieldReading(constant="0")})
    with refined(fields, {"ش": ["1"]}, source=bad) as result:
        assert codes(result, "c") == [("too-small", 2)]


def test_names_of_any_form_can_be_fields() -> None:
    """Short names, SQL words and names like the columns of the layers do not get into each other's way."""
    names = ["c1", "t_x", "x", "v", "e", "select", "order", "row", "scan", "typed", "d_x", "rows", "class"]
    fields = [field("rial", name=name, label=Label(f"ستون {name}", f"Column {name}")) for name in names]
    with refined(
        fields, {f"ستون {name}": [str(number)] for number, name in enumerate(names)}, key=("select", "x")
    ) as result:
        _check(result, names)


def _check(result: Refined, names: list[str]) -> None:
    assert not result.errors
    (row,) = written(result)
    assert [row[name] for name in names] == list(range(len(names)))


def test_a_dataset_without_a_single_matching_column_has_no_rows_to_publish() -> None:
    with refined([named("n", "ش")], {"الف": ["1"]}) as result:
        assert result.counts.read == 1
        assert dataset([named("n", "ش")]).published[0].name in written(result)[0]
