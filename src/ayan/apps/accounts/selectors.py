"""What the pages about people read."""

from __future__ import annotations

from typing import Any

from ayan.apps.accounts.models import Grant, User
from ayan.apps.accounts.verbs import ROLES, Role
from ayan.core.schema.definition import Label
from ayan.ui.language import Lang
from ayan.wiring import city

EVERYWHERE = Label("همهٔ شهر", "the whole city")
EVERY_DATASET = Label("همهٔ داده‌ها", "every dataset")


def grants_of(user: User, lang: Lang) -> list[dict[str, Any]]:
    """A person's roles in words, with where each of them reaches."""
    titles = {one.slug: one.title for one in city.current().registry.all()}
    found = []
    for one in Grant.objects.filter(user=user).select_related("unit").order_by("role", "pk"):
        unit = Label(one.unit.name_fa, one.unit.name_en) if one.unit else EVERYWHERE
        dataset = titles.get(one.dataset, Label(one.dataset, one.dataset)) if one.dataset else EVERY_DATASET
        found.append(
            {
                "pk": one.pk,
                "role": ROLES[Role(one.role)].of(lang),
                "unit": unit.of(lang),
                "dataset": dataset.of(lang),
            }
        )
    return found
