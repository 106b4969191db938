"""The glossary: each word in both languages, a city's own beside ours, and what questions name is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ayan.core.schema.glossary import read_glossary
from ayan.datasets.registry import BUILTIN, Registry

OURS = BUILTIN / "glossary.toml"
OWN = """
[tender]
title = { fa = "مناقصه", en = "Bidding" }
says = { fa = "به زبان ما.", en = "In our words." }

[park]
title = { fa = "بوستان", en = "Park" }
says = { fa = "جای سبز.", en = "A green place." }
law = { fa = "مصوبه", en = "A resolution" }
"""


def test_every_word_has_a_short_definition_in_both_languages() -> None:
    terms = read_glossary(OURS).terms
    assert len(terms) > 15
    for term in terms:
        for words in (term.title, term.says):
            assert words.fa.strip()
            assert words.en.strip()
        assert len(term.says.fa) < 220


def test_a_city_rewords_and_adds(tmp_path: Path) -> None:
    (tmp_path / "glossary.toml").write_text(OWN, encoding="utf-8")
    both = read_glossary(OURS, tmp_path / "glossary.toml", tmp_path / "none.toml")
    assert [term.title.en for term in both.of(["tender", "park", "nothing"])] == ["Bidding", "Park"]
    assert len(both.terms) == len(read_glossary(OURS).terms) + 1
    assert both.of(["park"])[0].law is not None


@pytest.mark.parametrize("text", ["[tender]", "tender = 3", "not toml", '[tender]\ntitle = { fa = "م" }\nsays = 1'])
def test_a_broken_glossary_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "glossary.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"glossary\.toml"):
        read_glossary(tmp_path / "glossary.toml")


def test_what_questions_name_is_explained() -> None:
    known = {term.code for term in read_glossary(OURS).terms}
    named = {code for question in Registry().questions().sound for code in question.terms}
    assert named
    assert named <= known
