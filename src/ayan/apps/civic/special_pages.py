"""The pages that single records have besides their dossier: a line in the budget, a member, the sheet of a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.urls import reverse

from ayan.apps.civic import budget_tree, council, organisation
from ayan.apps.civic.budget_tree import heading_place, line_keys
from ayan.apps.civic.page_context import NONE, step_of
from ayan.apps.civic.roles import RoleDataset, player, releases
from ayan.core.query.answer import Row, Unanswered
from ayan.core.query.question import Question
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.contract import CopiedFile
from ayan.wiring.city import City

SpecialPage = tuple[str, tuple[str, ...]]
"""The name of a route and its arguments."""

WORDS: Final[Mapping[str, Label]] = {
    budget_tree.PART: Label(
        "این ردیف در بودجه، سال به سال و تا پول رفته", "In the budget, year by year and to what was paid"
    ),
    organisation.PART: Label("جای این واحد در ساختار سازمانی", "Where this unit stands in the organisation"),
    "council-seats": Label("حضور و رأی این عضو", "Attendance and votes of this member"),
    "council-sittings": Label("حاضران و مصوبه‌های این جلسه", "Roll and resolutions of this session"),
    "council-decisions": Label("برگهٔ این مصوبه با رأی هر عضو", "The sheet of this resolution, with each vote"),
}
COUNCIL: Final[Mapping[str, tuple[str, str]]] = {
    "council-seats": ("council_member", "name"),
    "council-sittings": ("council_sitting", "number"),
    "council-decisions": ("council_decision", "number"),
}
"""The route of a record that plays a part in the council, and the place that its address names it by."""

WHOLE: Final[Mapping[str, str]] = {
    "budget_years": budget_tree.PART,
    "organisation": organisation.PART,
    "council": council.PART,
}
"""The pages that are linked from everywhere, with the part that each needs."""


def page_of(dataset: Dataset, row: Row, lang: Lang) -> tuple[str, str] | None:
    """The address and its words; None where the dataset plays no part that has a page of each record."""
    view = dataset.view(PlaysView)
    if view is None or view.part not in WORDS:
        return None
    role_dataset = RoleDataset(dataset, dict(view.places))
    words = WORDS[view.part].of(lang)
    if view.part == organisation.PART:
        return reverse(f"{lang}:organisation"), words
    if view.part == budget_tree.PART:
        heading = heading_place(role_dataset)
        values = [
            role_dataset.value(role_field, row.values) if role_field else None
            for role_field in ("year", "scheme", heading, "code")
        ]
        path = "/".join(step_of(str(value or "")) for value in values)
        return reverse(f"{lang}:{budget_tree.PAGE}", args=(path,)), words
    name, role_field = COUNCIL[view.part]
    return reverse(f"{lang}:{name}", args=(step_of(str(role_dataset.value(role_field, row.values) or "")),)), words


def files(city: City, records: int) -> Iterator[CopiedFile]:
    """The pages in every language, of single things as many as there are ``records``."""
    for name, args in pages(city, records):
        yield from CopiedFile.pages(name, *args)


def pages(city: City, most: int) -> Iterator[SpecialPage]:
    """The pages that are linked from everywhere, then those of single things, at most so many of a kind."""
    parts = {view.part for dataset in city.registry.all() for view in dataset.views_of(PlaysView)}
    for name, part in WHOLE.items():
        if part in parts:
            yield name, ()
    budget = player(city, budget_tree.PART)
    if budget is not None and releases(city, budget):
        for path in _budget(city, budget, most):
            yield budget_tree.PAGE, (path,)
    for part, (name, role_field) in COUNCIL.items():
        role_dataset = player(city, part)
        if role_dataset is not None and most and releases(city, role_dataset):
            field = role_dataset.field(role_field).name
            question = Question(slug=role_dataset.dataset.slug, size=most)
            for row in city.query_service.rows(role_dataset.dataset, question).rows:
                yield name, (step_of(str(row.values[field])),)


def _budget(city: City, role_dataset: RoleDataset, most: int) -> Iterator[str]:
    """Every year and heading, and the first so many lines."""
    standing = city.query_service.snapshot(role_dataset.dataset, Question(slug=role_dataset.dataset.slug))
    heading = heading_place(role_dataset)
    places = [role_field for role_field in ("year", "scheme", heading, "code") if role_field]
    try:
        sums = line_keys(city.query_service, role_dataset, standing, (), places)
    except Unanswered:
        return
    keys = [[str(value or NONE) for value in key] for key in sums]
    lines = [key if heading else [*key[:2], NONE, *key[2:]] for key in sorted(keys)]
    steps = {tuple(line[:depth]): None for depth in (1, 2, 3) for line in lines}
    steps |= {tuple(line): None for line in lines[:most]}
    for each in steps:
        yield "/".join(step_of(step) for step in each)
