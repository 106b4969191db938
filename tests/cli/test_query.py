"""ayan query says, where it is asked to, who answered and why."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest
from tests.cli.city import HEADER, Town

ROWS = f"{HEADER}\n1,1403/05/01,چنار,1001,\n2,1403/05/02,سرو,1990,\n"
GROUPS = "groups?by=species&count=1"
CLUSTER = "sc://127.0.0.1:9"


def explained(town: Town, question: str, engine: str = "duckdb") -> str:
    said = town.ayan("query", "trees", question, "--explain", AYAN_ENGINE=engine)
    assert said.code == 0, said.words
    assert '"dataset"' in said.out or '"groups"' in said.out
    assert town.ayan("query", "trees", question, AYAN_ENGINE=engine).err == ""
    return said.err


def test_who_answered_is_told_with_the_reason(town: Town) -> None:
    assert town.publish(town.file(ROWS)).code == 0
    for question in (GROUPS, "species=سرو"):
        assert "This machine: The index answered." in explained(town, question)
        assert "neither an index nor a cluster" in explained(town, question, "parquet")
    shutil.rmtree(town.home / "index")
    assert "There is no index yet: the releases themselves were read." in explained(town, GROUPS)


@pytest.mark.skipif(not find_spec("pyspark"), reason="not the extra spark (make test-spark)")
def test_beside_a_cluster_it_is_told_why_this_machine_answered(town: Town) -> None:
    assert town.publish(town.file(ROWS)).code == 0
    said = explained(town, GROUPS, CLUSTER)
    assert "This machine, of 2 rows: The table is too small for a cluster to be any use." in said
    assert "جدول کوچک‌تر از آن است که خوشه سودی داشته باشد." in said
    assert "Pages, keys and rows that are named are the index's." in explained(town, "", CLUSTER)
