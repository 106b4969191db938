"""The types of source there are, a module each: whatever stands in this package with a `SourceType` is one."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from ayan.apps.sources.source_type import SourceType


class UnknownSourceType(LookupError):
    """A source is stored under a type that no module here describes."""


@cache
def source_types() -> Mapping[str, SourceType]:
    """Every type by its name, in the order of lists."""
    modules = [import_module(entry.name) for entry in pkgutil.iter_modules(__path__, f"{__name__}.")]
    types = [described() for module in modules for described in vars(module).values() if _is_type(described)]
    return {each.name: each for each in sorted(types, key=lambda each: each.order)}


def _is_type(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, SourceType) and value is not SourceType


def source_type(name: str) -> SourceType:
    """The type of this name; UnknownSourceType for any other."""
    try:
        return source_types()[name]
    except KeyError:
        raise UnknownSourceType(f"no type of source is called {name!r}") from None
