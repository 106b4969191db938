"""What holds templates to the names of what they are given, tried on templates that ask for too much."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from django.template import Context, Template
from tests.template_lookups import missing_lookups


class Row(NamedTuple):
    name: str


def missing_in(template: str) -> set[str]:
    with missing_lookups() as missing:
        Template(template).render(Context({"row": Row("bridge"), "facts": {"rows": 1}, "nothing": None, "written": {}}))
    return missing


@pytest.mark.parametrize(
    "template",
    [
        "{{ row.title }}",
        "{% if row.title %}{% endif %}",
        "{% if row.name and row.title %}{% endif %}",
        "{% for part in row.parts %}{% endfor %}",
        "{% with title=row.title %}{% endwith %}",
        "{{ facts.sums }}",
    ],
)
def test_what_a_value_lacks_is_seen(template: str) -> None:
    assert len(missing_in(template)) == 1


@pytest.mark.parametrize(
    "template",
    [
        "{{ row.name }}{{ facts.rows }}",
        "{{ absent }}",
        "{{ absent.title }}",
        "{{ nothing.title }}",
        "{{ written.title }}",
    ],
)
def test_what_is_left_out_as_a_whole_is_no_failure(template: str) -> None:
    assert missing_in(template) == set()
