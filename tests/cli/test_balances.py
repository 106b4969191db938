"""ayan check and ayan publish say which balances would fail with a file published; publish stops at those that block."""

from __future__ import annotations

from tests.cli.city import HEADER, SENDER, Town

TWICE = """
title = { fa = "هزینه = هزار برابر شماره", en = "Cost = a thousand times the number" }
says = { fa = "هزینهٔ هر درخت هزار برابر شمارهٔ آن است.", en = "Each tree costs a thousand times its number." }
parts = [{ fa = "شماره", en = "Number" }]
on_draft = "%s"

[[left]]
of = "trees"
value = "sum(cost)"
by = ["number"]

[[right]]
of = "trees"
value = "sum(CAST(number AS BIGINT) * 1000)"
by = ["number"]
"""
WRONG = f"""{HEADER}
1,1403/05/01,چنار,1001,0013542419
2,1403/05/02,سرو,1990,0499370899
3,1403/05/03,کاج,3000,
"""
AUDITOR = "حسابرس (ساختگی)"


def declare(town: Town, on_draft: str) -> None:
    folder = town.home / "datasets" / "trees" / "audits"
    folder.mkdir(exist_ok=True)
    (folder / "thousands.toml").write_text(TWICE % on_draft, encoding="utf-8")


def test_check_says_where_and_by_how_much(town: Town) -> None:
    declare(town, "warn")
    file = town.file(WRONG)
    said = town.ayan("check", file, "--dataset", "trees", "--period", "1403-05")
    assert said.code == 0, said.words
    assert "! balance · trees/thousands" in said.out
    assert "هزینه = هزار برابر شماره: 2 گروه، روی هم 11 اختلاف" in said.out
    assert "2 groups differ by 11 in all; in 2 of them because of this file" in said.out
    assert "- 2: 1,990 − 2,000 = -10" in said.out
    assert town.leftovers() == []


def test_a_file_that_a_balance_blocks_is_published_only_when_somebody_else_overrides_it(town: Town) -> None:
    declare(town, "block")
    file = town.file(WRONG)
    reason = "--override", "trees/thousands=فاکتور اصلاحی در راه است"
    assert town.publish(file, *reason, "--overridden-by", SENDER).code == 3
    said = town.publish(file)
    assert said.code == 3, said.words
    assert "2 groups differ by 11" in said.err
    assert town.city.release_store.releases("trees") == []
    assert town.leftovers() == []
    said = town.publish(file, *reason, "--overridden-by", AUDITOR, "--format", "json")
    assert said.code == 0, said.words
    assert [(balance["code"], balance["blocks"], balance["off"]) for balance in said.json["balances"]] == [
        ("trees/thousands", True, "11")
    ]
    (release,) = town.city.release_store.releases("trees")
    override = {
        "balance": "trees/thousands",
        "groups": 2,
        "off": "11",
        "reason": "فاکتور اصلاحی در راه است",
        "by": AUDITOR,
    }
    assert release.manifest["ayan"]["overrides"] == [override]
