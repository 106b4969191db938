"""A balance that is unclear is refused, with the place of every fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.audit.balance_world import BY_BASKET, HEAD, Stall, stall

from ayan.core.audit.balance import load_balances
from ayan.core.schema.problem import DeclarationError
from ayan.datasets.registry import BUILTIN, Registry

SIDES = """
parts = [{{ fa = "سبد", en = "Basket" }}]
left = [{{ of = "baskets", value = "{value}", by = {by}{more} }}]
right = [{{ of = "items", value = "sum(price)", by = ["basket"] }}]
"""


@pytest.fixture
def fair(tmp_path: Path) -> Stall:
    return stall(tmp_path)


def sides(value: str = "sum(stated)", by: str = '["code"]', more: str = "") -> str:
    return HEAD + SIDES.format(value=value, by=by, more=more)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("title = 3", "title"),
        (BY_BASKET + "\nsurprise = 1", "surprise"),
        ('holds = "about"\n' + BY_BASKET, "holds"),
        ('tolerance = "one"\n' + BY_BASKET, "tolerance"),
        ("tolerance = -1\n" + BY_BASKET, "tolerance"),
        (HEAD, "left"),
        (sides(value="stated"), "left[baskets].value"),
        (sides(value="sum(secret)"), "left[baskets].value"),
        (sides(value="sum(nothing)"), "left[baskets].value"),
        (sides(more=', where = "stated > (SELECT 1)"'), "left[baskets].where"),
        (sides(by='["secret"]'), "left[baskets].by"),
        (sides(by='["code:year"]'), "left[baskets].by"),
        (sides(by='["day:week"]'), "left[baskets].by"),
        (sides(by='["code", "day"]'), "left[baskets].by"),
        (sides(by='["_row"]'), ""),
        (sides(by='["_row:year"]'), "left[baskets].by"),
        ("not toml", ""),
    ],
)
def test_refused(fair: Stall, text: str, key: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        fair.balance(text)
    assert key in {problem.key for problem in refused.value.problems}
    for problem in refused.value.problems:
        assert problem.message.fa
        assert problem.message.en


def test_the_folder_gives_what_is_sound_and_says_what_is_not(fair: Stall) -> None:
    fair.balance()
    with pytest.raises(DeclarationError):
        fair.balance("broken", code="broken")
    balances = load_balances([fair.folder / "baskets", fair.folder / "items"], fair.datasets)
    assert [balance.code for balance in balances.sound] == ["basket-items"]
    assert {problem.file for problem in balances.problems} == {"baskets/audits/broken.toml"}


def test_a_city_without_one_of_the_datasets_has_no_such_balance(fair: Stall) -> None:
    fair.balance()
    balances = load_balances([fair.folder / "baskets"], {"baskets": fair.datasets["baskets"]})
    assert (balances.sound, balances.problems) == ((), ())


def test_what_comes_with_ayan_is_sound() -> None:
    balances = Registry().balances()
    assert balances.problems == ()
    assert len(balances.sound) == len(list(BUILTIN.glob("*/audits/*.toml"))) > 5
