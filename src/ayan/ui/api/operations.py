"""What can be asked at which address: what an app declares of its answers for programs, and the API describes.

The app's configuration names in ``operations`` where its declarations stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ayan.core.schema.definition import Dataset
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.ui.api.json_schema import Json

JSON: Final = "application/json"
ATOM: Final = "application/atom+xml"
CSV: Final = "text/csv"

_PART: Final = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an address: what it means, and the JSON Schema of its values.

    ``of`` narrows them to those of a dataset; a ``repeated`` one stands in the address once for each value.
    """

    name: str
    words: Label
    schema: Json
    of: Callable[[Dataset], Sequence[str]] | None = None
    repeated: bool = False

    def schema_for(self, dataset: Dataset | None) -> Json:
        """The JSON Schema of its values, for any dataset or for one."""
        if self.of is None or dataset is None:
            return self.schema
        closed = {"type": "string", "enum": list(self.of(dataset))}
        return {**self.schema, "items": closed} if self.schema["type"] == "array" else closed


LANG: Final = Parameter(
    "_lang",
    Label("برچسب‌ها و پیام‌ها به این زبان.", "Labels and messages in this language."),
    {"type": "string", "enum": [*locale.codes()]},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One address that can be read.

    ``answers`` gives for each media type the declared type of the answer (`ayan.ui.api.json_schema`), None for what has
    none. ``parts`` are the ``{parts}`` of the path, ``parameters`` those that may follow it, ``needed`` the names of
    those it does not do without, ``filters`` whether every other one is a condition on a field. ``refusals`` are the
    statuses of its problem documents besides 400 for a wrong parameter. ``ranged`` answers hold to ``Range``.
    """

    path: str
    id: str
    words: Label
    answers: Mapping[str, Any]
    parts: tuple[Parameter, ...] = ()
    parameters: tuple[Parameter, ...] = (LANG,)
    needed: tuple[str, ...] = ()
    filters: bool = False
    refusals: tuple[int, ...] = ()
    ranged: bool = False
    tag: str = "datasets"

    def __post_init__(self) -> None:
        if _PART.findall(self.path) != [part.name for part in self.parts]:
            raise ValueError(f"{self.path} has other parts than are declared of it")

    @property
    def statuses(self) -> tuple[int, ...]:
        """Every status of its answers."""
        return tuple(sorted({200, 304, 400, 405, *((206,) if self.ranged else ()), *self.refusals}))
