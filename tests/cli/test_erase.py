"""ayan erase: what the operator is told, and that nothing is erased that was not asked for."""

from __future__ import annotations

from tests.cli.city import FIRST, GOOD, Town

PEOPLE = ("--code", "personal-data", "--by", FIRST)


def test_a_row_is_erased_and_the_operator_is_told_what_remains_to_be_done(town: Town) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    assert town.publish(town.file(GOOD.replace("2000", "2001").replace("3000", "3001"))).code == 0
    said = town.ayan("erase", "trees/1403-05/2", "--row", "2", "--row", "4", *PEOPLE)
    assert said.code == 0, said.words
    release = town.city.release_store.release("trees", "1403-05", 2)
    assert (release.rows, release.erasures[0].rows) == (1, ((2, 2), (4, 4)))
    assert f"sha256:{release.digest}" in said.out
    assert "ayan erase trees/1403-05/1 --row 2" in said.out
    assert "ayan erase trees/1403-05/1 --row 4" in said.out
    assert "چنار" not in said.words
    (original,) = [path for path in (town.home / "originals").rglob("*") if f"{path}\n" in said.out and path.is_file()]
    assert "2001" in b"".join(town.city.private_store.read_original(original)).decode()
    assert "چنار" in town.ayan("query", "trees", "_release=1403-05/1").out


def test_exit_codes(town: Town) -> None:
    assert town.publish(town.file(GOOD)).code == 0
    for ref, row, code in (
        ("trees/1403-05/9", "2", 1), ("trees", "2", 1), ("trees/../1", "2", 1), ("unknown/1403-05/1", "2", 1),
        ("trees/1403-05/1", "77", 3),
    ):  # fmt: skip
        assert town.ayan("erase", ref, "--row", row, *PEOPLE).code == code, ref
    assert town.ayan("erase", "trees/1403-05/1", "--row", "2", "3", "4", *PEOPLE).code == 3
    assert town.ayan("withdraw", "trees/1403-05/1", "--code", "wrong-data", "--by", FIRST).code == 0
    assert town.ayan("erase", "trees/1403-05/1", "--row", "2", *PEOPLE).code == 1
