"""The curated half of the lexicon: which words people use, and what each of them means here.

It is data (``datasets/lexicon/*.toml``, and a city's own ``datasets/lexicon``): the words of a table stand with the
tables, and this room knows none of them by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from ayan.core.schema.toml_text import BadToml, read_toml

ConceptSense = Literal[
    "dataset", "field", "measure", "entity-type", "relation", "superlative", "aggregate", "comparison",
    "question-word", "stop", "period", "place", "unit-of-money", "page", "service",
]  # fmt: skip
Grade = Literal["right", "weak", "typo"]
"""How surely a form names its concept: by itself, only beside another word of it, or as a frequent misspelling."""

_FORMS: Final[tuple[tuple[str, Grade], ...]] = (
    ("fa", "right"), ("en", "right"), ("finglish", "right"),
    ("fa_weak", "weak"), ("en_weak", "weak"),
    ("fa_typo", "typo"), ("en_typo", "typo"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning and the forms that name it.

    ``target`` is written as the data files say: a slug, ``slug.field``, ``slug.field=code``, an address, or the word of
    a rule. ``more`` holds whatever else its kind needs (``time``, ``shape``, ``function``, ``find`` …).
    """

    id: str
    sense: ConceptSense
    target: str
    forms: tuple[tuple[str, Grade], ...]
    more: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def published(self) -> bool:
        """Whether what it names may be seen; people ask for the rest, too, and are told so."""
        return bool(self.more.get("published", True))

    @property
    def targets(self) -> tuple[str, ...]:
        """Its target, and where else the same is found."""
        return self.target, *self.more.get("also_in", ())

    def text(self, name: str) -> str:
        """A further key as text; empty where it is not said."""
        return str(self.more.get(name, ""))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Concepts:
    """All concepts, and for each ambiguous form (as it is written) the concept that comes first.

    ``same`` are groups of words that say the same: a form that holds one of them is meant by the others, too.
    ``unit_sorts`` are English words for sorts of units with how the Persian names of such begin, ``unit_words`` those
    for what they see to with the Persian words for it; ``countries`` English names of places abroad with the Persian
    ones; ``known`` are right words that mean nothing by themselves. ``everyday`` are groups of words of both languages
    by which people tell of one thing, ``english`` English words with the Persian ones of published names;
    ``finglish`` are forms of concepts that are Persian in Latin letters.
    """

    all: tuple[Concept, ...]
    first: Mapping[str, str]
    same: tuple[tuple[str, ...], ...] = ()
    unit_sorts: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    unit_words: tuple[tuple[tuple[str, ...], str], ...] = ()
    countries: tuple[tuple[tuple[str, ...], str], ...] = ()
    known: tuple[str, ...] = ()
    everyday: tuple[tuple[str, ...], ...] = ()
    english: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    finglish: tuple[str, ...] = ()

    def of_dataset(self, slug: str) -> Concept | None:
        """The concept of a dataset."""
        return next((each for each in self.all if each.sense == "dataset" and each.target == slug), None)


def read_concepts(*folders: Path) -> Concepts:
    """The concepts of all TOML files of some folders; a later folder's concept replaces an earlier one of the same id.

    ValueError for a file that is none.
    """
    concepts: dict[str, Concept] = {}
    first: dict[str, str] = {}
    same: list[tuple[str, ...]] = []
    sorts: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    units: list[tuple[tuple[str, ...], str]] = []
    countries: list[tuple[tuple[str, ...], str]] = []
    right: list[str] = []
    everyday: list[tuple[str, ...]] = []
    english: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    finglish: list[str] = []
    for path in concept_files(folders):
        try:
            table = read_toml(path.read_bytes())
            concepts |= {each["id"]: _concept(each) for each in table.get("concept", ())}
            first |= {each["form"]: each["first"] for each in table.get("ambiguity", ())}
            same += [tuple(map(str, each["words"])) for each in table.get("same", ())]
            sorts += [(tuple(each["en"]), tuple(each["fa"])) for each in table.get("unit_sort", ())]
            units += [(tuple(each["en"]), str(each["fa"])) for each in table.get("unit_word", ())]
            countries += [(tuple(each["en"]), str(each["fa"])) for each in table.get("country", ())]
            finglish += [form for each in table.get("concept", ()) for form in each.get("finglish", ())]
            english += [(tuple(each["en"]), tuple(each["fa"])) for each in table.get("english_word", ())]
            everyday += [tuple(map(str, each["words"])) for each in table.get("everyday", ())]
            right += [str(word) for each in table.get("known", ()) for word in each["words"]]
        except BadToml as fault:
            raise ValueError(f"{path}: {fault.label.fa}. {fault.label.en}.") from fault
        except (UnicodeDecodeError, KeyError, TypeError) as fault:
            raise ValueError(f"{path}: each concept needs id, kind and target ({fault})") from fault
    return Concepts(
        tuple(concepts.values()),
        first,
        tuple(same),
        tuple(sorts),
        tuple(units),
        tuple(countries),
        tuple(right),
        tuple(everyday),
        tuple(english),
        tuple(finglish),
    )


def concept_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The TOML files of some folders, in the order in which they are read."""
    return (path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml")))


def _concept(table: Mapping[str, Any]) -> Concept:
    forms = tuple((form, grade) for name, grade in _FORMS for form in table.get(name, ()))
    known = {"id", "kind", "target", *(name for name, _ in _FORMS)}
    return Concept(
        table["id"], table["kind"], table["target"], forms, {k: v for k, v in table.items() if k not in known}
    )
