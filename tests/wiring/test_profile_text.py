"""Changes of a city's file say what was asked for, and leave every other line of it alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ayan.cli.new_city import make_home
from ayan.core.values.label import Label
from ayan.wiring.profile_text import changed, said

PLACES = [
    ("name", "fa"), ("name", "en"), ("contact", "phone"), ("contact", "office", "fa"), ("contact", "office", "en"),
    ("brand", "link"), ("brand", "saffron"), ("opens", "all"), ("opens", "contracts"),
]  # fmt: skip
# What a form sends: no control characters, for they are taken out before.
TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20)
CHANGES = st.lists(st.dictionaries(st.sampled_from(PLACES), st.none() | TEXTS), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> str:
    home: Path = tmp_path_factory.mktemp("profile") / "home"
    make_home(home, Label("شهر", "City"))
    return (home / "ayan.toml").read_text(encoding="utf-8")


@given(steps=CHANGES)
def test_what_was_asked_for_stands_and_nothing_else_moved(
    begun: str, steps: list[dict[tuple[str, ...], str | None]]
) -> None:
    text, wanted = begun, {path: said(tomllib.loads(begun), path) for path in PLACES}
    for values in steps:
        text = changed(text, values)
        wanted |= {path: value or "" for path, value in values.items()}
    table = tomllib.loads(text)
    assert {path: said(table, path) for path in PLACES} == wanted
    assert table["originals"] == tomllib.loads(begun)["originals"]
    assert table["demo"] is False
    comments = [line for line in begun.splitlines() if line.startswith("#")]
    assert [line for line in text.splitlines() if line in comments] == comments


def test_a_name_written_once_for_all_languages_is_parted() -> None:
    parted = changed('name = "شهر"\n', {("name", "en"): "City"})
    assert tomllib.loads(parted) == {"name": {"fa": "شهر", "en": "City"}}
    assert tomllib.loads(changed('name = "شهر"\n', {("name", "en"): None})) == {"name": {"fa": "شهر"}}


def test_a_new_key_stands_below_the_last_one_and_not_among_the_comments_of_the_next_table() -> None:
    text = changed('[name]\nfa = "x"\n\n# of the next\n[opens]\nall = "1"\n', {("name", "en"): "y"})
    assert text.startswith('[name]\nfa = "x"\nen = "y"\n')


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        changed("[name\n", {("name", "fa"): "x"})
