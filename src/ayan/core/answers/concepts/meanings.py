"""What a form may mean: by what declarations say of themselves, by curated concepts, and by published names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from ayan.core.answers.concepts.concepts import Concept, Concepts, Grade
from ayan.core.answers.concepts.names import Name
from ayan.core.answers.words.morphology import Word, surface_of, tokens
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import LacksView

MeaningSense = Literal[
    "dataset", "value", "field", "measure", "thing", "relation", "superlative", "aggregate", "comparison", "ask",
    "stop", "period", "place", "unit", "page", "service", "hidden", "name", "lack",
]  # fmt: skip
_KINDS: Final[Mapping[str, MeaningSense]] = {
    "dataset": "dataset", "field": "value", "measure": "measure", "entity-type": "thing", "relation": "relation",
    "superlative": "superlative", "aggregate": "aggregate", "comparison": "comparison", "question-word": "ask",
    "stop": "stop", "period": "period", "place": "place", "unit-of-money": "unit", "page": "page", "service": "service",
}  # fmt: skip
# A title names several things, each of which is asked for by itself.
_LISTED: Final = re.compile(r"،| و | and |, ")
_KIND: Final = re.compile(r"(?:Kind|Type) of (\w+)")
# Meanings that say which table is meant.
SLUGGED: Final = frozenset(("dataset", "value", "field", "measure", "relation", "hidden", "name", "service", "lack"))


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a form may mean.

    ``slug``, ``field`` and ``code`` say where in the data it stands, as far as it does; ``text`` is a published name or
    the words of a service to be looked up there. ``first`` marks the meaning that leads where nothing else decides.
    """

    sense: MeaningSense
    grade: Grade = "right"
    slug: str = ""
    field: str = ""
    code: str = ""
    text: str = ""
    concept: Concept | None = None
    first: bool = False

    @property
    def target(self) -> str:
        """The target of its concept: an operator, a function, an address; empty without a concept."""
        return self.concept.target if self.concept else ""


def is_company(datasets: Mapping[str, Dataset], meaning: Meaning) -> bool:
    """Whether a word is for companies, which do for the municipality what it does not do itself."""
    slug, _, name = meaning.target.partition(".") if meaning.sense == "thing" else ("", "", "")
    dataset = datasets.get(slug)
    return dataset is not None and any(each.name == name and each.role == "company" for each in dataset.published)


def name_meanings(name: Name) -> Iterator[Meaning]:
    """A name as what it may mean in each of the fields that hold it."""
    for slug, field in sorted(name.fields):
        yield Meaning("name", slug=slug, field=field, text=name.text)


def curated(datasets: Mapping[str, Dataset], concepts: Concepts) -> Iterator[tuple[str, Meaning]]:
    """What the concepts say of their forms."""
    for concept in concepts.all:
        meanings = list(_meanings(datasets, concept))
        for form, grade in concept.forms:
            for meaning in meanings:
                yield (
                    form,
                    Meaning(meaning.sense, grade, meaning.slug, meaning.field, meaning.code, meaning.text, concept),
                )


def _meanings(datasets: Mapping[str, Dataset], concept: Concept) -> Iterator[Meaning]:
    kind = _KINDS[concept.sense] if concept.published else "hidden"
    if kind not in SLUGGED:
        yield Meaning(kind, concept=concept)
        return
    for target in concept.targets:
        place, _, code = target.partition("=")
        slug, _, name = place.partition(".")
        dataset = datasets.get(slug)
        if dataset is None or (kind != "hidden" and name and not _has(dataset, name, code)):
            # A city may declare a table of its own in the place of ours.
            continue
        yield Meaning(kind, slug=slug, field=name, code=code, concept=concept)


def _has(dataset: Dataset, name: str, code: str) -> bool:
    field = next((field for field in dataset.published if field.name == name), None)
    if field is None:
        return False
    return not code or field.choices is None or any(entry.code == code for entry in field.choices.entries)


def declared(datasets: Sequence[Dataset]) -> Iterator[tuple[str, Meaning]]:
    """What declarations say of themselves: titles, labels of fields, codes and their spellings."""
    for dataset in datasets:
        for title in (dataset.title.fa, dataset.title.en):
            yield title, Meaning("dataset", slug=dataset.slug)
        for field in dataset.published:
            yield from _of_field(dataset, field)
        for view in dataset.views_of(LacksView):
            meaning = Meaning("lack", slug=dataset.slug, code=view.code)
            for form in (*_LISTED.split(view.title.fa), *_LISTED.split(view.title.en)):
                yield form, meaning


def set_aside(
    labels: Iterable[tuple[str, Meaning]], forms: Sequence[tuple[str, Meaning]], concepts: Concepts
) -> Iterator[tuple[str, Meaning]]:
    """Labels of codes that are words for sorts of things, or that say for whom something is: they alone name no table.

    A contractor is a company, though debts have a sort that is called so; and drivers are staff, though services are
    for them.
    """
    things = {surface_of(tokens(form)) for form, each in forms if each.sense == "thing" and each.grade == "right"}
    beside = {f"{each.target}.{name}" for each in concepts.all for name in each.more.get("beside", ())}
    for form, meaning in labels:
        aside = f"{meaning.slug}.{meaning.field}" in beside or _singular(form) in things
        yield form, replace(meaning, grade="weak") if meaning.sense == "value" and aside else meaning


def _singular(form: str) -> str:
    """A form as one word, without the ending of the plural."""
    words = tokens(form)
    text = surface_of(words)
    return text.removesuffix("ان") if len(words) == 1 else text


def _of_field(dataset: Dataset, field: Field) -> Iterator[tuple[str, Meaning]]:
    own = Meaning("field", "weak", slug=dataset.slug, field=field.name)
    # "Kind of violation" is the violation type.
    kind = _KIND.fullmatch(field.label.en)
    turned = () if kind is None else (f"{kind[1]} type", f"type of {kind[1]}")
    for form in (field.label.fa, field.label.en, *field.aliases, *turned):
        yield form, own
    if field.choices is None:
        return
    for entry in field.choices.entries:
        meaning = Meaning("value", slug=dataset.slug, field=field.name, code=entry.code)
        for form in (entry.label.fa, entry.label.en, *entry.aliases):
            if not form.isdigit() and len(form) > 1:
                yield form, meaning


def written_codes(
    entries: Iterable[tuple[str, Meaning]], parts: Mapping[str, Sequence[Word]]
) -> dict[str, frozenset[tuple[tuple[str, str], str]]]:
    """The codes that each form means as it is written, with the column they stand in."""
    codes: dict[str, set[tuple[tuple[str, str], str]]] = defaultdict(set)
    for form, meaning in entries:
        if meaning.sense == "value" and meaning.code and meaning.grade == "right":
            codes[surface_of(parts[form])].add(((meaning.slug, meaning.field), meaning.code))
    return {surface: frozenset(places) for surface, places in codes.items()}
