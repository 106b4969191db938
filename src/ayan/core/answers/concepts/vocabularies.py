"""What words mean by declarations alone, once for all cities of a process that declare the same.

Most cities declare what comes with Ayan and nothing else, and to work out what its words mean takes a second and nine
megabytes. Everything in a vocabulary follows from the declarations and the concepts that it is named by, so that equal
names mean equal vocabularies; nothing published is in one. What no city holds any more goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from operator import eq
from pathlib import Path
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary, WeakValueDictionary

from ayan.core.answers.concepts.concepts import Concepts, concept_files, read_concepts
from ayan.core.answers.concepts.lexicon import Vocabulary
from ayan.core.schema.definition import Dataset

Declared = tuple[tuple[str, str], ...]
"""Datasets by their slugs and the digests of their declarations, in order."""

_LOCK: Final = Lock()
_CONCEPTS: Final[WeakValueDictionary[str, Concepts]] = WeakValueDictionary()
_VOCABULARIES: Final[WeakKeyDictionary[Concepts, WeakValueDictionary[Declared, Vocabulary]]] = WeakKeyDictionary()


def concepts_of(folders: Sequence[Path]) -> Concepts:
    """The concepts of some folders (`read_concepts`), the same object wherever their files say the same."""
    digest = hashlib.sha256()
    for path in concept_files(folders):
        text = path.read_bytes()
        digest.update(len(text).to_bytes(8, "big") + text)
    name = digest.hexdigest()
    with _LOCK:
        known = _CONCEPTS.get(name)
    if known is None:
        known = read_concepts(*folders)
        with _LOCK:
            known = _CONCEPTS.setdefault(name, known)
    return known


def vocabulary_of(datasets: Sequence[Dataset], concepts: Concepts, declared: Declared) -> Vocabulary:
    """What words mean by ``datasets``, which ``declared`` names, and ``concepts``; made where nobody has made it."""
    with _LOCK:
        known = _VOCABULARIES.setdefault(concepts, WeakValueDictionary()).get(declared)
    if known is not None and _is_of(known, datasets):
        return known
    # Outside the lock: other cities' questions go on meanwhile.
    vocabulary = Vocabulary(datasets, concepts)
    with _LOCK:
        # Two that were made at once are one from now on; other words under the same name stay apart.
        first = _VOCABULARIES[concepts].setdefault(declared, vocabulary)
    return first if _is_of(first, datasets) else vocabulary


def _is_of(vocabulary: Vocabulary, datasets: Sequence[Dataset]) -> bool:
    """Whether it is of these very declarations: a release keeps the words that it was sealed with under one name."""
    held = vocabulary.datasets.values()
    return len(held) == len(datasets) and all(map(eq, held, datasets))
