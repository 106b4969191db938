"""A template may leave a whole value out, but what it asks of a value must be there: Django would show nothing instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.template.base import Variable, VariableDoesNotExist
from django.template.context import BaseContext

WRITTEN = ("written.", "chosen.")
"""What somebody wrote into a form before: a dict that holds only the fields that were sent."""


@contextmanager
def missing_lookups() -> Iterator[set[str]]:
    """What templates ask values for in vain, in words, gathered while they are drawn.

    Django swallows whatever is raised within ``if … and …``, so the lookups are written down and judged afterwards. The
    first name of a lookup may be missing, for components leave out what they are not given; so may what stands on
    None, and the keys of an empty dict, as of a form in which nothing was written.
    """
    missing: set[str] = set()
    resolve = Variable._resolve_lookup  # type: ignore[attr-defined]  # not in the stubs

    def watched(variable: Variable, context: Any) -> Any:
        try:
            return resolve(variable, context)
        except VariableDoesNotExist as error:
            name, value = error.params
            nothing = value is None or value == {} or value is context or isinstance(value, BaseContext)
            if not nothing and not str(variable.var).startswith(WRITTEN):
                template = getattr(getattr(context, "template", None), "name", None)
                missing.add(f"{template}: {variable.var}: {type(value).__name__} has no {name!r}")
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Variable, "_resolve_lookup", watched)
        yield missing


@pytest.fixture(autouse=True)
def every_lookup_answers() -> Iterator[None]:
    """Fail the test when a template asks a value for something that it does not have, as after a change of name."""
    with missing_lookups() as missing:
        yield
    assert not missing, "A template asks for what is not there:\n" + "\n".join(sorted(missing))
