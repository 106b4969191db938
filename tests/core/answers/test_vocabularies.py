"""What words mean by declarations is made once for all cities that declare the same, and never for those that do not."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from weakref import ref

from ayan.core.answers.concepts.vocabularies import concepts_of, vocabulary_of
from ayan.core.schema.definition import Dataset
from ayan.core.values.label import Label
from ayan.datasets.registry import BUILTIN, Registry

LEXICON = BUILTIN / "lexicon"


def declared(datasets: list[Dataset]) -> tuple[tuple[str, str], ...]:
    return tuple((each.slug, each.digest) for each in datasets)


def test_cities_that_declare_the_same_share_it_and_others_have_their_own(tmp_path: Path) -> None:
    some = list(Registry((BUILTIN, tmp_path / "one")).all())[:3]
    same = list(Registry((BUILTIN, tmp_path / "two")).all())[:3]
    concepts = concepts_of((LEXICON, tmp_path / "one"))
    assert concepts_of((LEXICON, tmp_path / "two")) is concepts
    first = vocabulary_of(some, concepts, declared(some))
    assert vocabulary_of(same, concepts, declared(same)) is first
    assert vocabulary_of(some[:2], concepts, declared(some[:2])) is not first
    # A release keeps the words that it was sealed with, under the digest of the declaration.
    reworded = [replace(some[0], title=Label("واژه‌ای دیگر", "Zyxwords")), *some[1:]]
    other = vocabulary_of(reworded, concepts, declared(reworded))
    assert "zyxwords" in other.known
    assert "zyxwords" not in first.known
    assert vocabulary_of(some, concepts, declared(some)) is first


def test_a_citys_own_words_are_its_own_and_go_with_it(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        '[[concept]]\nid = "zyx"\nkind = "stop"\ntarget = ""\nfa = ["زیکس"]\n', encoding="utf-8"
    )
    own, shipped = concepts_of((LEXICON, tmp_path)), concepts_of((LEXICON,))
    assert own is not shipped
    assert {each.id for each in own.all} - {each.id for each in shipped.all} == {"zyx"}
    some = list(Registry((BUILTIN, tmp_path)).all())[:1]
    held = ref(vocabulary_of(some, own, declared(some)))
    gc.collect()
    assert held() is None
