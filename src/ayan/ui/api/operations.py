"""What can be asked at which address: what an app declares of its answers for programs, and the API describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ayan.core.values.label import Label

JSON: Final = "application/json"
ATOM: Final = "application/atom+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address that can be read.

    ``answers`` gives for each media type the name of a schema, empty for what has none. ``parameters`` are those of
    `SHAPING` that it takes, ``needed`` those it does not do without, ``filters`` whether every other one is a
    condition on a field. ``refusals`` are the states of its problem documents besides 400 for a wrong parameter.
    ``ranged`` answers hold to ``Range``.
    """

    path: str
    id: str
    words: Label
    answers: Mapping[str, str]
    parameters: tuple[str, ...] = ("_lang",)
    needed: tuple[str, ...] = ()
    filters: bool = False
    refusals: tuple[int, ...] = ()
    ranged: bool = False
    tag: str = "datasets"
