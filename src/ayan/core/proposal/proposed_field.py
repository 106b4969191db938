"""A field as it is proposed: its keys in a declaration, why each was written, and what only a person can say of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from ayan.core.intake.table import RawColumn
from ayan.core.proposal.column_evidence import ColumnEvidence
from ayan.core.proposal.lexicon import HeaderTerm, is_latin, words_of
from ayan.core.proposal.limits import LONGEST_FIELD_NAME
from ayan.core.refine.header_matching import header_key
from ayan.core.schema.field import Kind
from ayan.core.schema.fields import KEYS_OF_KINDS, RESERVED
from ayan.core.schema.kinds import KINDS
from ayan.core.schema.steps.step import Step
from ayan.core.values.canonical import Json, canonical_json, sha256_hex
from ayan.core.values.label import Label

TomlValue: TypeAlias = "str | int | bool | list[str] | Label"
_NOT_NAME: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ProposedCode:
    """A value of a proposed list: its code, both labels, further spellings, and how many cells hold it."""

    code: str
    label: Label
    aliases: tuple[str, ...]
    cells: int


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that cannot be read off a file: what is asked, and under which key an answer is given.

    ``options`` are answers that can be taken as they stand; others may be possible. ``weight`` orders the questions of
    one file, the least first.
    """

    key: str
    text: Label
    options: tuple[str, ...] = ()
    weight: int = 5


@dataclass(frozen=True, slots=True)
class ChosenStep:
    """A step that is proposed, and why; ``asks`` names the question that only a person can answer, "" for none."""

    step: Step
    why: str
    asks: str = ""

    @property
    def mark(self) -> str:
        """One word for the step, by which somebody says that it is not to be done."""
        return mark_of(self.step.as_json())


def mark_of(step: Mapping[str, Json]) -> str:
    """The word for a step as it is declared."""
    return sha256_hex(canonical_json(dict(step)))[:12]


@dataclass(slots=True, kw_only=True)
class ProposedField:
    """One field of the proposal.

    ``keys`` are those of ``[[field]]`` without name and labels, ``notes`` why a key was written, by key. ``columns``
    are the columns that hold it, by the position of their file among those proposed from.
    """

    name: str
    label: Label
    evidence: ColumnEvidence
    columns: dict[int, RawColumn]
    term: HeaderTerm | None = None
    aliases: tuple[str, ...] = ()
    by_position: bool = False
    keys: dict[str, TomlValue] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    codes: tuple[ProposedCode, ...] = ()
    units: dict[int, str] = field(default_factory=dict)
    left_out: bool = False

    @property
    def kind(self) -> Kind:
        """Its kind, as far as it is chosen."""
        return KINDS[str(self.keys["kind"])]

    def say(self, key: str, value: TomlValue, note: str = "") -> None:
        """Propose ``value`` for ``key``, and why."""
        self.keys[key] = value
        self.notes.pop(key, None)
        if note:
            self.notes[key] = note

    def settle(self) -> None:
        """Take away every key that does not go with the kind, whoever proposed it."""
        kind = self.kind
        for key in [key for key in self.keys if key in KEYS_OF_KINDS and key not in kind.keys]:
            del self.keys[key]
            self.notes.pop(key, None)
        if self.keys.get("role") not in (None, *kind.roles):
            del self.keys["role"]
        if not kind.is_number:
            self.keys.pop("nature", None)
        if "choices" not in kind.keys:
            self.codes = ()
        if kind.personal and self.keys.get("shown") is None:
            self.say("shown", "withheld", "a person's own number")
        if self.keys.get("role") == "counter":
            self.keys.pop("shown", None)


def field_name(header: str, taken: Mapping[str, object], fallback: str, headed: Collection[str] = ()) -> str:
    """A name for a column from its header in Latin letters, else ``fallback``.

    None that is ``taken``, or that is how one of the columns ``headed`` so is headed.
    """
    plain = _NOT_NAME.sub("_", words_of(header)).strip("_") if is_latin(header) else ""
    if plain and not plain[0].isalpha():
        plain = f"c_{plain}"
    name = (plain[:LONGEST_FIELD_NAME].strip("_") if plain else "") or fallback
    if name in RESERVED:
        name = f"{name}_value"
    free, number = name, 2
    while free in taken or header_key(free) in headed:
        free, number = f"{name}_{number}", number + 1
    return free
