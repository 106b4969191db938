"""Clusters of similar spellings: texts of one column that may be one name, written in more than one way.

Two texts are held to be similar where they have one key: letters folded, half-spaces, blanks and punctuation gone, the
words in any order. So are two long ones that differ in one letter, which is no digit. Nothing is
unified by this: a person says which spelling is right, or that they are different.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from ayan.core.refine.limits import (
    MOST_CLUSTERS,
    MOST_SPELLINGS,
    MOST_SPELLINGS_READ,
    SHARE_REPEATED,
    SHORTEST_NEAR,
)
from ayan.core.refine.pipeline import Refined
from ayan.core.schema.field import Field
from ayan.core.values.text import fold

SPELLINGS: Final = "spellings.json"
_SIGNS: Final = re.compile(r"[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class SpellingCluster:
    """Texts of one field that are similar, the most frequent first, each with the number of its cells.

    ``near`` tells that some differ in a letter, and not only in how they are typed.
    """

    field: str
    texts: tuple[tuple[str, int], ...]
    near: bool


def spelling_key(text: str) -> str:
    """What is the same in texts that differ in letters of one sort, half-spaces, punctuation and order of words."""
    return " ".join(sorted(letters_of(text).split()))


def letters_of(text: str) -> str:
    """The words of a text in their order, with the letters folded and no punctuation."""
    return " ".join(_SIGNS.sub(" ", fold(text)).split())


def is_near(text: str, other: str) -> bool:
    """Whether two texts, as `letters_of` has them, are long and differ in one letter, which is no digit."""
    if text == other:
        return True
    short, long = sorted((text, other), key=len)
    if len(short) < SHORTEST_NEAR or len(long) - len(short) > 1:
        return False
    at = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    rest = short[at + 1 :] if len(short) == len(long) else short[at:]
    differing = {long[at], short[at] if len(short) == len(long) else long[at]}
    # A blank that is missing parts no word; a digit or a word of one letter tells two things apart.
    return rest == long[at + 1 :] and not any(map(str.isdigit, differing)) and not _alone(long, at)


def _alone(key: str, at: int) -> bool:
    """Whether a letter is a word by itself."""
    return key[max(0, at - 1) : at].strip() == "" and key[at + 1 : at + 2].strip() == "" and key[at] != " "


def clusters(field: str, counts: Mapping[str, int]) -> list[SpellingCluster]:
    """The clusters among the texts of one field, those of most cells first."""
    by_key: dict[str, list[str]] = defaultdict(list)
    for text in counts:
        if key := spelling_key(text):
            by_key[key].append(text)
    joined = _Joined(by_key)
    key_of = {letters_of(text): key for key, texts in by_key.items() for text in texts}
    for text, other in _near(key_of):
        joined.join(key_of[text], key_of[other])
    similar = []
    for keys in joined.groups():
        texts = sorted((text for key in keys for text in by_key[key]), key=lambda text: (-counts[text], text))
        if len(texts) > 1:
            shown = tuple((text, counts[text]) for text in texts[:MOST_SPELLINGS])
            similar.append(SpellingCluster(field, shown, len(keys) > 1))
    return sorted(similar, key=lambda cluster: (-sum(n for _, n in cluster.texts), cluster.texts))


def _near(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of long texts that differ in one letter: without some letter of theirs they are the same."""
    without: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        if len(text) >= SHORTEST_NEAR:
            # A letter in which two differ is no digit, so none has to be left out.
            letters = [at for at, letter in enumerate(text) if not letter.isdigit()]
            for part in {text, *(text[:at] + text[at + 1 :] for at in letters)}:
                without[part].append(text)
    for alike in without.values():
        for text, other in combinations(alike[:MOST_SPELLINGS], 2):
            if is_near(text, other):
                yield text, other


class _Joined:
    """Keys in groups, each at first by itself."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._of = {key: key for key in keys}

    def join(self, key: str, other: str) -> None:
        """Let two keys and their groups be one group."""
        self._of[self._first(key)] = self._first(other)

    def groups(self) -> Iterable[list[str]]:
        """The groups, with their keys in the order in which these came."""
        grouped: dict[str, list[str]] = defaultdict(list)
        for key in self._of:
            grouped[self._first(key)].append(key)
        return grouped.values()

    def _first(self, key: str) -> str:
        while self._of[key] != key:
            self._of[key] = self._of[self._of[key]]
            key = self._of[key]
        return key


def nearest(text: str, names: Mapping[str, Sequence[str]]) -> str | None:
    """The one of ``names`` (with the spellings of each) that a text is similar to; None where none or several are."""
    key, letters = spelling_key(text), letters_of(text)
    ways: Sequence[Callable[[str], bool]] = (
        lambda other: spelling_key(other) == key,
        lambda other: is_near(letters_of(other), letters),
    )
    for way in ways:
        hits = {name for name, spellings in names.items() if any(way(each) for each in spellings)}
        if hits:
            return hits.pop() if len(hits) == 1 else None
    return None


# --- of a file --------------------------------------------------------------------------------------------------------


def clustered(field: Field, key: Sequence[str]) -> bool:
    """Whether the texts of a field are names that come again, of which it matters that each is written in one way."""
    plain = field.shown == "public" and field.kind.is_words and field.choices is None
    return plain and field.name not in key and field.role != "title"


def store_spellings(refined: Refined, folder: Path) -> None:
    """Write the clusters of a file beside its issues; of a column of which few texts come again nothing is said."""
    session = refined.session
    similar: list[SpellingCluster] = []
    for mapped in session.present:
        if mapped.column is None or not clustered(mapped.field, refined.dataset.key):
            continue
        name = mapped.field.name
        rows = session.all(
            f"SELECT t_{name}, count(*) FROM typed WHERE _class = 'record' AND t_{name} IS NOT NULL "
            f"GROUP BY t_{name} LIMIT {MOST_SPELLINGS_READ + 1}"
        )
        counts = Counter({str(text): int(str(n)) for text, n in rows})
        if len(counts) <= MOST_SPELLINGS_READ and len(counts) <= SHARE_REPEATED * counts.total():
            similar += clusters(name, counts)
    said = [[each.field, each.texts, each.near] for each in similar[:MOST_CLUSTERS]]
    (folder / SPELLINGS).write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")


def stored_spellings(folder: Path, read: Callable[[Path], bytes] = Path.read_bytes) -> tuple[SpellingCluster, ...]:
    """The clusters that stand in a folder; none where none were written."""
    try:
        said = json.loads(read(folder / SPELLINGS))
    except (OSError, ValueError):
        return ()
    return tuple(
        SpellingCluster(field, tuple((str(text), int(n)) for text, n in texts), bool(near))
        for field, texts, near in said
    )
