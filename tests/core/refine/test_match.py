"""Which column is which field: by position, by header in any spelling, and never by guess."""

from __future__ import annotations

from decimal import Decimal

from tests.core.refine.bench import codes, dataset, field, raw_table, refined, written

from ayan.core.intake.read import read_table
from ayan.core.refine.match import known_headers, match
from ayan.core.refine.run import Refined
from ayan.core.schema.catalogue import STRUCTURAL
from ayan.core.schema.definition import Field, FieldReading, Source
from ayan.core.values.label import Label


def named(name: str, fa: str, *aliases: str, **more: object) -> Field:
    return field("text", name=name, label=Label(fa, name.title()), aliases=aliases, **more)


def found(fields: list[Field], headers: list[str], source: Source | None = None) -> dict[str, str | None]:
    """Field → letter of its column."""
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        raw = raw_table(Path(folder), {header: ["x"] for header in headers})
        made = match(raw, source or Source(), fields, {})
    return {one.field.name: one.column.letter if one.column else None for one in made.fields}


def test_a_header_is_known_in_any_spelling() -> None:
    one = [named("kind", "نوع قرارداد", "كد نوع")]
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
        assert found(one, ["دیگر", header]) == {"kind": "B"}, header
    assert found(one, ["نوع", "قرارداد"]) == {"kind": None}


def test_the_label_decides_before_an_alias() -> None:
    one = [named("amount", "مبلغ", "مبلغ کل")]
    assert found(one, ["مبلغ کل", "مبلغ"]) == {"amount": "B"}


def test_two_columns_that_fit_are_refused_with_their_addresses() -> None:
    fields = [named("amount", "مبلغ", required=True), named("n", "ش")]
    with refined(fields, {"مبلغ": ["1"], "مبلغ ": ["2"], "ش": ["1"]}) as made:
        (issue,) = made.structural
        assert issue.code == "column-ambiguous"
        assert "A مبلغ" in issue.message("fa")
        assert "B مبلغ" in issue.message("en")


def test_a_declared_position_wins_and_takes_its_column_from_every_header() -> None:
    fields = [named("a", "مبلغ"), named("b", "مبلغ", position=2)]
    assert found(fields, ["مبلغ", "مبلغ", "دیگر"]) == {"a": "A", "b": "B"}
    assert found([named("b", "مبلغ", position=9)], ["مبلغ"]) == {"b": None}


def test_one_column_for_two_fields_is_refused() -> None:
    fields = [named("a", "مبلغ"), named("b", "بها", "مبلغ")]
    with refined(fields, {"مبلغ": ["1"]}) as made:
        assert codes(made, "b") == [("column-shared", None)]
        assert made.structural


def test_a_missing_column_is_an_error_only_where_a_value_is_required() -> None:
    fields = [named("a", "الف", required=True), named("b", "ب"), named("n", "ش")]
    with refined(fields, {"ش": ["1"]}) as made:
        assert codes(made, "a") == [("column-missing", None)]
        assert codes(made, "b") == [("column-absent", None)]
        assert [issue.code for issue in made.errors] == ["column-missing"]
    assert "column-missing" in STRUCTURAL


def test_an_absent_optional_column_is_published_empty() -> None:
    fields = [named("n", "ش"), field("rial", name="b"), field("decimal", name="c", label=Label("پ", "C"))]
    with refined(fields, {"ش": ["1"]}) as made:
        (row,) = written(made)
    assert row == {"_row": 2, "_line": 2, "n": "1", "b": None, "c": None}


def test_columns_that_are_not_declared_are_told_unless_they_are_knowingly_left_out() -> None:
    fields = [named("n", "ش")]
    table = {"ش": ["1"], "یادداشت": ["x"], "امضا": ["y"]}
    with refined(fields, table) as made:
        assert codes(made) == [("column-ignored", None)] * 2
        assert not made.errors
        assert all(issue.value is None and "x" not in issue.message("en") for issue in made.issues)
    with refined(fields, table, source=Source(ignore=("يادداشت", 3))) as made:
        assert codes(made) == []


def test_a_column_left_out_heads_no_field() -> None:
    fields = [named("n", "ش"), named("note", "یادداشت")]
    with refined(fields, {"ش": ["1"], "یادداشت": ["x"]}, source=Source(ignore=("یادداشت",))) as made:
        (row,) = written(made)
        assert row["note"] is None


def test_values_under_no_header_are_refused_and_nothing_is_shifted() -> None:
    fields = [named("n", "ش"), field("rial", name="amount", label=Label("مبلغ", "Amount"))]
    with refined(fields, {"ش": ["1", "2"], "مبلغ": ["10", "20"], "": [None, "30"]}) as made:
        (issue,) = made.errors
        assert (issue.code, issue.column, issue.count) == ("cells-beyond-header", "C", 1)
        assert made.structural == (issue,)
        assert [row["amount"] for row in written(made)] == [10, 20]
    with refined(fields, {"ش": ["1"], "مبلغ": ["10"], "": [None]}) as made:
        assert not made.issues, "an empty column under no header says nothing"
    third = field("text", name="c", label=Label("پ", "C"), position=3)
    with refined([*fields, third], {"ش": ["1"], "مبلغ": ["10"], "": ["30"]}) as made:
        assert not made.errors, "a declared position needs no header"
        assert written(made)[0]["c"] == "30"


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
    source = Source(header_rows=2)
    raw = read_table(file, source=source, known=known_headers(fields), workdir=folder / "work")
    made = match(raw, source, fields, {})
    assert [one.column and one.column.letter for one in made.fields] == ["A", "B", "C", "D", "E"]
    loose = match(raw, source, [field("rial", name="x", label=Label("جاری", "Current"))], {})
    assert loose.fields[0].column is None, "a child alone could be under either parent"


def test_a_constant_of_the_layout_stands_for_a_column() -> None:
    fields = [named("n", "ش"), field("decimal", name="c", label=Label("پ", "C"), minimum=Decimal(1), required=True)]
    good = Source(fields={"c": FieldReading(constant="۱٫۵")})
    with refined(fields, {"ش": ["1", "2"]}, source=good) as made:
        assert [row["c"] for row in written(made)] == [Decimal("1.5")] * 2
    bad = Source(fields={"c": FieldReading(constant="0")})
    with refined(fields, {"ش": ["1"]}, source=bad) as made:
        assert codes(made, "c") == [("too-small", 2)]


def test_names_of_any_form_can_be_fields() -> None:
    """Short names, SQL words and names like the columns of the layers do not get into each other's way."""
    names = ["c1", "t_x", "x", "v", "e", "select", "order", "row", "scan", "typed", "d_x", "rows", "class"]
    fields = [field("rial", name=name, label=Label(f"ستون {name}", f"Column {name}")) for name in names]
    with refined(
        fields, {f"ستون {name}": [str(place)] for place, name in enumerate(names)}, key=("select", "x")
    ) as made:
        _check(made, names)


def _check(made: Refined, names: list[str]) -> None:
    assert not made.errors
    (row,) = written(made)
    assert [row[name] for name in names] == list(range(len(names)))


def test_a_dataset_without_a_single_matching_column_has_no_rows_to_publish() -> None:
    with refined([named("n", "ش")], {"الف": ["1"]}) as made:
        assert made.counts.read == 1
        assert dataset([named("n", "ش")]).published[0].name in written(made)[0]
