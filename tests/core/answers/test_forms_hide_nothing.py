"""A form of several words hides each of them: none that names an amount holds a word that asks for a share of it."""

from __future__ import annotations

from pathlib import Path

from ayan.core.answers.concepts.vocabularies import concepts_of
from ayan.core.answers.words.morphology import form_words
from ayan.core.schema.field import Field
from ayan.datasets.registry import BUILTIN, Registry

SHARES = frozenset(("درصد", "سهم", "نرخ", "percent", "percentage", "share", "rate"))
PER_CENT = frozenset(("%", "٪"))


def is_called_so(own: Field, words: set[str]) -> bool:
    """Whether a column is told in per cent, or is itself called a share."""
    called = {word.text for text in (own.label.fa, own.label.en) for word in form_words(text)}
    is_percent = own.unit is not None and own.unit.en in PER_CENT
    return is_percent or bool(called & words) or own.nature == "rate" or own.name.endswith("_share")


def test_no_form_of_an_amount_swallows_a_word_for_a_share(tmp_path: Path) -> None:
    columns = {f"{each.slug}.{own.name}": own for each in Registry((BUILTIN, tmp_path)).all() for own in each.fields}
    seen, hiding = 0, []
    for concept in concepts_of((BUILTIN / "lexicon",)).all:
        own = columns.get(concept.target)
        if concept.sense != "measure" or own is None:
            continue
        for form, _ in concept.forms:
            seen += 1
            words = {word.text for word in form_words(form)} & SHARES
            if words and not is_called_so(own, words):
                hiding.append((concept.id, form))
    assert seen
    assert not hiding
