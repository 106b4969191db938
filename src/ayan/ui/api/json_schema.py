"""JSON Schema of an answer, derived from its declared type: what is promised to programs is what the code is held to.

An answer is a `TypedDict` whose name ends in `SUFFIX`; without it, it is the name of its schema. Its docstring is what
the schema says of it. A value of which more is promised than its type has a `Schema` beside it, in `Annotated`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    NotRequired,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from ayan.core.values.canonical import JsonObject

AnswerType = TypeVar("AnswerType")

SUFFIX: Final = "Answer"
AT: Final = "#/components/schemas/"
TYPES: Final[Mapping[object, str]] = {str: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}


@dataclass(frozen=True, slots=True)
class Schema:
    """What is promised of a value beyond its type, under the names that JSON Schema has for it."""

    description: str = ""
    pattern: str = ""
    format: str = ""
    minimum: int | None = None
    items: tuple[int, int] | None = None
    """The fewest and the most entries of a list."""

    def keywords(self) -> JsonObject:
        """The keywords of JSON Schema that say so."""
        texts = {"description": self.description, "pattern": self.pattern, "format": self.format}
        out: JsonObject = {name: text for name, text in texts.items() if text}
        if self.minimum is not None:
            out["minimum"] = self.minimum
        if self.items is not None:
            out["minItems"], out["maxItems"] = self.items
        return out


# As PEP 728 will let a TypedDict say it by itself.
_EXTENDED: Final[dict[type, Any]] = {}


def extended_by(values: Any) -> Callable[[type[AnswerType]], type[AnswerType]]:
    """Mark an answer that has further members, with values of a type, besides those that it declares."""

    def mark(answer: type[AnswerType]) -> type[AnswerType]:
        _EXTENDED[answer] = values
        return answer

    return mark


class Schemas:
    """Schemas of types; each answer among them stands once in ``components``, and others refer to it there."""

    def __init__(self) -> None:
        self.components: JsonObject = {}
        self._answers: dict[str, type] = {}

    def of(self, kind: Any) -> JsonObject:
        """The schema of a type. Raises TypeError for one that JSON has not, or a second answer of one name."""
        origin, args = get_origin(kind), get_args(kind)
        if kind in (Any, object):
            return {}
        if origin is Annotated:
            promised = {name: value for each in args[1:] for name, value in each.keywords().items()}
            return {**self.of(args[0]), **promised}
        if origin in (Union, UnionType):
            return self._union([self.of(each) for each in args])
        if origin is Literal:
            return {"const": args[0]} if len(args) == 1 else {"type": "string", "enum": list(args)}
        if origin is list:
            return {"type": "array", "items": self.of(args[0])}
        if origin is dict:
            values = self.of(args[1])
            return {"type": "object", **({"additionalProperties": values} if values else {})}
        if is_typeddict(kind):
            return {"$ref": AT + self._component(kind)}
        if kind not in TYPES:
            raise TypeError(f"no JSON is a {kind}")
        return {"type": TYPES[kind]}

    @staticmethod
    def _union(schemas: list[JsonObject]) -> JsonObject:
        null = {"type": "null"}
        values = [schema for schema in schemas if schema != null]
        if len(values) == 1 and "enum" not in values[0] and isinstance(values[0].get("type"), str):
            return {**values[0], "type": [values[0]["type"], "null"]}
        if all(schema.keys() == {"type"} for schema in schemas):
            return {"type": [schema["type"] for schema in schemas]}
        return {"anyOf": schemas}

    def _component(self, answer: type) -> str:
        name = answer.__name__.removesuffix(SUFFIX)
        if self._answers.setdefault(name, answer) is not answer:
            raise TypeError(f"two answers are called {name}")
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = self._object(answer)
        return name

    def _object(self, answer: type) -> JsonObject:
        hints = get_type_hints(answer, include_extras=True)
        optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
        values = {name: get_args(hint)[0] if name in optional else hint for name, hint in hints.items()}
        out: JsonObject = {
            "type": "object",
            "description": " ".join((answer.__doc__ or "").split()),
            "properties": {name: self.of(value) for name, value in values.items()},
            "required": [name for name in values if name not in optional],
        }
        if answer in _EXTENDED:
            out["additionalProperties"] = self.of(_EXTENDED[answer]) or True
        return out
