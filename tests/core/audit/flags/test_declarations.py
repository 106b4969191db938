"""A flag's declaration is read whole or refused with every fault; its query may read published tables and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.audit.balance_world import Stall, stall

from ayan.core.audit.flags.flag import QueryError, judged, statement
from ayan.core.audit.flags.load import load_flag, load_flags
from ayan.core.schema.problem import DeclarationError

GOOD = """
title = { fa = "بهای بالا", en = "High price" }
says = { fa = "بها بالاست.", en = "The price is high." }
why = { fa = "چون", en = "Because" }
innocent = [{ fa = "گران است", en = "It is dear" }]
measure = "rial"
about = "baskets"
sql = '''
SELECT _key AS subject, stated > $most AS fires, stated AS value FROM basket
'''

[[input]]
name = "basket"
of = "baskets"
fields = { stated = "stated" }

[[threshold]]
name = "most"
value = 100
says = { fa = "بیشترین", en = "The most" }
source = { fa = "ساختگی", en = "Invented" }
"""


@pytest.fixture
def market(tmp_path: Path) -> Stall:
    return stall(tmp_path)


def declared(market: Stall, text: str, name: str = "high-price") -> Path:
    file = market.folder / "baskets" / "flags" / f"{name}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_declaration_is_read(market: Stall) -> None:
    flag = load_flag(declared(market, GOOD), market.datasets)
    assert (flag.name, flag.about, flag.measure, flag.expires_days) == ("baskets/high-price", "baskets", "rial", 730)
    assert flag.datasets == {"baskets"}
    assert "100" in statement(flag, market.datasets)
    assert "$" not in statement(flag, market.datasets)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("$most", "$least", "no threshold"),
        ("FROM basket", "FROM secrets", "not among the inputs"),
        ('stated = "stated"', 'stated = "secret"', "secret"),
        ("measure = ", "meassure = ", "measure"),
        ('measure = "rial"', 'measure = "pounds"', "rial"),
        ("[[threshold]]", "[[threshhold]]", "threshold"),
        ('name = "basket"', 'name = "Bad Name"', "is no name"),
        ('says = { fa = "بها بالاست.", en = "The price is high." }', "", "says"),
        ("innocent = ", "guilty = ", "innocent"),
    ],
)
def test_a_fault_is_told_with_its_place(market: Stall, old: str, new: str, said: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        load_flag(declared(market, GOOD.replace(old, new)), market.datasets)
    assert said in str(refused.value)
    assert "baskets/flags/high-price.toml" in str(refused.value)


def test_one_broken_flag_does_not_take_the_others_along(market: Stall) -> None:
    declared(market, GOOD)
    declared(market, "title = 3", "broken")
    known = load_flags([market.folder / "baskets"], market.datasets)
    assert [flag.code for flag in known.sound] == ["high-price"]
    assert {problem.file for problem in known.problems} == {"baskets/flags/broken.toml"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('/etc/passwd')",
        "SELECT * FROM 'file.parquet'",
        "SELECT * FROM read_csv('x')",
        "SELECT read_text('/etc/passwd') FROM t",
        "SELECT * FROM other.t",
        "SELECT * FROM information_schema.tables",
        "SELECT getenv('HOME') FROM t",
        "SELECT current_setting('x') FROM t",
        "COPY t TO 'x'",
        "ATTACH 'x'",
        "INSTALL httpfs",
        "CREATE TABLE x AS SELECT 1",
        "DELETE FROM t",
        "PRAGMA database_list",
        "SET threads = 1",
        "SELECT 1 FROM t; SELECT 2 FROM t",
        "SELECT ? FROM t",
        "SELECT random() FROM t",
        "WITH RECURSIVE a AS (SELECT 1 AS x FROM t UNION ALL SELECT x + 1 FROM a) SELECT x FROM a",
        "SELECT now() FROM t",
        "SELEC 1",
        "",
    ],
)
def test_a_query_reads_its_tables_and_nothing_else(sql: str) -> None:
    with pytest.raises(QueryError):
        judged(sql, frozenset({"t"}), frozenset())
