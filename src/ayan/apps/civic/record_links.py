"""The special page that a record has besides its dossier: the line in the budget, the sheet of a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from ayan.apps.civic import budget_tree, units
from ayan.apps.civic.page_context import step_of
from ayan.apps.civic.roles import RoleDataset
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.schema.view import PlaysView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang

WORDS: Final[Mapping[str, Label]] = {
    budget_tree.PART: Label(
        "این ردیف در بودجه، سال به سال و تا پول رفته", "In the budget, year by year and to what was paid"
    ),
    units.PART: Label("جای این واحد در ساختار سازمانی", "Where this unit stands in the organisation"),
    "council-seats": Label("حضور و رأی این عضو", "Attendance and votes of this member"),
    "council-sittings": Label("حاضران و مصوبه‌های این جلسه", "Roll and resolutions of this session"),
    "council-decisions": Label("برگهٔ این مصوبه با رأی هر عضو", "The sheet of this resolution, with each vote"),
}
PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "council-seats": ("council_member", "name"),
    "council-sittings": ("council_sitting", "number"),
    "council-decisions": ("council_decision", "number"),
}


def page_of(dataset: Dataset, row: Row, lang: Lang) -> tuple[str, str] | None:
    """The address and its words; None where the dataset plays no part that has a page of each record."""
    view = dataset.view(PlaysView)
    if view is None or view.part not in WORDS:
        return None
    role_dataset = RoleDataset(dataset, dict(view.places))
    words = WORDS[view.part].of(lang)
    if view.part == units.PART:
        return reverse(f"{lang}:organisation"), words
    if view.part == budget_tree.PART:
        heading = next((role_field for role_field in ("heading", "heading_title") if role_dataset.has(role_field)), "")
        values = [
            role_dataset.value(role_field, row.values) if role_field else None
            for role_field in ("year", "scheme", heading, "code")
        ]
        path = "/".join(step_of(str(value or "")) for value in values)
        return reverse(f"{lang}:{budget_tree.PAGE}", args=(path,)), words
    name, role_field = PAGES[view.part]
    return reverse(f"{lang}:{name}", args=(step_of(str(role_dataset.value(role_field, row.values) or "")),)), words
